/** What acknowledged writes survive: losing some nodes, disks or the power under load. Every choice of victims is tried. */
import type { NodeId } from '../../../engines/api.ts';
import type { Setting } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

/** At the end of a longer load there are writes in every stage of their way. */
const LOAD_MS = 250;

/** Takes its victims from a cluster under load, for good or for a while. */
export type Injury = (cluster: LoadedCluster, victims: readonly NodeId[]) => void;

/**
 * The broken promise, if so many victims cost an acknowledged write. Says so if one victim more, which the engine does not
 * claim to bear, never costs one: then it claims too little.
 */
export function survives(setting: Setting, what: string, victims: number, injure: Injury): string | undefined {
  const ids = setting.members.map((member) => member.id);
  const loss = (count: number): string | undefined => {
    for (const [at, chosen] of choices(ids, count).entries()) {
      const cluster = new LoadedCluster(setting, at + 1);
      cluster.service();
      cluster.load(LOAD_MS + at);
      injure(cluster, chosen);
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
    setting.say(`claims to bear the loss of ${victims} ${what}s, and bore ${victims + 1} each time: it may claim more`);
  }
  return undefined;
}

/** All ways to choose so many. */
function choices(ids: readonly NodeId[], count: number): NodeId[][] {
  if (count === 0) return [[]];
  return ids.flatMap((id, at) => choices(ids.slice(at + 1), count - 1).map((others) => [id, ...others]));
}
