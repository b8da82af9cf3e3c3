/** Once cuts are mended, nodes are back and writes have stopped, all copies become equal, if that is claimed. */
import type { Simulation } from '../../runtimes/simulation/simulation.ts';
import type { Check } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

const LIMIT_MS = 60_000;
const STEP_MS = 500;

export const convergence: Check = {
  name: 'convergence',
  promise: 'all copies become equal after cuts and crashes, if claimed',
  presets: 'all',
  run(setting) {
    if (!setting.claims.converges) return undefined;
    const cluster = new LoadedCluster(setting, 1);
    const { simulation } = cluster;
    cluster.service();
    for (const id of cluster.ids) {
      cluster.isolate(id);
      cluster.load(700, 20);
      simulation.network.mendAll();
      cluster.crash([id], 'vanish');
      cluster.load(300, 20);
      cluster.restart();
    }
    cluster.service();
    let difference: string | undefined = 'not looked at';
    for (let passedMs = 0; difference !== undefined && passedMs < LIMIT_MS; passedMs += STEP_MS) {
      simulation.run(STEP_MS);
      const held = [...simulation.nodes()].flatMap(({ host }) => [...host.store.entries()].map(([key]) => key));
      difference = differenceOf(simulation, new Set([...cluster.writes.map(({ key }) => key), ...held]));
    }
    return difference && `${difference}, a minute after all was healed`;
  },
};

/** A key that two of its owners hold differently. */
function differenceOf(simulation: Simulation, keys: Iterable<string>): string | undefined {
  const nodes = [...simulation.nodes()];
  for (const key of keys) {
    const [one, ...others] = nodes
      .filter(({ host }) => host.holds(key))
      .map(({ id, host }) => ({ id, value: host.store.get(key) }));
    const other = others.find(({ value }) => value !== one!.value);
    if (other !== undefined) return `${key} is ${one!.value} on ${one!.id} and ${other.value} on ${other.id}`;
  }
  return undefined;
}
