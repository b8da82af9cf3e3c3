import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCharts } from '../charts.ts';
import type { TableRow, Tables } from '../tables.ts';
import { sectionLines } from '../terminal.ts';
import { conflictsOf } from './conflicts.ts';
import { conflictsSections, ofHundred } from './conflicts-sections.ts';

type Row = TableRow<'conflicts'>;

/** Made up: a hundred edits, of which fifty survive, twenty are stored, ten are lost, and the others were not acknowledged. */
function row(more: Row = {}): Row {
  return {
    trial: 'conflicts-1',
    engine: 'multi-primary',
    preset: 'couch',
    topology: 'three',
    documents: 10,
    delete_share: 0,
    offered_per_s: 10,
    fault: 'none',
    seed: 1,
    stretch: 'all',
    side: 'all',
    edits: 100,
    committed: 70,
    accepted: 10,
    refused_conflict: 9,
    refused_other: 6,
    unknown: 5,
    acknowledged_within: 75,
    committed_surviving: 45,
    committed_stored: 15,
    committed_lost: 10,
    committed_unread: 0,
    accepted_surviving: 5,
    accepted_stored: 5,
    accepted_lost: 0,
    accepted_unread: 0,
    beaten_by_older: 4,
    deletes: 0,
    deletes_acknowledged: 0,
    deletes_overruled: 0,
    losing_versions: 12,
    documents_in_conflict: 3,
    converged_ms: 2000,
    unconverged_share: 0,
    valid: true,
    ...more,
  };
}

const CUT: Row = { fault: 'cut-random-zone-60s', fault_for_ms: 60_000 };
/** The rows of one trial with a cut; the counts of the whole trial must not be taken for those of the fault. */
const cutRows = (hit: Row = {}, others: Row = {}, more: Row = {}): Row[] => [
  row({ ...CUT, ...more, edits: 9999 }),
  row({ ...CUT, ...more, stretch: 'fault' }),
  row({ ...CUT, ...more, stretch: 'fault', side: 'hit', ...hit }),
  row({ ...CUT, ...more, stretch: 'fault', side: 'others', ...others }),
];

const tablesOf = (...rows: readonly Row[]): Tables => ({ conflicts: rows });
const sectionsOf = (tables: Tables) => conflictsSections(conflictsOf(tables));
const textsOf = (tables: Tables, title: string): string[][] => {
  const found = sectionsOf(tables).find((section) => section.title.startsWith(title));
  assert.ok(found, title);
  return found.rows.map((cells) => cells.map(({ text }) => text));
};

test('of a hundred edits it is told what survives, what is kept out of sight, what is lost, and what was not acknowledged', () => {
  const tables = tablesOf(row(), row({ documents: 1000, committed_lost: 0 }));
  assert.deepEqual(textsOf(tables, 'Of a hundred edits, on three'), [
    ['no fault', '', ''],
    ['  couch', '50/20/10', '50/20/0'],
  ]);
  assert.match(sectionsOf(tables)[0]!.note!, /; 10 a second are offered; n = 1 trials each/);
  assert.deepEqual(textsOf(tables, 'Of a hundred edits: not acknowledged')[1], ['  couch', '9/6/5', '9/6/5']);
});

test('seeds are pooled by their numbers of edits, and void trials are left out', () => {
  const tables = tablesOf(
    row(),
    row({ seed: 2, edits: 300, committed_surviving: 295 }),
    row({ seed: 3, valid: false, edits: 9 }),
  );
  const [place] = conflictsOf(tables);
  assert.deepEqual(
    place!.cells.map(({ n, judged: { edits, surviving } }) => [n, edits, surviving]),
    [[2, 400, 350]],
  );
});

test('trials of different clients are never pooled, though all else is alike', () => {
  const tables = tablesOf(
    row({ client_policy: 'kazoo' }),
    row({ client_policy: 'editor', committed_surviving: 35 }),
    row({ client_policy: 'editor', committed_surviving: 35, seed: 2 }),
    row({ client_policy: 'editor', engine: 'raft', preset: 'default' }),
  );
  assert.deepEqual(
    conflictsOf(tables)[0]!.cells.map(({ label, n }) => [label, n]),
    [
      ['multi-primary:couch (kazoo)', 1],
      ['multi-primary:couch (editor)', 2],
      ['raft', 1],
    ],
  );
  const [fates] = sectionsOf(tables);
  assert.deepEqual(
    fates!.rows.map((cells) => cells.map(({ text }) => text)),
    [
      ['no fault', ''],
      ['  couch (kazoo)', '50/20/10'],
      ['  couch (editor)', '40/20/10'],
      ['  raft', '50/20/10'],
    ],
  );
  assert.deepEqual(fates!.footnotes, ['Clients: kazoo of couch (kazoo); editor of couch (editor), raft.']);
});

