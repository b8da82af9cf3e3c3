import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board } from './board.ts';
import { Slowness } from './slowness.ts';

function setUp() {
  const board = Board.create(2);
  let steps = 0;
  const slowness = new Slowness(board, 1, () => steps++);
  /** How long it waits before an input, and in how many steps. */
  const wait = (): { tookMs: number; steps: number } => {
    steps = 0;
    const atMs = performance.now();
    slowness.beforeInput();
    return { tookMs: performance.now() - atMs, steps };
  };
  return { board, slowness, wait };
}

test('a node that is not slow waits for nothing, and its turns are as long as ever', () => {
  const { board, slowness, wait } = setUp();
  board.setStrain(0, 'perInputMs', 1000);
  assert.equal(slowness.beginTurn(256), 256);
  assert.equal(wait().steps, 0);
});

test('a slow one waits before each input, and shows itself alive however long that takes', () => {
  const { board, slowness, wait } = setUp();
  board.setStrain(1, 'perInputMs', 120);
  slowness.beginTurn(256);
  for (let input = 0; input < 2; input++) {
    const { tookMs, steps } = wait();
    assert.ok(tookMs >= 119, `${tookMs} ms`);
    assert.equal(steps, 3);
  }
});

test('its turns take fewer inputs, and at least one', () => {
  const { board, slowness } = setUp();
  for (const [perInputMs, inputs] of [
    [0.01, 256],
    [0.5, 40],
    [5000, 1],
  ] as const) {
    board.setStrain(1, 'perInputMs', perInputMs);
    assert.equal(slowness.beginTurn(256), inputs);
  }
});

test('a wait ends early once the node is to be fast again, or to stand still', () => {
  for (const end of ['heal', 'pause'] as const) {
    const board = Board.create(2);
    let steps = 0;
    const slowness = new Slowness(board, 1, () => {
      steps++;
      if (end === 'heal') board.setStrain(1, 'perInputMs', 0);
      else board.pause(1);
    });
    board.setStrain(1, 'perInputMs', 600_000);
    slowness.beginTurn(1);
    slowness.beforeInput();
    assert.equal(steps, 1);
  }
});
