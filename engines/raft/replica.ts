/** One Raft replica: which role it has, and which room an input belongs to. */
import type { Command, Host, NodeId, Replica, ReplicaStatus, Request, Ticket } from '../api.ts';
import { Belonging } from './belonging.ts';
import { Campaign, type CampaignKind } from './campaign.ts';
import { ElectionClock } from './election-clock.ts';
import { FollowerReads } from './follower-reads.ts';
import { Following } from './following.ts';
import type { View } from './invariants.ts';
import { Leadership } from './leadership.ts';
import type { AskVote, Dismissed, Message, TimeoutNow, Vote } from './messages.ts';
import { Node } from './node.ts';
import type { RaftOptions } from './options.ts';
import type { LogRecord } from './records.ts';
import { type Roles, statusOf, viewOf } from './showing.ts';
import { Transfer } from './transfer.ts';
import { mayVote } from './voting.ts';

/** Of a node that is about to be stopped. */
const ELECTIONS_LEFT = 3;

export class RaftReplica implements Replica<Message> {
  readonly #node: Node;
  readonly #clock: ElectionClock;
  readonly #transfer: Transfer;
  readonly #followerReads: FollowerReads;
  readonly #belonging: Belonging;
  /** At most one of these is set; none: a follower that knows no leader. */
  #leadership: Leadership | undefined;
  #campaign: Campaign | undefined;
  #following: Following | undefined;
  /** Who elected this leader. */
  #supporters: readonly NodeId[] = [];
  /** It is about to be stopped: so many elections it leaves to others, and no more, for they may not be able. */
  #electionsLeft = 0;

  constructor(host: Host<Message, LogRecord>, options: RaftOptions) {
    this.#node = new Node(host, options, () => this.#leadership?.neededFrom ?? Number.POSITIVE_INFINITY);
    this.#clock = new ElectionClock(host, options);
    this.#belonging = new Belonging(this.#node);
    this.#transfer = new Transfer(this.#node);
    this.#followerReads = new FollowerReads(this.#node);
    if (this.#belonging.takesPart) this.#clock.restart();
  }

  // ------------------------------------------------------------------------------------------------------- clients

  onRequest(request: Request): void {
    const { host, options } = this.#node;
    const { kind } = request.operation;
    if (kind === 'get' && request.read === 'versions') {
      host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
    } else if (kind === 'get' && (request.read === 'local' || options.reads === 'local')) {
      this.#readHere(request);
    } else if (this.#leadership !== undefined) {
      this.#lead(this.#leadership, request);
    } else if (kind === 'get' && options.followerReads && this.#mayAnswerReads) {
      this.#followerReads.arrive(request);
    } else if (!this.#campaign?.keeps(request)) {
      this.#sendAway(request);
    }
  }

  /** To the leader, if this node knows one. */
  #sendAway(ticket: Ticket): void {
    const leader = this.#following?.leader;
    const hint = leader === undefined ? {} : { leader };
    this.#node.host.fail(ticket, { effect: 'none', reason: 'not-leader', ...hint }, 'now');
  }

  /** As stale as this node is. */
  #readHere(request: Request): void {
    const { host, machine } = this.#node;
    if (this.#isWitness) host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
    else if (machine.isLoading || !this.#belonging.takesPart)
      host.fail(request, { effect: 'none', reason: 'unavailable' }, 'now');
    else host.reply(request, { value: host.store.get(request.operation.key) }, 'now');
  }

  get #mayAnswerReads(): boolean {
    return this.#following !== undefined && !this.#isWitness && this.#followerReads.hasRoom();
  }

