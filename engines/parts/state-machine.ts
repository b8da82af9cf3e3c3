/**
 * The state that a log is applied to: the store, and what is known of sessions, so that a retry takes effect once. As of an
 * instant it can be read out in parts, and it can be made anew from such parts; both in pieces, so that no node stands still for it.
 */
import type { Operation, Result, Store, StoreView } from '../api.ts';
import { type SessionEntry, Sessions } from './sessions.ts';

/** Some of a state, as plain data: what is known of sessions, and pairs of the store. */
export interface StatePart {
  readonly sessions: readonly SessionEntry<Result>[];
  readonly pairs: readonly (readonly [key: string, value: string])[];
}

/** Whose operation it is, by which a retry is known. */
export interface Identity {
  readonly session: string;
  readonly serial: number;
  readonly settled: number;
}

export class StateMachine {
  readonly #store: Store;
  readonly #sessions: Sessions<Result>;
  /** What is still to be loaded, and where in the first part of it to go on. */
  #parts: readonly StatePart[] = [];
  #part = 0;
  #pair = 0;

  /** `sessionsMax`: beyond so many, the session that was silent longest is forgotten. */
  constructor(store: Store, sessionsMax: number) {
    this.#store = store;
    this.#sessions = new Sessions(sessionsMax);
  }

  /** Pairs and sessions: what an image of it costs. */
  get size(): number {
    return this.#store.size + this.#sessions.size;
  }

  /**
   * Carries out an operation unless it took effect before, and returns its result; undefined: it may have taken effect before,
   * and its result is forgotten. With an index, the harness compares replicas by it.
   */
  apply({ session, serial, settled }: Identity, operation: Operation, index?: number): Result | undefined {
    const known = this.#sessions.lookUp(session, serial);
    if (known.kind === 'known') return known.result;
    if (known.kind === 'forgotten') return undefined;
    const result = this.#store.apply(operation, index);
    this.#sessions.record(session, serial, settled, result);
    return result;
  }

  clear(): void {
    this.#store.clear();
    this.#sessions.clear();
    this.#parts = [];
    this.#part = 0;
  }

  /** Replaces the state: it is to be made from these parts, by `loadSome`. */
  load(parts: readonly StatePart[]): void {
    this.clear();
    this.#parts = parts;
    this.#pair = 0;
  }

  /** The state is not there yet: nothing can be read, and nothing applied. */
  get isLoading(): boolean {
    return this.#part < this.#parts.length;
  }

  /** Loads at most so many pairs and parts. */
  loadSome(limit: number): void {
    for (let left = limit; this.isLoading && left > 0; left--) {
      const { pairs, sessions } = this.#parts[this.#part]!;
      const pair = pairs[this.#pair++];
      if (pair !== undefined) this.#store.set(pair[0], pair[1]);
      else {
        for (const entry of sessions) this.#sessions.load(entry);
        this.#part++;
        this.#pair = 0;
      }
    }
    if (!this.isLoading) this.#parts = [];
  }

  /** Reads the state as of now, in parts of at most so many pairs or sessions, while it goes on changing. */
  read(limit: number): StateReader {
    return new StateReader(this.#sessions.entries(), this.#store.view(), limit);
  }
}

export class StateReader {
  readonly #sessions: readonly SessionEntry<Result>[];
  readonly #view: StoreView;
  readonly #limit: number;
  #sessionsRead = 0;

  constructor(sessions: readonly SessionEntry<Result>[], view: StoreView, limit: number) {
    this.#sessions = sessions;
    this.#view = view;
    this.#limit = limit;
  }

  /** The next part. An empty one is the last: all has been read. */
  next(): StatePart {
    if (this.#sessionsRead < this.#sessions.length) {
      const sessions = this.#sessions.slice(this.#sessionsRead, this.#sessionsRead + this.#limit);
      this.#sessionsRead += sessions.length;
      return { sessions, pairs: [] };
    }
    return { sessions: [], pairs: this.#view.next(this.#limit) };
  }

  close(): void {
    this.#view.close();
  }
}

export const isEmptyPart = ({ sessions, pairs }: StatePart): boolean => sessions.length + pairs.length === 0;
