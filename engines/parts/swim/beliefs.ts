/**
 * What this member believes of the others, and which news overrides it.
 *
 * A higher incarnation always wins. Within one incarnation bad news wins: dead over suspect over alive; so only the
 * member itself, by a new incarnation, can clear its name. The order is total, so members that have heard the same rumours, in
 * whatever order and however often, believe the same.
 */
import type { NodeId } from '../../api.ts';
import type { Belief, Rumours, Status } from './messages.ts';

const WEIGHT: { readonly [status in Status]: number } = { alive: 0, suspect: 1, dead: 2 };

/** Whether news overrides what is believed. */
export const overrides = (news: Belief, belief: Belief): boolean =>
  news.incarnation > belief.incarnation ||
  (news.incarnation === belief.incarnation && WEIGHT[news.status] > WEIGHT[belief.status]);

/**
 * Rumours still to be passed on, one a member at most: a newer one replaces the older. Each is handed out a bounded number of times,
 * those handed out least first. A few times log n is enough for a rumour to reach everyone with high probability; who is
 * missed learns of it later, when it probes or is probed.
 */
export class RumourMill {
  readonly #times: number;
  readonly #rumours = new Map<NodeId, { belief: Belief; told: number }>();

  constructor(members: number) {
    this.#times = 3 * Math.ceil(Math.log2(members + 1));
  }

  spread(node: NodeId, belief: Belief): void {
    this.#rumours.set(node, { belief, told: 0 });
  }

  /** Up to `limit` rumours for one message. */
  take(limit: number): Rumours {
    if (this.#rumours.size === 0) return [];
    const chosen = [...this.#rumours].sort((a, b) => a[1].told - b[1].told).slice(0, limit);
    for (const [node, rumour] of chosen) {
      rumour.told++;
      if (rumour.told >= this.#times) this.#rumours.delete(node);
    }
    return chosen.flatMap(([node, { belief }]) => [node, belief.status, belief.incarnation]);
  }
}
