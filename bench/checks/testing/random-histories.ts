/**
 * For tests: small random histories of one key. Every history begins as a real execution, whose operations take effect one after
 * another somewhere between their start and end; every second one is then spoilt in a few places.
 */
import type { HistoryLine } from '../../history-line.ts';
import type { Random } from '../../random.ts';
import { sumText } from '../../whole-number.ts';

/** `unique`: written values are all different. `repeated`: few values, and deletes. `document`: appends and reads. `counter`: adds and reads. `mixed`: everything. */
export const STYLES = ['unique', 'repeated', 'document', 'counter', 'mixed'] as const;
export type Style = (typeof STYLES)[number];

const OPS: Readonly<Record<Style, readonly HistoryLine['op'][]>> = {
  unique: ['get', 'get', 'put', 'put', 'cas', 'cas'],
  repeated: ['get', 'get', 'put', 'cas', 'cas', 'delete'],
  document: ['get', 'append'],
  counter: ['get', 'add'],
  mixed: ['get', 'get', 'put', 'cas', 'append', 'add', 'delete'],
};

/** Operations take effect this far apart. Whole numbers, so that equal times are met too. */
const STEP_MS = 10;

export interface SmallHistory {
  readonly style: Style;
  readonly initial: string | null;
  readonly lines: readonly HistoryLine[];
}

export function randomHistory(random: Random, operationsMax: number, styles: readonly Style[] = STYLES): SmallHistory {
  const real = randomExecution(random, operationsMax, styles);
  const lines = [...real.lines];
  if (random.below(2) === 0) for (let i = random.below(5); i >= 0; i--) spoil(random, lines, real.initial);
  return { ...real, lines };
}

/** One that is linearizable for certain. */
export function randomExecution(random: Random, operationsMax: number, styles: readonly Style[]): SmallHistory {
  const style = random.pick(styles);
  const initial = random.below(4) === 0 ? 'z' : null;
  return { style, initial, lines: execution(random, style, initial, 3 + random.below(operationsMax - 2)) };
}

function execution(random: Random, style: Style, initial: string | null, length: number): HistoryLine[] {
  const widthMs = random.pick([3, 8, 15, 6 * length]);
  const unknownShare = random.pick([0, 0.2, 0.4]);
  const lines: HistoryLine[] = [];
  const values = [initial];
  let state = initial;
  for (let i = 0; i < length; i++) {
    const op = random.pick(OPS[style]);
    const at = (i + 1) * STEP_MS;
    const outcome =
      op !== 'get' && random.next() < unknownShare ? 'unknown' : op !== 'get' && random.below(10) === 0 ? 'fail' : 'ok';
    const happens = outcome === 'ok' || (outcome === 'unknown' && random.below(2) === 0);
    const end = outcome === 'unknown' && random.below(2) === 0 ? null : at + random.below(widthMs);
    const line = { process: i, key: 'k', start: at - random.below(widthMs), end, outcome } as const;
    const value = style === 'unique' || style === 'document' ? `${i};` : random.pick(['a', 'b', 'ab']);
    if (op === 'get') {
      lines.push({ ...line, op, value: state });
    } else if (op === 'delete') {
      lines.push({ ...line, op });
      if (happens) state = null;
    } else if (op === 'cas') {
      const expected = random.below(3) > 0 ? state : random.pick(values);
      const swapped = happens && expected === state;
      const told = !swapped && random.below(2) === 0;
      const answer = outcome === 'ok' ? { swapped, ...(told ? { observed: state } : {}) } : {};
      lines.push({ ...line, op, expected, value, ...answer });
      if (swapped) state = value;
    } else if (op === 'add') {
      const amount = random.pick(['1', '-1', '3']);
      lines.push({ ...line, op, value: amount });
      if (happens) state = sumText(state, amount);
    } else {
      lines.push({ ...line, op, value });
      if (happens) state = op === 'put' ? value : (state ?? '') + value;
    }
    values.push(state);
  }
  return lines;
}

/** Tells one thing of the history differently. */
function spoil(random: Random, lines: HistoryLine[], initial: string | null): void {
  const at = random.below(lines.length);
  const line = lines[at]!;
  const seen = [initial, ...lines.map(({ value }) => value ?? null)];
  const way = random.below(5);
  if (line.op === 'get' && way < 4) {
    lines[at] = { ...line, value: random.pick(seen) };
  } else if (line.op === 'cas' && line.outcome === 'ok' && way === 0) {
    const { observed: _, ...told } = line;
    lines[at] = { ...told, swapped: line.swapped !== true };
  } else if (line.op === 'cas' && line.swapped === false && way === 1) {
    lines[at] = { ...line, observed: random.pick(seen) };
  } else if (line.op === 'cas' && way === 2) {
    lines[at] = { ...line, expected: random.pick(seen) };
  } else if (line.outcome !== 'ok' && line.op !== 'cas' && way < 3) {
    lines[at] = { ...line, outcome: 'ok', end: line.end ?? line.start + STEP_MS };
  } else if (line.op !== 'get' && way === 3) {
    const { swapped: _, observed: __, ...asked } = line;
    lines[at] = { ...asked, outcome: random.pick(['fail', 'unknown']) };
  } else {
    const byMs = random.pick([-5, -3, -2, -1, 1, 2, 3, 5]) * STEP_MS;
    lines[at] = { ...line, start: line.start + byMs, end: line.end === null ? null : line.end + byMs };
  }
}
