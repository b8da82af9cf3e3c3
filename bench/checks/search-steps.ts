/**
 * The operations of one key as the search takes them: what each must see, what it writes, and whether it must have happened.
 *
 * States of the key are numbers. Usually a state is a value's number, NONE for absent. Of a document, which is only appended to and
 * read, it is a length: what the longest read returned pins the order of all that was ever seen, so a state that is
 * no beginning of it leads nowhere.
 */
import { ADD, APPEND, OK } from '../history.ts';
import { sumText } from '../whole-number.ts';
import { latestEffectMs, mayWrite, NONE, type Operations, seenValue, UNSEEN } from './columns.ts';

/** In place of a state: there is none. */
export const IMPOSSIBLE = -3;

export interface Step {
  readonly start: number;
  readonly end: number;
  /** It need not have happened. */
  readonly optional: boolean;
  /** It may happen any number of times. */
  readonly repeatable: boolean;
  /** The state that it needs; UNSEEN: any. */
  readonly sees: number;
  /** The state that it cannot stand behind; UNSEEN: none. A swap that failed without telling what it saw. */
  readonly unlike: number;
  /** The state that it leaves behind; UNSEEN: the one it found, unless it grows it. */
  readonly writes: number;
  /** The value that it appends; UNSEEN: none. */
  readonly appends: number;
  /** The value whose number it adds; UNSEEN: none. */
  readonly adds: number;
}

export interface Steps {
  /** IMPOSSIBLE: no state that was ever seen can come out of it. */
  readonly initial: number;
  /** By start: what must have happened, then what may have. */
  readonly required: readonly Step[];
  readonly optional: readonly Step[];
  /** The state behind a step that grows what it finds, or IMPOSSIBLE. */
  grow(state: number, step: Step): number;
  /** A state can come about by an append or an add, and so out of others in ways that are not listed. */
  readonly growsWhole: boolean;
  /** A counter: all that changes it is adds, whose order nobody sees who did not look in between. */
  readonly commutes: boolean;
}

/** It appends or adds: what it leaves behind hangs on what it found, which it does not see. */
export const isGrowth = (step: Step): boolean => step.appends !== UNSEEN || step.adds !== UNSEEN;

/** A read, or a swap that did not swap. */
export const isObserver = (step: Step): boolean => step.writes === UNSEEN && !isGrowth(step);

/** It can stand behind some states only. */
export const isBound = (step: Step): boolean => step.sees !== UNSEEN || step.unlike !== UNSEEN;

/**
 * The steps of these rows, all of one key. With `kept`, only those rows are bound to their times and outcomes: what others put may have
 * been there at any time, what they appended or added may have come at any time, and what they read counts for nothing.
 */
export function stepsOf(operations: Operations, rows: Int32Array, kept?: ReadonlySet<number>): Steps {
  const steps: Step[] = [];
  const loose = new Set<number>();
  for (const row of rows) {
    if (kept === undefined || kept.has(row)) {
      const step = boundStep(operations, row);
      if (step !== undefined) steps.push(step);
    } else if (mayWrite(operations, row)) {
      const step = looseStep(operations, row);
      if (!loose.has(step.writes)) steps.push(step);
      if (step.repeatable) loose.add(step.writes);
    }
  }
  const initial = rows.length === 0 ? NONE : operations.initial[operations.key[rows[0]!]!]!;
  const isDocument =
    steps.some((step) => step.appends !== UNSEEN) &&
    steps.every((step) => step.writes === UNSEEN && step.adds === UNSEEN && step.unlike === UNSEEN);
  return isDocument ? documentSteps(operations, steps, initial) : valueSteps(operations, steps, initial);
}

const ANY_TIME = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, optional: true };
const NOTHING_SEEN = { sees: UNSEEN, unlike: UNSEEN };
const NOTHING_WRITTEN = { writes: UNSEEN, appends: UNSEEN, adds: UNSEEN };

/** undefined: it tells nothing. */
function boundStep(operations: Operations, row: number): Step | undefined {
  const happened = operations.outcome[row] === OK;
  const start = operations.start[row]!;
  const end = latestEffectMs(operations, row);
  const always = { start, end, optional: !happened, repeatable: false, unlike: UNSEEN };
  const expected = operations.expected[row]!;
  if (mayWrite(operations, row)) return { ...always, sees: expected, ...writtenBy(operations, row) };
  const sees = seenValue(operations, row);
  if (!happened || (sees === UNSEEN && expected === UNSEEN)) return undefined;
  return { ...always, ...NOTHING_WRITTEN, sees, unlike: expected };
}

