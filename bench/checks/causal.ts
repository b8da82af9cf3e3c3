/**
 * Causal consistency of registers with unique values, by its bad patterns (Bouajjani, Enea, Guerraoui and Hamza, 2017).
 *
 * One operation is in another's past if it came before it in one session (a process), or wrote what the other saw, or by a
 * chain of both. A history is not causally consistent if
 * - *thin air*: a value was seen that no write of its key can have written;
 * - *cycle*: an operation is in its own past;
 * - *overwritten*: a value was seen although a newer write of its key was in the past: newer, because it has the value's
 *   write in its own past;
 * - *absent*: nothing was seen although a write of the key was in the past. Not judged on keys that are deleted.
 *
 * Cannot be seen: what only the stronger forms (causal memory, convergence) forbid; documents; an unknown write is in the past of
 * those who saw it, but not of its own session, since it may have taken effect at any later time, and a read of its value is
 * not judged as overwritten.
 *
 * Each write keeps a vector clock with a place for every session: O(operations × sessions). Histories for which that would not
 * fit into memory are not judged.
 */
import { OK, UNKNOWN } from '../history.ts';
import { mayWrite, type Operations } from './columns.ts';
import { type Findings, Tally } from './findings.ts';
import { walkSessions } from './process-order.ts';
import { FIRST, FOREIGN, REGISTER, WriteIndex } from './write-index.ts';

/** 400 MB of clocks. */
const CLOCK_ENTRIES_MAX = 1e8;

export interface CausalFindings {
  readonly thinAir: Findings;
  readonly cycle: Findings;
  readonly overwritten: Findings;
  readonly absent: Findings;
}

/** Undefined: there are too many sessions and writes to judge. */
export function causality(operations: Operations): CausalFindings | undefined {
  const graph = new CausalGraph(operations);
  if (graph.sessionCount * (graph.sessionCount + graph.writeCount) > CLOCK_ENTRIES_MAX) return undefined;
  const thinAir = new Tally(operations);
  const cycle = new Tally(operations);
  for (let row = 0; row < operations.length; row++) {
    if (graph.index.seen(row) === FOREIGN) thinAir.add(operations.key[row]!, row);
  }
  const order = graph.order((rows) => cycle.add(operations.key[rows[0]!]!, ...rows));
  const overwritten = new Tally(operations);
  const absent = new Tally(operations);
  judgeReads(graph, order, overwritten, absent);
  return {
    thinAir: thinAir.findings(),
    cycle: cycle.findings(),
    overwritten: overwritten.findings(),
    absent: absent.findings(),
  };
}

const CYCLE_ROWS_MAX = 20;

/** What came directly before each operation. */
class CausalGraph {
  readonly operations: Operations;
  readonly index: WriteIndex;
  /** The session of each row, and the place of an ok one there, from 1. */
  readonly session: Int32Array;
  readonly place: Int32Array;
  /** The row before in the session; −1: none. */
  readonly previous: Int32Array;
  sessionCount = 0;
  /** The number of each write, counted from 0 by process and start. */
  readonly write: Int32Array;
  writeCount = 0;
  /** The unknown writes that were sent right after this operation of their session. */
  readonly unknownAfter = new Map<number, number[]>();

  constructor(operations: Operations) {
    const { length, outcome } = operations;
    this.operations = operations;
    this.index = new WriteIndex(operations);
    this.session = new Int32Array(length);
    this.place = new Int32Array(length);
    this.previous = new Int32Array(length).fill(-1);
    this.write = new Int32Array(length);
    let last = -1;
    walkSessions(
      operations,
      () => {
        last = -1;
        this.sessionCount++;
      },
      (row) => {
        this.session[row] = this.sessionCount - 1;
        this.previous[row] = last;
        if (mayWrite(operations, row)) {
          this.write[row] = this.writeCount++;
          if (outcome[row] === UNKNOWN && last !== -1) this.#hang(row, last);
        }
        if (outcome[row] !== OK) return;
        this.place[row] = last === -1 ? 1 : this.place[last]! + 1;
        last = row;
      },
    );
  }

  /** All rows, each behind what is in its past. Where that is not possible, a dependency is left out and its cycle told. */
  order(tell: (rows: readonly number[]) => void): Int32Array {
    const { length } = this.operations;
    const order = new Int32Array(length);
    let count = 0;
    /** 0: not met; 1: its past is being ordered; 2: ordered. */
    const state = new Uint8Array(length);
    const path: number[] = [];
    for (let root = 0; root < length; root++) {
      if (state[root] === 0) path.push(root);
      while (path.length > 0) {
        const row = path.at(-1)!;
        const opened = state[row] === 0;
        state[row] = 1;
        const next = [this.previous[row]!, this.index.seen(row)].find((past) => past >= 0 && state[past] === 0);
        if (opened) this.#tellCycles(row, state, path, tell);
        if (next !== undefined) path.push(next);
        else {
          state[row] = 2;
          order[count++] = row;
          path.pop();
        }
      }
    }
    return order;
  }

