/** A power loss of all nodes at once costs no acknowledged write, if that is claimed. */
import type { Check } from './check.ts';
import { BURST_EVERY_MS, BURST_MS, LoadedCluster } from './loaded-cluster.ts';

const ROUNDS = 5;
const DOWN_MS = 50;

export const powerLoss: Check = {
  name: 'power-loss',
  promise: 'acknowledged writes survive a power loss of all nodes, if claimed',
  presets: 'all',
  looksAtData: true,
  run(setting) {
    const cluster = new LoadedCluster(setting, 1);
    let isLost = false;
    for (let round = 1; round <= ROUNDS; round++) {
      cluster.service();
      // Another phase of the engine's own timers each time.
      cluster.load(50 + 15 * round);
      cluster.load(BURST_MS, BURST_EVERY_MS);
      cluster.crash(cluster.ids, 'vanish');
      cluster.simulation.run(DOWN_MS);
      cluster.restart();
      cluster.settle();
      const [lost] = cluster.lost();
      isLost ||= lost !== undefined;
      if (lost !== undefined && setting.claims.acknowledged.powerLoss) {
        return `${lost.node} acknowledged ${lost.key} at ${lost.answeredAtMs} ms, and it was lost when the power failed`;
      }
    }
    if (!isLost && !setting.claims.acknowledged.powerLoss) {
      setting.say(`bore ${ROUNDS} power losses of all nodes, and claims none`);
    }
    return undefined;
  },
};
