import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../reports/run.ts';
import type { TableRow } from '../../reports/tables.ts';
import { INVENTED_MANIFEST } from '../../reports/testing/made-up-run.ts';
import { evidenceOf } from './evidence.ts';

const throughput = (engine: string, durability: string, clients: number, perS: number): TableRow<'trials'> => {
  return { engine, measure: 'throughput', workload: 'update', durability, clients, throughput_per_s: perS };
};
const RUN: Run = {
  directory: 'results/some',
  manifest: INVENTED_MANIFEST,
  tables: {
    trials: [
      ...[100, 120, 110].map((perS) => throughput('unreplicated', 'none', 64, perS)),
      throughput('unreplicated', 'fsync', 1, 5),
      throughput('raft', 'none', 1, 3),
      throughput('raft', 'none', 64, 40),
      { ...throughput('raft', 'fsync', 64, 9), valid: false },
      throughput('multi-primary', 'none', 64, 30),
    ],
    service: [
      { engine: 'unreplicated', durability: 'fsync', operation: 'get', p50_ms: 0.08, p99_ms: 1.4 },
      { engine: 'unreplicated', durability: 'fsync', operation: 'put', p50_ms: 0.4, p99_ms: 2 },
    ],
  },
};
const LABELS = ['unreplicated', 'raft'];

test('it has the medians of valid trials, of the presets that are asked for, and tells the fullest load', () => {
  const { sync, idleRead, paces } = evidenceOf(RUN, LABELS);
  assert.deepEqual(sync, INVENTED_MANIFEST.sync);
  assert.deepEqual(idleRead, { p50Ms: 0.08, p99Ms: 1.4 });
  const shown = paces.map(
    ({ label, isBaseline, durability, clients, isFull, perS }) =>
      `${label}${isBaseline ? ' (baseline)' : ''} ${durability} ${clients}${isFull ? ' (full)' : ''}: ${perS}`,
  );
  assert.deepEqual(shown, [
    'unreplicated (baseline) none 64 (full): 110',
    'unreplicated (baseline) fsync 1: 5',
    'raft none 1: 3',
    'raft none 64 (full): 40',
  ]);
});

test('what the fit cannot do without is named', () => {
  const { tables, manifest } = RUN;
  const { sync: _, ...syncless } = manifest;
  const raftOnly = tables.trials!.filter(({ engine }) => engine === 'raft');
  for (const [run, missing] of [
    [{ ...RUN, manifest: syncless }, 'time that a sync of its disk takes'],
    [{ ...RUN, tables: { ...tables, service: [] } }, 'valid service time of unreplicated'],
    [{ ...RUN, tables: { ...tables, trials: raftOnly } }, 'valid throughput of unreplicated without syncs'],
  ] as const) {
    assert.throws(() => evidenceOf(run, LABELS), new RegExp(`^Error: results/some has no ${missing}$`));
  }
});
