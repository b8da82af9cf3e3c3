import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Member } from '../../../engines/api.ts';
import { Board } from './board.ts';
import { FaultSwitch } from './fault-switch.ts';

const folder = mkdtempSync(join(tmpdir(), 'fault-switch-'));
after(() => rmSync(folder, { recursive: true }));

const MEMBERS: readonly Member[] = [
  { id: 'n1', zone: 'a', kind: 'full' },
  { id: 'n2', zone: 'a', kind: 'full' },
  { id: 'n3', zone: 'b', kind: 'full' },
];
/** Ends 3, 4 and 5. */
const CLIENT_ZONES = ['a', 'b', 'c'];

interface World {
  readonly board: Board;
  readonly faults: FaultSwitch;
  /** What was asked of the threads, and what the board said of the node at that moment. */
  readonly calls: string[];
}

function setUp(seed = 1): World {
  const board = Board.create(MEMBERS.length, CLIENT_ZONES.length);
  const calls: string[] = [];
  const said = (place: number): string =>
    `${board.isClosed(place) ? ' closed' : ''}${board.isSilenced(place) ? ' silenced' : ''}`;
  const faults = new FaultSwitch(board, MEMBERS, CLIENT_ZONES, seed, {
    logPath: (place) => join(folder, `${place}.log`),
    end: async (place) => {
      calls.push(`end ${place}${said(place)}`);
      await Promise.resolve();
      board.setCounter(place, 'seenAliveMs', 40 + place);
    },
    restart: async (places) => {
      await Promise.resolve();
      calls.push(`restart ${places}${places.map(said).join('')}`);
    },
    standStill: async (place) => {
      calls.push(`stand still ${place}${board.isPaused(place) ? ' paused' : ''}`);
    },
    now: () => 100,
  });
  return { board, faults, calls };
}

/** All links that are cut, as from>to. */
function cuts(board: Board): string[] {
  const found: string[] = [];
  for (let from = 0; from < 6; from++) {
    for (let to = 0; to < 6; to++) if (board.isCut(from, to)) found.push(`${from}>${to}`);
  }
  return found;
}

const writeLogs = (bytes: number): void => {
  for (const place of MEMBERS.keys()) writeFileSync(join(folder, `${place}.log`), Buffer.alloc(bytes, place + 1));
};
const logBytes = (place: number): number => readFileSync(join(folder, `${place}.log`)).length;

test('a kill ends the thread and is known to all; healing restarts it and then says so', async () => {
  const { board, faults, calls } = setUp();
  const rings = board.rings();
  assert.equal(await faults.inject({ kind: 'kill', node: 'n2' }), 41);
  assert.equal(board.isClosed(1), true);
  assert.ok(board.rings() > rings);
  await faults.heal({ kind: 'kill', node: 'n2' });
  assert.equal(board.isClosed(1), false);
  assert.ok(board.rings() > rings + 1);
  assert.deepEqual(calls, ['end 1', 'restart 1 closed']);
});

test('a kill leaves the log as it is', async () => {
  const { board, faults } = setUp();
  writeLogs(1000);
  board.setCounter(0, 'syncedBytes', 10);
  await faults.inject({ kind: 'kill', node: 'n1' });
  assert.equal(logBytes(0), 1000);
});

test('a kill of a zone is known of all its nodes before the first has ended, and took effect with the last', async () => {
  const { board, faults, calls } = setUp();
  const injected = faults.inject({ kind: 'kill-zone', zone: 'a' });
  assert.deepEqual([board.isClosed(0), board.isClosed(1), board.isClosed(2)], [true, true, false]);
  assert.equal(await injected, 41);
  await faults.heal({ kind: 'kill-zone', zone: 'a' });
  assert.deepEqual(calls, ['end 0', 'end 1', 'restart 0,1 closed closed']);
});

test('a vanished node is silent before it ends, and nobody is told; healing ends the silence', async () => {
  const { board, faults, calls } = setUp();
  writeLogs(100);
  assert.equal(await faults.inject({ kind: 'vanish', node: 'n3' }), 42);
  assert.deepEqual([board.isSilenced(2), board.isClosed(2)], [true, false]);
  await faults.heal({ kind: 'vanish', node: 'n3' });
  assert.equal(board.isSilenced(2), false);
  assert.deepEqual(calls, ['end 2 silenced', 'restart 2']);
});

test('a vanished node’s log is cut somewhere between last synced and last written, by the seed', async () => {
  const sizes = new Set<number>();
  for (let seed = 1; seed <= 40; seed++) {
    const { board, faults } = setUp(seed);
    writeLogs(1000);
    board.setCounter(0, 'syncedBytes', 600);
    await faults.inject({ kind: 'vanish', node: 'n1' });
    const bytes = logBytes(0);
    assert.ok(bytes >= 600 && bytes <= 1000, `${bytes} bytes are left`);
    sizes.add(bytes);
    const again = setUp(seed);
    writeLogs(1000);
    again.board.setCounter(0, 'syncedBytes', 600);
    await again.faults.inject({ kind: 'vanish', node: 'n1' });
    assert.equal(logBytes(0), bytes);
  }
  assert.ok(sizes.size > 20, `only ${sizes.size} different cuts`);
});

