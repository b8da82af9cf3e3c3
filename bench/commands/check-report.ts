/** What `check` says of a history, for people and for programs. */
import { type CausalFindings, causality } from '../checks/causal.ts';
import type { Operations } from '../checks/columns.ts';
import { type CounterFindings, counters } from '../checks/counters.ts';
import { documentsOf } from '../checks/documents.ts';
import type { Findings } from '../checks/findings.ts';
import { type SessionFindings, sessions } from '../checks/sessions.ts';
import { type StalenessOfHistory, stalenessOf } from '../checks/staleness.ts';
import type { Verdict } from '../checks/verdict.ts';
import { COUNTER, REGISTER, WriteIndex } from '../checks/write-index.ts';
import { type WriteFindings, writes } from '../checks/writes.ts';
import { CAS, DELETE, GET, KINDS, type Kind, OUTCOMES, type Outcome } from '../history.ts';
import { type Paint, painter, plain, type TextStyle, wrap } from '../reports/terminal.ts';
import { drawTimeline, timeText } from './check-timeline.ts';

type Counts = { readonly [kind in Kind]: { readonly [outcome in Outcome]: number } };

/** What the history shows of promises weaker than linearizability. */
export interface WeakerPromises {
  readonly sessions: SessionFindings;
  /** Undefined: too many sessions to judge. */
  readonly causal: CausalFindings | undefined;
  /** A history does not tell what was left at its end. */
  readonly writes: Pick<WriteFindings, 'resurrected' | 'duplicated'>;
  readonly counters: Pick<CounterFindings, 'surplus' | 'stale'>;
  readonly staleness: StalenessOfHistory;
  /** Keys whose values do not tell which write they came from: these checks pass them over. */
  readonly unjudgedKeys: number;
}

export function weakerPromises(operations: Operations): WeakerPromises {
  const { resurrected, duplicated } = writes(operations);
  const { surplus, stale } = counters(operations);
  const index = new WriteIndex(operations);
  const documents = documentsOf(operations, index);
  const isJudged = (shape: number, key: number): boolean =>
    shape === REGISTER || shape === COUNTER || documents.has(key);
  return {
    sessions: sessions(operations),
    causal: causality(operations),
    writes: { resurrected, duplicated },
    counters: { surplus, stale },
    staleness: stalenessOf(operations),
    unjudgedKeys: index.shape.reduce((sum, shape, key) => sum + (isJudged(shape, key) ? 0 : 1), 0),
  };
}

export interface Checked {
  readonly operations: Operations;
  readonly verdict: Verdict;
  readonly weaker: WeakerPromises;
  /** Reads that had asked for less than the newest value, and are not judged. */
  readonly leftOut: number;
}

function count({ length, kind, outcome }: Operations): Counts {
  const zero = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as { [outcome in Outcome]: number };
  const counts = Object.fromEntries(KINDS.map((name) => [name, { ...zero }])) as {
    [kind in Kind]: { [outcome in Outcome]: number };
  };
  for (let row = 0; row < length; row++) counts[KINDS[kind[row]!]!][OUTCOMES[outcome[row]!]!]++;
  return counts;
}

/** One operation as a history line. */
function lineOf(operations: Operations, row: number): object {
  const { key, kind, outcome, process, value, expected, observed, swapped, start, end, valueText } = operations;
  const told = (number: number): { value: string | null } | undefined =>
    number >= -1 ? { value: valueText(number) } : undefined;
  const seen = told(observed[row]!);
  return {
    process: operations.processText(process[row]!),
    op: KINDS[kind[row]!],
    key: operations.keyText(key[row]!),
    ...(kind[row] === GET ? seen : kind[row] === DELETE ? {} : told(value[row]!)),
    ...(kind[row] === CAS ? { expected: valueText(expected[row]!), swapped: swapped[row] === 1 } : {}),
    ...(kind[row] === CAS && seen !== undefined ? { observed: seen.value } : {}),
    start: start[row],
    end: Number.isFinite(end[row]!) ? end[row] : null,
    outcome: OUTCOMES[outcome[row]!],
  };
}

export function checkJson({ operations, verdict, weaker, leftOut }: Checked): object {
  const lines = (rows: readonly number[]): object[] => rows.map((row) => lineOf(operations, row));
  const findings = (found: Findings): object => ({
    ...found,
    examples: found.examples.map(({ key, rows }) => ({ key, operations: lines(rows) })),
  });
  const all = (group: object): object =>
    Object.fromEntries(Object.entries(group).map(([name, found]) => [name, findings(found as Findings)]));
  return {
    verdict: verdict.verdict,
    operations: verdict.operations,
    keys: verdict.keys,
    violations: verdict.violations.map(({ rows, ...violation }) => ({ ...violation, operations: lines(rows) })),
    undecided: verdict.undecided,
    counts: count(operations),
    leftOut,
    sessions: all(weaker.sessions),
    causal: weaker.causal === undefined ? null : all(weaker.causal),
    writes: all(weaker.writes),
    counters: all(weaker.counters),
    staleness: { ...weaker.staleness, stale: findings(weaker.staleness.stale) },
    unjudgedKeys: weaker.unjudgedKeys,
  };
}

/** So many violations are drawn. */
const VIOLATIONS_MAX = 3;

const NAMES: { readonly [verdict in Verdict['verdict']]: string } = {
  linearizable: 'linearizable',
  'not-linearizable': 'not linearizable',
  unknown: 'unknown: the budget ran out before every key was decided',
};

