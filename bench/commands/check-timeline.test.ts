import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  append,
  FAILED,
  get,
  missed,
  operationsOf,
  put,
  remove,
  swap,
  type Told,
  UNKNOWN,
} from '../checks/testing/lines.ts';
import { drawTimeline } from './check-timeline.ts';

const draw = (columns: number, ...lines: readonly Told[]): string[] =>
  drawTimeline(
    operationsOf(...lines),
    lines.map((_, row) => row),
    columns,
  );

test('each operation is a bar between its times, in order of start', () => {
  const lines = draw(
    60,
    get(6, 8.25, '4', { process: 'far' }),
    put(0, 1.5, '4', { process: 'w' }),
    put(2, null, '5', { process: 'w', ...UNKNOWN }),
  );
  assert.deepEqual(lines, [
    'process  start   end  0 ms                       8.25 ms',
    'w            0   1.5  ├──────┤ put 4',
    'w            2     …              ├─────────put 5──────────…',
    'far          6  8.25                          ├─get 4──┤',
  ]);
});

test('times that differ stand in different columns, in their order, however near they are', () => {
  const lines = draw(80, put(0, 1000, 'a'), put(1000.001, 1000.002, 'b'), put(1000.003, 9000, 'c'));
  const bars = lines.slice(1).map((line) => [line.search('[├│]'), line.search('[┤│]')]);
  for (const [i, [from, to]] of bars.entries()) {
    assert.ok(from! < to!, lines.join('\n'));
    if (i > 0) assert.ok(from! > bars[i - 1]![1]!, lines.join('\n'));
  }
});

test('a name says what was done and what came of it', () => {
  const lines = draw(
    100,
    get(0, 9, null),
    get(1, 9, 'nothing'),
    put(2, 9, 'with space', FAILED),
    swap(3, 9, null, '2'),
    missed(4, 9, '1', { observed: '7' }),
    missed(5, 9, '1'),
    remove(6, 9),
    append(7, 9, '1;2;3;4;5;6;7;8;9;'),
  );
  const names = ['get nothing', 'get "nothing"', 'put "with space" failed', 'cas nothing→2', 'cas 1→never saw 7'];
  const more = ['cas 1→never not swapped', 'delete', 'append 1;2;3;4…6;7;8;9;'];
  [...names, ...more].forEach((name, i) => {
    assert.ok(lines[i + 1]!.includes(name), `${name}: ${lines[i + 1]}`);
  });
});

test('no line is wider than the window, whatever the texts hold', () => {
  const long = 'x'.repeat(200);
  const hostile = { process: `\u001b[31m${long}`, start: 0.123456, end: 1e6 };
  for (const columns of [80, 160]) {
    const lines = draw(
      columns,
      { ...put(0, 1, long), ...hostile },
      ...Array.from({ length: 40 }, (_, i) => swap(i, i + 1, long, long)),
    );
    for (const line of lines) assert.ok([...line].length <= columns && !line.includes('\u001b'), line);
    assert.equal(lines.at(-1), '… and 11 more');
  }
});

test('operations at one single time can be drawn', () => {
  assert.deepEqual(draw(60, put(5, 5, 'a')), ['process  start  end  5 ms', '0            5    5  │ put a']);
});
