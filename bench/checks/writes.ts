/**
 * What became of the writes, by the reads of the history and by what the nodes held at its end, when all was quiet.
 *
 * - *lost*: an acknowledged write is gone from every node. Of a register that is its ok write which started last, if all
 *   that is left is certainly older (`sessions.ts` says when) or was never written: one a key. Of a document it is every ok
 *   append whose element is nowhere. Where concurrent writes are kept, it is every ok write of a value that is nowhere, and
 *   that nothing which is left, and no delete, may have replaced (`replacements.ts`).
 * - *shadowed*: the same, but a losing version still has it. Not lost.
 * - *resurrected*: a write that had failed for certain, or a swap that said it had not swapped, was seen, or is there at the
 *   end; at the end a node holds a value that was certainly older than an ok delete; or all that is left of a key is certainly
 *   older than a value that somebody had seen.
 * - *duplicated*: an element stands twice in a document, in a read or at the end.
 *
 * Losses of values that were overwritten anyway cannot be seen, nor can anything of keys whose values repeat.
 */
import { CAS, DELETE, FAIL, OK } from '../history.ts';
import { mayWrite, type Operations, seenValue } from './columns.ts';
import { type Document, documentsOf } from './documents.ts';
import { type Findings, Tally } from './findings.ts';
import { Replacements } from './replacements.ts';
import { DOCUMENT, FIRST, FOREIGN, REGISTER, WriteIndex } from './write-index.ts';

/** What stood under one key at the end. */
export interface FinalCopies {
  /** What each of its nodes held, or what each of the last reads returned; null: absent. */
  readonly found: readonly (string | null)[];
  /** Losing versions that some node still kept. */
  readonly versions?: readonly string[];
}

export interface WriteOptions {
  /** By key. Keys that are left out were not asked for at the end: nothing is lost from them. */
  readonly finals?: ReadonlyMap<string, FinalCopies>;
  /** As in `sessions`. */
  readonly skewMs?: number;
  /** As claimed. What is left of a key may then be older than a delete. */
  readonly keepsConcurrent?: boolean;
  readonly replacesOnlyRead?: boolean;
}

export interface WriteFindings {
  readonly lost: Findings;
  readonly shadowed: Findings;
  readonly resurrected: Findings;
  readonly duplicated: Findings;
}

export function writes(operations: Operations, options: WriteOptions = {}): WriteFindings {
  const judge = new WriteJudge(operations, options);
  judge.reads();
  for (const [key, copies] of options.finals ?? []) judge.finals(key, copies);
  return judge.findings();
}

class WriteJudge {
  readonly #operations: Operations;
  readonly #index: WriteIndex;
  readonly #documents: ReadonlyMap<number, Document>;
  readonly #skewMs: number;
  /** Of writes that did not know of each other both are kept; undefined: the later one replaces the other. */
  readonly #replacements: Replacements | undefined;
  readonly #keys: ReadonlyMap<string, KeyWrites>;
  readonly #tallies: { readonly [name in keyof WriteFindings]: Tally };
  /** Appends and failed writes that have been counted. */
  readonly #duplicated = new Set<number>();
  readonly #resurrected = new Set<number>();

