/** A leader during its term: takes in operations, replicates, commits, and confirms reads. All is sent at the turn's end. */
import type { Command, NodeId, Request, Ticket } from '../api.ts';
import { reachedByBoth } from '../parts/joint-quorum.ts';
import { admits, type Configuration, diskOf, everyone, takesPart, votes } from './configuration.ts';
import { Lease } from './lease.ts';
import { Membership } from './membership.ts';
import type { Acked, ChunkTaken, Heard } from './messages.ts';
import type { Node } from './node.ts';
import { Progress } from './progress.ts';
import { ReadRounds } from './reads.ts';
import { configurationEntry, noopEntry, operationEntry } from './records.ts';
import { Replication } from './replication.ts';

/** Operations that may wait for a majority at one time; more are refused before anything is done for them. */
const WAITING_MAX = 65_536;

/** A client's read, or a follower's question how far it has to be for one. */
type Read = Request | { readonly from: NodeId; readonly id: number };

export class Leadership {
  readonly #node: Node;
  readonly #term: number;
  /** The index of the entry this term began with: until it is committed, what earlier terms committed is not known. */
  readonly #firstIndex: number;
  readonly #replication: Replication;
  readonly #membership: Membership;
  readonly #reads = new ReadRounds<Read>();
  readonly #lease: Lease | undefined;
  /** Everyone of the newest configuration but this node, and who was in the one before until it knows that it is not any more. */
  readonly #followers = new Map<NodeId, Progress>();
  /** Whether one of them has left. */
  #hasFormer = false;
  /** The latest round: whoever answers it followed this leader when it was begun. */
  #round = 0;
  /** Whether the commit index, or the confirmed round, may have moved since it was last computed. */
  #acksArrived = true;

