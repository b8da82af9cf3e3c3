/**
 * What the audit reads found, after heal, with all nodes up and quiet: which ledger writes are still there. Rows are row
 * numbers, as they stand in the values; in a history that begins with `firstRow` they are not indices.
 */
import { documentRows, isDocumentKey, valueRow } from '../history.ts';

export class Audit {
  /** Rows of ledger writes that a `default` read, or a `local` read at any node, showed. */
  readonly found = new Set<number>();
  /** Rows that a `versions` read showed, losers and winner alike. */
  readonly kept = new Set<number>();
  /** Keys that could not be read well enough to call a write lost. */
  readonly unread = new Set<number>();

  /** Notes the text that a `default` or `local` read returned for a ledger key or document; null: absent. */
  addRead(key: number, text: string | null): void {
    addRows(this.found, key, text);
  }

  /** Notes the texts that a `versions` read returned. */
  addVersions(key: number, texts: readonly string[]): void {
    for (const text of texts) addRows(this.kept, key, text);
  }

  /** Notes that not every node could be asked for this key: what is not found elsewhere is then unknown, not lost. */
  addUnread(key: number): void {
    this.unread.add(key);
  }
}

function addRows(rows: Set<number>, key: number, text: string | null): void {
  if (isDocumentKey(key)) for (const row of documentRows(text)) rows.add(row);
  else rows.add(valueRow(text));
}