test('with a fault the edits are those offered while it stood, and either side is told of by itself', () => {
  const tables = tablesOf(row(), ...cutRows({ committed: 0, accepted: 100, acknowledged_within: 40 }));
  assert.deepEqual(textsOf(tables, 'Of a hundred edits, on three'), [
    ['no fault', ''],
    ['  couch', '50/20/10'],
    ['zone cut off 60 s', ''],
    ['  couch', '50/20/10'],
  ]);
  assert.deepEqual(textsOf(tables, 'Who says yes'), [
    ['zone cut off 60 s', '', '', '', ''],
    ['  couch', '70 / 0', '10 / 100', '75 / 40', '50 / 50'],
  ]);
});

test('faults come with the shortest first, and presets in the usual order', () => {
  const long = { fault: 'cut-random-zone-600s', fault_for_ms: 600_000 };
  const [place] = conflictsOf(
    tablesOf(row({ ...long, engine: 'raft', preset: 'default' }), row(CUT), row({ engine: 'raft', preset: 'default' })),
  );
  assert.deepEqual(
    place!.faults.map(({ words, forMs }) => [words, forMs]),
    [
      ['zone cut off', 60_000],
      ['zone cut off', 600_000],
      ['no fault', undefined],
    ],
  );
  assert.deepEqual(place!.labels, ['multi-primary:couch', 'raft']);
});

test('conflicts that stay and branches that are beaten are told of only where there are some', () => {
  const none = { losing_versions: 0, documents_in_conflict: 0, beaten_by_older: 0 };
  const titles = (tables: Tables): string[] => sectionsOf(tables).map(({ title }) => title.replace(', on three', ''));
  assert.deepEqual(titles(tablesOf(row(none))), [
    'Of a hundred edits',
    'Of a hundred edits: not acknowledged',
    'Until the winners are equal',
  ]);
  const tables = tablesOf(row(), row({ ...none, engine: 'raft', preset: 'default' }));
  assert.deepEqual(
    textsOf(tables, 'Conflicts that stay').map((cells) => cells[1]),
    ['', '12 / 3'],
  );
  assert.deepEqual(
    textsOf(tables, 'An older branch').map((cells) => cells[1]),
    ['', '5'],
  );
});

test('edits whose clients were told something else are told of, where there are any', () => {
  const tables = tablesOf(row({ unknown_surviving: 4, refused_surviving: 0, doubled: 1 }));
  assert.deepEqual(textsOf(tables, 'Of a hundred edits: not what their clients were told')[1], ['  couch', '4/0/1']);
});

test('documents that nodes show differently in the end are told of, where there are any', () => {
  const tables = tablesOf(row({ documents_differing: 3 }), row({ seed: 2, documents_differing: 0 }));
  assert.equal(textsOf(tables, 'Documents that nodes show differently')[1]![1], '1.5 / 0');
});

test('copies that were not equal in half of the trials are told of as never', () => {
  const never = { converged_ms: undefined, unconverged_share: 0.5 };
  const tables = tablesOf(row(), row({ ...CUT, ...never }), row({ ...CUT, ...never, seed: 2 }));
  assert.deepEqual(
    textsOf(tables, 'Until the winners are equal').map((cells) => cells[1]),
    ['', '2.0', '', 'never'],
  );
});

test('trials in which documents are deleted say what became of deletes, and nothing of edits', () => {
  const deleting = {
    delete_share: 0.1,
    deletes_acknowledged: 20,
    deletes_overruled: 3,
    committed_surviving: undefined,
  };
  const tables = tablesOf(row(deleting));
  assert.deepEqual(
    sectionsOf(tables).map(({ title }) => title),
    ['An edit beats a delete, on three'],
  );
  assert.deepEqual(textsOf(tables, 'An edit beats'), [['couch', '3 of 20']]);
  const partly = tablesOf(row({ ...deleting, deletes_unread: 6 }));
  assert.deepEqual(textsOf(partly, 'An edit beats'), [['couch', '3 of 14']], 'what nobody could read is not judged');
  assert.deepEqual(drawCharts(tables), []);
});

