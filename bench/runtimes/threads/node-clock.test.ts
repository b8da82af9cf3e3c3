import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board } from './board.ts';
import { NodeClock } from './node-clock.ts';

/** The clock of node 1, on a trial's clock that the test moves. */
function setUp() {
  const board = Board.create(2);
  const world = { trialUs: 1_000_000, wallMs: 50_000 };
  const clock = new NodeClock(
    board,
    1,
    () => world.trialUs,
    () => world.wallMs,
  );
  return { board, world, clock };
}

test('a clock that nothing bends is the trial’s and the machine’s', () => {
  const { board, clock } = setUp();
  board.setStrain(0, 'driftPpm', 500);
  board.setStrain(0, 'skewMs', 500);
  assert.deepEqual([clock.nowUs(), clock.wallMs(), clock.trialUsAt(7)], [1_000_000, 50_000, 7]);
  assert.equal(clock.trialUsAt(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
});

test('a drift makes it fast or slow from then on, and what it gained stays when the drift is over', () => {
  for (const ppm of [100_000, -100_000]) {
    const { board, world, clock } = setUp();
    board.setStrain(1, 'driftPpm', ppm);
    assert.equal(clock.nowUs(), 1_000_000);
    world.trialUs += 1000;
    assert.equal(clock.nowUs(), 1_001_000 + ppm / 1000);
    board.setStrain(1, 'driftPpm', 0);
    assert.equal(clock.nowUs(), 1_001_000 + ppm / 1000);
    world.trialUs += 1000;
    assert.equal(clock.nowUs(), 1_002_000 + ppm / 1000);
  }
});

test('the time of day drifts along; a skew moves nothing else, and heals by jumping back', () => {
  const { board, world, clock } = setUp();
  board.setStrain(1, 'driftPpm', 100_000);
  clock.nowUs();
  world.trialUs += 10_000_000;
  world.wallMs += 10_000;
  assert.equal(clock.wallMs(), 61_000);
  board.setStrain(1, 'skewMs', -2000);
  assert.deepEqual([clock.wallMs(), clock.nowUs()], [59_000, 12_000_000]);
  board.setStrain(1, 'skewMs', 0);
  assert.equal(clock.wallMs(), 61_000);
});

test('a wait for a time ends when the clock shows it, whatever drifts come and go', () => {
  const { board, world, clock } = setUp();
  for (const ppm of [300_000, -200_000, 7]) {
    board.setStrain(1, 'driftPpm', ppm);
    const timeUs = clock.nowUs() + 123_457;
    world.trialUs = clock.trialUsAt(timeUs);
    assert.ok(clock.nowUs() - timeUs <= 1 && clock.nowUs() >= timeUs, `${clock.nowUs() - timeUs} us off`);
  }
});
