import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InputError } from '../input.ts';
import { loadPolicy } from './policies.ts';
import { loadWorkload, WORKLOADS } from './workloads.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-workloads-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Matches a mistake told in one sentence. */
const sentence = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof InputError, String(error));
  assert.match(error.message, pattern);
  assert.equal(error.message.includes('\n'), false);
  return true;
};

test('the built-in workloads have the published mixes', () => {
  const { read, update, insert, readModifyWrite } = loadWorkload('ycsb-d').mix;
  assert.deepEqual([read, update, insert, readModifyWrite], [0.95, 0, 0.05, 0]);
  assert.equal(loadWorkload('ycsb-d').keys, 'latest');
  assert.equal(loadWorkload('ycsb-a').mix.update, 0.5);
  assert.equal(loadWorkload('ycsb-b').mix.read, 0.95);
  assert.equal(loadWorkload('ycsb-c').mix.read, 1);
  assert.equal(loadWorkload('ycsb-f').mix.readModifyWrite, 0.5);
  assert.equal(loadWorkload('insert').mix.insert, 1);
  assert.equal(loadWorkload('update').mix.update, 1);
  assert.deepEqual([loadWorkload('counters').mix.read, loadWorkload('counters').mix.add], [0.5, 0.5]);
  for (const [name, workload] of WORKLOADS) {
    const { mix } = workload;
    assert.ok(Math.abs(Object.values(mix).reduce((sum, share) => sum + share, 0) - 1) < 1e-12, name);
    assert.deepEqual([workload.name, workload.valueBytes, workload.theta], [name, 100, 0.99]);
    assert.equal(
      workload.keyCount,
      { edits: 1, ledger: 16, 'latest-keys': 16, 'hot-keys': 8, counters: 8, 'many-keys': 100_000 }[name] ?? 1000,
    );
  }
});

test('an unknown workload or policy is refused with the nearest name', () => {
  assert.throws(() => loadWorkload('ycbs-a'), sentence(/workload must be one of .*"ycbs-a" came.*"ycsb-a"/));
  assert.throws(() => loadPolicy('defualt'), sentence(/client policy must be one of default.*"defualt" came/));
});

test('a workload file fills in what it leaves out', () => {
  const path = file('reads.yaml', 'mix: { read: 0.9, update: 0.1 }\nkeyCount: 50\nledgerShare: 0.2\n');
  const workload = loadWorkload(path);
  assert.equal(workload.name, 'reads');
  assert.deepEqual(workload.mix, {
    read: 0.9,
    update: 0.1,
    insert: 0,
    add: 0,
    readModifyWrite: 0,
    append: 0,
    delete: 0,
  });
  assert.deepEqual([workload.keyCount, workload.ledgerShare, workload.keys], [50, 0.2, 'zipfian']);
  assert.equal(loadWorkload(file('named.yml', 'name: mine\nmix: { read: 1 }\n')).name, 'mine');
});

test('a wrong workload file gets one sentence that names the field and what came', () => {
  const wrong = (text: string, pattern: RegExp): void =>
    assert.throws(() => loadWorkload(file('wrong.yaml', text)), sentence(pattern));
  wrong('mix: { read: 0.5 }', /mix: expected shares that add up to 1/);
  wrong('keyCount: 3', /mix: expected shares by kind, but nothing came/);
  wrong(
    'mix: { add: 0.5, update: 0.5 }',
    /mix: expected only read beside add, since keys that are put are no counters/,
  );
  wrong('mix: { read: 1 }\nkeys: zipf', /keys: expected zipfian, uniform or latest, but "zipf" came/);
  wrong('mix: { read: 1 }\ntheta: 1', /theta: expected less than 1, but 1 came/);
  wrong('mix: { read: 1 }\nkeyCount: 0.5', /keyCount: expected a whole number, but 0.5 came/);
  wrong('mix: { read: 1 }\nkeycount: 5', /keycount/);
  assert.throws(() => loadWorkload(join(folder, 'none.yaml')), sentence(/cannot read/));
});

test('the default policy is the documented one', () => {
  assert.deepEqual(loadPolicy('default'), {
    name: 'default',
    operationTimeoutMs: 2000,
    attemptTimeoutMs: 500,
    readFrom: 'last-good',
    backoffFirstMs: 10,
    backoffLastMs: 200,
    inFlightMax: 4096,
  });
});

test('a policy file fills in what it leaves out and is checked', () => {
  assert.equal(loadPolicy(file('through.yaml', 'asksWitnesses: true\n')).asksWitnesses, true);
  const patient = loadPolicy(file('patient.yaml', 'operationTimeoutMs: 12000\nattemptTimeoutMs: 4000\n'));
  assert.deepEqual([patient.name, patient.attemptTimeoutMs, patient.backoffFirstMs], ['patient', 4000, 10]);
  const wrong = (text: string, pattern: RegExp): void =>
    assert.throws(() => loadPolicy(file('wrong.yaml', text)), sentence(pattern));
  wrong('attemptTimeoutMs: 3000', /attemptTimeoutMs: expected at most operationTimeoutMs, but 3000 came/);
  wrong('attemptTimeoutMs: soon', /attemptTimeoutMs: expected a number of milliseconds, but "soon" came/);
  wrong('asksWitnesses: 1', /asksWitnesses: expected true or false, but 1 came/);
  wrong('inFlightMax: 0', /inFlightMax: expected at least 1, but 0 came/);
  wrong('attemptsMax: 0', /attemptsMax: expected at least 1, but 0 came/);
  wrong('attemptsMax: 256', /attemptsMax: expected at most 255, but 256 came/);
  wrong('takesAcceptedFor: loss', /takesAcceptedFor: expected success or doubt, but "loss" came/);
  wrong('proxy: true', /proxy: expected checkMs, downAfter and upAfter, but true came/);
  wrong('proxy: { checkMs: 0, downAfter: 3, upAfter: 2 }', /checkMs: expected more than 0 ms, but 0 came/);
});

test('the policy kazoo can be written down as a file', () => {
  const lines = Object.entries(loadPolicy('kazoo')).map(([field, value]) => `${field}: ${JSON.stringify(value)}\n`);
  assert.deepEqual(loadPolicy(file('kazoo.yaml', lines.join(''))), { ...loadPolicy('kazoo'), asksWitnesses: false });
});
