/** For tests: histories written down by hand, or made at a constant rate with planned mishaps. */
import { ABSENT, GET, type History, KINDS, type Kind, OUTCOMES, type Outcome, UNKNOWN } from '../history.ts';

/** One operation. Only what matters to the test needs to be said. */
export interface Row {
  /** 0. */
  readonly process?: number;
  /** The first zone. */
  readonly zone?: string;
  /** `put`. */
  readonly kind?: Kind;
  /** 0. */
  readonly key?: number;
  /** Of a write its own row number, of a read ABSENT. */
  readonly value?: number;
  /** The same as `start`. */
  readonly intended?: number;
  /** The same as `intended`; 0 if both are left out. */
  readonly start?: number;
  /** One ms after `start`. */
  readonly end?: number;
  /** `ok`. */
  readonly outcome?: Outcome;
  /** The first node; no answer if unknown. */
  readonly answeredBy?: string;
  /** The same as `end`; NaN if there was no answer. */
  readonly answeredAt?: number;
  /** Answered while an input of another zone was handled. */
  readonly crossed?: boolean;
  readonly accepted?: boolean;
  /** Answered by a cache: then by no node. */
  readonly cached?: boolean;
  readonly attempts?: number;
  readonly shed?: boolean;
}

export interface Places {
  readonly zones?: readonly string[];
  readonly nodes?: readonly string[];
  /** The number of the first row; 0. */
  readonly firstRow?: number;
}

function positionOf(names: readonly string[], name: string, what: string): number {
  const position = names.indexOf(name);
  if (position < 0) throw new RangeError(`a row names the ${what} "${name}", which is none of: ${names.join(', ')}`);
  return position;
}

/** The history of these rows, in this order. */
export function historyOf(
  rows: readonly Row[],
  { zones = ['z1'], nodes = ['n1', 'n2', 'n3'], firstRow = 0 }: Places = {},
): History {
  const length = rows.length;
  const history = {
    length,
    firstRow,
    zones,
    nodes,
    process: new Int32Array(length),
    zone: new Uint8Array(length),
    kind: new Uint8Array(length),
    key: new Int32Array(length),
    value: new Int32Array(length),
    intended: new Float64Array(length),
    start: new Float64Array(length),
    end: new Float64Array(length),
    outcome: new Uint8Array(length),
    answeredBy: new Int16Array(length),
    answeredAt: new Float64Array(length),
    crossed: new Uint8Array(length),
    accepted: new Uint8Array(length),
    cached: new Uint8Array(length),
    attempts: new Uint16Array(length),
    shed: new Uint8Array(length),
  };
  rows.forEach((row, i) => {
    const kind = KINDS.indexOf(row.kind ?? 'put');
    const outcome = OUTCOMES.indexOf(row.outcome ?? 'ok');
    const start = row.start ?? row.intended ?? 0;
    const end = row.end ?? start + 1;
    const answered = (outcome !== UNKNOWN && row.cached !== true) || row.answeredBy !== undefined;
    history.process[i] = row.process ?? 0;
    history.zone[i] = row.zone === undefined ? 0 : positionOf(zones, row.zone, 'zone');
    history.kind[i] = kind;
    history.key[i] = row.key ?? 0;
    history.value[i] = row.value ?? (kind === GET ? ABSENT : firstRow + i);
    history.intended[i] = row.intended ?? start;
    history.start[i] = start;
    history.end[i] = end;
    history.outcome[i] = outcome;
    history.answeredBy[i] = answered ? positionOf(nodes, row.answeredBy ?? nodes[0]!, 'node') : -1;
    history.answeredAt[i] = answered ? (row.answeredAt ?? end) : Number.NaN;
    history.crossed[i] = row.crossed ? 1 : 0;
    history.accepted[i] = row.accepted ? 1 : 0;
    history.cached[i] = row.cached ? 1 : 0;
    history.attempts[i] = row.attempts ?? 1;
    history.shed[i] = row.shed ? 1 : 0;
  });
  return history;
}

export interface ConstantLoad {
  readonly ratePerS: number;
  readonly durationMs: number;
  /** What each operation takes; 1. */
  readonly latencyMs?: number;
  /** What differs from a put that ends ok after `latencyMs`, operation by operation. */
  readonly change?: (intendedMs: number, number: number) => Row;
}

/** Rows at fixed intervals from time 0 on. */
export function constantLoad({ ratePerS, durationMs, latencyMs = 1, change }: ConstantLoad): Row[] {
  const rows: Row[] = [];
  for (let i = 0; (i * 1000) / ratePerS < durationMs; i++) {
    const intended = (i * 1000) / ratePerS;
    const changed = change?.(intended, i) ?? {};
    rows.push({ intended, end: (changed.start ?? intended) + latencyMs, ...changed });
  }
  return rows;
}
