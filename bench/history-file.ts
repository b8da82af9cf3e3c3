/**
 * Reads history files: JSON lines, UTF-8, one operation each, of any system. Blank lines are skipped, fields that are not
 * part of `HistoryLine` are ignored, and null stands for a field left out wherever it means nothing else.
 */
import { createReadStream } from 'node:fs';
import { KINDS, OUTCOMES } from './history.ts';
import type { HistoryLine } from './history-line.ts';
import { InputError, nearest, show } from './input.ts';
import { wholeNumber } from './whole-number.ts';

/** A file without line breaks is no history, and must not fill the memory before it is told so. */
const LINE_BYTES_MAX = 64 << 20;
const NEWLINE = 10;

/** Takes an operation; `place` is the file's name and the line's number, for sentences about it. */
type Take = (line: HistoryLine, place: string) => void;

/** Reads the file `path`, or standard input for `-`, and hands over its operations one by one. Returns how many there were. */
export async function readHistory(path: string, add: Take): Promise<number> {
  const source = path === '-' ? 'standard input' : path;
  const lines = new Lines(source, add);
  try {
    for await (const chunk of path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 })) {
      lines.push(chunk as Buffer);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new InputError(`cannot read ${source}: ${why}`);
  }
  return lines.end();
}

/** Cuts bytes into lines. Whole blocks of lines are decoded at once, which takes a fraction of the time. */
class Lines {
  readonly #source: string;
  readonly #add: Take;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #number = 0;
  #operations = 0;

  constructor(source: string, add: Take) {
    this.#source = source;
    this.#add = add;
  }

  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.#block(Buffer.concat([...this.#rest, chunk.subarray(0, end - 1)]));
      this.#rest = [];
      this.#restBytes = 0;
    }
    this.#rest.push(chunk.subarray(end));
    this.#restBytes += chunk.length - end;
    if (this.#restBytes > LINE_BYTES_MAX) {
      throw new InputError(
        `${this.#place(this.#number + 1)}: expected an operation, but a line of more than ${LINE_BYTES_MAX >> 20} MiB came`,
      );
    }
  }

  end(): number {
    this.#block(Buffer.concat(this.#rest));
    if (this.#operations === 0) {
      throw new InputError(`${this.#source}: expected operations, one JSON object a line, but nothing came`);
    }
    return this.#operations;
  }

  #place(number: number): string {
    return `${this.#source}: line ${number}`;
  }

  #block(bytes: Buffer): void {
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      throw new InputError(`${this.#place(this.#firstBroken(bytes))}: expected UTF-8 text, but other bytes came`);
    }
    for (const line of text.split('\n')) {
      this.#number++;
      if (line.trim() === '') continue;
      const place = this.#place(this.#number);
      this.#add(parseHistoryLine(line, place), place);
      this.#operations++;
    }
  }

  #firstBroken(bytes: Buffer): number {
    let number = this.#number;
    for (let from = 0; from <= bytes.length; ) {
      const found = bytes.indexOf(NEWLINE, from);
      const to = found === -1 ? bytes.length : found;
      number++;
      try {
        this.#decoder.decode(bytes.subarray(from, to));
      } catch {
        return number;
      }
      from = to + 1;
    }
    return number;
  }
}

type Fields = { readonly [name: string]: unknown };

/**
 * One operation, checked by hand: a million lines are to be read in a few seconds.
 * @param place where the line stands: file and line number.
 * @throws {InputError} naming the field, what was expected and what came.
 */
export function parseHistoryLine(text: string, place: string): HistoryLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    throw new InputError(`${place}: expected a JSON object, but ${show(text.trim())} came, which is no JSON`);
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) {
    throw new InputError(`${place}: expected a JSON object, but ${show(line)} came`);
  }
  checkFields(line as Fields, place);
  return line as HistoryLine;
}

function refuse(place: string, field: string, expectation: string, came: unknown): never {
  throw new InputError(`${place}: ${field}: expected ${expectation}, but ${show(came)} came`);
}

