/** A definite failure is a promise: the write has had no effect, and never will. */
import type { Check } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

export const definiteFailures: Check = {
  name: 'definite-failures',
  promise: 'what failed for certain is nowhere, through cuts and crashes',
  presets: 'all',
  run(setting) {
    const cluster = new LoadedCluster(setting, 1);
    cluster.service();
    for (const id of cluster.ids) {
      cluster.load(100);
      cluster.isolate(id);
      // Long enough for another leader; sparse, since time-outs are long.
      cluster.load(1500, 20);
      cluster.simulation.network.mendAll();
      cluster.load(300);
      cluster.crash([id], 'kill');
      cluster.load(300);
      cluster.restart();
    }
    cluster.settle();
    const there = cluster.writes.find(({ answer, key }) => answer?.outcome === 'fail' && cluster.has(key));
    return there && `${there.node} refused to write ${there.key} for certain, and yet it is there`;
  },
};
