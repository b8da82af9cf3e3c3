/** What a leader sends to each follower at its turn's end: entries, news, or a snapshot where entries are forgotten. */
import type { NodeId } from '../api.ts';
import type { ChunkTaken } from './messages.ts';
import type { Node } from './node.ts';
import type { Progress } from './progress.ts';
import { type LogEntry, sizeOf } from './records.ts';
import { SnapshotSending } from './snapshot-sending.ts';

export class Replication {
  readonly #node: Node;
  readonly #term: number;
  /** How many snapshots were begun in this term. */
  #snapshots = 0;
  /** Followers that were not told the commit index by the way get a message of its own once this timer has fired. */
  #noticeArmed = false;
  #noticeDue = false;

  constructor(node: Node) {
    this.#node = node;
    this.#term = node.ballot.term;
  }

  /** Followers hear of the newest commit at this turn's end. */
  noticeDue(): void {
    this.#noticeArmed = false;
    this.#noticeDue = true;
  }

  /** Sends one message, or a few chunks, to each; true if others could follow at once. */
  replicate(followers: ReadonlyMap<NodeId, Progress>, round: number): boolean {
    let isUnfinished = false;
    for (const [peer, progress] of followers) if (this.#sendTo(peer, progress, round)) isUnfinished = true;
    this.#noticeDue = false;
    return isUnfinished;
  }

  #sendTo(peer: NodeId, progress: Progress, round: number): boolean {
    const { host, log, machine, options } = this.#node;
    const { commit } = machine;
    if (progress.sending === undefined && progress.next <= log.base.index) this.#beginSnapshot(peer, progress);
    progress.sending?.sendSome();
    const isSnapshot = progress.next <= log.base.index || progress.sending !== undefined;
    // Without a parallel disk, only what is durable here goes out.
    const sendable = options.leaderDiskParallel ? log.last : log.durableIndex;
    const mayFollow = (): boolean => !isSnapshot && progress.next <= sendable && progress.hasRoom(options);
    const hasEntries = mayFollow();
    if (hasEntries || (progress.heartbeatDue && !isSnapshot)) {
      const prev = progress.next - 1;
      const count = hasEntries ? Math.min(options.entriesPerAppend, sendable - prev) : 0;
      const entries = log.slice(progress.next, count);
      const seq = progress.sends(count, bytesOf(entries));
      const prevTerm = log.termAt(prev);
      host.send(peer, { type: 'append', term: this.#term, seq, prev, prevTerm, commit, round, entries }, 'now');
    } else if (progress.toldRound < round || (progress.toldCommit < commit && this.#mayTellCommit())) {
      progress.heartbeatDue = false;
      host.send(peer, { type: 'beat', term: this.#term, commit, round }, 'now');
    } else {
      return false;
    }
    progress.toldCommit = commit;
    progress.toldRound = round;
    return mayFollow();
  }

  /** Whether the commit index may have a message to itself by now; if not, the timer sees to it. */
  #mayTellCommit(): boolean {
    const { host, options } = this.#node;
    if (this.#noticeDue || options.commitNoticeMs === 0) return true;
    if (!this.#noticeArmed) host.setTimer('commit-notice', options.commitNoticeMs);
    this.#noticeArmed = true;
    return false;
  }

  /** A witness holds no data: its snapshot is an empty one. */
  #beginSnapshot(peer: NodeId, progress: Progress): void {
    if (progress.suspected || this.#node.machine.isLoading) return;
    progress.sending = new SnapshotSending(this.#node, peer, ++this.#snapshots);
  }

  onChunkTaken(progress: Progress, { id, number }: ChunkTaken): void {
    const { sending } = progress;
    if (sending === undefined || sending.id !== id || sending.onTaken(number)) return;
    // It begins anew at the turn's end.
    progress.stopSending();
  }
}

function bytesOf(entries: readonly LogEntry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += sizeOf(entry);
  return bytes;
}
