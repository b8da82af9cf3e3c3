/** One round of asking for votes: first, if so set, whether an election could be won, then the election. */
import type { NodeId, Request } from '../api.ts';
import { tallyBoth } from '../parts/joint-quorum.ts';
import type { Tally } from '../parts/quorum.ts';
import { diskOf, everyone } from './configuration.ts';
import { type AskVote, fromDisk, type Vote } from './messages.ts';
import type { Node } from './node.ts';

const KEPT_MAX = 4096;

export type CampaignKind = 'pre' | 'election' | 'transfer';

export class Campaign {
  readonly term: number;
  readonly kind: CampaignKind;
  readonly pre: boolean;
  readonly #node: Node;
  readonly #ask: AskVote;
  readonly #answers = new Map<NodeId, boolean>();
  /** What clients asked meanwhile of a node that is expected to lead. */
  readonly kept: Request[] = [];

  /**
   * Asks all the others. An election enters the next term and votes for itself there; one that the leader has asked for says so.
   * Nobody waits for the own disk before it asks, but to win it has to have the own vote there, and the log that it asks for.
   */
  constructor(node: Node, kind: CampaignKind) {
    const { ballot, host, log, self } = node;
    this.#node = node;
    this.kind = kind;
    this.pre = kind === 'pre';
    this.term = ballot.term + 1;
    if (this.pre) this.#answers.set(self, true);
    else ballot.set(this.term, self);
    this.#ask = {
      type: 'ask-vote',
      term: this.term,
      pre: this.pre,
      transfer: kind === 'transfer',
      lastIndex: log.last,
      lastTerm: log.lastTerm,
    };
    const { configuration } = node;
    for (const id of everyone(configuration)) {
      if (id !== self) host.send(id, { ...this.#ask, ...fromDisk(diskOf(configuration, id)) }, 'now');
    }
  }

  /**
   * Whether a grant is for this campaign, or one as good: a former life of this node may have asked in the same term, and lost
   * that with its power. Who grants a log that ends in the same entry grants this one.
   */
  #isAnswered({ term, lastIndex, lastTerm }: Vote): boolean {
    return term === this.term && lastIndex === this.#ask.lastIndex && lastTerm === this.#ask.lastTerm;
  }

  /** Whether what is asked of a node that the leader has asked to lead can wait for that. */
  keeps(request: Request): boolean {
    if (this.kind !== 'transfer' || this.kept.length >= KEPT_MAX) return false;
    this.kept.push(request);
    return true;
  }

  answer(voter: NodeId, vote: Vote): void {
    const { granted } = vote;
    const isForThis = vote.pre === this.pre && (!granted || this.#isAnswered(vote));
    // A refusal may be a late one, from an earlier round in the same term.
    if (isForThis && (granted || !this.#answers.get(voter))) this.#answers.set(voter, granted);
  }

  /** Who has granted it the vote so far. */
  get supporters(): readonly NodeId[] {
    return [...this.#answers].filter(([, granted]) => granted).map(([voter]) => voter);
  }

  /** Where the vote stands. The own vote counts once it is durable, as anybody's does, and nobody leads who might forget it. */
  count(): Tally {
    const { ballot, configuration, self } = this.#node;
    const isDurable = this.pre || this.#node.when(ballot.position) === 'now';
    if (isDurable) this.#answers.set(self, true);
    const tally = tallyBoth(configuration, this.#answers);
    return tally === 'won' && !isDurable ? 'pending' : tally;
  }
}
