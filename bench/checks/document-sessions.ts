/** The session guarantees of documents; what counts is said in `sessions.ts`. */
import { APPEND, GET, OK } from '../history.ts';
import type { Operations } from './columns.ts';
import { type Document, documentsOf } from './documents.ts';
import { walkSessions } from './process-order.ts';
import type { SessionTallies } from './sessions.ts';
import type { WriteIndex } from './write-index.ts';

/** What a session knows of one document. */
interface View {
  /** Its own ok appends. */
  readonly own: number[];
  /** The elements that it has read last, and by which operation; −1: none. */
  seen: readonly number[];
  lastRead: number;
}

/** What stands before an element wherever it stands, if its session is respected. */
interface Origin {
  /** How many ok appends its session had made there before it. */
  readonly ownBefore: number;
  readonly session: number;
  /** What the session had read there last before it. */
  readonly seen: readonly number[];
}

export function documentSessions(operations: Operations, index: WriteIndex, tallies: SessionTallies): void {
  const documents = documentsOf(operations, index);
  if (documents.size === 0) return;
  const { key: keys, kind, outcome, observed } = operations;
  const origins = new Map<number, Origin>();
  const reads: number[] = [];
  let views = new Map<number, View>();
  walkSessions(
    operations,
    () => {
      views = new Map();
    },
    (row, session) => {
      const key = keys[row]!;
      const document = documents.get(key);
      if (document === undefined) return;
      let view = views.get(key);
      if (view === undefined) {
        view = { own: [], seen: [], lastRead: -1 };
        views.set(key, view);
      }
      if (kind[row] === APPEND) {
        origins.set(row, { ownBefore: view.own.length, session, seen: view.seen });
        if (outcome[row] === OK) view.own.push(row);
      } else if (kind[row] === GET && outcome[row] === OK) {
        const elements = document.elements(operations.valueText(observed[row]!));
        if (elements === undefined) return;
        reads.push(row);
        const present = new Set(elements);
        const ownMissing = view.own.find((append) => !present.has(append));
        if (ownMissing !== undefined) tallies['read-your-writes'].add(key, ownMissing, row);
        if (view.seen.some((append) => !present.has(append))) tallies['monotonic-reads'].add(key, view.lastRead, row);
        // A read that breaks a promise is one bad read: those after it are held to what was known before.
        else {
          view.seen = elements;
          view.lastRead = row;
        }
      }
    },
  );
  judgeTexts(operations, reads, documents, origins, tallies);
}

/** Each text by itself: whether what stands there has everything before it that its session had written and read. */
function judgeTexts(
  operations: Operations,
  reads: readonly number[],
  documents: ReadonlyMap<number, Document>,
  origins: ReadonlyMap<number, Origin>,
  tallies: SessionTallies,
): void {
  /** The longest text of each document that was found sound: what begins with it need not be looked at again. */
  const sound = new Map<number, string>();
  for (const row of reads) {
    const key = operations.key[row]!;
    const text = operations.valueText(operations.observed[row]!) ?? '';
    const known = sound.get(key) ?? '';
    if (known.startsWith(text)) continue;
    const document = documents.get(key)!;
    const elements = document.elements(text)!;
    const from = text.startsWith(known) ? document.elements(known)!.length : 0;
    const [writes, follows] = findDisorder(operations, elements, from, origins);
    if (writes >= 0) tallies['monotonic-writes'].add(key, writes, row);
    if (follows >= 0) tallies['writes-follow-reads'].add(key, follows, row);
    if (writes < 0 && follows < 0) sound.set(key, text);
  }
}

/** The first append, from this position on, that lacks an earlier one of its session, and the first that lacks what it had read; −1: none. */
function findDisorder(
  operations: Operations,
  elements: readonly number[],
  from: number,
  origins: ReadonlyMap<number, Origin>,
): [writes: number, follows: number] {
  const before = new Set<number>();
  const acknowledged = new Map<number, number>();
  let writes = -1;
  let follows = -1;
  elements.forEach((append, position) => {
    const { session, ownBefore, seen } = origins.get(append)!;
    const own = acknowledged.get(session) ?? 0;
    if (position >= from && !before.has(append)) {
      if (writes < 0 && own < ownBefore) writes = append;
      if (follows < 0 && seen.some((other) => !before.has(other))) follows = append;
    }
    if (operations.outcome[append] === OK && !before.has(append)) acknowledged.set(session, own + 1);
    before.add(append);
  });
  return [writes, follows];
}
