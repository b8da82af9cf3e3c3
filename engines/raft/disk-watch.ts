/** Whether the disk of a leader stands still while entries wait for it: then heartbeats must not go on for ever without progress. */
import type { RaftLog } from './log.ts';

export class DiskWatch {
  #durableIndex = -1;
  #sinceMs = 0;

  /** For how long nothing that waits has become durable, as far as it was looked; 0: nothing waits. */
  stillMs(log: RaftLog, nowMs: number): number {
    if (log.durableIndex !== this.#durableIndex || log.durableIndex === log.last) {
      this.#durableIndex = log.durableIndex;
      this.#sinceMs = nowMs;
    }
    return nowMs - this.#sinceMs;
  }
}
