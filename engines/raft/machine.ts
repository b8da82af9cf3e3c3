/** From committed to applied: entries go to the store in order, and their clients are answered. */
import type { Host } from '../api.ts';
import type { RaftLog } from './log.ts';
import { type LogRecord, type Message, toOperation } from './messages.ts';
import { Tickets } from './tickets.ts';

/** Entries applied in one turn at most: after a restart the whole log is to be applied, and heartbeats must not wait for it. */
const APPLY_PER_TURN_MAX = 1024;

export class Machine {
  readonly tickets = new Tickets();
  readonly #host: Host<Message, LogRecord>;
  readonly #log: RaftLog;
  readonly #hasStore: boolean;
  #commit = 0;
  #applied = 0;

  /** `hasStore`: false for a witness, which keeps the log but no data. */
  constructor(host: Host<Message, LogRecord>, log: RaftLog, hasStore: boolean) {
    this.#host = host;
    this.#log = log;
    this.#hasStore = hasStore;
  }

  /** The highest index known to be committed. */
  get commit(): number {
    return this.#commit;
  }

  get applied(): number {
    return this.#applied;
  }

  /** Raises the commit index; a lower one is old news. */
  commitUpTo(index: number): void {
    if (index > this.#log.last) throw new Error(`raft: commit ${index} beyond the log's end ${this.#log.last}`);
    this.#commit = Math.max(this.#commit, index);
  }

  /** Applies a turn's worth of committed entries; true if some are left. */
  apply(): boolean {
    const until = Math.min(this.#commit, this.#applied + APPLY_PER_TURN_MAX);
    while (this.#applied < until) {
      const index = ++this.#applied;
      const request = this.tickets.take(index);
      const operation = toOperation(this.#log.at(index));
      if (operation === undefined || !this.#hasStore) continue;
      const result = this.#host.store.apply(operation, index);
      // A majority's disks hold it; this one's own is not needed.
      if (request !== null) this.#host.reply(request, result, 'now');
    }
    return this.#applied < this.#commit;
  }
}
