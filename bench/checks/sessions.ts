/**
 * Session guarantees (Terry and others, 1994), each key by itself. A session is a process.
 *
 * One value is *certainly older* than another if
 * - its write had settled (ended ok, or been seen by somebody) more than `skewMs` before the other's write began: a store
 *   that decides by clocks may order writes against real time, and promises nothing below the skew of its clocks;
 * - it is the first value, and no delete explains it.
 *
 * What counts, once for each read, in a register:
 * - *read your writes*: a read returns a value certainly older than an ok write of its own session, or one that the session had
 *   written or read before it made that write, whatever clocks said (if a system orders the two otherwise, it breaks one of the two
 *   guarantees of writes below, and what the session wrote is gone);
 * - *monotonic reads*: a read returns a value certainly older than one that the session has read, or one that it had read
 *   before that, or goes from one value to another where some session has gone the other way (one of the two is wrong);
 * - *monotonic writes*: a session reads a value, and then one that the same writer had written before it;
 * - *writes follow reads*: a session reads a value, and then the one that its writer had read last before writing it.
 * In a document, by its elements:
 * - *read your writes*: an ok append of the session's own is missing;
 * - *monotonic reads*: an element is missing that the session has read;
 * - *monotonic writes*: an element stands in the text without, or before, an earlier ok one of the same writer;
 * - *writes follow reads*: an element stands there without, or before, one that its writer had read before.
 * In a counter, by sums alone, so that a fault can hide behind adds of the other sign:
 * - *read your writes*: a read shows what can come about only without an ok add of the session's own;
 * - *monotonic reads*: a read shows what can come about only without something that the session has read.
 *
 * What cannot be seen: the last two guarantees of a counter; those of a register other than by two reads of one session, so that a system is to
 * be held to them only if it promises monotonic reads as well; anything between keys, which is the causal check's; writes
 * that nobody has read. Nothing is held against an operation whose outcome is unknown, nor against overlapping operations.
 */
import type { SessionGuarantee } from '../../engines/api.ts';
import { GET, OK } from '../history.ts';
import { mayWrite, type Operations } from './columns.ts';
import { counterSessions } from './counter-sessions.ts';
import { documentSessions } from './document-sessions.ts';
import { type Findings, Tally } from './findings.ts';
import { walkSessions } from './process-order.ts';
import { FIRST, FOREIGN, REGISTER, UNTOLD, WriteIndex } from './write-index.ts';

export interface SessionOptions {
  /** How far clocks that order writes may be apart. Infinity: real time orders nothing. Left out: 0. */
  readonly skewMs?: number;
}

export type SessionTallies = { readonly [guarantee in SessionGuarantee]: Tally };
export type SessionFindings = { readonly [guarantee in SessionGuarantee]: Findings };

export function sessions(operations: Operations, { skewMs = 0 }: SessionOptions = {}): SessionFindings {
  const index = new WriteIndex(operations);
  const tallies: SessionTallies = {
    'read-your-writes': new Tally(operations),
    'monotonic-reads': new Tally(operations),
    'monotonic-writes': new Tally(operations),
    'writes-follow-reads': new Tally(operations),
  };
  registerSessions(operations, index, tallies, skewMs);
  documentSessions(operations, index, tallies);
  counterSessions(operations, index, tallies);
  return {
    'read-your-writes': tallies['read-your-writes'].findings(),
    'monotonic-reads': tallies['monotonic-reads'].findings(),
    'monotonic-writes': tallies['monotonic-writes'].findings(),
    'writes-follow-reads': tallies['writes-follow-reads'].findings(),
  };
}

/** What a session knows of one register. */
interface View {
  /** Its ok write that started last; −1: none. */
  own: number;
  /** What it had written or read before that. */
  readonly replaced: Set<number>;
  /** What it read last, and by which operation; UNTOLD and −1: nothing. */
  last: number;
  lastRead: number;
  /** Of the writes that it has read, the one that started last, and the operation that read it; −1: none. */
  newest: number;
  newestRead: number;
  /** What it read before it read something else. */
  readonly left: Set<number>;
  /** Of each session's writes that it has read, the last one. */
  readonly bySession: Map<number, number>;
  /** What the writers of what it has read had read before, and the operation by which it knows. */
  readonly sources: Map<number, number>;
}

const makeView = (): View => ({
  own: -1,
  replaced: new Set(),
  last: UNTOLD,
  lastRead: -1,
  newest: -1,
  newestRead: -1,
  left: new Set(),
  bySession: new Map(),
  sources: new Map(),
});

