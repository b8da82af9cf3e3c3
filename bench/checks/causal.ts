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
      (row, session) => {
        this.session[row] = session;
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

/** The ok writes of one session to one register that have come up so far, by row and by place in the session. */
interface Chain {
  readonly session: number;
  readonly rows: number[];
  readonly places: number[];
}

function judgeReads(graph: CausalGraph, order: Int32Array, overwritten: Tally, absent: Tally): void {
  const { operations, index, session, place } = graph;
  const { key: keys, outcome } = operations;
  const clocks = new Clocks(graph);
  const chains: Chain[][] = Array.from({ length: operations.keyCount }, () => []);
  for (const row of order) {
    if (outcome[row] !== OK) continue;
    const key = keys[row]!;
    const seen = index.seen(row);
    const clock = clocks.ofSession(session[row]!);
    if (seen >= 0) clocks.join(clock, seen);
    if (seen >= 0 ? outcome[seen] === OK : seen === FIRST && !index.deletes.has(key)) {
      const newer = findNewer(chains[key]!, clocks, clock, seen);
      if (newer !== undefined && seen === FIRST) absent.add(key, newer, row);
      else if (newer !== undefined) overwritten.add(key, seen, newer, row);
    }
    clock[session[row]!] = place[row]!;
    if (mayWrite(operations, row)) {
      clocks.keep(row, clock);
      if (index.shape[key] === REGISTER) addTo(chains[key]!, session[row]!, row, place[row]!);
    }
    for (const unknown of graph.unknownAfter.get(row) ?? []) clocks.keep(unknown, clock);
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

  /** Keeps what was known when this row was written. */
  keep(row: number, clock: Int32Array): void {
    this.#writes.set(clock, this.#graph.write[row]! * clock.length);
  }

  /** Adds to a clock what was known when this row was written. */
  join(clock: Int32Array, row: number): void {
    const from = this.#graph.write[row]! * clock.length;
    for (let i = 0; i < clock.length; i++) {
      const known = this.#writes[from + i]!;
      if (known > clock[i]!) clock[i] = known;
    }
  }

  /** Whether an ok operation is in the past of a write. */
  isPast(row: number, write: number): boolean {
    const { sessionCount, session, place } = this.#graph;
    return this.#writes[this.#graph.write[write]! * sessionCount + session[row]!]! >= place[row]!;
  }
}

function addTo(ofKey: Chain[], session: number, row: number, place: number): void {
  let chain = ofKey.find((other) => other.session === session);
  if (chain === undefined) {
    chain = { session, rows: [], places: [] };
    ofKey.push(chain);
  }
  chain.rows.push(row);
  chain.places.push(place);
}

/**
 * A write in the past (`clock`) that has what was seen in its own past, or any if nothing was seen. Of each session the last
 * one decides: its past holds that of the others.
 */
function findNewer(chains: readonly Chain[], clocks: Clocks, clock: Int32Array, seen: number): number | undefined {
  for (const { session, rows, places } of chains) {
    const known = clock[session]!;
    let low = 0;
    let high = rows.length;
    // What has come up is nearly always known.
    if (places[high - 1]! <= known) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (places[middle]! <= known) low = middle + 1;
      else high = middle;
    }
    const newest = rows[low - 1];
    if (newest !== undefined && newest !== seen && (seen === FIRST || clocks.isPast(seen, newest))) return newest;
  }
  return undefined;
}