test('a log that is synced to its end stays whole when its node vanishes', async () => {
  const { board, faults } = setUp();
  writeLogs(1000);
  board.setCounter(0, 'syncedBytes', 1000);
  await faults.inject({ kind: 'vanish', node: 'n1' });
  assert.equal(logBytes(0), 1000);
});

test('a power cut silences all nodes before the first ends, and cuts each log apart', async () => {
  const { board, faults, calls } = setUp();
  writeLogs(100_000);
  await faults.inject({ kind: 'power-cut' });
  assert.deepEqual(calls, ['end 0 silenced', 'end 1 silenced', 'end 2 silenced']);
  assert.equal(new Set([logBytes(0), logBytes(1), logBytes(2)]).size, 3);
  await faults.heal({ kind: 'power-cut' });
  assert.deepEqual(
    [0, 1, 2].map((place) => board.isSilenced(place)),
    [false, false, false],
  );
  assert.equal(calls.at(-1), 'restart 0,1,2');
});

test('a pause is on the board before the node is made to look, and ends with its healing', async () => {
  const { board, faults, calls } = setUp();
  assert.equal(await faults.inject({ kind: 'pause', node: 'n1' }), 100);
  assert.deepEqual(calls, ['stand still 0 paused']);
  assert.deepEqual([board.isPaused(0), board.isPaused(1)], [true, false]);
  await faults.heal({ kind: 'pause', node: 'n1' });
  assert.equal(board.isPaused(0), false);
});

test('a cut is both ways, or one way if asked, and healing undoes it', async () => {
  const { board, faults } = setUp();
  const both = { kind: 'cut', from: { node: 'n1' }, to: { node: 'n3' } } as const;
  const oneWay = { ...both, oneWay: true } as const;
  assert.equal(await faults.inject(both), 100);
  assert.deepEqual(cuts(board), ['0>2', '2>0']);
  await faults.inject(oneWay);
  await faults.heal(both);
  assert.deepEqual(cuts(board), ['0>2']);
  await faults.heal(oneWay);
  assert.deepEqual(cuts(board), []);
});

test('clients of a zone are one end of a link', async () => {
  const { board, faults } = setUp();
  await faults.inject({ kind: 'cut', from: { clientsOf: 'b' }, to: { node: 'n1' }, oneWay: true });
  assert.deepEqual(cuts(board), ['4>0']);
});

test('a delay stands both ways, or one way if asked, in whole milliseconds', async () => {
  const { board, faults } = setUp();
  const both = { kind: 'delay', from: { node: 'n1' }, to: { clientsOf: 'c' }, delayMs: 20.4 } as const;
  await faults.inject(both);
  await faults.inject({ kind: 'delay', from: { node: 'n2' }, to: { node: 'n3' }, delayMs: 5, oneWay: true });
  assert.deepEqual(
    [board.delayMs(0, 5), board.delayMs(5, 0), board.delayMs(1, 2), board.delayMs(2, 1)],
    [20, 20, 5, 0],
  );
  await faults.heal(both);
  assert.deepEqual([board.delayMs(0, 5), board.delayMs(5, 0), board.delayMs(1, 2)], [0, 0, 5]);
});

const between = (inside: number[], outside: number[]): string[] =>
  inside.flatMap((from) => outside.flatMap((to) => [`${from}>${to}`, `${to}>${from}`])).sort();

test('a zone cut off takes its clients with it', async () => {
  const { board, faults } = setUp();
  const fault = { kind: 'cut-zone', zone: 'a', clients: 'inside' } as const;
  await faults.inject(fault);
  assert.deepEqual(cuts(board).sort(), between([0, 1, 3], [2, 4, 5]));
  await faults.heal(fault);
  assert.deepEqual(cuts(board), []);
  await faults.inject({ kind: 'cut-zone', zone: 'a' });
  assert.deepEqual(cuts(board).sort(), between([0, 1, 3], [2, 4, 5]));
});

test('or leaves its clients outside', async () => {
  const { board, faults } = setUp();
  await faults.inject({ kind: 'cut-zone', zone: 'b', clients: 'outside' });
  assert.deepEqual(cuts(board).sort(), between([2], [0, 1, 3, 4, 5]));
});

test('a node or zone that is not there is an error, and changes nothing', async () => {
  const { board, faults, calls } = setUp();
  await assert.rejects(faults.inject({ kind: 'kill', node: 'n9' }), /no node n9/);
  await assert.rejects(
    faults.inject({ kind: 'cut', from: { node: 'n1' }, to: { clientsOf: 'z' } }),
    /no clients live in zone z/,
  );
  await assert.rejects(faults.inject({ kind: 'kill-zone', zone: 'z' }), /no node stands in zone z/);
  assert.deepEqual([cuts(board), calls], [[], []]);
});
