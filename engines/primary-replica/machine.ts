/** Carries records that count into the store, in order, a bounded number a turn. */
import type { Host, Result } from '../api.ts';
import type { EpochLog } from '../parts/epoch-log.ts';
import type { Content, Entry, Message } from './messages.ts';

/** Records applied in one turn at most; a timer goes on with the rest. */
const APPLIED_PER_TURN = 4096;

/** Told of each record as it is applied. */
export interface Audience {
  applied(position: number, result: Result): void;
}

export class Machine {
  /** Records up to here count: they are on as many copies as the mode demands. */
  committed = 0;
  applied = 0;
  /** Records that had counted and were cut back all the same: what an asynchronous failover loses. */
  lost = 0;
  readonly #host: Host<Message, Entry>;
  readonly #log: EpochLog<Content>;
  /** Whether a position always stands for the same record: not where a failover may lose some and write others there. */
  readonly #indexed: boolean;

  constructor(host: Host<Message, Entry>, log: EpochLog<Content>, indexed: boolean) {
    this.#host = host;
    this.#log = log;
    this.#indexed = indexed;
  }

  commit(position: number): void {
    if (position > this.committed) this.committed = position;
  }

  /** To be called once a turn. */
  advance(audience: Audience | undefined): void {
    if (this.applied >= this.committed) return;
    const until = Math.min(this.committed, this.applied + APPLIED_PER_TURN);
    while (this.applied < until) {
      const position = ++this.applied;
      const content = this.#log.at(position);
      if (content === null) continue;
      const result = this.#indexed ? this.#host.store.apply(content, position) : this.#host.store.apply(content);
      audience?.applied(position, result);
    }
    if (this.applied < this.committed) this.#host.setTimer('apply', 0);
  }

  /** Records behind a position are about to be replaced. If some are in the store, it has to be made anew. */
  cut(position: number): void {
    if (position >= this.committed) return;
    this.lost += this.committed - position;
    this.committed = position;
    if (position >= this.applied) return;
    this.#host.store.clear();
    this.applied = 0;
  }
}
