/** Takes the texts of documents apart into the elements that were appended. */
import { APPEND, FAIL } from '../history.ts';
import type { Operations } from './columns.ts';
import { DOCUMENT, type WriteIndex } from './write-index.ts';

export class Document {
  readonly #rows: ReadonlyMap<string, number>;
  readonly #lengths: readonly number[];

  constructor(rows: ReadonlyMap<string, number>) {
    this.#rows = rows;
    this.#lengths = [...new Set([...rows.keys()].map((text) => text.length))].toSorted((a, b) => a - b);
  }

  /** The rows of the appends whose elements make up this text, in order; undefined if they do not. */
  elements(text: string | null): number[] | undefined {
    const found: number[] = [];
    for (let at = 0; at < (text ?? '').length; ) {
      let next = -1;
      for (const length of this.#lengths) {
        const row = this.#rows.get(text!.slice(at, at + length));
        if (row === undefined) continue;
        found.push(row);
        next = at + length;
        break;
      }
      if (next === -1) return undefined;
      at = next;
    }
    return found;
  }
}

/**
 * The documents whose texts can be taken apart in one way only: no element is empty or begins with another. Elements of
 * appends that failed for certain are known too, so that they can be found where they should not be.
 */
export function documentsOf(operations: Operations, index: WriteIndex): ReadonlyMap<number, Document> {
  const { length, key: keys, kind, value: values, outcome } = operations;
  const elements = new Map<number, Map<string, number>>();
  for (let row = 0; row < length; row++) {
    const key = keys[row]!;
    if (index.shape[key] !== DOCUMENT || kind[row] !== APPEND) continue;
    let rows = elements.get(key);
    if (rows === undefined) {
      rows = new Map();
      elements.set(key, rows);
    }
    const text = operations.valueText(values[row]!)!;
    if (outcome[row] !== FAIL || !rows.has(text)) rows.set(text, row);
  }
  const documents = new Map<number, Document>();
  for (const [key, rows] of elements) {
    const initial = operations.valueText(operations.initial[key]!) ?? '';
    if (initial === '' && isPrefixFree([...rows.keys()])) documents.set(key, new Document(rows));
  }
  return documents;
}

/** In order, a text that begins with another stands behind one that it begins with. */
function isPrefixFree(texts: string[]): boolean {
  texts.sort();
  return texts.every((text, i) => text !== '' && (i === 0 || !text.startsWith(texts[i - 1]!)));
}
