/** An engine is a function of its inputs: the same seed gives the same trace, in one process and one after the other. */
import type { Check, Setting } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

export const determinism: Check = {
  name: 'determinism',
  promise: 'the same seed gives the same trace, and another seed another one',
  presets: 'all',
  run(setting) {
    const [first, again, other] = [traceOf(setting, 1), traceOf(setting, 1), traceOf(setting, 2)];
    if (first !== again) return `seed 1 gave the trace ${first}, and ${again} when it was run again`;
    return first === other ? `seeds 1 and 2 gave the same trace ${first}` : undefined;
  },
};

function traceOf(setting: Setting, seed: number): string {
  const cluster = new LoadedCluster(setting, seed);
  cluster.service();
  cluster.load(200);
  const [victim] = cluster.ids;
  cluster.crash([victim!], 'kill');
  cluster.load(500);
  cluster.restart();
  cluster.isolate(cluster.ids.at(-1)!);
  cluster.load(500);
  cluster.simulation.network.mendAll();
  cluster.load(500);
  return cluster.simulation.traceHash;
}
