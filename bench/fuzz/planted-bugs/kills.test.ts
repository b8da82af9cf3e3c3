import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plant } from '../../kit/plant.ts';
import { builtInModule } from '../../trials/engines.ts';
import { runRandomTrial } from '../trial.ts';
import { PLANTED_BUGS } from './all.ts';
import { trialOf } from './hunt.ts';
import { fromCsv, type Kill, killPage, toCsv } from './kills.ts';

/** The property that breaks first within the seeds. */
async function firstKill(name: string, firstSeed: number, lastSeed: number): Promise<string | undefined> {
  const [engine, id] = name.split(':');
  const bug = PLANTED_BUGS.find((one) => one.engine === engine)!.bugs.find((one) => one.id === id)!;
  const planted = await plant(builtInModule(engine!), ...bug.changes);
  for (let seed = firstSeed; seed <= lastSeed; seed++) {
    const { breach } = runRandomTrial(planted, { ...trialOf(bug), seed });
    if (breach !== undefined) return breach.property;
  }
  return undefined;
}

/**
 * The hunts from seed 1 on are `npm run planted-bugs`. These begin right before a seed that is known to kill, and go on for long:
 * a change of anything that is drawn moves such seeds.
 */
const SEEDS = 100;

for (const [what, name, firstSeed, property] of [
  ['an own entry counted before its sync', 'raft:R7', 1, 'Commitment'],
  ['a vote sent before its sync', 'raft:R2b', 34, 'One vote a term'],
  ['an older-term commit', 'raft:R1', 1, 'Leader completeness'],
  ['an unconfirmed read', 'raft:R11', 225, 'linearizability'],
  ['a forgotten lease', 'primary-replica:P16c', 116, 'Lease'],
] as const) {
  test(`${what} is caught (${name})`, async () => {
    assert.equal(await firstKill(name, firstSeed, firstSeed + SEEDS - 1), property);
  });
}

const kill = (more: Partial<Kill>): Kill => ({
  engine: 'raft',
  id: 'R7',
  firstSeed: 1,
  seeds: 1,
  property: 'Commitment',
  faults: undefined,
  ...more,
});

test('the page tells the median, its range, the shrunk schedule and the share of each property', () => {
  const [raft] = PLANTED_BUGS;
  const bugs = raft!.bugs.filter(({ id }) => id === 'R7' || id === 'R9');
  const kills = [
    kill({ seeds: 5, faults: 2 }),
    kill({ seeds: 40, firstSeed: 6, property: 'durability' }),
    kill({ seeds: 9, firstSeed: 46 }),
  ];
  const page = killPage([{ engine: 'raft', bugs }], kills);
  assert.match(page, /\| id \| defect \| seeds \| faults \| Commitment \| durability \|/);
  assert.match(page, /\| R7 \| a leader counts .* \| 9 \(5–40\) \| 2 \| 2\/3 \| 1\/3 \|/);
  assert.match(page, /\| R9 \| .* \| not hunted \| {2}\| {2}\| {2}\|/);
  assert.match(killPage([{ engine: 'raft', bugs }], [...kills, kill({ property: undefined })]), /\| not caught \|/);
});

test('the page tells under which settings a bug was hunted, and whether its faults were put together on purpose', () => {
  const [raft] = PLANTED_BUGS;
  const bugs = raft!.bugs.filter(({ id }) => id === 'R11' || id === 'R40');
  const page = killPage([{ engine: 'raft', bugs }], []);
  assert.match(page, /\| R11 \| [^(;]* \(`paper`\) \| not hunted/);
  assert.match(
    page,
    /\| R40 \| [^(;]* \(`leaderDiskParallel=false`\); faults: the disk of a leader stands still \| not hunted/,
  );
});

test('hunts are the same when they have been written and read', () => {
  const kills = [kill({ faults: 3 }), kill({ firstSeed: 2, seeds: 1000, property: undefined })];
  assert.deepEqual(fromCsv(toCsv(kills)), kills);
});
