/** An engine is a function of its inputs: the same seed gives the same trace, in one process and one after the other. */
import type { Check, Setting } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

export const determinism: Check = {
  name: 'determinism',
  promise: 'the same seed gives the same trace',
  presets: 'all',
  run(setting) {
    const [first, again] = [traceOf(setting, 1), traceOf(setting, 1)];
    if (first !== again) return `seed 1 gave the trace ${first}, and ${again} when it was run again`;
    if (first === traceOf(setting, 2))
      setting.say('has the same trace for two seeds: nothing hangs on links, disks or chance');
    return undefined;
  },
};

function traceOf(setting: Setting, seed: number): string {
  const cluster = new LoadedCluster(setting, seed);
  cluster.service();
  cluster.load(150);
  const [victim] = cluster.ids;
  cluster.crash([victim!], 'kill');
  cluster.load(250);
  cluster.restart();
  cluster.isolate(cluster.ids.at(-1)!);
  cluster.load(250);
  cluster.simulation.network.mendAll();
  cluster.load(250);
  return cluster.simulation.traceHash;
}
