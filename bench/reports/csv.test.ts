import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../input.ts';
import { csvHeader, csvRows, guardFormula, parseCsv, roundNumber, unguardFormula } from './csv.ts';
import { TABLE_NAMES, TABLES, type TableName, type TableRow } from './tables.ts';

/** Text with everything that CSV, spreadsheets and line readers trip over. */
const awkward = fc
  .array(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", ' ', 'é', '𝛑', 'a', '1', '\ufeff'), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

const cellOf = {
  string: awkward,
  boolean: fc.boolean(),
  integer: fc.integer(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => roundNumber(value) + 0),
};

function rowsOf(name: TableName): fc.Arbitrary<object[]> {
  const cells = Object.fromEntries(TABLES[name].columns.map((column) => [column.name, cellOf[column.type]]));
  return fc.array(fc.record(cells, { requiredKeys: [] }), { maxLength: 5 });
}

const plain = (rows: readonly object[]): object[] => rows.map((row) => ({ ...row }));

for (const name of TABLE_NAMES) {
  test(`rows of ${name} come back as they were written, whatever their text`, () => {
    fc.assert(
      fc.property(rowsOf(name), (rows) => {
        const source = csvHeader(name) + csvRows(name, rows as TableRow<typeof name>[]);
        assert.deepEqual(parseCsv(name, source, 'x.csv'), plain(rows));
      }),
      { numRuns: 60, seed: 1 },
    );
  });
}

test('no text cell can begin a formula, and the guard comes off again', () => {
  fc.assert(
    fc.property(awkward, (text) => {
      assert.doesNotMatch(guardFormula(text), /^[=+\-@\t\r]/);
      assert.equal(unguardFormula(guardFormula(text)), text);
    }),
    { seed: 2 },
  );
  assert.equal(guardFormula('=1+1'), "'=1+1");
  assert.equal(guardFormula('raft'), 'raft');
});

test('negative numbers are not taken for formulas', () => {
  assert.match(csvRows('failovers', [{ outage_from_ms: -3.5 }]), /,-3\.5,/);
});

test('what was not measured is an empty cell, and zero is not', () => {
  const line = csvRows('timeline', [{ trial: 'a', t_ms: 0, offered: undefined, p50_ms: Number.NaN }]);
  assert.equal(line, 'a,0,,,,,,,\n');
  assert.deepEqual(parseCsv('timeline', csvHeader('timeline') + line, 'x'), [{ trial: 'a', t_ms: 0 }]);
});

test('numbers keep six digits, integers and large numbers every one', () => {
  assert.equal(roundNumber(0.123456789), 0.123457);
  assert.equal(roundNumber(12345.678), 12345.7);
  assert.equal(roundNumber(123456.7), 123457);
  assert.equal(csvRows('nodes', [{ bytes: 9007199254740991 }]).includes('9007199254740991'), true);
});

test('a line that a killed run left half written is dropped', () => {
  const source = `${csvHeader('timeline')}a,0,1,1,0,0,1,,\na,10,1,1`;
  assert.deepEqual(
    parseCsv('timeline', source, 'x').map((row) => row.t_ms),
    [0],
  );
});

test('a table edited elsewhere is still read: other line ends, order, unknown and missing columns', () => {
  const source = '\ufefft_ms,mine,trial\r\n5,?,a\r\n';
  assert.deepEqual(parseCsv('timeline', source, 'x'), [{ t_ms: 5, trial: 'a' }]);
});

test('a cell of the wrong type is one sentence with file, row, column, what was expected and what came', () => {
  const cases: [string, RegExp][] = [
    ['trial,t_ms\na,soon\n', /^x\.csv, row 2, column t_ms: expected a number, but "soon" came$/],
    ['trial,offered\na,1\na,1.5\n', /^x\.csv, row 3, column offered: expected a whole number, but "1\.5" came$/],
    ['a;b\n1;2\n', /^x\.csv, row 1: expected a header with columns such as "trial", but "a;b" came$/],
    ['trial,t_ms\n"a,1\n', /^x\.csv: expected rows of comma-separated cells/],
    ['trial,t_ms\na\n', /^x\.csv: expected rows of comma-separated cells/],
  ];
  for (const [source, message] of cases) {
    assert.throws(
      () => parseCsv('timeline', source, 'x.csv'),
      (error) => error instanceof InputError && message.test(error.message),
    );
  }
  assert.throws(() => parseCsv('trials', 'valid\nyes\n', 'x'), /column valid: expected true or false, but "yes" came/);
});

test('a file without any line is a table without rows', () => {
  assert.deepEqual(parseCsv('trials', '', 'x'), []);
  assert.deepEqual(parseCsv('trials', csvHeader('trials'), 'x'), []);
});