/** The whole text, ending with a line break. */
export function renderCheck(checked: Checked, { columns, colour }: TextStyle): string {
  const { verdict, leftOut } = checked;
  const paint = painter(colour);
  const lines = [paint(NAMES[verdict.verdict], verdict.verdict === 'linearizable' ? 'bold' : 'bad')];
  const say = (text: string): void => {
    lines.push(...wrap(plain(text), columns, '  '));
  };
  for (const { key, property, rows } of verdict.violations.slice(0, VIOLATIONS_MAX)) {
    lines.push('');
    say(`key ${key}: ${property}`);
    lines.push(...drawTimeline(checked.operations, rows, columns));
  }
  if (verdict.violations.length > VIOLATIONS_MAX) {
    lines.push('');
    say(`${verdict.violations.length - VIOLATIONS_MAX} more keys are not linearizable; --json has them all`);
  }
  if (verdict.undecided.length > 0) {
    lines.push('');
    say(`not decided: ${some(verdict.undecided)}; a larger --budget may help`);
  }
  lines.push('', ...countLines(checked, paint), '', ...promiseLines(checked, columns, paint));
  if (leftOut > 0) {
    lines.push('');
    say(`${counted(leftOut, 'read')} for local state or versions not judged.`);
  }
  return `${lines.join('\n')}\n`;
}

const counted = (count: number, thing: string): string => `${number(count)} ${thing}${count === 1 ? '' : 's'}`;
const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more keys` : shown;
}

/** Rows of text in columns: the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
}

function countLines({ operations, verdict }: Checked, paint: Paint): string[] {
  const counts = count(operations);
  const kinds = KINDS.filter((kind) => OUTCOMES.some((outcome) => counts[kind][outcome] > 0));
  const [head, ...rows] = table([
    [`${counted(verdict.operations, 'operation')}, ${counted(verdict.keys, 'key')}`, ...OUTCOMES],
    ...kinds.map((kind) => [kind, ...OUTCOMES.map((outcome) => number(counts[kind][outcome]))]),
  ]);
  return [paint(head!, 'dim'), ...rows];
}

/** What was looked for, in the order in which it is printed; undefined: not judged. */
function promiseRows({
  sessions,
  causal,
  writes,
  counters,
  staleness,
}: WeakerPromises): (readonly [string, Findings | undefined])[] {
  return [
    ['read your writes', sessions['read-your-writes']],
    ['monotonic reads', sessions['monotonic-reads']],
    ['monotonic writes', sessions['monotonic-writes']],
    ['writes follow reads', sessions['writes-follow-reads']],
    ['values from thin air', causal?.thinAir],
    ['causal cycles', causal?.cycle],
    ['causally overwritten values', causal?.overwritten],
    ['causally absent values', causal?.absent],
    ['resurrected writes', writes.resurrected],
    ['duplicated appends', writes.duplicated],
    ['counters beyond their adds', counters.surplus],
    ['stale reads of counters', counters.stale],
    ['stale reads', staleness.stale],
  ];
}

/** What was broken, how often and where first; then, in a sentence, what was not. */
function promiseLines({ operations, weaker }: Checked, columns: number, paint: Paint): string[] {
  const rows = promiseRows(weaker);
  const broken = rows.flatMap(([name, found]) =>
    found === undefined || found.count === 0 ? [] : [{ name, ...found }],
  );
  const [head, ...counts] = table([
    ['weaker promises broken', 'times', 'per million operations'],
    ...broken.map(({ name, count, perMillion }) => [name, number(count), number(perMillion)]),
  ]);
  const lines = broken.length === 0 ? [] : [paint(`${head}  first`.slice(0, columns), 'dim')];
  broken.forEach(({ examples: [first] }, i) => {
    const at = timeText(operations.start[first!.rows.at(-1)!]!);
    lines.push(`${counts[i]}  ${plain(first!.key)} at ${at} ms`.slice(0, columns));
  });
  const sentences = [...staleSentences(weaker.staleness), ...keptSentences(weaker, operations.keyCount)];
  return [...lines, ...sentences.flatMap((text) => wrap(plain(text), columns, '  '))];
}

function staleSentences({ reads, stale, worstAgeMs, shifts }: StalenessOfHistory): string[] {
  const sentences: string[] = [];
  if (worstAgeMs !== undefined) {
    const percent = (100 * stale.count) / reads;
    const share = percent < 99.5 ? percent.toPrecision(2) : percent.toFixed(0);
    sentences.push(`Of ${number(reads)} reads ${share} % were stale, by ${timeText(worstAgeMs)} ms at most.`);
  }
  const [largest] = shifts.filter(({ shiftMs }) => Number.isFinite(shiftMs));
  if (largest !== undefined) {
    const { key, shiftMs } = largest;
    sentences.push(`Key ${key} would be linearizable if its reads had come ${timeText(shiftMs)} ms earlier.`);
  }
  return sentences;
}

function keptSentences({ sessions, causal, unjudgedKeys }: WeakerPromises, keys: number): string[] {
  const isKept = (findings: Iterable<Findings>): boolean => [...findings].every(({ count }) => count === 0);
  const kept = Object.entries(sessions).flatMap(([name, found]) =>
    isKept([found]) ? [name.replaceAll('-', ' ')] : [],
  );
  if (causal !== undefined && isKept(Object.values(causal))) kept.push('causality');
  const sentences: string[] = [];
  if (kept.length > 0 && unjudgedKeys < keys) sentences.push(`Nothing speaks against ${kept.join(', ')}.`);
  if (unjudgedKeys > 0) {
    const which = unjudgedKeys === keys ? 'all keys' : counted(unjudgedKeys, 'key');
    sentences.push(`Weaker promises were not judged on ${which}, whose values do not tell their writes.`);
  }
  if (causal === undefined) sentences.push('Causality was not judged: there are too many processes and writes.');
  return sentences;
}
