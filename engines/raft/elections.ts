/** When a node stands for election, and to whom it gives its vote. */
import type { NodeId } from '../api.ts';
import type { Belonging } from './belonging.ts';
import type { ElectionClock } from './election-clock.ts';
import type { AskVote, TimeoutNow, Vote } from './messages.ts';
import type { Node } from './node.ts';
import type { Roles } from './roles.ts';
import { mayVote } from './voting.ts';

/** Of a node that is about to be stopped. */
const ELECTIONS_LEFT = 3;

export class Elections {
  readonly #node: Node;
  readonly #clock: ElectionClock;
  readonly #belonging: Belonging;
  readonly #roles: Roles;
  /** It is about to be stopped: so many elections it leaves to others, and no more, for they may not be able. */
  #left = 0;

  constructor(node: Node, clock: ElectionClock, belonging: Belonging, roles: Roles) {
    this.#node = node;
    this.#clock = clock;
    this.#belonging = belonging;
    this.#roles = roles;
  }

  // ------------------------------------------------------------------------------------------------------ standing

  get #mayStand(): boolean {
    const node = this.#node;
    return !node.isWitness(node.self) && node.isAdmitted && this.#belonging.isVoter && !this.#isDiskStill();
  }

  /** Its own vote would not be on disk before others stand in their turn: it would take theirs for nothing. */
  #isDiskStill(): boolean {
    const { disk, host, options } = this.#node;
    const stillMs = disk.stillMs(host.now());
    return !options.lazySync && stillMs >= options.electionTimeoutMinMs;
  }

  /** It is about to be stopped. */
  leaveToOthers(): void {
    this.#left = ELECTIONS_LEFT;
  }

  onTimer(): void {
    // The watch has to look also while nothing is wrong, to know since when.
    const mayStand = this.#mayStand;
    if (this.#roles.leadership !== undefined || !this.#clock.expired()) return;
    this.#roles.forgetLeader();
    if (!this.#belonging.takesPart) {
      this.#roles.endCampaign();
      return;
    }
    this.#clock.restart();
    const hasFailed = this.#roles.campaign !== undefined;
    if (hasFailed || !mayStand) this.#belonging.inquire();
    if (this.#left > 0) this.#left--;
    else if (mayStand) this.#roles.stand(this.#node.options.preVote ? 'pre' : 'election');
    else this.#roles.endCampaign();
  }

  /** The leader asks for its successor. */
  onTimeoutNow(from: NodeId, { term }: TimeoutNow): void {
    if (this.#roles.following?.leader !== from || term !== this.#node.ballot.term || !this.#mayStand) return;
    this.#clock.restart();
    this.#roles.stand('transfer');
  }

  onVote(from: NodeId, vote: Vote): void {
    if (!vote.granted && vote.term > this.#node.ballot.term) this.#roles.enterTerm(vote.term);
    this.#roles.campaign?.answer(from, vote);
    this.#roles.winIfWon();
  }

  // -------------------------------------------------------------------------------------------------------- voting

  onAskVote(from: NodeId, asked: AskVote): void {
    const { ballot, host, log, isAdmitted } = this.#node;
    if (this.#protectsLeader(asked)) return;
    const { pre, lastIndex, lastTerm, disk = 0 } = asked;
    // The entry that admits this disk may be on the candidate's alone: without this vote neither could ever lead again.
    const granted = (isAdmitted || disk === ballot.disk) && mayVote(from, asked, ballot, log);
    const voteIn = (term: number): Vote => ({ type: 'vote', term, pre, granted, lastIndex, lastTerm });
    if (pre) {
      host.send(from, voteIn(granted ? asked.term : ballot.term), 'now');
      return;
    }
    if (asked.term > ballot.term) this.#roles.enterTerm(asked.term, granted ? from : null);
    else if (granted) ballot.set(asked.term, from);
    if (granted) this.#clock.gaveVote();
    host.send(from, voteIn(ballot.term), this.#node.when(ballot.position));
  }

  /** Without an answer: not even the higher term of who cannot know that a leader is there is taken on. */
  #protectsLeader({ transfer }: AskVote): boolean {
    if (transfer) return false;
    return this.#clock.isBound() || (this.#node.options.stickiness && this.#leaderIsFresh());
  }

  #leaderIsFresh(): boolean {
    const { leadership, following } = this.#roles;
    if (leadership === undefined) return following !== undefined && this.#clock.leaderIsFresh();
    return leadership.quorumSilenceMs() < this.#node.options.electionTimeoutMinMs;
  }
}
