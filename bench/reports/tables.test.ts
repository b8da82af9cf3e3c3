import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvHeader } from './csv.ts';
import { dataPackage } from './datapackage.ts';
import type { Column } from './tables/column.ts';
import { TABLE_NAMES, TABLES } from './tables.ts';

/** Units by the end of a column's name. */
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/ms_per_op$/, 'ms/op'],
  [/bytes_per_op$/, 'bytes/op'],
  [/_per_op$/, '1/op'],
  [/bytes_per_node_s$/, 'bytes/s'],
  [/_per_node_s$/, '1/s'],
  [/_per_s$/, '1/s'],
  [/_share$/, 'share'],
  [/_ms$/, 'ms'],
  [/_mb$/, 'MB'],
  [/_ops$/, 'operations'],
];

test('every column has a name of its own and one sentence that says what it holds', () => {
  for (const name of TABLE_NAMES) {
    const columns: readonly Column[] = TABLES[name].columns;
    assert.equal(new Set(columns.map((column) => column.name)).size, columns.length, name);
    for (const column of columns) {
      assert.match(column.name, /^[a-z][a-z0-9_]*$/);
      assert.match(column.description, /^[A-Z'0-9].*[.]$|^[a-z]+: .*[.]$/, `${name}.${column.name}`);
    }
  }
});

test('a unit that stands in a name is the unit of the column', () => {
  for (const name of TABLE_NAMES) {
    for (const column of TABLES[name].columns as readonly Column[]) {
      const known = SUFFIXES.find(([suffix]) => suffix.test(column.name));
      if (known !== undefined) assert.equal(column.unit, known[1], `${name}.${column.name}`);
    }
  }
});

test('the data package names exactly the columns of the files, with their types and units', () => {
  const names = TABLE_NAMES.filter((name) => name !== 'floor');
  const described = dataPackage('Run 1/ä', 'A title', names);
  assert.equal(described.profile, 'tabular-data-package');
  assert.match(described.name, /^[a-z0-9._-]+$/);
  assert.deepEqual(
    described.resources.map((resource) => resource.path),
    names.map((name) => `${name}.csv`),
  );
  for (const resource of described.resources) {
    const name = resource.name as (typeof TABLE_NAMES)[number];
    assert.equal(`${resource.schema.fields.map((field) => field.name).join(',')}\n`, csvHeader(name));
    assert.deepEqual(
      resource.schema.fields.map(({ type, unit }) => [type, unit ?? '']),
      TABLES[name].columns.map(({ type, unit }) => [type, unit]),
    );
    assert.deepEqual(resource.schema.missingValues, ['']);
  }
});

test('the tables have the columns that their readers were promised, in order', () => {
  const promised = {
    trials:
      'trial suite engine preset runtime nodes zones workload mode clients client_policy offered_per_s durability fault seed warmup_ops measured_s ok fail unknown throughput_per_s floor_share put_p50_ms put_p90_ms put_p99_ms put_p999_ms put_max_ms get_p50_ms get_p90_ms get_p99_ms get_p999_ms get_max_ms put_p99_uncorrected_ms get_p99_uncorrected_ms messages_per_op bytes_per_op syncs_per_op cpu_ms_per_op lateness_max_ms steal_share valid void_reason',
    failovers:
      'trial engine preset runtime fault target client_zone seed phase_ms at_ms detect_ms elect_ms first_commit_ms outage_ms observed_ms censored rto_ms recovery_95_ms lost_service_ops acked acked_lost accepted accepted_lost loss_window_ms shadowed stale_reads false_failovers dual_primary_ms valid void_reason',
    timeline: 'trial t_ms offered ok fail unknown completed p50_ms p99_ms',
  };
  for (const [name, list] of Object.entries(promised)) {
    const wanted = list.split(' ');
    const present = TABLES[name as keyof typeof promised].columns.map((column) => column.name as string);
    assert.deepEqual(
      present.filter((column) => wanted.includes(column)),
      wanted,
    );
  }
});
