import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showProgress } from './progress.ts';

function fakeStream(isTTY: boolean, columns = 40) {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => {
    written.push(String(text));
    return true;
  };
  return { stream: { write, isTTY, columns } as Parameters<typeof showProgress>[0], written };
}

test('where the output is piped, a trial is one plain line, written when it has ended', () => {
  const { stream, written } = fakeStream(false);
  const progress = showProgress(stream);
  progress.begins(3, 12, 'throughput of raft');
  assert.deepEqual(written, []);
  progress.ended('throughput of raft', '17,000 operations/s');
  progress.end();
  assert.deepEqual(written, ['[ 3/12] throughput of raft: 17,000 operations/s\n']);
});

test('on a terminal the trial under way stands in a line that its end replaces', () => {
  const { stream, written } = fakeStream(true);
  const progress = showProgress(stream);
  try {
    progress.begins(1, 2, 'latency of raft');
    assert.deepEqual(written, ['\r\u001b[2K[1/2] latency of raft … 0:00']);
    progress.ended('latency of raft', 'p99 3 ms');
    assert.equal(written[1], '\r\u001b[2K[1/2] latency of raft: p99 3 ms\n');
  } finally {
    progress.end();
  }
});

test('the line under way is never wider than the terminal, so that it can be erased', () => {
  const { stream, written } = fakeStream(true, 30);
  const progress = showProgress(stream);
  try {
    progress.begins(1, 2, 'failover of '.repeat(10));
    assert.equal(written[0]!.replace('\r\u001b[2K', '').length, 29);
  } finally {
    progress.end();
  }
});

test('on a terminal the time passed is drawn again and again, until the end', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { stream, written } = fakeStream(true);
  const progress = showProgress(stream);
  progress.begins(1, 1, 'x');
  t.mock.timers.tick(1000);
  const drawn = written.length;
  assert.ok(drawn >= 3, `${drawn} times`);
  progress.end();
  assert.equal(written.at(-1), '\r\u001b[2K');
  t.mock.timers.tick(5000);
  assert.equal(written.length, drawn + 1, 'nothing is drawn after the end');
});

test('between two trials nothing is drawn', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { stream, written } = fakeStream(true);
  const progress = showProgress(stream);
  progress.begins(1, 2, 'x');
  progress.ended('x', 'done');
  const before = written.length;
  t.mock.timers.tick(2000);
  assert.equal(written.length, before);
  progress.end();
});

test('what an engine says cannot move the cursor or break the line', () => {
  const { stream, written } = fakeStream(false);
  const progress = showProgress(stream);
  progress.begins(1, 1, 'x');
  progress.ended('x', 'void: it threw\n\u001b[2J\rError');
  assert.deepEqual(written, ['[1/1] x: void: it threw [2J Error\n']);
});
