/** Losing as many nodes as claimed, all at once and for good, costs no acknowledged write. */
import type { Check } from './check.ts';
import { survives } from './losses.ts';

export const lostNodes: Check = {
  name: 'lost-nodes',
  promise: 'acknowledged writes survive the loss of as many nodes as claimed',
  presets: 'all',
  looksAtData: true,
  run: (setting) =>
    survives(setting, 'node', setting.claims.acknowledged.lostNodes, (cluster, victims) =>
      cluster.crash(victims, 'vanish'),
    ),
};
