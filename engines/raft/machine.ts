/** From committed to applied: entries go to the store in order, retries take effect once, and clients are answered. */
import type { Host, Result } from '../api.ts';
import { StateMachine } from '../parts/state-machine.ts';
import type { RaftLog } from './log.ts';
import type { Message } from './messages.ts';
import { isOperation, type LogRecord, operationOf } from './records.ts';
import type { Snapshot } from './recovery.ts';
import { Tickets } from './tickets.ts';

/** Entries applied in one turn at most: after a restart the whole log is to be applied, and heartbeats must not wait for it. */
const APPLY_PER_TURN_MAX = 1024;
/** Pairs of a snapshot loaded in one turn at most. */
const LOAD_PER_TURN_MAX = 1024;
/** Sessions whose retries are known again. Beyond, the one that was silent longest is forgotten. */
const SESSIONS_MAX = 10_000;

export class Machine {
  readonly tickets = new Tickets();
  readonly state: StateMachine;
  /** False for a witness, which keeps the log but no data. */
  readonly hasStore: boolean;
  /** Whether an index always stands for the same entry: not where a power loss may take back what is committed. */
  readonly #isIndexed: boolean;
  readonly #host: Host<Message, LogRecord>;
  readonly #log: RaftLog;
  #commit = 0;
  #applied = 0;

  constructor(host: Host<Message, LogRecord>, log: RaftLog, hasStore: boolean, isIndexed: boolean) {
    this.#host = host;
    this.#log = log;
    this.hasStore = hasStore;
    this.#isIndexed = isIndexed;
    this.state = new StateMachine(host.store, SESSIONS_MAX);
  }

  /** The highest index known to be committed. */
  get commit(): number {
    return this.#commit;
  }

  get applied(): number {
    return this.#applied;
  }

  /** A snapshot is being loaded: nothing can be read, and nothing applied. */
  get isLoading(): boolean {
    return this.state.isLoading;
  }

  /** Raises the commit index; a lower one is old news. */
  commitUpTo(index: number): void {
    if (index > this.#log.last) throw new Error(`raft: commit ${index} beyond the log's end ${this.#log.last}`);
    this.#commit = Math.max(this.#commit, index);
  }

  /** Replaces the state by a snapshot's: what it holds is committed and applied. */
  load({ at, parts }: Snapshot): void {
    this.state.load(parts);
    this.#commit = Math.max(this.#commit, at.index);
    this.#applied = at.index;
  }

  /** Begins with nothing again. */
  reset(): void {
    this.state.clear();
    this.#commit = 0;
    this.#applied = 0;
  }

  /** Loads or applies a turn's worth; true if some is left. */
  apply(): boolean {
    if (this.isLoading) this.state.loadSome(LOAD_PER_TURN_MAX);
    else this.#applySome();
    return this.isLoading || this.#applied < this.#commit;
  }

  #applySome(): void {
    const until = Math.min(this.#commit, this.#applied + APPLY_PER_TURN_MAX);
    while (this.#applied < until) {
      const index = ++this.#applied;
      const request = this.tickets.take(index);
      const entry = this.#log.at(index);
      if (!isOperation(entry) || !this.hasStore) continue;
      const [, , , session, serial, settled] = entry;
      const operation = operationOf(entry);
      const stamp = this.#isIndexed ? index : undefined;
      const result: Result | undefined =
        session === ''
          ? this.#host.store.apply(operation, stamp)
          : this.state.apply({ session, serial, settled }, operation, stamp);
      if (request === null) continue;
      // A majority's disks hold it; this one's own is not needed.
      if (result !== undefined) this.#host.reply(request, result, 'now');
      else this.#host.fail(request, { effect: 'unknown', reason: 'a retry, whose result is forgotten' }, 'now');
    }
  }
}
