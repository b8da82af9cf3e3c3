/** What must hold between the nodes at every moment; looked at in the simulation only. */
import type { NodeId } from '../api.ts';
import { type EpochLog, reaches } from '../parts/epoch-log.ts';
import type { Content } from './record.ts';

export interface Inspected {
  readonly isFull: boolean;
  readonly fullMembers: number;
  readonly isSafe: boolean;
  readonly copies: number;
  /** Whether these promises are enough. */
  readonly canBePromoted: (promises: ReadonlySet<NodeId>) => boolean;
  /** The epoch in which this node is primary; 0: it is not. */
  readonly reigns: number;
  /** Its lease says that nobody else can have been promoted. */
  readonly leased: boolean;
  /** The highest epoch it has promised, and to whom. */
  readonly epoch: number;
  readonly promisedTo: NodeId;
  /** Not of a node that lost its disk, and has not been brought up to date. */
  readonly voice: boolean;
  /** Of a candidate or primary: who has promised it this epoch. */
  readonly supporters: readonly NodeId[];
  readonly log: EpochLog<Content>;
  readonly durable: number;
  readonly committed: number;
  /** Records that counted and were cut back. */
  readonly cutBack: number;
}

/** Records compared below the last point that two logs share. */
const COMPARED = 4;

/** Returns the broken invariant in one sentence, or undefined. */
export function invariants(views: ReadonlyMap<NodeId, unknown>): string | undefined {
  const all = views as ReadonlyMap<NodeId, Inspected>;
  const nodes = [...all].filter(([, node]) => node.isFull);
  const reigning = new Map<number, NodeId>();
  for (const [id, node] of nodes) {
    const forgotten = brokenPromise(id, node, all) ?? brokenLease(id, node, nodes);
    if (forgotten !== undefined) return forgotten;
    if (node.isSafe && node.cutBack > 0) return `Committed stays: ${id} cut back ${node.cutBack} records that counted`;
    if (node.reigns === 0) continue;
    const other = reigning.get(node.reigns);
    if (other !== undefined) return `Election safety: ${other} and ${id} are both primary of epoch ${node.reigns}`;
    reigning.set(node.reigns, id);
    const broken = lacksCopies(id, node, nodes);
    if (broken !== undefined) return broken;
  }
  for (let i = 0; i < nodes.length; i++) {
    for (let j = i + 1; j < nodes.length; j++) {
      const position = differsAt(nodes[i]![1].log, nodes[j]![1].log);
      if (position > 0)
        return `Log matching: ${nodes[i]![0]} and ${nodes[j]![0]} hold different records at position ${position} of one epoch`;
    }
  }
  return couldBePromoted(all);
}

/** An epoch is promised to one candidate, and for ever: who has promised it knows so, in whatever life. */
function brokenPromise(id: NodeId, node: Inspected, all: ReadonlyMap<NodeId, Inspected>): string | undefined {
  for (const supporter of node.supporters) {
    const now = all.get(supporter);
    if (now === undefined || !now.voice || now.epoch > node.epoch) continue;
    if (now.epoch === node.epoch && now.promisedTo === id) continue;
    return `Promises: ${supporter} promised epoch ${node.epoch} to ${id}, and has promised epoch ${now.epoch} to ${now.promisedTo}`;
  }
  return undefined;
}

/** While a primary may answer by its lease nobody has been promoted after it. */
function brokenLease(
  id: NodeId,
  { leased, reigns }: Inspected,
  nodes: readonly (readonly [NodeId, Inspected])[],
): string | undefined {
  const later = leased ? nodes.find(([, node]) => node.reigns > reigns) : undefined;
  return (
    later &&
    `Lease: that of ${id} in epoch ${reigns} still runs, and ${later[0]} is primary of epoch ${later[1].reigns}`
  );
}

/** Everything a primary has counted is on its disk and on `copies` more. Nodes that are down get the benefit of the doubt. */
function lacksCopies(
  id: NodeId,
  primary: Inspected,
  nodes: readonly (readonly [NodeId, Inspected])[],
): string | undefined {
  const { committed, log } = primary;
  if (committed === 0) return undefined;
  if (primary.durable < committed)
    return `Commitment: ${id} counts record ${committed}, but its own disk ends at ${primary.durable}`;
  const epoch = log.epochAt(committed);
  let holders = primary.fullMembers - nodes.length;
  for (const [, node] of nodes) {
    // What is in an image has been told apart from what replaced it before.
    const holds = node.log.base.position > committed || node.log.epochAt(committed) === epoch;
    if (node.durable >= committed && holds) holders++;
  }
  if (holders > primary.copies) return undefined;
  return `Commitment: ${id} counts record ${committed} of epoch ${epoch}, but at most ${holders} nodes hold it instead of ${primary.copies + 1}`;
}

/** Nobody who lacks the newest record that counts could be promoted by the others, not even after a power loss. */
function couldBePromoted(all: ReadonlyMap<NodeId, Inspected>): string | undefined {
  const [newest] = [...all].sort(([, a], [, b]) => b.committed - a.committed);
  if (newest === undefined || !newest[1].isSafe || newest[1].committed === 0) return undefined;
  const [knowing, { committed, log }] = newest;
  const epoch = log.epochAt(committed);
  const voices = [...all].filter(([, { voice }]) => voice);
  for (const [id, candidate] of voices) {
    if (!candidate.isFull || candidate.log.epochAt(committed) === epoch) continue;
    const promises = voices.filter(([other, view]) => {
      const end = { epoch: view.log.epochAt(view.durable), position: view.durable };
      return other === id || !view.isFull || reaches(candidate.log.end, end);
    });
    if (candidate.canBePromoted(new Set(promises.map(([other]) => other)))) {
      return `Promotions: ${id} lacks record ${committed}, which counts at ${knowing}, and could be promoted`;
    }
  }
  return undefined;
}

/** Log matching: below the last shared (epoch, position) two logs are equal. Returns the position of a difference, or 0. */
function differsAt(a: EpochLog<Content>, b: EpochLog<Content>): number {
  const common = a.commonPoint(b.runs(b.last, 32));
  if (!common.sure) return 0;
  const least = Math.max(a.base.position, b.base.position, common.position - COMPARED);
  for (let position = common.position; position > least; position--) {
    if (a.epochAt(position) !== b.epochAt(position)) return position;
    const [one, other] = [a.at(position), b.at(position)];
    if (one !== other && JSON.stringify(one) !== JSON.stringify(other)) return position;
  }
  return 0;
}
