/**
 * Whether a node's own disk stands still while something waits for it. Then a leader's heartbeats must not go on for ever
 * without progress, and a candidate would take votes that it cannot win with.
 */
import type { Ballot } from './ballot.ts';
import type { RaftLog } from './log.ts';

export class DiskWatch {
  readonly #log: RaftLog;
  readonly #ballot: Ballot;
  #durablePosition = -1;
  #sinceMs = 0;

  constructor(log: RaftLog, ballot: Ballot) {
    this.#log = log;
    this.#ballot = ballot;
  }

  /** For how long nothing that waits has become durable, as far as it was looked; 0: nothing waits. */
  stillMs(nowMs: number): number {
    const { durablePosition, durableIndex, last } = this.#log;
    const waits = durableIndex < last || this.#ballot.position > durablePosition;
    if (!waits || durablePosition !== this.#durablePosition) {
      this.#durablePosition = durablePosition;
      this.#sinceMs = nowMs;
    }
    return nowMs - this.#sinceMs;
  }
}
