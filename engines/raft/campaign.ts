/** One round of asking for votes: first, if so set, whether an election could be won, then the election. */
import type { NodeId } from '../api.ts';
import { type Tally, tally } from '../parts/quorum.ts';
import type { Node } from './node.ts';

export class Campaign {
  readonly term: number;
  readonly pre: boolean;
  readonly #node: Node;
  readonly #answers = new Map<NodeId, boolean>();

  /** Asks all the others. A real one enters the next term and votes for itself there, durably before anyone is asked. */
  constructor(node: Node, pre: boolean) {
    const { ballot, host, log } = node;
    this.#node = node;
    this.pre = pre;
    this.term = ballot.term + 1;
    if (pre) this.#answers.set(host.self, true);
    else ballot.set(this.term, host.self);
    const ask = { type: 'ask-vote', term: this.term, pre, lastIndex: log.last, lastTerm: log.lastTerm } as const;
    for (const peer of node.peers) host.send(peer, ask, pre ? 'now' : ballot.position);
  }

  answer(voter: NodeId, granted: boolean): Tally {
    // A refusal may be a late one, from an earlier round in the same term.
    if (granted || !this.#answers.get(voter)) this.#answers.set(voter, granted);
    return this.count();
  }

  /** Who has granted it the vote so far. */
  get supporters(): readonly NodeId[] {
    return [...this.#answers].filter(([, granted]) => granted).map(([voter]) => voter);
  }

  /** Where the vote stands. The own vote counts once it is durable, as anybody's does. */
  count(): Tally {
    const { ballot, host, log, voters } = this.#node;
    if (!this.pre && log.durablePosition >= ballot.position) this.#answers.set(host.self, true);
    return tally(voters, this.#answers);
  }
}
