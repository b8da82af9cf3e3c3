/** Losing as many disks as claimed, all at once, costs no acknowledged write: the nodes come back empty, under their names. */
import type { Check } from './check.ts';
import { survives } from './losses.ts';

const DOWN_MS = 100;

export const lostDisks: Check = {
  name: 'lost-disks',
  promise: 'acknowledged writes survive the loss of as many disks as claimed',
  presets: 'all',
  looksAtData: true,
  run: (setting) =>
    survives(setting, 'disk', setting.claims.acknowledged.lostDisks, (cluster, victims) => {
      cluster.crash(victims, 'vanish');
      for (const id of victims) cluster.simulation.node(id).disk.wipe();
      cluster.load(DOWN_MS);
      cluster.restart(victims);
    }),
};
