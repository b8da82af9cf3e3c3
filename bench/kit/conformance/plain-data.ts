/** Messages, entries and answers are plain data, which nobody changes once it is handed over: the strict mode throws. */
import type { Check } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

export const plainData: Check = {
  name: 'plain-data',
  promise: 'messages, entries and answers are plain data, neither shared nor changed',
  presets: 'all',
  run(setting) {
    const cluster = new LoadedCluster(setting, 1, { strict: true });
    const { simulation } = cluster;
    cluster.service();
    for (const id of cluster.ids) {
      cluster.load(50);
      for (const kind of ['append', 'put'] as const) simulation.submit(id, { kind, key: 'k', value: 'v' });
      simulation.submit(id, { kind: 'add', key: 'n', value: '1' });
      simulation.submit(id, { kind: 'cas', key: 'k', expected: 'v', value: 'w' });
      for (const read of ['default', 'local', 'versions'] as const) {
        simulation.submit(id, { kind: 'get', key: 'k' }, { read });
      }
      cluster.isolate(id);
      cluster.load(200, 10);
      simulation.network.mendAll();
      cluster.crash([id], 'vanish');
      if (setting.claims.acknowledged.lostDisks > 0) simulation.node(id).disk.wipe();
      cluster.load(200, 10);
      cluster.restart();
      cluster.service();
    }
    return undefined;
  },
};