  #lead(leadership: Leadership, request: Request): void {
    const { host, options } = this.#node;
    const isRead = request.operation.kind === 'get' && options.reads !== 'log';
    if (!leadership.hasRoom(this.#transfer.size)) host.fail(request, { effect: 'none', reason: 'unavailable' }, 'now');
    else if (isRead) leadership.read(request);
    else if (!this.#transfer.keeps(request)) leadership.propose(request);
  }

  onCommand(ticket: Ticket, command: Command): void {
    const { host } = this.#node;
    if (command.kind === 'snapshot') this.#node.snapshots.ask(ticket);
    else if (command.kind === 'drain') this.#drain(ticket);
    else if (this.#leadership === undefined) this.#sendAway(ticket);
    else if (command.kind !== 'transfer') this.#leadership.command(ticket, command);
    else if (command.to === host.self) host.reply(ticket, {}, 'now');
    else this.#transfer.begin(ticket, command.to, this.#leadership);
  }

  #drain(ticket: Ticket): void {
    this.#electionsLeft = ELECTIONS_LEFT;
    if (this.#leadership === undefined) this.#node.host.reply(ticket, {}, 'now');
    else this.#transfer.begin(ticket, undefined, this.#leadership);
  }

  // ------------------------------------------------------------------------------------------------------ messages

  onMessage(from: NodeId, message: Message): void {
    if (message.type === 'ask-vote') this.#onAskVote(from, message);
    else if (message.type === 'inquiry') this.#belonging.onInquiry(from, message);
    else if (message.type === 'vote' && message.pre) this.#onVote(from, message);
    else if (message.type === 'dismissed') this.#onDismissed(message);
    else if (message.term < this.#node.ballot.term) this.#onOldTerm(from, message);
    else {
      if (message.term > this.#node.ballot.term) this.#enterTerm(message.term);
      this.#onCurrentTerm(from, message);
    }
  }

  #onCurrentTerm(from: NodeId, message: Message): void {
    switch (message.type) {
      case 'append':
        this.#follow(from)?.onAppend(message);
        break;
      case 'beat':
        this.#follow(from)?.onBeat(message);
        break;
      case 'chunk':
        this.#follow(from)?.onChunk(message);
        break;
      case 'acked':
        this.#leadership?.onAcked(from, message);
        break;
      case 'heard':
        this.#leadership?.onHeard(from, message);
        break;
      case 'chunk-taken':
        this.#leadership?.onChunkTaken(from, message);
        break;
      case 'vote':
        this.#onVote(from, message);
        break;
      case 'timeout-now':
        this.#onTimeoutNow(from, message);
        break;
      case 'ask-index':
        this.#leadership?.read({ from, id: message.id });
        break;
      case 'read-index':
        this.#followerReads.onReadIndex(message);
        break;
    }
  }

  /** A leader of the past, or one whose term a cut-off candidate has passed, is told to make way; the rest is stale. */
  #onOldTerm(from: NodeId, message: Message): void {
    const { ballot, host } = this.#node;
    if (message.type !== 'append' && message.type !== 'beat' && message.type !== 'chunk') return;
    host.send(from, { type: 'outdated', term: ballot.term }, this.#node.when(ballot.position));
  }

  // ------------------------------------------------------------------------------------------------- other inputs

  onTimer(name: string): void {
    if (name === 'heartbeat') this.#onHeartbeat();
    else if (name === 'election') this.#onElectionTimer();
    else if (name === 'commit-notice') this.#leadership?.onNoticeDue();
    else if (name === 'snapshot') this.#node.snapshots.onTimer();
    else if (name === 'transfer') this.#transfer.onDeadline(this.#leadership);
    else if (name === 'reads') this.#followerReads.onTimer();
    // 'go-on' only makes another turn, whose end does the work.
  }

  onDurable(position: number): void {
    this.#node.log.onDurable(position);
    this.#leadership?.onDurable();
    if (this.#campaign?.count() === 'won') this.#win(this.#campaign);
  }

  onLink(peer: NodeId, up: boolean): void {
    if (up || !this.#node.options.linkHint || this.#following?.leader !== peer) return;
    this.#forgetLeader();
    this.#clock.hurry();
  }

  onTurnEnd(): void {
    const { machine, host, snapshots } = this.#node;
    const leadership = this.#leadership;
    if (leadership !== undefined) {
      leadership.endTurn();
      this.#transfer.onTurnEnd(leadership);
      if (leadership.isDismissed) this.#leave(leadership);
    } else {
      if (machine.apply()) host.setTimer('go-on', 0);
      this.#following?.answer();
    }
    this.#followerReads.onTurnEnd(this.#following?.leader);
    snapshots.onTurnEnd();
  }

  // ------------------------------------------------------------------------------------------------ who takes part

  get #isWitness(): boolean {
    return this.#node.isWitness(this.#node.self);
  }

  #onDismissed(message: Dismissed): void {
    if (this.#following === undefined && this.#leadership === undefined) this.#belonging.onDismissed(message);
  }

  get #mayStand(): boolean {
    return !this.#isWitness && this.#node.isAdmitted && this.#belonging.isVoter;
  }

  /** The configuration without this leader is committed: it makes way at once. */
  #leave(leadership: Leadership): void {
    const { host, ballot } = this.#node;
    const [successor] = leadership.successors;
    if (successor !== undefined) host.send(successor, { type: 'timeout-now', term: ballot.term }, 'now');
    this.#stepDown();
  }

  // ------------------------------------------------------------------------------------------------------ elections

  #onElectionTimer(): void {
    if (this.#leadership !== undefined || !this.#clock.expired()) return;
    this.#forgetLeader();
    if (!this.#belonging.takesPart) {
      this.#endCampaign();
      return;
    }
    this.#clock.restart();
    const hasFailed = this.#campaign !== undefined;
    if (hasFailed || !this.#mayStand) this.#belonging.inquire();
    if (this.#electionsLeft > 0) this.#electionsLeft--;
    else if (this.#mayStand) this.#stand(this.#node.options.preVote ? 'pre' : 'election');
    else this.#endCampaign();
  }

  /** The leader asks for its successor. */
  #onTimeoutNow(from: NodeId, { term }: TimeoutNow): void {
    if (this.#following?.leader !== from || term !== this.#node.ballot.term || !this.#mayStand) return;
    this.#following = undefined;
    this.#clock.restart();
    this.#stand('transfer');
  }

  #stand(kind: CampaignKind): void {
    this.#endCampaign();
    this.#campaign = new Campaign(this.#node, kind);
    if (this.#campaign.count() === 'won') this.#win(this.#campaign);
  }

  #win(campaign: Campaign): void {
    const { ballot, host } = this.#node;
    if (campaign.pre) {
      this.#stand('election');
      return;
    }
    this.#campaign = undefined;
    this.#clock.stop();
    this.#supporters = campaign.supporters;
    const leadership = new Leadership(this.#node);
    this.#leadership = leadership;
    host.note({ kind: 'leads', epoch: ballot.term });
    for (const request of campaign.kept) this.#lead(leadership, request);
  }

  #endCampaign(): void {
    const kept = this.#campaign?.kept ?? [];
    this.#campaign = undefined;
    for (const request of kept) this.#node.host.fail(request, { effect: 'none', reason: 'not-leader' }, 'now');
  }

  #onAskVote(from: NodeId, asked: AskVote): void {
    const { ballot, host, log, isAdmitted } = this.#node;
    if (this.#protectsLeader(asked)) return;
    const granted = isAdmitted && mayVote(from, asked, ballot, log);
    if (asked.pre) {
      host.send(from, { type: 'vote', term: granted ? asked.term : ballot.term, pre: true, granted }, 'now');
      return;
    }
    if (asked.term > ballot.term) this.#enterTerm(asked.term, granted ? from : null);
    else if (granted) ballot.set(asked.term, from);
    if (granted) this.#clock.gaveVote();
    host.send(from, { type: 'vote', term: ballot.term, pre: false, granted }, this.#node.when(ballot.position));
  }

  /** Without an answer: not even the higher term of who cannot know that a leader is there is taken on. */
  #protectsLeader({ transfer }: AskVote): boolean {
    if (transfer) return false;
    return this.#clock.isBound() || (this.#node.options.stickiness && this.#leaderIsFresh());
  }

  #leaderIsFresh(): boolean {
    if (this.#leadership === undefined) return this.#following !== undefined && this.#clock.leaderIsFresh();
    return this.#leadership.quorumSilenceMs() < this.#node.options.electionTimeoutMinMs;
  }

  #onVote(from: NodeId, vote: Vote): void {
    if (!vote.granted && vote.term > this.#node.ballot.term) this.#enterTerm(vote.term);
    const campaign = this.#campaign;
    if (campaign === undefined || campaign.pre !== vote.pre) return;
    if (vote.granted && vote.term !== campaign.term) return;
    if (campaign.answer(from, vote.granted) === 'won') this.#win(campaign);
  }

  // ---------------------------------------------------------------------------------------------------------- roles

  #onHeartbeat(): void {
    const reason = this.#leadership!.onHeartbeat();
    if (reason === undefined) return;
    this.#node.host.note({ kind: 'trace', text: `steps down: ${reason}` });
    this.#stepDown();
  }

  /** A follower of nobody yet, in a higher term. */
  #enterTerm(term: number, vote: NodeId | null = null): void {
    this.#stepDown();
    this.#endCampaign();
    this.#following = undefined;
    this.#node.ballot.set(term, vote);
  }

  #stepDown(): void {
    if (this.#leadership === undefined) return;
    const { ballot, host } = this.#node;
    this.#leadership.end();
    this.#leadership = undefined;
    host.note({ kind: 'steps-down', epoch: ballot.term });
    this.#clock.restart();
  }

  /** A sign of life of this term's leader. */
  #follow(leader: NodeId): Following | undefined {
    const { ballot, host, options } = this.#node;
    if (this.#leadership !== undefined || (this.#following !== undefined && this.#following.leader !== leader)) {
      if (options.lazySync) {
        // A power loss has taken back a vote: nobody leads in this term.
        this.#enterTerm(ballot.term + 1);
        host.send(leader, { type: 'outdated', term: ballot.term }, 'now');
        return undefined;
      }
      throw new Error(`raft: ${leader} leads in term ${ballot.term}, which has another leader`);
    }
    if (this.#following === undefined) {
      this.#endCampaign();
      this.#following = new Following(this.#node, leader);
      this.#belonging.onLeader();
      host.note({ kind: 'trusts', node: leader });
      this.#transfer.onLeader(leader);
    }
    this.#clock.heardLeader();
    return this.#following;
  }

  #forgetLeader(): void {
    if (this.#following === undefined) return;
    this.#node.host.note({ kind: 'suspects', node: this.#following.leader });
    this.#following = undefined;
  }

  // ------------------------------------------------------------------------------------------------------ on show

  holds(): boolean {
    return !this.#isWitness && this.#belonging.takesPart;
  }

  #role(): string {
    if (this.#leadership !== undefined) return 'leader';
    if (this.#campaign !== undefined) return 'candidate';
    if (this.#isWitness) return 'witness';
    if (!this.#belonging.takesPart) return 'spare';
    return this.#belonging.isVoter ? 'follower' : 'learner';
  }

  get #roles(): Roles {
    const isElection = this.#campaign?.pre === false;
    const elected = isElection ? this.#campaign!.supporters : [];
    return {
      role: this.#role(),
      leader: this.#leadership === undefined ? this.#following?.leader : this.#node.self,
      supporters: this.#leadership === undefined ? elected : this.#supporters,
    };
  }

  status(): ReplicaStatus {
    return statusOf(this.#node, this.#roles);
  }

  inspect(): View {
    return viewOf(this.#node, this.#roles);
  }
}
