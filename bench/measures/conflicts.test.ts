import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentKey, elementText } from '../history.ts';
import { Conflicts, type DocumentAudit, type DocumentSeen } from './conflicts.ts';
import { historyOf, type Row } from './synthetic-history.ts';

const A = documentKey(0);
const B = documentKey(1);
const NODES = 3;

/** The text of a document that holds the elements of these rows. */
const text = (...rows: readonly number[]): string => rows.map(elementText).join('');

/** What all nodes show alike: the winner, and behind it the losers. */
function seen(winner: string | null, losers: readonly string[] = [], more: Partial<DocumentSeen> = {}): DocumentSeen {
  const each = <T>(one: T): T[] => new Array<T>(NODES).fill(one);
  return {
    winners: each(winner),
    locals: each(winner),
    versions: each([winner ?? '', ...losers]),
    isPartial: false,
    ...more,
  };
}

const append = (more: Row = {}): Row => ({ kind: 'append', key: A, ...more });
const conflictsOf = (rows: readonly Row[], audit: readonly (readonly [number, DocumentSeen])[], firstRow = 0) =>
  new Conflicts(historyOf(rows, { zones: ['east', 'west'], firstRow }), new Map(audit) as DocumentAudit);

test('what clients were told: committed, accepted, refused for either reason, or nothing', () => {
  const rows = [
    append(),
    append({ accepted: true }),
    append({ outcome: 'fail', conflict: true }),
    append({ outcome: 'fail' }),
    append({ outcome: 'fail', shed: true }),
    append({ outcome: 'unknown' }),
    { kind: 'append', key: 3 } as const,
    { kind: 'get', key: A } as const,
  ];
  const { survival, ...counts } = conflictsOf(rows, [[A, seen(text(0, 1))]]).edits();
  assert.deepEqual(counts, {
    offered: 6,
    committed: 1,
    accepted: 1,
    refusedConflict: 1,
    refusedOtherwise: 2,
    unknown: 1,
    acknowledgedWithin: 2,
  });
  assert.equal(survival!.committed.surviving, 1);
});

test('an acknowledged edit is in the winner, in a losing version, or nowhere; committed and accepted apart', () => {
  const rows = [append(), append(), append(), append({ accepted: true }), append({ accepted: true })];
  const { survival } = conflictsOf(rows, [[A, seen(text(0), [text(1), text(1, 3)])]]).edits();
  assert.deepEqual(survival!.committed, { surviving: 1, stored: 1, lost: 1, unread: 0 });
  assert.deepEqual(survival!.accepted, { surviving: 0, stored: 1, lost: 1, unread: 0 });
});

test('an element survives only if every node that answers shows it; what one of them has is kept all the same', () => {
  const rows = [append(), append(), append()];
  const winners = [text(0, 1), text(0)];
  const { survival } = conflictsOf(rows, [[A, seen(null, [], { winners, locals: [null, text(2)] })]]).edits();
  assert.deepEqual(survival!.committed, { surviving: 1, stored: 2, lost: 0, unread: 0 });
});

test('what cannot be read is neither lost nor safe: no winner at all, or a node that did not answer', () => {
  const rows = [append(), append(), append({ key: B })];
  const partial = seen(text(0), [], { isPartial: true });
  const none = seen(null, [], { winners: [], versions: [[text(2)]] });
  const { survival } = conflictsOf(rows, [
    [A, partial],
    [B, none],
  ]).edits();
  assert.deepEqual(survival!.committed, { surviving: 1, stored: 0, lost: 0, unread: 2 });
  const unlisted = conflictsOf([append()], []).edits();
  assert.equal(unlisted.survival!.committed.unread, 1, 'a document that nobody asked for');
});

test('edits that nobody was told of may survive, and so may those that were refused', () => {
  const rows = [
    append({ outcome: 'unknown' }),
    append({ outcome: 'unknown' }),
    append({ outcome: 'fail', conflict: true }),
    append({ outcome: 'fail' }),
  ];
  const { survival } = conflictsOf(rows, [[A, seen(text(0, 2), [text(1, 3)])]]).edits();
  assert.deepEqual([survival!.unknownSurviving, survival!.refusedSurviving], [1, 1]);
  assert.deepEqual(survival!.committed, { surviving: 0, stored: 0, lost: 0, unread: 0 });
});

test('an edit that was carried out twice survives once, and is told of', () => {
  const { survival } = conflictsOf([append(), append()], [[A, seen(text(0, 1, 0))]]).edits();
  assert.deepEqual([survival!.doubled, survival!.committed.surviving], [1, 2]);
});

test('an older branch beats a newer one: acknowledged edits that began after the newest one of the winner had ended', () => {
  const rows = [
    append({ start: 0, end: 10 }),
    append({ start: 20, end: 30 }),
    append({ start: 29, end: 40 }),
    append({ start: 31, end: 41 }),
    append({ start: 50, end: 60 }),
    append({ start: 70, outcome: 'unknown' }),
  ];
  const beaten = (winner: string | null, changed = rows) =>
    conflictsOf(changed, [[A, seen(winner)]]).edits().survival!.beatenByOlder;
  assert.equal(beaten(text(0, 1)), 2, 'not the one that overlaps, nor the one without an answer');
  assert.equal(beaten(text(0, 1, 4)), 0);
  assert.equal(beaten(null), 0, 'nothing has beaten them');
  const doubtful = rows.with(1, append({ start: 20, end: 30, outcome: 'unknown' }));
  assert.equal(beaten(text(0, 1), doubtful), 0, 'an edit without an answer may have come last');
});

