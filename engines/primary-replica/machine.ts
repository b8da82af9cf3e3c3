/** Carries records that count into the store, in order, a bounded number a turn; retries take effect once. */
import type { Host, Result } from '../api.ts';
import type { Point } from '../parts/epoch-log.ts';
import { Sessions } from '../parts/sessions.ts';
import type { Image, Journal } from './journal.ts';
import type { Entry, Message, Part } from './messages.ts';
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
  readonly sessions = new Sessions<Result>(SESSIONS_MAX);
  readonly #host: Host<Message, Entry>;
  readonly #journal: Journal;
  /** Whether a position always stands for the same record: not where a failover may lose some and write others there. */
  readonly #indexed: boolean;
  /** Parts of an image that are still to be loaded, and where in the first of them to go on. */
  #parts: readonly Part[] = [];
  #part = 0;
  #pair = 0;

  constructor(host: Host<Message, Entry>, journal: Journal, indexed: boolean) {
    this.#host = host;
    this.#journal = journal;
    this.#indexed = indexed;
  }

  commit(position: number): void {
    if (position > this.committed) this.committed = position;
  }

  /** The state is not there yet: nothing can be read, and nothing applied. */
  get isLoading(): boolean {
    return this.#part < this.#parts.length;
  }

  /** Replaces the state by an image, a bounded number of pairs a turn. */
  load({ at, parts }: Image): void {
    this.#clear(at);
    this.#parts = parts;
    this.#part = 0;
    this.#pair = 0;
    this.committed = Math.max(this.committed, at.position);
  }

  #clear(at: Point): void {
    this.#host.store.clear();
    this.sessions.clear();
    this.applied = at.position;
  }

  /** To be called once a turn. */
  advance(audience: Audience | undefined): void {
    if (this.isLoading) this.#loadSome();
    else if (this.applied < this.committed) this.#applySome(audience);
    if (this.isLoading || this.applied < this.committed) this.#host.setTimer('apply', 0);
  }

  #loadSome(): void {
    const { store } = this.#host;
    for (let left = LOADED_PER_TURN; this.isLoading && left > 0; left--) {
      const { pairs, sessions } = this.#parts[this.#part]!;
      const pair = pairs[this.#pair++];
      if (pair !== undefined) store.set(pair[0], pair[1]);
      else {
        for (const piece of sessions) this.sessions.load(piece);
        this.#part++;
        this.#pair = 0;
      }
    }
    if (!this.isLoading) this.#parts = [];
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
    const known = this.sessions.lookUp(session, serial);
    if (known.kind === 'known') return known.result;
    if (known.kind === 'forgotten') return undefined;
    const { store } = this.#host;
    const operation = operationOf(write);
    const result = this.#indexed ? store.apply(operation, position) : store.apply(operation);
    this.sessions.record(session, serial, settled, result);
    return result;
  }

  /** Records behind a position are about to be replaced. If some are in the store, it has to be made anew from the log. */
  cut(position: number): void {
    if (position >= this.committed) return;
    this.lost += this.committed - position;
    this.committed = position;
    if (position >= this.applied) return;
    if (!this.#hasWholeLog) throw new Error(`cannot go back to ${position}: the log does not begin at its beginning`);
    this.#clear(this.#journal.log.base);
  }

  /** In this life, and in the next one too. */
  get #hasWholeLog(): boolean {
    return this.#journal.log.base.position === 0 && this.#journal.floor === 0;
  }

  /** What is known of sessions, in parts of at most so many. */
  sessionParts(limit: number): Part[] {
    const pieces = [...this.sessions.entries()];
    const parts: Part[] = [];
    for (let i = 0; i < pieces.length; i += limit) parts.push({ pairs: [], sessions: pieces.slice(i, i + limit) });
    return parts;
  }

  /** Whether the state at this position can be had again, or need not be. */
  canCut(position: number): boolean {
    return position >= this.applied || this.#hasWholeLog;
  }
}
