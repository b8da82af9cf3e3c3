/**
 * Rumours still to be passed on, one a member at most: a newer one replaces the older. Each is handed out a bounded number of times,
 * those handed out least first: `RETRANSMISSIONS` × ⌈log10(members + 1)⌉ times, as memberlist does it (its factor of 4 included).
 * A few times log n is enough for a rumour to reach everyone with high probability (Das, Gupta, Motivala 2002, section 4.1); who is missed
 * learns of it later, when it probes or is probed, or by a full exchange.
 */
import type { NodeId } from '../../api.ts';
import type { Belief, Rumours } from './messages.ts';

const RETRANSMISSIONS = 4;

interface Rumour {
  readonly belief: Belief;
  readonly by: NodeId;
  told: number;
}

export class RumourMill {
  /** By how often they have been told. The work for one message must not grow with the rumours under way. */
  readonly #byTold: Map<NodeId, Rumour>[];
  readonly #rumours = new Map<NodeId, Rumour>();

  constructor(members: number) {
    const times = RETRANSMISSIONS * Math.ceil(Math.log10(members + 1));
    this.#byTold = Array.from({ length: times }, () => new Map());
  }

  get size(): number {
    return this.#rumours.size;
  }

  /** `by`: who says so. */
  spread(node: NodeId, belief: Belief, by: NodeId): void {
    const older = this.#rumours.get(node);
    if (older !== undefined) this.#byTold[older.told]!.delete(node);
    const rumour = { belief, by, told: 0 };
    this.#rumours.set(node, rumour);
    this.#byTold[0]!.set(node, rumour);
  }

  /** Up to `limit` rumours for one message. */
  take(limit: number): Rumours {
    if (this.#rumours.size === 0) return [];
    const chosen: [NodeId, Rumour][] = [];
    for (const told of this.#byTold) {
      for (const entry of told) {
        if (chosen.length === limit) break;
        chosen.push(entry);
      }
    }
    for (const [node, rumour] of chosen) this.#tell(node, rumour);
    return chosen.flatMap(([node, { belief, by }]) => [node, belief.status, belief.incarnation, by]);
  }

  #tell(node: NodeId, rumour: Rumour): void {
    this.#byTold[rumour.told]!.delete(node);
    rumour.told++;
    const next = this.#byTold[rumour.told];
    if (next === undefined) this.#rumours.delete(node);
    else next.set(node, rumour);
  }
}
