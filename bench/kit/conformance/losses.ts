/**
 * What acknowledged writes survive: losing some nodes or disks under load, when first one of the others and then the victims
 * themselves have been cut off, so that some writes are nowhere else. Every choice of victims is tried.
 */
import type { NodeId } from '../../../engines/api.ts';
import type { Setting } from './check.ts';
import { BURST_EVERY_MS, BURST_MS, LoadedCluster } from './loaded-cluster.ts';

const LOAD_MS = 100;

/** Takes its victims from a cluster under load, for good or for a while. */
export type Injury = (cluster: LoadedCluster, victims: readonly NodeId[]) => void;

/**
 * The broken promise, if so many victims cost an acknowledged write. Says so if one victim more than claimed never costs one:
 * perhaps the engine claims too little.
 */
export function survives(setting: Setting, what: string, victims: number, injure: Injury): string | undefined {
  const ids = setting.members.map((member) => member.id);
  const loss = (count: number): string | undefined => {
    for (const [at, chosen] of choices(ids, count).entries()) {
      const cluster = new LoadedCluster(setting, at + 1);
      cluster.service();
      cluster.load(LOAD_MS + at);
      const others = ids.filter((id) => !chosen.includes(id));
      cluster.isolate(others[0]!);
      cluster.load(BURST_MS, BURST_EVERY_MS);
      cluster.simulation.cut(chosen, others);
      cluster.load(BURST_MS, BURST_EVERY_MS);
      injure(cluster, chosen);
      cluster.simulation.network.mendAll();
      cluster.settle();
      const [lost] = cluster.lost();
      if (lost !== undefined) {
        return `${lost.node} acknowledged ${lost.key} at ${lost.answeredAtMs} ms, and it was lost with the ${what} of ${chosen.join(' and ')}`;
      }
    }
    return undefined;
  };
  if (victims > 0) {
    const lost = loss(victims);
    if (lost !== undefined) return lost;
  }
  if (victims + 1 < ids.length && loss(victims + 1) === undefined) {
    setting.say(`bore the loss of ${victims + 1} ${what}s each time, and claims no more than ${victims}`);
  }
  return undefined;
}

/** All ways to choose so many. */
function choices(ids: readonly NodeId[], count: number): NodeId[][] {
  if (count === 0) return [[]];
  return ids.flatMap((id, at) => choices(ids.slice(at + 1), count - 1).map((others) => [id, ...others]));
}
