/**
 * What this member believes of the others, and which news overrides it.
 *
 * A higher incarnation always wins. Within one incarnation bad news wins: dead over suspect over alive; so only the
 * member itself, by a new incarnation, can clear its name. The order is total, so members that have heard the same rumours, in
 * whatever order and however often, believe the same.
 */
import type { NodeId } from '../../api.ts';
import type { Status } from '../membership.ts';
import type { Belief } from './messages.ts';

const WEIGHT: { readonly [status in Status]: number } = { alive: 0, suspect: 1, dead: 2 };

/** Whether news overrides what is believed. */
export const overrides = (news: Belief, belief: Belief): boolean =>
  news.incarnation > belief.incarnation ||
  (news.incarnation === belief.incarnation && WEIGHT[news.status] > WEIGHT[belief.status]);

/** Of whom nothing has been heard this is believed: alive, in the first life. */
const NOTHING_HEARD: Belief = { status: 'alive', incarnation: 0 };

/** Only what differs from that is kept, so a thousand members that have never failed cost nothing. */
export class Beliefs {
  readonly #heard = new Map<NodeId, Belief>();

  get(node: NodeId): Belief {
    return this.#heard.get(node) ?? NOTHING_HEARD;
  }

  /** Takes news that overrides what is believed; says whether it did. */
  hear(node: NodeId, news: Belief): boolean {
    if (!overrides(news, this.get(node))) return false;
    this.#heard.set(node, news);
    return true;
  }

  /** What differs from "alive, in the first life". */
  heard(): Iterable<readonly [NodeId, Belief]> {
    return this.#heard;
  }
}
