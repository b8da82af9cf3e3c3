/**
 * Recognises retries, as part of a replicated state machine: a request that took effect is answered again with the result that it
 * had, and not carried out again (Ongaro's thesis, 6.3).
 *
 * What is known depends on the order of records alone, so replicas that record the same in the same order know the same, and
 * forget the same; so does a copy made by `entries` and `load`. Memory is bounded by the number of sessions and by what their
 * clients have not settled.
 *
 * A session that had to be dropped leaves its highest serial behind, which is small, so that its retries are recognised as such for
 * much longer. Once that is gone too, a retry counts as new: `sessionsMax` has to be chosen above the number of sessions that
 * are in use at a time.
 */

export type Known<Result> =
  /** It has not taken effect here. */
  | { readonly kind: 'new' }
  | { readonly kind: 'known'; readonly result: Result }
  /** It may have taken effect once, and must not again; its result is gone. */
  | { readonly kind: 'forgotten' };

/**
 * All that is known of one session, as plain data: serials up to `floor` are forgotten, and of these serials, in rising order,
 * the results are known; null: the session was dropped.
 */
export type SessionEntry<Result> = readonly [
  session: string,
  floor: number,
  results: readonly (readonly [serial: number, result: Result])[] | null,
];

/** Many, since a serial takes far less room than results do. */
const DROPPED_PER_SESSION = 15;

const NEW: { readonly kind: 'new' } = { kind: 'new' };
const FORGOTTEN: { readonly kind: 'forgotten' } = { kind: 'forgotten' };

interface Session<Result> {
  readonly name: string;
  floor: number;
  /** In rising order; mostly there is one. `results` holds the result of each. */
  serials: number[];
  results: Result[];
  dropped: boolean;
  /** Its neighbours in the queue it is in. */
  before: Session<Result> | undefined;
  behind: Session<Result> | undefined;
}

export class Sessions<Result> {
  readonly #sessionsMax: number;
  readonly #byName = new Map<string, Session<Result>>();
  /** In the order in which they were last recorded to: the first is the next to be dropped. */
  readonly #kept = new Queue<Result>();
  /** In the order in which they were dropped. Their floor is the highest serial they had. */
  readonly #dropped = new Queue<Result>();

  constructor(sessionsMax: number) {
    if (!(sessionsMax >= 1)) throw new Error(`sessionsMax: expected a number of at least 1, but ${sessionsMax} came`);
    this.#sessionsMax = sessionsMax;
  }

  /** The sessions whose results are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** What is known of a request. Asking changes nothing. */
  lookUp(session: string, serial: number): Known<Result> {
    const known = this.#byName.get(session);
    if (known === undefined) return NEW;
    if (serial <= known.floor) return FORGOTTEN;
    const at = placeOf(known.serials, serial);
    return known.serials[at] === serial ? { kind: 'known', result: known.results[at] as Result } : NEW;
  }

  /**
   * A request has taken effect, with this result. Results of serials up to `settled` are forgotten. Throws if it was recorded before
   * and that is still known: then it has taken effect twice.
   */
  record(session: string, serial: number, settled: number, result: Result): void {
    const known = this.#latest(session);
    const { serials, results } = known;
    if (settled > known.floor) {
      known.floor = settled;
      const first = placeOf(serials, settled + 1);
      if (first === serials.length && first > 0 && serial > settled) {
        // The usual case: this one takes the place of all before, and nothing needs to be allocated.
        serials[0] = serial;
        results[0] = result;
        serials.length = results.length = 1;
        return;
      }
      if (first > 0) {
        serials.splice(0, first);
        results.splice(0, first);
      }
    }
    if (serial <= known.floor) return;
    const at = placeOf(serials, serial);
    if (at === serials.length) {
      serials.push(serial);
      results.push(result);
    } else {
      if (serials[at] === serial) throw new Error(`session ${session}: serial ${serial} has taken effect twice`);
      serials.splice(at, 0, serial);
      results.splice(at, 0, result);
    }
  }

  /** The session, made the one that was recorded to last; another is dropped if there are too many now. */
  #latest(name: string): Session<Result> {
    let session = this.#byName.get(name);
    if (session === undefined) {
      session = { name, floor: 0, serials: [], results: [], dropped: false, before: undefined, behind: undefined };
      this.#byName.set(name, session);
    } else {
      (session.dropped ? this.#dropped : this.#kept).remove(session);
      session.dropped = false;
    }
    this.#kept.push(session);
    if (this.#kept.size > this.#sessionsMax) this.#drop(this.#kept.first!);
    return session;
  }

  #drop(session: Session<Result>): void {
    this.#kept.remove(session);
    session.floor = session.serials.at(-1) ?? session.floor;
    session.serials = [];
    session.results = [];
    session.dropped = true;
    this.#dropped.push(session);
    if (this.#dropped.size <= DROPPED_PER_SESSION * this.#sessionsMax) return;
    const oldest = this.#dropped.first!;
    this.#dropped.remove(oldest);
    this.#byName.delete(oldest.name);
  }

  /** Everything as of now, an entry a session, to be loaded elsewhere in this order. Results are handed out as they are, not copied. */
  entries(): SessionEntry<Result>[] {
    const entries: SessionEntry<Result>[] = [];
    for (const { name, floor } of this.#dropped) entries.push([name, floor, null]);
    for (const { name, floor, serials, results } of this.#kept) {
      entries.push([name, floor, serials.map((serial, i) => [serial, results[i] as Result])]);
    }
    return entries;
  }

  /** Takes in the next of the entries that `entries` gave. `clear` comes before the first. */
  load([name, floor, results]: SessionEntry<Result>): void {
    const session = this.#latest(name);
    session.floor = floor;
    session.serials = results === null ? [] : results.map(([serial]) => serial);
    session.results = results === null ? [] : results.map(([, result]) => result);
    if (results === null) this.#drop(session);
  }

  clear(): void {
    this.#byName.clear();
    this.#kept.clear();
    this.#dropped.clear();
  }
}

/** A chain of sessions. The order that a Map keeps would do, if asking it for its first key were not slow after many have left. */
class Queue<Result> {
  first: Session<Result> | undefined;
  size = 0;
  #last: Session<Result> | undefined;

  push(session: Session<Result>): void {
    session.before = this.#last;
    session.behind = undefined;
    if (this.#last === undefined) this.first = session;
    else this.#last.behind = session;
    this.#last = session;
    this.size++;
  }

  /** The session must be in this queue. */
  remove(session: Session<Result>): void {
    const { before, behind } = session;
    if (before === undefined) this.first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
    this.size--;
  }

  clear(): void {
    this.first = undefined;
    this.#last = undefined;
    this.size = 0;
  }

  *[Symbol.iterator](): Generator<Session<Result>, void> {
    for (let session = this.first; session !== undefined; session = session.behind) yield session;
  }
}

/** Where a serial stands or would stand. New serials come behind all others, nearly always. */
function placeOf(serials: readonly number[], serial: number): number {
  let high = serials.length;
  if (high === 0 || serials[high - 1]! < serial) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (serials[middle]! < serial) low = middle + 1;
    else high = middle;
  }
  return low;
}