  constructor(node: Node) {
    const { ballot, host, log, machine, options } = node;
    this.#node = node;
    this.#term = ballot.term;
    this.#firstIndex = log.last + 1;
    this.#replication = new Replication(node);
    this.#membership = new Membership(node, this);
    this.#lease = options.reads === 'lease' ? new Lease(options.leaseMs, options.driftPpm) : undefined;
    this.#recount(node.configuration);
    machine.tickets.begin(this.#firstIndex);
    log.append(noopEntry(this.#firstIndex, this.#term));
    machine.tickets.push(null);
    this.#beginRound();
    host.setTimer('heartbeat', options.heartbeatMs);
  }

  // ------------------------------------------------------------------------------------------------------- clients

  /** Whether one more operation may wait, besides those that are kept back. */
  hasRoom(kept: number): boolean {
    return this.#node.machine.tickets.size + this.#reads.size + kept < WAITING_MAX;
  }

  propose(request: Request): void {
    const { log, machine, options } = this.#node;
    log.append(operationEntry(log.last + 1, this.#term, request, options.sessions));
    machine.tickets.push(request);
  }

  read(read: Read): void {
    this.#reads.arrive(read);
  }

  command(ticket: Ticket, command: Command): void {
    this.#membership.command(ticket, command);
  }

  // --------------------------------------------------------------------------------------------- who takes part

  /** Whether what was decided before this term, and the newest configuration, are committed: only then may another be proposed. */
  get isSettled(): boolean {
    const { log, machine } = this.#node;
    return machine.commit >= this.#firstIndex && machine.commit >= log.configurations.currentIndex;
  }

  /** Enters a configuration, which counts from now on. */
  reconfigure(configuration: Configuration): void {
    const { log, machine } = this.#node;
    log.append(configurationEntry(log.last + 1, this.#term, configuration));
    machine.tickets.push(null);
    this.#recount(configuration);
    this.#acksArrived = true;
  }

  /** Whom it is about, and who of them counts. */
  #recount(configuration: Configuration): void {
    const { self, log, host, options } = this.#node;
    for (const id of everyone(configuration)) {
      if (id === self || this.#followers.has(id)) continue;
      this.#followers.set(id, new Progress(log.last + 1, host.now(), diskOf(configuration, id), options.lazySync));
    }
    for (const [id, progress] of this.#followers) {
      progress.counts = votes(configuration, id) && admits(configuration, id, progress.disk);
      if (!takesPart(configuration, id)) this.#hasFormer = true;
    }
  }

  /** Who has left is sent the log until it knows that it has. To be called while the newest configuration is committed. */
  dropFormer(): void {
    if (!this.#hasFormer) return;
    const { currentIndex, current } = this.#node.log.configurations;
    this.#hasFormer = false;
    for (const [id, progress] of this.#followers) {
      if (takesPart(current, id)) continue;
      if (progress.match < currentIndex || progress.toldCommit < currentIndex) this.#hasFormer = true;
      else {
        progress.stopSending();
        this.#followers.delete(id);
      }
    }
  }

  /** Whether this node has led itself out: the configuration without it is committed. */
  get isDismissed(): boolean {
    const { configuration, self } = this.#node;
    return this.isSettled && !votes(configuration, self);
  }

  progressOf(id: NodeId): Progress | undefined {
    return this.#followers.get(id);
  }

  /** Who could lead next, those first that have most of the log. */
  get successors(): NodeId[] {
    const { configuration, options, host } = this.#node;
    const sinceMs = host.now() - options.electionTimeoutMinMs;
    const isAble = (id: NodeId): boolean => {
      const progress = this.#followers.get(id);
      return progress?.counts === true && progress.heardMs >= sinceMs && !this.#node.isWitness(id);
    };
    const match = (id: NodeId): number => this.#followers.get(id)!.match;
    return configuration.voters.filter(isAble).toSorted((a, b) => match(b) - match(a));
  }

  /** Entries behind this index are needed by followers that are being sent a snapshot. */
  get neededFrom(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const { sending } of this.#followers.values()) lowest = Math.min(lowest, sending?.at.index ?? lowest);
    return lowest;
  }

  // ----------------------------------------------------------------------------------------------------- followers

  onAcked(from: NodeId, message: Acked): void {
    const progress = this.#heard(from, message);
    progress?.onAcked(message, this.#node.log);
  }

  onHeard(from: NodeId, message: Heard): void {
    this.#heard(from, message)?.sending?.onSignOfLife();
  }

  onChunkTaken(from: NodeId, message: ChunkTaken): void {
    const progress = this.#heard(from, { ...message, round: 0 });
    if (progress !== undefined) this.#replication.onChunkTaken(progress, message);
  }

  #heard(from: NodeId, { round, disk = 0 }: Pick<Heard, 'round' | 'disk'>): Progress | undefined {
    const progress = this.#followers.get(from);
    if (progress === undefined || !progress.answersFrom(disk, this.#node.log)) return undefined;
    progress.heardMs = this.#node.host.now();
    progress.round = Math.max(progress.round, round);
    this.#acksArrived = true;
    if (progress.suspected) {
      progress.suspected = false;
      this.#node.host.note({ kind: 'trusts', node: from });
    }
    return progress;
  }

  onDurable(): void {
    this.#acksArrived = true;
  }

  onNoticeDue(): void {
    this.#replication.noticeDue();
  }

  // ---------------------------------------------------------------------------------------------------------- time

  /** Returns why the term has to end here, if it has. */
  onHeartbeat(): 'no majority' | 'no disk' | undefined {
    const { host, options, disk } = this.#node;
    const nowMs = host.now();
    if (options.checkQuorum && this.quorumSilenceMs() > options.quorumTimeoutMs) return 'no majority';
    if (options.diskStallMs > 0 && disk.stillMs(nowMs) > options.diskStallMs) return 'no disk';
    for (const [peer, progress] of this.#followers) {
      progress.heartbeatDue = true;
      if (!progress.suspected && nowMs - progress.heardMs >= options.electionTimeoutMaxMs) {
        progress.suspected = true;
        // A snapshot would keep the log from being forgotten for as long as the silence lasts.
        progress.stopSending();
        host.note({ kind: 'suspects', node: peer });
      }
    }
    this.#beginRound();
    host.setTimer('heartbeat', options.heartbeatMs);
    return undefined;
  }

  #beginRound(): void {
    this.#round++;
    this.#lease?.sent(this.#round, this.#node.host.now());
  }

  /** How long ago a majority, this node included, had last been heard. */
  quorumSilenceMs(): number {
    const nowMs = this.#node.host.now();
    return nowMs - this.#reached(nowMs, (progress) => progress.heardMs, Number.NEGATIVE_INFINITY);
  }

  /** Nobody is bound to this leader any more. */
  giveUpLease(): void {
    this.#lease?.giveUp();
  }

  // ------------------------------------------------------------------------------------------------------ turn's end

  /** Commits, answers and sends what the turn's inputs allow. */
  endTurn(): void {
    const { host, machine } = this.#node;
    this.#beginReads();
    this.#count();
    let isUnfinished = machine.apply();
    this.#membership.endTurn();
    this.#answerReads();
    if (this.isDismissed) this.#replication.noticeDue();
    if (this.#replication.replicate(this.#followers, this.#round)) isUnfinished = true;
    if (isUnfinished) host.setTimer('go-on', 0);
  }

  /** Reads see at least what is committed by now. Under a lease nobody need confirm that. */
  #beginReads(): void {
    if (!this.#reads.hasArrived) return;
    const index = Math.max(this.#node.machine.commit, this.#firstIndex);
    if (this.#lease?.isHeld(this.#node.host.now())) {
      this.#reads.begin(0, index);
    } else {
      this.#beginRound();
      this.#reads.begin(this.#round, index);
    }
  }

  /** An entry counts when it is durable on a majority, this node's disk like any other; and only one of the own term is counted. */
  #count(): void {
    if (!this.#acksArrived) return;
    this.#acksArrived = false;
    const { log, machine, options } = this.#node;
    const own = options.lazySync ? log.last : log.durableIndex;
    const index = this.#reached(own, (progress) => progress.match, 0);
    if (index > machine.commit && log.termAt(index) === this.#term) machine.commitUpTo(index);
    this.#lease?.confirmed(this.#confirmedRound());
  }

  #confirmedRound(): number {
    return this.#reached(this.#round, (progress) => progress.round, 0);
  }

  /** What majorities have reached: `own` is this node's value, `none` that of who does not count. */
  #reached(own: number, of: (progress: Progress) => number, none: number): number {
    const { configuration, self } = this.#node;
    return reachedByBoth(configuration, (id) => {
      if (id === self) return own;
      const progress = this.#followers.get(id)!;
      return progress.counts ? of(progress) : none;
    });
  }

  #answerReads(): void {
    if (this.#reads.size === 0) return;
    const { host, machine } = this.#node;
    if (machine.isLoading) return;
    for (const read of this.#reads.take(this.#confirmedRound(), machine.applied)) {
      if ('operation' in read) host.reply(read, { value: host.store.get(read.operation.key) }, 'now');
      else {
        const index = Math.max(machine.commit, this.#firstIndex);
        host.send(read.from, { type: 'read-index', term: this.#term, id: read.id, index }, 'now');
      }
    }
  }

  /** Ends the term here: what has been written may still be committed by the next leader, what only reads can be asked again. */
  end(): void {
    const { host, machine } = this.#node;
    host.clearTimer('heartbeat');
    host.clearTimer('commit-notice');
    this.#membership.end();
    for (const progress of this.#followers.values()) progress.stopSending();
    for (const request of machine.tickets.drain()) {
      if (request.operation.kind === 'get') host.fail(request, { effect: 'none', reason: 'not-leader' }, 'now');
      else
        host.fail(request, { effect: 'unknown', reason: 'leadership was lost before a majority had the write' }, 'now');
    }
    for (const read of this.#reads.drain()) {
      if ('operation' in read) host.fail(read, { effect: 'none', reason: 'not-leader' }, 'now');
    }
  }
}
