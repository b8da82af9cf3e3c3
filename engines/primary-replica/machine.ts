/** Carries records that count into the store, in order, a bounded number a turn; retries take effect once. */
import type { Host, Result } from '../api.ts';
import { StateMachine } from '../parts/state-machine.ts';
import type { Image, Journal } from './journal.ts';
import type { Entry, Message } from './messages.ts';
import { operationOf, type Write } from './record.ts';

/** Records applied in one turn at most; a timer goes on with the rest. */
const APPLIED_PER_TURN = 4096;
/** Pairs loaded in one turn at most: many turns in a row do nothing else. */
const LOADED_PER_TURN = 1024;
/** Sessions whose retries are known again. Beyond, the one that was silent longest is forgotten. */
const SESSIONS_MAX = 10_000;

/** Told of each record as it is applied. `undefined`: whether it took effect before is not known any more. */
export interface Audience {
  applied(position: number, result: Result | undefined): void;
}

export class Machine {
  /** Records up to here count: they are on as many copies as the answer point demands. */
  committed = 0;
  applied = 0;
  /** Records that had counted and were cut back all the same: what an asynchronous failover loses. */
  lost = 0;
  readonly state: StateMachine;
  readonly #host: Host<Message, Entry>;
  readonly #journal: Journal;
  /** Whether a position always stands for the same record: not where a failover may lose some and write others there. */
  readonly #indexed: boolean;

  constructor(host: Host<Message, Entry>, journal: Journal, indexed: boolean) {
    this.#host = host;
    this.#journal = journal;
    this.#indexed = indexed;
    this.state = new StateMachine(host.store, SESSIONS_MAX);
  }

  commit(position: number): void {
    if (position > this.committed) this.committed = position;
  }

  /** The state is not there yet: nothing can be read, and nothing applied. */
  get isLoading(): boolean {
    return this.state.isLoading;
  }

  /** Replaces the state by an image, a bounded number of pairs a turn. */
  load({ at, parts }: Image): void {
    this.state.load(parts);
    this.applied = at.position;
    this.committed = Math.max(this.committed, at.position);
  }

  /** To be called once a turn. */
  advance(audience: Audience | undefined): void {
    if (this.isLoading) this.state.loadSome(LOADED_PER_TURN);
    else if (this.applied < this.committed) this.#applySome(audience);
    if (this.isLoading || this.applied < this.committed) this.#host.setTimer('apply', 0);
  }

  #applySome(audience: Audience | undefined): void {
    const until = Math.min(this.committed, this.applied + APPLIED_PER_TURN);
    while (this.applied < until) {
      const position = ++this.applied;
      const content = this.#journal.log.at(position);
      if (content === null) continue;
      const result = this.#apply(content, position);
      audience?.applied(position, result);
    }
  }

  #apply(write: Write, position: number): Result | undefined {
    const [session, serial, settled] = write;
    return this.state.apply({ session, serial, settled }, operationOf(write), this.#indexed ? position : undefined);
  }

  /** Records behind a position are about to be replaced. If some are in the store, it has to be made anew from the log. */
  cut(position: number): void {
    if (position >= this.committed) return;
    this.lost += this.committed - position;
    this.committed = position;
    if (position >= this.applied) return;
    if (!this.#hasWholeLog) throw new Error(`cannot go back to ${position}: the log does not begin at its beginning`);
    this.state.clear();
    this.applied = this.#journal.log.base.position;
  }

  /** In this life, and in the next one too. */
  get #hasWholeLog(): boolean {
    return this.#journal.log.base.position === 0 && this.#journal.floor === 0;
  }

  /** Whether the state at this position can be had again, or need not be. */
  canCut(position: number): boolean {
    return position >= this.applied || this.#hasWholeLog;
  }
}
