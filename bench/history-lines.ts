/** Writes history files: what a trial has recorded, as lines that `check` and anybody's tools can read. */
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  ABSENT,
  CAS,
  DELETE,
  elementText,
  GET,
  type History,
  isCounterKey,
  isDocumentKey,
  KINDS,
  keyName,
  NO_NUMBER,
  OK,
  OUTCOMES,
  PRELOADED,
  PUT,
  preloadText,
  UNKNOWN,
  valueText,
} from './history.ts';
import type { HistoryLine } from './history-line.ts';

/** Who wrote, by name, what the history read and did not write. */
const BEFORE = 'before';
const BATCH_CHARACTERS = 1 << 20;

/**
 * The lines of a recorded history, by intended start. Reads of documents are left out, since the columns keep single values; and
 * those of counters, if the history does not begin at its first row: what had been added before is not known.
 * Values that were read but written outside the history get a writer of their own in front: the preload an acknowledged
 * one, others one without an answer, since their order is not known.
 * @param valueBytes the workload's, which decides how long the written texts are.
 */
export function* historyLines(history: History, valueBytes: number): Generator<HistoryLine> {
  yield* linesBefore(history, valueBytes);
  const firstRow = history.firstRow ?? 0;
  for (let index = 0; index < history.length; index++) {
    const kind = history.kind[index]!;
    const key = history.key[index]!;
    if (kind === CAS) throw new Error('a recorded history does not tell what a cas expected');
    if (kind === GET && (isDocumentKey(key) || (isCounterKey(key) && firstRow > 0))) continue;
    const outcome = history.outcome[index]!;
    const answered = history.answeredBy[index]! >= 0;
    const hasValue = kind === GET ? outcome === OK : kind !== DELETE;
    const value =
      isDocumentKey(key) && kind !== PUT
        ? elementText(firstRow + index)
        : textOf(key, history.value[index]!, valueBytes);
    yield {
      process: history.process[index]!,
      op: KINDS[kind]!,
      key: keyName(key),
      ...(hasValue ? { value } : {}),
      start: history.start[index]!,
      end: outcome === UNKNOWN && !answered ? null : history.end[index]!,
      outcome: OUTCOMES[outcome]!,
      intended: history.intended[index]!,
      ...(history.accepted[index] === 1 ? { ack: 'accepted' as const } : {}),
      ...(answered
        ? { answeredBy: history.nodes[history.answeredBy[index]!]!, answeredAt: history.answeredAt[index]! }
        : {}),
      ...(history.crossed[index] === 1 ? { crossed: true } : {}),
      ...(history.cached[index] === 1 ? { cached: true } : {}),
      attempts: history.attempts[index]!,
      ...(history.shed[index] === 1 ? { reason: 'shed' } : {}),
      ...(history.conflict[index] === 1 ? { reason: 'conflict' } : {}),
    };
  }
}

/** The text that the `value` column stands for. */
function textOf(key: number, value: number, valueBytes: number): string | null {
  if (isCounterKey(key)) return value === NO_NUMBER ? 'no number' : String(value);
  if (value === ABSENT) return null;
  return value === PRELOADED ? preloadText(valueBytes) : valueText(value, valueBytes);
}

function* linesBefore(history: History, valueBytes: number): Generator<HistoryLine> {
  const firstRow = history.firstRow ?? 0;
  const preloads = new Set<number>();
  for (let index = 0; index < history.length; index++) {
    if (history.kind[index] === PUT && history.value[index] === PRELOADED) preloads.add(history.key[index]!);
  }
  const told = new Set<string>();
  for (let index = 0; index < history.length; index++) {
    const key = history.key[index]!;
    const value = history.value[index]!;
    const isRead =
      history.kind[index] === GET && history.outcome[index] === OK && !isDocumentKey(key) && !isCounterKey(key);
    const isPreload = value === PRELOADED && !preloads.has(key);
    const isOutside = value >= 0 && (value < firstRow || value >= firstRow + history.length);
    if (!isRead || !(isPreload || isOutside) || told.has(`${key} ${value}`)) continue;
    told.add(`${key} ${value}`);
    const written = {
      process: BEFORE,
      op: 'put' as const,
      key: keyName(key),
      value: textOf(key, value, valueBytes),
      start: 0,
    };
    yield isPreload ? { ...written, end: 0, outcome: 'ok' } : { ...written, end: null, outcome: 'unknown' };
  }
}

/** Writes lines to a file, which must not be there yet. Returns how many there were. */
export function writeHistory(path: string, lines: Iterable<HistoryLine>): number {
  const file = openSync(path, 'wx');
  let count = 0;
  try {
    let batch = '';
    for (const line of lines) {
      batch += `${JSON.stringify(line)}\n`;
      count++;
      if (batch.length < BATCH_CHARACTERS) continue;
      writeSync(file, batch);
      batch = '';
    }
    writeSync(file, batch);
  } finally {
    closeSync(file);
  }
  return count;
}
