/** One Raft replica: which role it has, and which room an input belongs to. */
import type { Command, Host, NodeId, Replica, ReplicaStatus, Request, Ticket } from '../api.ts';
import { Belonging } from './belonging.ts';
import { ElectionClock } from './election-clock.ts';
import { Elections } from './elections.ts';
import { FollowerReads } from './follower-reads.ts';
import type { View } from './invariants.ts';
import type { Leadership } from './leadership.ts';
import type { Dismissed, Message } from './messages.ts';
import { Node } from './node.ts';
import type { RaftOptions } from './options.ts';
import type { LogRecord } from './records.ts';
import { Roles } from './roles.ts';
import { type Shown, statusOf, viewOf } from './showing.ts';
import { Transfer } from './transfer.ts';

export class RaftReplica implements Replica<Message> {
  readonly #node: Node;
  readonly #clock: ElectionClock;
  readonly #transfer: Transfer;
  readonly #followerReads: FollowerReads;
  readonly #belonging: Belonging;
  readonly #roles: Roles;
  readonly #elections: Elections;

  constructor(host: Host<Message, LogRecord>, options: RaftOptions) {
    this.#node = new Node(host, options, () => this.#roles.leadership?.neededFrom ?? Number.POSITIVE_INFINITY);
    this.#clock = new ElectionClock(host, options);
    this.#belonging = new Belonging(this.#node);
    this.#transfer = new Transfer(this.#node);
    this.#followerReads = new FollowerReads(this.#node);
    this.#roles = new Roles(this.#node, this.#clock, this.#belonging, {
      onLeads: (leadership, kept) => {
        for (const request of kept) this.#lead(leadership, request);
      },
      onFollows: (leader) => this.#transfer.onLeader(leader),
    });
    this.#elections = new Elections(this.#node, this.#clock, this.#belonging, this.#roles);
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
    } else if (this.#roles.leadership !== undefined) {
      this.#lead(this.#roles.leadership, request);
    } else if (kind === 'get' && options.followerReads && this.#mayAnswerReads) {
      this.#followerReads.arrive(request);
    } else if (!this.#roles.campaign?.keeps(request)) {
      this.#sendAway(request);
    }
  }

  /** To the leader, if this node knows one. */
  #sendAway(ticket: Ticket): void {
    const leader = this.#roles.following?.leader;
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
    return this.#roles.following !== undefined && !this.#isWitness && this.#followerReads.hasRoom();
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
    else if (this.#roles.leadership === undefined) this.#sendAway(ticket);
    else if (command.kind !== 'transfer') this.#roles.leadership.command(ticket, command);
    else if (command.to === host.self) host.reply(ticket, {}, 'now');
    else this.#transfer.begin(ticket, command.to, this.#roles.leadership);
  }

  #drain(ticket: Ticket): void {
    this.#elections.leaveToOthers();
    if (this.#roles.leadership === undefined) this.#node.host.reply(ticket, {}, 'now');
    else this.#transfer.begin(ticket, undefined, this.#roles.leadership);
  }

  // ------------------------------------------------------------------------------------------------------ messages

  onMessage(from: NodeId, message: Message): void {
    if (message.type === 'ask-vote') this.#elections.onAskVote(from, message);
    else if (message.type === 'inquiry') this.#belonging.onInquiry(from, message);
    else if (message.type === 'vote' && message.pre) this.#elections.onVote(from, message);
    else if (message.type === 'dismissed') this.#onDismissed(message);
    else if (message.term < this.#node.ballot.term) this.#onOldTerm(from, message);
    else {
      if (message.term > this.#node.ballot.term) this.#roles.enterTerm(message.term);
      this.#onCurrentTerm(from, message);
    }
  }

  #onCurrentTerm(from: NodeId, message: Message): void {
    switch (message.type) {
      case 'append':
        this.#roles.follow(from)?.onAppend(message);
        break;
      case 'beat':
        this.#roles.follow(from)?.onBeat(message);
        break;
      case 'chunk':
        this.#roles.follow(from)?.onChunk(message);
        break;
      case 'acked':
        this.#roles.leadership?.onAcked(from, message);
        break;
      case 'heard':
        this.#roles.leadership?.onHeard(from, message);
        break;
      case 'chunk-taken':
        this.#roles.leadership?.onChunkTaken(from, message);
        break;
      case 'vote':
        this.#elections.onVote(from, message);
        break;
      case 'timeout-now':
        this.#elections.onTimeoutNow(from, message);
        break;
      case 'ask-index':
        this.#roles.leadership?.read({ from, id: message.id });
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
    else if (name === 'election') this.#elections.onTimer();
    else if (name === 'commit-notice') this.#roles.leadership?.onNoticeDue();
    else if (name === 'snapshot') this.#node.snapshots.onTimer();
    else if (name === 'transfer') this.#transfer.onDeadline(this.#roles.leadership);
    else if (name === 'reads') this.#followerReads.onTimer();
    // 'go-on' only makes another turn, whose end does the work.
  }

  onDurable(position: number): void {
    this.#node.log.onDurable(position);
    this.#roles.leadership?.onDurable();
    this.#roles.winIfWon();
  }

  onLink(peer: NodeId, up: boolean): void {
    if (up || !this.#node.options.linkHint || this.#roles.following?.leader !== peer) return;
    this.#roles.forgetLeader();
    this.#clock.hurry();
  }

  onTurnEnd(): void {
    const { machine, host, snapshots, returning } = this.#node;
    const leadership = this.#roles.leadership;
    if (leadership !== undefined) {
      leadership.endTurn();
      this.#transfer.onTurnEnd(leadership);
      if (leadership.isDismissed) this.#leave(leadership);
    } else {
      if (machine.apply()) host.setTimer('go-on', 0);
      this.#roles.following?.answer();
    }
    if (leadership?.isSettled === true) returning.hears(machine.commit);
    if (!machine.isLoading) returning.has(machine.applied);
    this.#followerReads.onTurnEnd(this.#roles.following?.leader);
    snapshots.onTurnEnd();
  }

  // ------------------------------------------------------------------------------------------------ who takes part

  get #isWitness(): boolean {
    return this.#node.isWitness(this.#node.self);
  }

  #onDismissed(message: Dismissed): void {
    if (this.#roles.following === undefined && this.#roles.leadership === undefined)
      this.#belonging.onDismissed(message);
  }

  /** The configuration without this leader is committed: it makes way at once. */
  #leave(leadership: Leadership): void {
    const { host, ballot } = this.#node;
    const [successor] = leadership.successors;
    if (successor !== undefined) host.send(successor, { type: 'timeout-now', term: ballot.term }, 'now');
    this.#roles.stepDown();
  }

  #onHeartbeat(): void {
    const reason = this.#roles.leadership!.onHeartbeat();
    if (reason === undefined) return;
    this.#node.host.note({ kind: 'trace', text: `steps down: ${reason}` });
    this.#roles.stepDown();
  }

  // ------------------------------------------------------------------------------------------------------ on show

  holds(): boolean {
    return !this.#isWitness && this.#belonging.takesPart;
  }

  get #role(): string {
    if (this.#roles.leadership !== undefined) return 'leader';
    if (this.#roles.campaign !== undefined) return 'candidate';
    if (this.#isWitness) return 'witness';
    if (!this.#belonging.takesPart) return 'spare';
    return this.#belonging.isVoter ? 'follower' : 'learner';
  }

  get #shown(): Shown {
    return { role: this.#role, leader: this.#roles.leader, supporters: this.#roles.supporters };
  }

  status(): ReplicaStatus {
    return statusOf(this.#node, this.#shown);
  }

  inspect(): View {
    return viewOf(this.#node, this.#shown);
  }
}