function checkFields(line: Fields, place: string): void {
  const { process, key, start, end, outcome } = line;
  if (!Number.isSafeInteger(process) && !(typeof process === 'string' && process !== '')) {
    refuse(place, 'process', 'a whole number or a name', process);
  }
  checkName(line, 'op', KINDS, place);
  if (typeof key !== 'string') refuse(place, 'key', 'text', key);
  checkName(line, 'outcome', OUTCOMES, place);
  if (!Number.isFinite(start)) refuse(place, 'start', 'a number of ms', start);
  if (end === null) {
    if (outcome === 'ok') refuse(place, 'end', 'a number of ms, since the outcome is ok', end);
  } else if (!Number.isFinite(end)) refuse(place, 'end', 'a number of ms, or null if nothing came back', end);
  else if ((end as number) < (start as number)) refuse(place, 'end', `no time before the start, ${start}`, end);
  if (line.op === 'cas') checkCas(line, place);
  else {
    for (const field of ['expected', 'swapped', 'observed']) {
      if (line[field] != null) refuse(place, field, `none, since the op is ${line.op}`, line[field]);
    }
  }
  checkValue(line, place);
  checkOptional(line, place);
}

function checkName(line: Fields, field: string, names: readonly string[], place: string): void {
  const came = line[field];
  if (names.includes(came as string)) return;
  const near = typeof came === 'string' ? nearest(came, names) : undefined;
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  throw new InputError(`${place}: ${field}: expected one of ${names.join(', ')}, but ${show(came)} came${hint}`);
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

function checkValue(line: Fields, place: string): void {
  const { op, value, outcome } = line;
  if (op === 'get' && outcome === 'ok') {
    if (!isTextOrNull(value)) refuse(place, 'value', 'the text that was read, or null for an absent key', value);
  } else if (op === 'get' || op === 'delete') {
    const why = op === 'get' ? 'the get did not end ok' : 'the op is delete';
    if (value != null) refuse(place, 'value', `none, since ${why}`, value);
  } else if (op === 'add' && !(isText(value) && wholeNumber(value as string) !== undefined)) {
    refuse(place, 'value', 'the whole number that was added, as text', value);
  } else if (!isText(value)) refuse(place, 'value', 'the text that was written', value);
}

function checkCas(line: Fields, place: string): void {
  const { expected, swapped, observed, outcome } = line;
  if (!isTextOrNull(expected))
    refuse(place, 'expected', 'the text to be replaced, or null for an absent key', expected);
  if (outcome !== 'ok') {
    if (swapped != null) refuse(place, 'swapped', 'none, since the outcome is not ok', swapped);
  } else if (typeof swapped !== 'boolean') refuse(place, 'swapped', 'true or false, since the outcome is ok', swapped);
  if (observed === undefined) return;
  if (!isTextOrNull(observed)) refuse(place, 'observed', 'the text that was seen, or null for an absent key', observed);
  if (swapped !== false && observed !== null)
    refuse(place, 'observed', 'none, since the cas did not fail to swap', observed);
}

const isTime = (value: unknown): boolean => Number.isFinite(value);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

const OPTIONAL: readonly (readonly [field: string, fits: (value: unknown) => boolean, expectation: string])[] = [
  ['intended', isTime, 'a number of ms'],
  ['read', (value) => value === 'default' || value === 'local' || value === 'versions', 'default, local or versions'],
  ['ack', (value) => value === 'committed' || value === 'accepted', 'committed or accepted'],
  ['answeredBy', isText, "a node's name"],
  ['answeredAt', isTime, 'a number of ms'],
  ['crossed', isFlag, 'true or false'],
  ['cached', isFlag, 'true or false'],
  ['attempts', (value) => Number.isSafeInteger(value) && (value as number) >= 0, 'a whole number of attempts'],
  ['reason', isText, 'text'],
];

function checkOptional(line: Fields, place: string): void {
  for (const [field, fits, expectation] of OPTIONAL) {
    const value = line[field];
    if (value != null && !fits(value)) refuse(place, field, expectation, value);
  }
}