function registerSessions(operations: Operations, index: WriteIndex, tallies: SessionTallies, skewMs: number): void {
  const { length, key: keys, kind, outcome, start, end } = operations;
  const { sources, session, place } = readSessions(operations, index);
  /** Steps from one value to another, as one number, and the read that took it. */
  const steps = new Map<number, number>();
  const stepOf = (from: number, to: number): number => (from + 1) * (length + 1) + (to + 1);
  let views = new Map<number, View>();

  const judge = (view: View, row: number, seen: number): boolean => {
    const key = keys[row]!;
    const older = (sinceMs: number): boolean => index.isOlder(key, seen, sinceMs, end[row]!, skewMs);
    if (view.own >= 0 && seen !== view.own && (view.replaced.has(seen) || older(start[view.own]!))) {
      tallies['read-your-writes'].add(key, view.own, row);
    }
    if (view.lastRead === -1 || seen === view.last) return true;
    let monotonic = true;
    const back = seen >= 0 ? steps.get(stepOf(seen, view.last)) : undefined;
    if (view.newest >= 0 && seen !== view.newest && older(start[view.newest]!)) {
      tallies['monotonic-reads'].add(key, view.newestRead, row);
      monotonic = false;
    } else if (seen >= 0 && view.left.has(seen)) {
      tallies['monotonic-reads'].add(key, view.lastRead, row);
      monotonic = false;
    } else if (back !== undefined) {
      tallies['monotonic-reads'].add(key, back, view.lastRead, row);
      monotonic = false;
    }
    const later = seen >= 0 ? view.bySession.get(session[seen]!) : undefined;
    if (later !== undefined && outcome[seen] === OK && place[seen]! < place[later]!) {
      tallies['monotonic-writes'].add(key, seen, later, row);
      monotonic = false;
    }
    const follower = seen >= 0 ? view.sources.get(seen) : undefined;
    if (follower !== undefined) {
      tallies['writes-follow-reads'].add(key, follower, row);
      monotonic = false;
    }
    return monotonic;
  };

  const learn = (view: View, row: number, seen: number): void => {
    if (view.lastRead !== -1 && seen !== view.last) {
      if (view.last >= 0) view.left.add(view.last);
      if (view.last >= 0 && seen >= 0) steps.set(stepOf(view.last, seen), row);
    }
    view.last = seen;
    view.lastRead = row;
    if (seen < 0) return;
    if (view.newest === -1 || start[seen]! > start[view.newest]!) {
      view.newest = seen;
      view.newestRead = row;
    }
    const known = view.bySession.get(session[seen]!);
    if (known === undefined || place[seen]! > place[known]!) view.bySession.set(session[seen]!, seen);
    if (sources[seen]! >= 0) view.sources.set(sources[seen]!, row);
  };

  walkSessions(
    operations,
    () => {
      views = new Map();
    },
    (row) => {
      const key = keys[row]!;
      if (outcome[row] !== OK || index.shape[key] !== REGISTER) return;
      let view = views.get(key);
      if (view === undefined) {
        view = makeView();
        views.set(key, view);
      }
      const seen = index.seen(row);
      // A read that breaks a promise is one bad read: those after it are held to what was known before.
      if (seen !== UNTOLD && seen !== FOREIGN && judge(view, row, seen)) learn(view, row, seen);
      if (kind[row] !== GET && mayWrite(operations, row) && (view.own === -1 || start[row]! > start[view.own]!)) {
        if (view.own >= 0) view.replaced.add(view.own);
        if (view.last >= 0) view.replaced.add(view.last);
        view.own = row;
      }
    },
  );
}

/** By row. */
interface Places {
  /** Of a write of a register, what its session had read there last before: a write's row, or a negative number. */
  readonly sources: Int32Array;
  readonly session: Int32Array;
  /** The higher, the later in its session. Times do not tell: two operations may fall into one tick of the clock. */
  readonly place: Int32Array;
}

function readSessions(operations: Operations, index: WriteIndex): Places {
  const sources = new Int32Array(operations.length).fill(FIRST);
  const session = new Int32Array(operations.length);
  const place = new Int32Array(operations.length);
  let walked = 0;
  let read = new Map<number, number>();
  walkSessions(
    operations,
    () => {
      read = new Map();
    },
    (row, number) => {
      session[row] = number;
      place[row] = walked++;
      const key = operations.key[row]!;
      const seen = index.seen(row);
      if (seen !== UNTOLD) read.set(key, seen);
      if (mayWrite(operations, row)) sources[row] = read.get(key) ?? FIRST;
    },
  );
  return { sources, session, place };
}
