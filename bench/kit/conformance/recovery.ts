/** What was acknowledged is there after every node's process died, in the midst of the load, and started again. */
import type { Check } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

export const recovery: Check = {
  name: 'recovery',
  promise: 'what was acknowledged is there after all nodes were killed and restarted, if a power loss may not take it',
  presets: 'all',
  looksAtData: true,
  run(setting) {
    // Who may forget everything when the power fails has no need of a log, and then a process takes all with it.
    if (!setting.claims.acknowledged.powerLoss) return undefined;
    const cluster = new LoadedCluster(setting, 1);
    if (cluster.service() === undefined) return 'no write was acknowledged in the first minute of a healthy cluster';
    cluster.load(200);
    cluster.crash(cluster.ids, 'kill');
    cluster.restart();
    if (cluster.service() === undefined)
      return 'no write was acknowledged in the minute after all nodes were restarted';
    cluster.settle();
    const [lost] = cluster.lost();
    return (
      lost && `${lost.node} acknowledged ${lost.key} at ${lost.answeredAtMs} ms, and no node has it after a restart`
    );
  },
};