function looseStep(operations: Operations, row: number): Step {
  const step = { ...ANY_TIME, ...NOTHING_SEEN, ...writtenBy(operations, row), repeatable: false };
  return { ...step, repeatable: !isGrowth(step) };
}

function writtenBy({ kind, value }: Operations, row: number): Pick<Step, 'writes' | 'appends' | 'adds'> {
  if (kind[row] === APPEND) return { ...NOTHING_WRITTEN, appends: value[row]! };
  if (kind[row] === ADD) return { ...NOTHING_WRITTEN, adds: value[row]! };
  return { ...NOTHING_WRITTEN, writes: value[row]! };
}

const byStart = (steps: readonly Step[], optional: boolean): Step[] =>
  steps.filter((step) => step.optional === optional).sort((a, b) => a.start - b.start);

/** Steps whose states are values. */
function valueSteps(operations: Operations, steps: readonly Step[], initial: number): Steps {
  const growsWhole = steps.some(isGrowth);
  const required = byStart(steps, false);
  // An append, an add, or a swap that failed without a word may hang on a write that nobody saw.
  const allCount = growsWhole || required.some((step) => step.unlike !== UNSEEN);
  return {
    initial,
    required,
    optional: allCount ? byStart(steps, true) : seenSteps(byStart(steps, true), required),
    grow: growsWhole ? growth(operations, steps, initial) : () => IMPOSSIBLE,
    growsWhole,
    commutes: steps.every((step) => (isObserver(step) ? step.unlike === UNSEEN : step.adds !== UNSEEN)),
  };
}

/** Those of the optional writes whose value somebody saw, or a swap needed whose value somebody saw. */
function seenSteps(optional: readonly Step[], required: readonly Step[]): Step[] {
  const writers = new Map<number, Step[]>();
  for (const step of optional) {
    const others = writers.get(step.writes);
    if (others === undefined) writers.set(step.writes, [step]);
    else others.push(step);
  }
  const seen = new Set<number>(required.map((step) => step.sees));
  // A set is walked to its end even while it grows.
  for (const value of seen) for (const step of writers.get(value) ?? []) seen.add(step.sees);
  return optional.filter((step) => seen.has(step.writes));
}

/** Appends and adds to whole values: texts that come of them and that no operation names get numbers behind all others. */
function growth(operations: Operations, steps: readonly Step[], initial: number): Steps['grow'] {
  const numbers = new Map<string, number>();
  const made: string[] = [];
  const textOf = (state: number): string =>
    state < operations.valueCount ? (operations.valueText(state) ?? '') : made[state - operations.valueCount]!;
  for (const { sees, unlike, writes } of steps) {
    for (const value of [sees, unlike, writes, initial]) if (value >= 0) numbers.set(textOf(value), value);
  }
  return (state, { appends, adds }) => {
    const text = adds === UNSEEN ? textOf(state) + textOf(appends) : sumText(textOf(state), textOf(adds));
    let number = numbers.get(text);
    if (number === undefined) {
      number = operations.valueCount + made.length;
      made.push(text);
      numbers.set(text, number);
    }
    return number;
  };
}

/** Steps whose states are lengths of the longest value that was read. */
function documentSteps(operations: Operations, steps: readonly Step[], initial: number): Steps {
  const textOf = (value: number): string => operations.valueText(value)!;
  let longest = '';
  for (const { sees } of steps) if (sees >= 0 && textOf(sees).length > longest.length) longest = textOf(sees);
  const lengths = new Map<number, number>([
    [UNSEEN, UNSEEN],
    [NONE, NONE],
  ]);
  const lengthOf = (value: number): number => {
    let length = lengths.get(value);
    if (length === undefined) {
      length = longest.startsWith(textOf(value)) ? textOf(value).length : IMPOSSIBLE;
      lengths.set(value, length);
    }
    return length;
  };
  const measured = steps.map((step) => ({ ...step, sees: lengthOf(step.sees) }));
  return {
    initial: lengthOf(initial),
    required: byStart(measured, false),
    optional: byStart(measured, true).filter(({ appends }) => longest.includes(textOf(appends))),
    grow: (state, { appends }) => {
      const from = Math.max(state, 0);
      return longest.startsWith(textOf(appends), from) ? from + textOf(appends).length : IMPOSSIBLE;
    },
    growsWhole: false,
    commutes: false,
  };
}
