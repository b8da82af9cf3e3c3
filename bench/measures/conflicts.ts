/**
 * What becomes of edits to shared documents. An edit appends a unique element to a document; after all is healed and has had time
 * to converge, every document is read at every node, and each edit is looked up.
 *
 * *Surviving*: in what every node shows to a plain reader, the winner. *Stored*: only elsewhere, as in a losing version, where a
 * plain reader never sees it. *Lost*: nowhere. *Unread*: not found, but not all reads were answered.
 *
 * An element that a delete has removed is gone rightly, and whether a delete came before an append or after it nobody can tell
 * where they overlap. So where documents are deleted as well, survival is not judged at all, only what `deleteFigures` says.
 */
import { APPEND, DELETE, documentRows, FAIL, type History, isDocumentKey, OK, UNKNOWN } from '../history.ts';

/** What the nodes showed of one document. */
export interface DocumentSeen {
  /** What `default` reads returned, node by node; null: absent. What was not answered is left out, as below. */
  readonly winners: readonly (string | null)[];
  /** What `local` reads returned. */
  readonly locals: readonly (string | null)[];
  /** What `versions` reads returned: all versions that live, the winner first. */
  readonly versions: readonly (readonly string[])[];
  /** Some node did not answer, so that what was not found may be there. A refusal is an answer. */
  readonly isPartial: boolean;
}

/** By key. */
export type DocumentAudit = ReadonlyMap<number, DocumentSeen>;

/** Which edits: by intended start, from ≤ intended < to, and by the zones of their clients. What is left out selects all. */
export interface EditSelection {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly zones?: ReadonlySet<string>;
}

export interface Fates {
  readonly surviving: number;
  readonly stored: number;
  readonly lost: number;
  readonly unread: number;
}

export interface Survival {
  /** Of the acknowledged edits, those that were committed and those that were only accepted. */
  readonly committed: Fates;
  readonly accepted: Fates;
  /** Edits in the winner whose clients never learned of it: they ended unknown. */
  readonly unknownSurviving: number;
  /** Edits in the winner that were refused for certain: a refusal that did not hold. */
  readonly refusedSurviving: number;
  /** Edits whose element stands more than once in the winner: carried out twice. */
  readonly doubled: number;
  /**
   * Acknowledged edits that are in no node's winner although they began after the newest edit of all winners had ended: an older
   * branch has beaten a newer one. An edit that ended unknown may have been carried out at any time: where one is in a winner,
   * none counts.
   */
  readonly beatenByOlder: number;
}

export interface EditFigures {
  readonly offered: number;
  /** Acknowledged by as many copies as the engine promises, and by fewer. */
  readonly committed: number;
  readonly accepted: number;
  /** Refused for certain: because of a conflict, and for any other reason, with those that were never sent. */
  readonly refusedConflict: number;
  readonly refusedOtherwise: number;
  /** No answer came, or one that leaves open whether the edit was carried out. */
  readonly unknown: number;
  /** Of those acknowledged, the ones whose client knew before the end of the selected time; all if it has no end. */
  readonly acknowledgedWithin: number;
  /** Undefined: documents were deleted as well. */
  readonly survival: Survival | undefined;
}

export interface DeleteFigures {
  readonly offered: number;
  readonly acknowledged: number;
  /**
   * Acknowledged deletes that an edit has beaten: the winner has an element whose append had been acknowledged before the delete
   * began. What a later delete took away in the end is not seen, so this is a lower bound.
   */
  readonly overruled: number;
  /** Acknowledged deletes of documents of which no node showed a winner: what became of them is not known. */
  readonly unread: number;
}

export interface DocumentFigures {
  /** Documents that were edited or deleted. */
  readonly documents: number;
  /** Those of them of which no node showed a winner. */
  readonly unread: number;
  /** Those of which nodes showed different winners. */
  readonly differing: number;
  /** Losing versions that are kept beside the winner, and documents that have some: of each document, what the node with most keeps. */
  readonly losingVersions: number;
  readonly inConflict: number;
}

/** What a document's reads say of its elements, by row. */
interface Reading {
  readonly isRead: boolean;
  readonly isPartial: boolean;
  /** In the winner at every node that answered. */
  readonly winner: ReadonlySet<number>;
  readonly doubled: ReadonlySet<number>;
  readonly kept: ReadonlySet<number>;
  /** When the newest edit in any node's winner had ended; undefined: there is none. */
  readonly newestEndMs: number | undefined;
}

const NOBODY_ANSWERED: DocumentSeen = { winners: [], locals: [], versions: [], isPartial: true };

export class Conflicts {
  readonly #history: History;
  readonly #audit: DocumentAudit;
  readonly #readings = new Map<number, Reading>();
  readonly #unseen: Reading;
  readonly #hasDeletes: boolean;

  constructor(history: History, audit: DocumentAudit) {
    this.#history = history;
    this.#audit = audit;
    this.#unseen = readingOf(history, NOBODY_ANSWERED);
    this.#hasDeletes = history.kind.subarray(0, history.length).includes(DELETE);
    for (const [key, seen] of audit) this.#readings.set(key, readingOf(history, seen));
  }

