import assert from 'node:assert/strict';
import { test } from 'node:test';
import unreplicated from '../../engines/unreplicated/index.ts';
import { type Named, replayCommand, reportJson, reportText } from './report.ts';
import { PLAIN, type RandomTrial, selectSteps } from './request.ts';
import { runRandomTrial } from './trial.ts';

const raft: Named = { label: 'raft:default', engine: 'raft', settings: [], plan: undefined, options: {} };
const trial: RandomTrial = { preset: 'default', seed: 17 };

test('the command that replays a trial states all that is not left to the seed', () => {
  assert.equal(replayCommand(raft, trial), 'npm run bench -- replay 17 --engine raft');
  const shrunk = {
    ...trial,
    only: ['2', '5:1'],
    nodes: 3,
    clients: 1,
    safetyMs: 900,
    plain: ['disk', 'links'] as const,
  };
  const flags = '--only 2,5:1 --nodes 3 --clients 1 --safety-ms 900 --plain disk,links';
  assert.equal(replayCommand(raft, shrunk), `npm run bench -- replay 17 --engine raft ${flags}`);
  const bare = { ...trial, only: [], plain: PLAIN };
  assert.equal(replayCommand(raft, bare), 'npm run bench -- replay 17 --engine raft --only none --plain all');
});

test('what a shell would take apart is quoted', () => {
  const named = { ...raft, engine: './my engine.js', settings: ["greeting=it's me"], plan: 'kill-leader' };
  assert.equal(
    replayCommand(named, trial),
    "npm run bench -- replay 17 --engine './my engine.js' --set 'greeting=it'\\''s me' --faults kill-leader",
  );
});

const kill = { when: { atMs: 1 }, target: 'leader', do: { kind: 'kill' } } as const;
const steps = ['0', '1', '2'].map((id) => ({ ...kill, id }));

test('steps are selected whole or by their times', () => {
  const chosen = (only: readonly string[] | undefined) => selectSteps(steps, only).map(({ id, turns }) => [id, turns]);
  assert.deepEqual(chosen(undefined), chosen(['0', '1', '2']));
  assert.deepEqual(chosen(['2', '1:3', '1:1']), [
    ['1', [3, 1]],
    ['2', undefined],
  ]);
  assert.deepEqual(chosen([]), []);
  assert.throws(() => chosen(['3:1']), /--only must name steps, which are 0 to 2 here, but "3" came/);
});

const told = { named: raft, trial: { ...trial, steps }, breach: undefined };
const style = { columns: 80, colour: false };

test('a report names the seed first, then the property, the surroundings, the faults and the command', () => {
  const verdict = runRandomTrial(unreplicated, { ...told.trial, only: ['1'], safetyMs: 50, plain: PLAIN });
  const operation = {
    process: 'c1',
    op: 'cas',
    key: 'k',
    expected: null,
    value: 'v1',
    start: 1,
    end: null,
    outcome: 'unknown',
  } as const;
  const breach = { property: 'durability', sentence: 'it is gone', operations: [operation] };
  const text = reportText({ ...told, breach, verdict: { ...verdict, breach }, shrunk: { runs: 9, faults: 3 } }, style);
  assert.match(
    text,
    /^seed 17 breaks raft:default\n {2}durability: it is gone\n {4}c1, 1\.0 to the end: cas k nothing to v1, unknown\n/,
  );
  assert.match(text, /\nSurroundings\n {2}[35] nodes; \d clients?; messages take 0\.2 to 0\.8 ms;/);
  assert.match(
    text,
    /\nWhat was done \(1 fault; the shortest schedule found in 9 trials, 3 before\)\n +1 +1\.0 ms {2}kill n\d/,
  );
  assert.match(text, /\n +X +[\d.]+ ms {2}broken: durability\n/);
  assert.match(text, /\nAgain\n {2}npm run bench -- replay 17 --engine raft\n$/);
  for (const line of text.split('\n').slice(0, -3)) assert.ok(line.length <= 80, line);
});

test('of a trial that never ended there is the sentence and the command, and a report for programs holds the same', () => {
  const breach = { property: 'end', sentence: 'it goes on' };
  const lost = { ...told, breach, verdict: undefined };
  assert.equal(
    reportText(lost, style),
    'seed 17 breaks raft:default\n  end: it goes on\n\nAgain\n  npm run bench -- replay 17 --engine raft\n',
  );
  assert.deepEqual(Object.keys(reportJson(lost)), ['seed', 'engine', 'property', 'sentence', 'trial', 'replay']);
});
