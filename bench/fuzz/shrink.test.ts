/** Failing trials of engines with a planted bug become ones that a person can read, and break the same property. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyEngine } from '../../engines/api.ts';
import { plant } from '../kit/plant.ts';
import { type AnyHost, tinyEngine } from '../runtimes/simulation/simulation-fixture.ts';
import type { RandomTrial } from './request.ts';
import { shrink } from './shrink.ts';
import { type RandomVerdict, runRandomTrial } from './trial.ts';

/** The first failing trial whose property is this one, of those in which many faults happened. */
function firstFailing(engine: AnyEngine, property: string, faultsMin: number): [RandomTrial, RandomVerdict] {
  for (let seed = 1; seed <= 100; seed++) {
    const trial = { preset: 'default', seed };
    const verdict = runRandomTrial(engine, trial);
    if (verdict.breach?.property === property && verdict.happened.length >= faultsMin) return [trial, verdict];
  }
  throw new Error('a hundred seeds found nothing');
}

const raft = new URL('../../engines/raft/index.js', import.meta.url);

test('a leader that counts its own unsynced entry is shown with few faults, and again by the shrunk trial', async () => {
  const find = 'options.lazySync ? log.last : log.durableIndex';
  const engine = await plant(raft, { file: 'leadership.js', find, replace: 'log.last' });
  const [trial, failed] = firstFailing(engine, 'Commitment', 4);
  const { trial: shrunk, verdict, runs } = shrink(engine, trial, failed);
  assert.equal(verdict.breach?.property, 'Commitment');
  assert.ok(verdict.happened.length <= 2, verdict.faults.join('\n'));
  assert.deepEqual(shrunk.only, verdict.happened);
  assert.ok(runs <= 300);
  assert.equal(runRandomTrial(engine, shrunk).traceHash, verdict.traceHash);
  assert.deepEqual(shrink(engine, trial, failed).trial, shrunk);
});

const crashing = tinyEngine((host: AnyHost) => {
  if (host.boot === 'restart') throw new Error('the log makes no sense');
  return {};
});

test('of all faults the one that matters is left, and the rest is plain, small and short', () => {
  const [trial, failed] = firstFailing(crashing, 'no throw', 3);
  const { trial: shrunk, verdict } = shrink(crashing, trial, failed);
  assert.equal(verdict.happened.length, 1, verdict.faults.join('\n'));
  assert.deepEqual([shrunk.nodes, shrunk.clients], [2, 1]);
  assert.deepEqual(new Set(shrunk.plain), new Set(['options', 'clocks', 'links', 'disk', 'clients']));
  assert.ok(shrunk.safetyMs! <= failed.atMs + 1);
});

test('nodes stay as many as the engine needs', () => {
  const engine = {
    ...crashing,
    validate: (_: object, members: readonly unknown[]) => (members.length < 3 ? ['no'] : []),
  };
  const [trial, failed] = firstFailing(engine, 'no throw', 3);
  assert.equal(shrink(engine, trial, failed).verdict.environment.members.length, 3);
});

test('without a run to spend, nothing is left out but what did not happen', () => {
  const [trial, failed] = firstFailing(crashing, 'no throw', 3);
  const { trial: shrunk, verdict, runs } = shrink(crashing, trial, failed, { runsMax: 0 });
  assert.deepEqual(shrunk, { ...trial, only: failed.happened });
  assert.equal(verdict, failed);
  assert.equal(runs, 0);
  assert.equal(runRandomTrial(crashing, shrunk).traceHash, failed.traceHash);
});