  edits(selection: EditSelection = {}): EditFigures {
    const { outcome, accepted, conflict, end } = this.#history;
    const { toMs = Number.POSITIVE_INFINITY } = selection;
    const counts = { offered: 0, committed: 0, accepted: 0, refusedConflict: 0, refusedOtherwise: 0, unknown: 0 };
    let acknowledgedWithin = 0;
    const rows = this.#select(APPEND, selection);
    for (const index of rows) {
      counts.offered++;
      if (outcome[index] === UNKNOWN) counts.unknown++;
      else if (outcome[index] === FAIL) counts[conflict[index] === 1 ? 'refusedConflict' : 'refusedOtherwise']++;
      else {
        counts[accepted[index] === 1 ? 'accepted' : 'committed']++;
        if (end[index]! < toMs) acknowledgedWithin++;
      }
    }
    return { ...counts, acknowledgedWithin, survival: this.#hasDeletes ? undefined : this.#survival(rows) };
  }

  deletes(selection: EditSelection = {}): DeleteFigures {
    const { key, outcome } = this.#history;
    const rows = this.#select(DELETE, selection);
    const acknowledged = rows.filter((index) => outcome[index] === OK);
    const overruled = acknowledged.filter((index) => this.#isOverruled(index, this.#readings.get(key[index]!)));
    const unread = acknowledged.filter((index) => this.#readings.get(key[index]!)?.isRead !== true);
    return {
      offered: rows.length,
      acknowledged: acknowledged.length,
      overruled: overruled.length,
      unread: unread.length,
    };
  }

  documents(): DocumentFigures {
    const seen = [...this.#audit.values()];
    const losing = seen.map(({ versions }) => Math.max(0, ...versions.map((living) => living.length - 1)));
    return {
      documents: seen.length,
      unread: seen.filter(({ winners }) => winners.length === 0).length,
      differing: seen.filter(({ winners }) => new Set(winners).size > 1).length,
      losingVersions: losing.reduce((sum, one) => sum + one, 0),
      inConflict: losing.filter((one) => one > 0).length,
    };
  }

  #select(kind: number, { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, zones }: EditSelection) {
    const history = this.#history;
    const rows: number[] = [];
    for (let index = 0; index < history.length; index++) {
      if (history.kind[index] !== kind || !isDocumentKey(history.key[index]!)) continue;
      const intended = history.intended[index]!;
      if (intended < fromMs || intended >= toMs) continue;
      if (zones === undefined || zones.has(history.zones[history.zone[index]!]!)) rows.push(index);
    }
    return rows;
  }

  #survival(rows: readonly number[]): Survival {
    const { key, outcome, accepted, start, firstRow = 0 } = this.#history;
    const nobody = (): { -readonly [Fate in keyof Fates]: number } => ({ surviving: 0, stored: 0, lost: 0, unread: 0 });
    const fates = { committed: nobody(), accepted: nobody() };
    let unknownSurviving = 0;
    let refusedSurviving = 0;
    let doubled = 0;
    let beatenByOlder = 0;
    for (const index of rows) {
      const reading = this.#readings.get(key[index]!) ?? this.#unseen;
      const fate = fateOf(firstRow + index, reading);
      if (reading.doubled.has(firstRow + index)) doubled++;
      if (outcome[index] === OK) {
        fates[accepted[index] === 1 ? 'accepted' : 'committed'][fate]++;
        const isBeaten = fate === 'stored' || fate === 'lost';
        if (isBeaten && start[index]! > (reading.newestEndMs ?? Number.POSITIVE_INFINITY)) beatenByOlder++;
      } else if (fate === 'surviving') {
        if (outcome[index] === UNKNOWN) unknownSurviving++;
        else refusedSurviving++;
      }
    }
    return { ...fates, unknownSurviving, refusedSurviving, doubled, beatenByOlder };
  }

  #isOverruled(index: number, reading: Reading | undefined): boolean {
    const { outcome, end, start, firstRow = 0 } = this.#history;
    return [...(reading?.winner ?? [])].some((row) => {
      const place = row - firstRow;
      return outcome[place] === OK && end[place]! < start[index]!;
    });
  }
}

function fateOf(row: number, { winner, kept, isRead, isPartial }: Reading): keyof Fates {
  if (winner.has(row)) return 'surviving';
  if (!isRead) return 'unread';
  if (kept.has(row)) return 'stored';
  return isPartial ? 'unread' : 'lost';
}

function readingOf(history: History, { winners, locals, versions, isPartial }: DocumentSeen): Reading {
  const shown = winners.map(documentRows);
  const sets = shown.map((rows) => new Set(rows));
  const winner = new Set((shown[0] ?? []).filter((row) => sets.every((set) => set.has(row))));
  const doubled = new Set(shown.flatMap((rows) => (new Set(rows).size < rows.length ? repeated(rows) : [])));
  const kept = new Set(shown.flat());
  // Of all winners, not of what they share: where they differ, what one node lacks has not been beaten.
  const newestEndMs = newestEndOf(history, kept);
  for (const text of [...locals, ...versions.flat()]) for (const row of documentRows(text)) kept.add(row);
  return { isRead: winners.length > 0, isPartial, winner, doubled, kept, newestEndMs };
}

const repeated = (rows: readonly number[]): number[] => {
  const seen = new Set<number>();
  return rows.filter((row) => seen.has(row) || !seen.add(row));
};

function newestEndOf({ outcome, end, firstRow = 0 }: History, shown: ReadonlySet<number>): number | undefined {
  let newestMs: number | undefined;
  for (const row of shown) {
    const index = row - firstRow;
    const endMs = outcome[index] === UNKNOWN ? Number.POSITIVE_INFINITY : end[index];
    if (endMs !== undefined) newestMs = Math.max(newestMs ?? endMs, endMs);
  }
  return newestMs;
}
