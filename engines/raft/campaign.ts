/** One round of asking for votes: first, if so set, whether an election could be won, then the election. */
import type { NodeId, Request } from '../api.ts';
import { tallyBoth } from '../parts/joint-quorum.ts';
import type { Tally } from '../parts/quorum.ts';
import { everyone } from './configuration.ts';
import type { AskVote } from './messages.ts';
import type { Node } from './node.ts';

const KEPT_MAX = 4096;

export type CampaignKind = 'pre' | 'election' | 'transfer';

export class Campaign {
  readonly term: number;
  readonly kind: CampaignKind;
  readonly pre: boolean;
  readonly #node: Node;
  readonly #answers = new Map<NodeId, boolean>();
  /** What clients asked meanwhile of a node that is expected to lead. */
  readonly kept: Request[] = [];

  /**
   * Asks all the others. An election enters the next term and votes for itself there, durably before anyone is asked; one that
   * the leader has asked for says so.
   */
  constructor(node: Node, kind: CampaignKind) {
    const { ballot, host, log, self } = node;
    this.#node = node;
    this.kind = kind;
    this.pre = kind === 'pre';
    this.term = ballot.term + 1;
    if (this.pre) this.#answers.set(self, true);
    else ballot.set(this.term, self);
    const ask: AskVote = {
      type: 'ask-vote',
      term: this.term,
      pre: this.pre,
      transfer: kind === 'transfer',
      lastIndex: log.last,
      lastTerm: log.lastTerm,
    };
    const when = this.pre ? 'now' : node.when(ballot.position);
    for (const id of everyone(node.configuration)) if (id !== self) host.send(id, ask, when);
  }

  /** Whether what is asked of a node that the leader has asked to lead can wait for that. */
  keeps(request: Request): boolean {
    if (this.kind !== 'transfer' || this.kept.length >= KEPT_MAX) return false;
    this.kept.push(request);
    return true;
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
    const { ballot, configuration, self } = this.#node;
    if (!this.pre && this.#node.when(ballot.position) === 'now') this.#answers.set(self, true);
    return tallyBoth(configuration, this.#answers);
  }
}
