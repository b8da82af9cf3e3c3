/** A leader during its term: takes in operations, replicates, commits, and confirms reads. All is sent at the turn's end. */
import type { NodeId, Request } from '../api.ts';
import { reachedByMajority } from '../parts/quorum.ts';
import { type Acked, type Heard, noopEntry, toEntry } from './messages.ts';
import type { Node } from './node.ts';
import { Progress } from './progress.ts';
import { ReadRounds } from './reads.ts';

/** Operations that may wait for a majority at one time; more are refused before anything is done for them. */
const WAITING_MAX = 65_536;

export class Leadership {
  readonly #node: Node;
  readonly #term: number;
  /** The index of the entry this term began with: until it is committed, what earlier terms committed is not known. */
  readonly #firstIndex: number;
  readonly #progress: ReadonlyMap<NodeId, Progress>;
  readonly #followers: readonly Progress[];
  readonly #reads = new ReadRounds();
  /** Whether the commit index may have moved since it was last computed. */
  #acksArrived = true;
  /** Followers that were not told the commit index by the way get a message of its own once this timer has fired. */
  #noticeArmed = false;
  #noticeDue = false;

  constructor(node: Node) {
    const { ballot, host, log, machine } = node;
    this.#node = node;
    this.#term = ballot.term;
    this.#firstIndex = log.last + 1;
    this.#progress = new Map(node.peers.map((peer) => [peer, new Progress(this.#firstIndex, host.now())]));
    this.#followers = [...this.#progress.values()];
    machine.tickets.begin(this.#firstIndex);
    log.append(noopEntry(this.#firstIndex, this.#term));
    machine.tickets.push(null);
    host.setTimer('heartbeat', node.options.heartbeatMs);
  }

  /** Whether one more operation may wait. */
  hasRoom(): boolean {
    return this.#node.machine.tickets.size + this.#reads.size < WAITING_MAX;
  }

  propose(request: Request): void {
    const { log, machine } = this.#node;
    log.append(toEntry(log.last + 1, this.#term, request.operation));
    machine.tickets.push(request);
  }

  read(request: Request): void {
    this.#reads.arrive(request);
  }

  onAcked(from: NodeId, message: Acked): void {
    const progress = this.#progress.get(from)!;
    this.#heard(from, progress, message.round);
    progress.onAcked(message, this.#node.log);
    this.#acksArrived = true;
  }

  onHeard(from: NodeId, message: Heard): void {
    this.#heard(from, this.#progress.get(from)!, message.round);
  }

  onDurable(): void {
    this.#acksArrived = true;
  }

  onNoticeDue(): void {
    this.#noticeArmed = false;
    this.#noticeDue = true;
  }

  onHeartbeat(): void {
    const { host, options } = this.#node;
    const nowMs = host.now();
    for (const [peer, progress] of this.#progress) {
      progress.heartbeatDue = true;
      if (!progress.suspected && nowMs - progress.heardMs >= options.electionTimeoutMaxMs) {
        progress.suspected = true;
        host.note({ kind: 'suspects', node: peer });
      }
    }
    host.setTimer('heartbeat', options.heartbeatMs);
  }

  /** How long ago a majority, this node included, had last been heard. */
  quorumSilenceMs(): number {
    const nowMs = this.#node.host.now();
    return nowMs - reachedByMajority([nowMs, ...this.#each((progress) => progress.heardMs)]);
  }

  /** Commits, answers and sends what the turn's inputs allow. */
  endTurn(): void {
    const { host, machine } = this.#node;
    this.#reads.begin(Math.max(machine.commit, this.#firstIndex));
    this.#advanceCommit();
    let unfinished = machine.apply();
    this.#answerReads();
    for (const [peer, progress] of this.#progress) if (this.#replicate(peer, progress)) unfinished = true;
    this.#noticeDue = false;
    if (unfinished) host.setTimer('go-on', 0);
  }

  /** Ends the term here: what has been written may still be committed by the next leader, what only reads can be asked again. */
  end(): void {
    const { host, machine } = this.#node;
    host.clearTimer('heartbeat');
    host.clearTimer('commit-notice');
    const waiting = [...machine.tickets.drain(), ...this.#reads.drain()];
    for (const request of waiting) {
      if (request.operation.kind === 'get') host.fail(request, { effect: 'none', reason: 'not-leader' }, 'now');
      else
        host.fail(request, { effect: 'unknown', reason: 'leadership was lost before a majority had the write' }, 'now');
    }
  }

  /** An entry counts when it is durable on a majority, this node's disk like any other; and only one of the own term is counted. */
  #advanceCommit(): void {
    if (!this.#acksArrived) return;
    this.#acksArrived = false;
    const { log, machine } = this.#node;
    const index = reachedByMajority([log.durableIndex, ...this.#each((progress) => progress.match)]);
    if (index > machine.commit && log.termAt(index) === this.#term) machine.commitUpTo(index);
  }

  #answerReads(): void {
    if (this.#reads.size === 0) return;
    const { host, machine } = this.#node;
    const confirmed = reachedByMajority([this.#reads.round, ...this.#each((progress) => progress.round)]);
    for (const request of this.#reads.take(confirmed, machine.applied)) {
      host.reply(request, { value: host.store.get(request.operation.key) }, 'now');
    }
  }

  /** Sends one message at most; true if another could follow at once. */
  #replicate(peer: NodeId, progress: Progress): boolean {
    const { host, log, machine, options } = this.#node;
    const { commit } = machine;
    const { round } = this.#reads;
    // Without a parallel disk, only what is durable here goes out.
    const sendable = options.leaderDiskParallel ? log.last : log.durableIndex;
    const hasEntries = progress.next <= sendable && progress.hasRoom(options.inFlightAppendsMax);
    if (hasEntries || progress.heartbeatDue) {
      const prev = progress.next - 1;
      const count = hasEntries ? Math.min(options.entriesPerAppend, sendable - prev) : 0;
      const entries = log.slice(progress.next, count);
      progress.seq++;
      progress.next += count;
      progress.heartbeatDue = false;
      const prevTerm = log.termAt(prev);
      const { seq } = progress;
      host.send(peer, { type: 'append', term: this.#term, seq, prev, prevTerm, commit, round, entries }, 'now');
    } else if (progress.toldRound < round || (progress.toldCommit < commit && this.#mayTellCommit())) {
      host.send(peer, { type: 'beat', term: this.#term, commit, round }, 'now');
    } else {
      return false;
    }
    progress.toldCommit = commit;
    progress.toldRound = round;
    return progress.next <= sendable && progress.hasRoom(options.inFlightAppendsMax);
  }

  /** Whether the commit index may have a message to itself by now; if not, the timer sees to it. */
  #mayTellCommit(): boolean {
    const { host, options } = this.#node;
    if (this.#noticeDue || options.commitNoticeMs === 0) return true;
    if (!this.#noticeArmed) host.setTimer('commit-notice', options.commitNoticeMs);
    this.#noticeArmed = true;
    return false;
  }

  #heard(from: NodeId, progress: Progress, round: number): void {
    progress.heardMs = this.#node.host.now();
    progress.round = Math.max(progress.round, round);
    if (progress.suspected) {
      progress.suspected = false;
      this.#node.host.note({ kind: 'trusts', node: from });
    }
  }

  #each(value: (progress: Progress) => number): number[] {
    return this.#followers.map(value);
  }
}