test('where winners differ, what one node lacks and another shows has not been beaten by an older branch', () => {
  const rows = [append({ start: 0, end: 10 }), append({ start: 20, end: 30 }), append({ start: 40, end: 50 })];
  const beaten = (...winners: readonly (string | null)[]): number =>
    conflictsOf(rows, [[A, seen(null, [text(0, 1, 2)], { winners })]]).edits().survival!.beatenByOlder;
  assert.equal(beaten(text(0), text(0, 1, 2)), 0, 'a node is behind');
  assert.equal(beaten(text(0), text(1)), 1, 'the third is in no winner, and began after all that are');
  assert.equal(beaten(text(0), null), 2);
});

test('where documents are deleted as well it is judged what becomes of deletes, and not of edits', () => {
  const rows = [
    append({ start: 0, end: 10 }),
    append({ start: 5, end: 25 }),
    { kind: 'delete', key: A, start: 20, end: 30 } as const,
    { kind: 'delete', key: A, start: 40, end: 50, outcome: 'unknown' } as const,
    append({ start: 60, end: 70 }),
  ];
  const figuresOf = (winner: string | null) => conflictsOf(rows, [[A, seen(winner)]]);
  assert.equal(figuresOf(text(4)).edits().survival, undefined);
  assert.equal(figuresOf(text(4)).edits().committed, 3);
  const overruled = (winner: string | null) => figuresOf(winner).deletes();
  assert.deepEqual(overruled(text(0, 1, 4)), { offered: 2, acknowledged: 1, overruled: 1, unread: 0 });
  assert.equal(overruled(text(1, 4)).overruled, 0, 'an append that overlaps a delete may come after it');
  assert.equal(overruled(null).overruled, 0);
});

test('a delete of a document that nobody showed is neither overruled nor obeyed', () => {
  const rows = [
    { kind: 'delete', key: A, start: 20, end: 30 } as const,
    { kind: 'delete', key: A, start: 40, end: 50, outcome: 'fail' } as const,
    { kind: 'delete', key: B, start: 20, end: 30 } as const,
  ];
  const none = seen(null, [], { winners: [], isPartial: true });
  const figures = conflictsOf(rows, [
    [A, none],
    [B, seen(null)],
  ]);
  assert.deepEqual(figures.deletes(), { offered: 3, acknowledged: 2, overruled: 0, unread: 1 });
});

test('a delete is judged by its own document', () => {
  const rows = [append({ start: 0, end: 10 }), { kind: 'delete', key: B, start: 20, end: 30 } as const];
  const figures = conflictsOf(rows, [
    [A, seen(text(0))],
    [B, seen(null)],
  ]);
  assert.equal(figures.deletes().overruled, 0);
});

test('edits are selected by their intended start, and by the zones of their clients', () => {
  const rows = [
    append({ intended: 0, end: 5 }),
    append({ intended: 10, end: 15 }),
    append({ intended: 15, end: 95, zone: 'west' }),
    append({ intended: 20, end: 25 }),
  ];
  const figures = conflictsOf(rows, [[A, seen(text(0, 2, 3))]]);
  const middle = { fromMs: 10, toMs: 20 };
  const { offered, acknowledgedWithin, survival } = figures.edits(middle);
  assert.deepEqual([offered, acknowledgedWithin, survival!.committed.surviving], [2, 1, 1]);
  assert.equal(figures.edits({ ...middle, zones: new Set(['west']) }).offered, 1);
  assert.equal(figures.edits({ zones: new Set(['east']) }).offered, 3);
  assert.equal(figures.edits({ zones: new Set() }).offered, 0);
});

test('conflicts that are kept are counted at the node with most of them, and winners that differ are told of', () => {
  const rows = [append(), append({ key: B })];
  const figures = conflictsOf(rows, [
    [A, seen(text(0), [], { versions: [[text(0)], [text(0), 'x', 'y'], [text(0), 'x']] })],
    [B, seen(text(1), [], { winners: [text(1), null] })],
    [documentKey(2), seen(null, [], { winners: [], versions: [] })],
  ]);
  assert.deepEqual(figures.documents(), {
    documents: 3,
    unread: 1,
    differing: 1,
    losingVersions: 2,
    inConflict: 1,
  });
});

test('rows are known by their numbers, in a history that does not begin with the first', () => {
  const figures = conflictsOf([append({ end: 5 }), append({ start: 9 })], [[A, seen(text(3, 100), [text(101)])]], 100);
  const { committed, beatenByOlder } = figures.edits().survival!;
  assert.deepEqual([committed.surviving, committed.stored, beatenByOlder], [1, 1, 1]);
});