  #hang(row: number, last: number): void {
    const rows = this.unknownAfter.get(last);
    if (rows === undefined) this.unknownAfter.set(last, [row]);
    else rows.push(row);
  }

  #tellCycles(row: number, state: Uint8Array, path: readonly number[], tell: (rows: readonly number[]) => void): void {
    for (const past of [this.previous[row]!, this.index.seen(row)]) {
      if (past >= 0 && state[past] === 1) tell(path.slice(path.lastIndexOf(past)).slice(-CYCLE_ROWS_MAX));
    }
  }
}

/** The writes of one session to one key, in order. */
type Chain = number[];

function judgeReads(graph: CausalGraph, order: Int32Array, overwritten: Tally, absent: Tally): void {
  const { operations, index, session, place, sessionCount } = graph;
  const { key: keys, outcome } = operations;
  const clocks = new Clocks(graph);
  const chains = chainsOf(graph);
  for (const row of order) {
    if (outcome[row] !== OK) continue;
    const key = keys[row]!;
    const seen = index.seen(row);
    const clock = clocks.ofSession(session[row]!);
    if (seen >= 0) {
      const past = clocks.ofWrite(seen);
      for (let i = 0; i < sessionCount; i++) if (past[i]! > clock[i]!) clock[i] = past[i]!;
    }
    if (seen >= FIRST) {
      const newer = findNewer(graph, chains.get(key) ?? [], clocks, clock, seen);
      if (newer !== undefined && seen === FIRST) absent.add(key, newer, row);
      else if (newer !== undefined) overwritten.add(key, seen, newer, row);
    }
    clock[session[row]!] = place[row]!;
    if (mayWrite(operations, row)) clocks.ofWrite(row).set(clock);
    for (const unknown of graph.unknownAfter.get(row) ?? []) clocks.ofWrite(unknown).set(clock);
  }
}

/** Vector clocks: for every session, the place of its last operation that is in the past. */
class Clocks {
  readonly #graph: CausalGraph;
  readonly #sessions: (Int32Array | undefined)[];
  readonly #writes: Int32Array;

  constructor(graph: CausalGraph) {
    this.#graph = graph;
    this.#sessions = Array.from({ length: graph.sessionCount });
    this.#writes = new Int32Array(graph.sessionCount * graph.writeCount);
  }

  /** What the session knows by now; it goes on changing. */
  ofSession(session: number): Int32Array {
    const known = this.#sessions[session];
    if (known !== undefined) return known;
    const clock = new Int32Array(this.#graph.sessionCount);
    this.#sessions[session] = clock;
    return clock;
  }

  /** What was known when this row was written. */
  ofWrite(row: number): Int32Array {
    const { sessionCount, write } = this.#graph;
    const from = write[row]! * sessionCount;
    return this.#writes.subarray(from, from + sessionCount);
  }
}

/** For each key, the chains of ok writes of each session. */
function chainsOf({ operations, index, session }: CausalGraph): ReadonlyMap<number, readonly Chain[]> {
  const byKey = new Map<number, Map<number, Chain>>();
  walkSessions(
    operations,
    () => {},
    (row) => {
      const key = operations.key[row]!;
      if (operations.outcome[row] !== OK || !mayWrite(operations, row) || index.shape[key] !== REGISTER) return;
      let bySession = byKey.get(key);
      if (bySession === undefined) {
        bySession = new Map();
        byKey.set(key, bySession);
      }
      const chain = bySession.get(session[row]!);
      if (chain === undefined) bySession.set(session[row]!, [row]);
      else chain.push(row);
    },
  );
  return new Map([...byKey].map(([key, bySession]) => [key, [...bySession.values()]]));
}

/**
 * A write in the past (`clock`) that has what was seen in its own past. Of each session the last one decides: its past holds
 * that of the others.
 */
function findNewer(
  { index, operations, session, place }: CausalGraph,
  chains: readonly Chain[],
  clocks: Clocks,
  clock: Int32Array,
  seen: number,
): number | undefined {
  if (seen === FIRST && chains[0] !== undefined && index.deletes.has(operations.key[chains[0][0]!]!)) return undefined;
  if (seen >= 0 && operations.outcome[seen] !== OK) return undefined;
  for (const chain of chains) {
    const known = clock[session[chain[0]!]!]!;
    // Nearly every session's newest write is known or nothing is: from the end it takes a look or two.
    let low = 0;
    let high = chain.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (place[chain[middle]!]! <= known) low = middle + 1;
      else high = middle;
    }
    const newest = chain[low - 1];
    if (newest === undefined || newest === seen) continue;
    if (seen === FIRST || clocks.ofWrite(newest)[session[seen]!]! >= place[seen]!) return newest;
  }
  return undefined;
}