  constructor(operations: Operations, { skewMs = 0, keepsConcurrent = false, replacesOnlyRead = false }: WriteOptions) {
    this.#operations = operations;
    this.#skewMs = skewMs;
    this.#index = new WriteIndex(operations);
    this.#replacements = keepsConcurrent
      ? new Replacements(operations, this.#index.settledMs, replacesOnlyRead)
      : undefined;
    this.#documents = documentsOf(operations, this.#index);
    this.#keys = writesByKey(operations, this.#index);
    const tally = (): Tally => new Tally(operations);
    this.#tallies = { lost: tally(), shadowed: tally(), resurrected: tally(), duplicated: tally() };
  }

  findings(): WriteFindings {
    const { lost, shadowed, resurrected, duplicated } = this.#tallies;
    return {
      lost: lost.findings(),
      shadowed: shadowed.findings(),
      resurrected: resurrected.findings(),
      duplicated: duplicated.findings(),
    };
  }

  reads(): void {
    const { length, key: keys, valueText } = this.#operations;
    for (let row = 0; row < length; row++) {
      const seen = seenValue(this.#operations, row);
      if (seen >= 0) this.#look(keys[row]!, valueText(seen), row);
    }
  }

  finals(name: string, { found, versions = [] }: FinalCopies): void {
    const writes = this.#keys.get(name);
    if (writes === undefined || found.length === 0) return;
    for (const text of [...found, ...versions]) this.#look(writes.key, text);
    const shape = this.#index.shape[writes.key];
    if (shape === DOCUMENT) this.#finalDocument(writes, found, versions);
    if (shape !== REGISTER) return;
    if (this.#replacements === undefined) this.#finalRegister(writes, found, versions);
    else this.#finalVersions(writes, found, versions, this.#replacements);
  }

  /** Notes failed writes and elements that stand twice. */
  #look(key: number, text: string | null, ...reads: number[]): void {
    const { outcome, value, keyText } = this.#operations;
    const once = (tally: Tally, known: Set<number>, row: number): void => {
      if (!known.has(row)) tally.add(key, row, ...reads);
      known.add(row);
    };
    if (this.#index.shape[key] === REGISTER) {
      const failed = text === null ? undefined : this.#keys.get(keyText(key))!.failed.get(text);
      if (failed !== undefined && this.#index.writerOf(key, value[failed]!) === FOREIGN) {
        once(this.#tallies.resurrected, this.#resurrected, failed);
      }
      return;
    }
    const elements = this.#documents.get(key)?.elements(text) ?? [];
    const met = new Set<number>();
    for (const row of elements) {
      if (outcome[row] === FAIL) once(this.#tallies.resurrected, this.#resurrected, row);
      if (met.has(row)) once(this.#tallies.duplicated, this.#duplicated, row);
      met.add(row);
    }
  }

  #finalDocument({ key, effective }: KeyWrites, found: readonly (string | null)[], versions: readonly string[]): void {
    const document = this.#documents.get(key);
    if (document === undefined) return;
    const texts = found.map((text) => document.elements(text));
    // A copy that nobody can take apart may hold anything.
    if (texts.includes(undefined)) return;
    const present = new Set(texts.flatMap((elements) => elements!));
    const kept = new Set(versions.flatMap((text) => document.elements(text) ?? []));
    for (const row of effective) {
      if (this.#operations.outcome[row] !== OK) continue;
      if (!present.has(row)) this.#tallies[kept.has(row) ? 'shadowed' : 'lost'].add(key, row);
    }
  }

  #finalRegister(writes: KeyWrites, found: readonly (string | null)[], versions: readonly string[]): void {
    const { start, kind, outcome, value, valueText } = this.#operations;
    const { key, newestSeen } = writes;
    const acknowledged = writes.effective
      .filter((row) => outcome[row] === OK)
      .toSorted((a, b) => start[a]! - start[b]!);
    const writerOf = (text: string): number =>
      writes.effective.find((row) => valueText(value[row]!) === text) ?? FOREIGN;
    const left = found.map((text) => (text === null ? FIRST : writerOf(text)));
    const isOlder = (seen: number, row: number): boolean =>
      seen !== row && this.#index.isOlder(key, seen, start[row]!, Number.POSITIVE_INFINITY, this.#skewMs);
    const last = acknowledged.at(-1);
    const isGone = last !== undefined && left.every((seen) => seen === FOREIGN || isOlder(seen, last));
    const isKept = isGone && versions.includes(valueText(value[last]!)!);
    if (isGone && kind[last] !== DELETE) this.#tallies[isKept ? 'shadowed' : 'lost'].add(key, last);
    const removed = acknowledged.findLast((row) => kind[row] === DELETE);
    const back = removed === undefined ? undefined : left.find((seen) => seen >= 0 && isOlder(seen, removed));
    if (back !== undefined) this.#tallies.resurrected.add(key, back, removed!);
    else if (newestSeen >= 0 && left.some((seen) => seen >= 0) && left.every((seen) => isOlder(seen, newestSeen))) {
      this.#tallies.resurrected.add(key, left.find((seen) => seen >= 0)!, newestSeen);
    }
  }

  /** Of a register of which all is kept that nothing has replaced. */
  #finalVersions(
    { key, effective }: KeyWrites,
    found: readonly (string | null)[],
    versions: readonly string[],
    replacements: Replacements,
  ): void {
    const { kind, outcome, value, valueText } = this.#operations;
    const isLeft = (row: number, texts: readonly (string | null)[]): boolean =>
      kind[row] !== DELETE && texts.includes(valueText(value[row]!));
    // Whatever replaced a write and is gone itself was replaced by one of these in the end.
    const last = effective.filter((row) => kind[row] === DELETE || isLeft(row, found) || isLeft(row, versions));
    for (const row of effective) {
      if (kind[row] === DELETE || outcome[row] !== OK || isLeft(row, found)) continue;
      if (isLeft(row, versions)) this.#tallies.shadowed.add(key, row);
      else if (!last.some((other) => replacements.mayReplace(other, row))) this.#tallies.lost.add(key, row);
    }
  }
}

/** The writes of one key. */
class KeyWrites {
  readonly key: number;
  /** Those that may have taken effect. */
  readonly effective: number[] = [];
  /** Those that failed for certain, by what they would have written. */
  readonly failed = new Map<string, number>();
  /** Of those that somebody has seen, the one that started last; −1: none. */
  newestSeen = -1;

  constructor(key: number) {
    this.key = key;
  }
}

function writesByKey(operations: Operations, index: WriteIndex): ReadonlyMap<string, KeyWrites> {
  const { length, key: keys, kind, outcome, value, start, keyText, valueText } = operations;
  const byKey = Array.from({ length: operations.keyCount }, (_, key) => new KeyWrites(key));
  for (let row = 0; row < length; row++) {
    const writes = byKey[keys[row]!]!;
    if (mayWrite(operations, row)) writes.effective.push(row);
    else if ((outcome[row] === FAIL || kind[row] === CAS) && value[row]! >= 0)
      writes.failed.set(valueText(value[row]!)!, row);
    const seen = index.seen(row);
    if (seen >= 0 && (writes.newestSeen < 0 || start[seen]! > start[writes.newestSeen]!)) writes.newestSeen = seen;
  }
  return new Map(byKey.map((writes) => [keyText(writes.key), writes]));
}