test('whole hundreds do not call all what is not all, nor nothing what is not nothing', () => {
  assert.deepEqual(
    [ofHundred(999, 1000), ofHundred(1, 1000), ofHundred(0, 5), ofHundred(5, 5), ofHundred(1, 3), ofHundred(0, 0)],
    ['>99', '<1', '0', '100', '33', '·'],
  );
});

test('a topology has tables and charts of its own, and who cannot run there is named with the reason', () => {
  const refusal = {
    measure: 'conflicts',
    topology: 'two',
    engine: 'raft',
    preset: 'default',
    void_reason: 'cannot run: too few',
  };
  const tables: Tables = {
    conflicts: [row(), ...cutRows({}, {}, { topology: 'two' })],
    trials: [{ ...refusal, valid: false }],
  };
  const titled = sectionsOf(tables).filter(({ title }) => title.startsWith('Of a hundred edits, on'));
  assert.deepEqual(
    titled.map(({ title, footnotes }) => [title, footnotes]),
    [
      ['Of a hundred edits, on three', []],
      ['Of a hundred edits, on two', ['raft cannot run: too few']],
    ],
  );
  assert.deepEqual(
    drawCharts(tables).map(({ name }) => name),
    ['conflicts-three', 'conflicts-two', 'conflicts-sides-two'],
  );
});

test('presets are named as shortly as tells them apart, and clients where they differ', () => {
  const named = (engine: string, preset: string, client_policy = 'editor'): Row =>
    row({ engine, preset, client_policy });
  const rows = [
    named('multi-primary', 'riak,appends=rewrite'),
    named('multi-primary', 'appends=rewrite'),
    named('multi-primary', 'default'),
    named('multi-primary', 'paper', 'kazoo'),
    named('raft', 'paper'),
  ];
  const [place] = conflictsOf(tablesOf(...rows));
  assert.deepEqual(
    [...place!.names.values()],
    ['multi-primary', 'multi-primary:appends=rewrite', 'multi-primary:paper', 'riak,appends=rewrite', 'raft:paper'],
  );
  const [fates] = sectionsOf(tablesOf(...rows.slice(2)));
  assert.deepEqual(fates!.footnotes, ['Clients: editor of multi-primary, raft:paper; kazoo of multi-primary:paper.']);
});

test('the tables fit a narrow window', () => {
  const wide = { engine: 'multi-primary', preset: 'couchdb-serial', committed_surviving: 0, accepted_surviving: 1 };
  const documents = [1, 10, 100, 1000, 10_000];
  const tables = tablesOf(...documents.flatMap((count) => cutRows({}, {}, { ...wide, documents: count })));
  for (const section of sectionsOf(tables)) {
    for (const line of sectionLines(section, 80, (text) => text)) assert.ok(line.length <= 80, line);
  }
});

test('the charts show a bar for each number of documents and fault, and both sides of it', () => {
  assert.deepEqual(drawCharts({ conflicts: [] }), []);
  const tables = tablesOf(row({ documents: 1 }), ...cutRows({ edits: 0 }), ...cutRows({}, {}, { documents: 1 }));
  const [bars, sides, ...more] = drawCharts(tables);
  assert.deepEqual([bars!.name, sides!.name, more], ['conflicts', 'conflicts-sides', []]);
  for (const text of ['no fault', 'zone cut off 60 s', 'couch', 'acknowledged and lost', '50', '20', '10']) {
    assert.ok(bars!.svg.includes(`>${text}<`), text);
  }
  assert.match(bars!.caption, /lost by multi-primary:couch; kept only as a losing version by multi-primary:couch/);
  assert.ok(sides!.svg.includes('>in the zone that is hit<'));
  for (const { svg } of [bars!, sides!]) {
    assert.doesNotMatch(svg, /NaN|Infinity/);
    assert.doesNotMatch(svg, /not known/, 'a part that there is not is not in the legend');
  }
});
