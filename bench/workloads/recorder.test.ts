import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, FAIL, GET, type History, OK, PUT } from '../history.ts';
import { concatHistories, packHistory, Recorder, sliceHistory, unpackHistory } from './recorder.ts';

/** A step of writes intended one each ms from `fromMs` on, ended in reverse order. */
function step(recorder: Recorder, rows: number, fromMs: number): History {
  const first = recorder.nextRow;
  for (let i = 0; i < rows; i++) recorder.begin(i, i % 2, PUT, i, first + i, fromMs + i, fromMs + i + 0.5);
  for (let i = rows - 1; i >= 0; i--) recorder.end(first + i, OK, fromMs + i + 2, 1);
  return recorder.take();
}

const newRecorder = (): Recorder => new Recorder(['a', 'b'], ['n1', 'n2']);

test('rows go on counting over steps and chunks', () => {
  const recorder = newRecorder();
  const first = step(recorder, 40_000, 0);
  const second = step(recorder, 5, 40_000);
  assert.equal(first.length, 40_000);
  assert.equal(first.firstRow, 0);
  assert.equal(second.firstRow, 40_000);
  assert.deepEqual([...second.value], [40_000, 40_001, 40_002, 40_003, 40_004]);
  assert.equal(first.end[39_999], 39_999 + 2);
  assert.equal(first.process[20_000], 20_000);
  assert.deepEqual(first.zones, ['a', 'b']);
});

test('a row without an answer says so', () => {
  const recorder = newRecorder();
  const row = recorder.begin(3, 1, GET, 8, ABSENT, 1, 2);
  recorder.end(row, FAIL, 9, 2);
  const history = recorder.take();
  assert.equal(history.answeredBy[0], -1);
  assert.ok(Number.isNaN(history.answeredAt[0]));
  assert.equal(history.attempts[0], 2);
  assert.equal(history.shed[0], 0);
});

test('an answer sets what a get read, and leaves the value of a write alone', () => {
  const recorder = newRecorder();
  const get = recorder.begin(0, 0, GET, 1, ABSENT, 0, 0);
  const put = recorder.begin(1, 0, PUT, 1, 1, 0, 0);
  for (const row of [get, put]) {
    recorder.end(row, OK, 3, 1);
    recorder.answered(row, 1, 2.5, true, 77, true);
  }
  const history = recorder.take();
  assert.deepEqual([...history.value], [77, 1]);
  assert.deepEqual([...history.answeredBy], [1, 1]);
  assert.deepEqual([...history.answeredAt], [2.5, 2.5]);
  assert.deepEqual([...history.accepted], [1, 1]);
  assert.deepEqual([...history.crossed], [1, 1]);
});

test('a history survives packing, and the transfer takes its buffers along', () => {
  const history = step(newRecorder(), 100, 0);
  const before = structuredClone(history);
  const { packed, transfer } = packHistory(history);
  const received = unpackHistory(structuredClone(packed, { transfer }));
  assert.deepEqual(received, before);
  assert.equal(history.process.length, 0);
});

test('packing a slice leaves the whole history intact', () => {
  const history = step(newRecorder(), 100, 0);
  const { packed, transfer } = packHistory(sliceHistory(history, 10, 20));
  const received = unpackHistory(structuredClone(packed, { transfer }));
  assert.deepEqual([...received.value], [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  assert.equal(history.length, history.value.length);
});

test('joined steps are one history', () => {
  const recorder = newRecorder();
  const steps = [step(recorder, 3, 0), step(recorder, 0, 3), step(recorder, 4, 3)];
  const whole = concatHistories(steps);
  assert.equal(whole.length, 7);
  assert.deepEqual([...whole.value], [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(sliceHistory(whole, 3, 100).value, steps[2]!.value);
});

test('steps with one missing in between cannot be joined', () => {
  const recorder = newRecorder();
  const first = step(recorder, 3, 0);
  step(recorder, 3, 3);
  assert.throws(() => concatHistories([first, step(recorder, 3, 6)]), /follow each other/);
});

test('a slice holds the operations intended from one time up to another', () => {
  const recorder = newRecorder();
  step(recorder, 10, 0);
  const slice = sliceHistory(step(recorder, 100, 10), 15, 17);
  assert.equal(slice.length, 2);
  assert.equal(slice.firstRow, 15);
  assert.deepEqual([...slice.intended], [15, 16]);
  assert.deepEqual([...slice.value], [15, 16]);
  assert.equal(sliceHistory(slice, 90, 80).length, 0);
});
