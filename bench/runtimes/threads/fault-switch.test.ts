import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Member } from '../../../engines/api.ts';
import type { Fault } from '../../faults/vocabulary.ts';
import { Board, type Strain } from './board.ts';
import { FaultSwitch } from './fault-switch.ts';
import type { LinkRule } from './link-rules.ts';
import { BEGINNING } from './log/blocks.ts';
import { LogFile } from './log/log-file.ts';
import { recoverLog } from './log/recovery.ts';
import { endBytesOf, segmentAt, segmentsIn } from './log/segments.ts';

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
  const board = Board.create(MEMBERS.length);
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
    look: () => calls.push('look'),
    now: () => 100,
  });
  return { board, faults, calls };
}

const rules = (board: Board): LinkRule[] => JSON.parse(board.linkRules.read().text || '[]') as LinkRule[];
/** All links that are cut, as from>to. */
const cuts = (board: Board): string[] =>
  rules(board).flatMap(({ kind, from, to }) => (kind === 'cut' ? [`${from}>${to}`] : []));

const writeLogs = (bytes: number): void => {
  for (const place of MEMBERS.keys()) {
    const path = join(folder, `${place}.log`);
    mkdirSync(path, { recursive: true });
    writeFileSync(segmentAt(path, BEGINNING).path, Buffer.alloc(bytes, place + 1));
  }
};
const logBytes = (place: number): number => endBytesOf(segmentsIn(join(folder, `${place}.log`)));

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
  assert.deepEqual(cuts(board), ['0>2', '2>0', '0>2']);
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

test('faults on links stand there as rules, each until it heals', async () => {
  const { board, faults, calls } = setUp();
  const delay = { kind: 'delay', from: { node: 'n1' }, to: { clientsOf: 'c' }, delayMs: 20 } as const;
  const drop = {
    kind: 'drop',
    from: { node: 'n2' },
    to: { node: 'n3' },
    oneWay: true,
    type: 'vote',
    share: 0.5,
  } as const;
  await faults.inject(delay);
  await faults.inject(drop);
  await faults.inject(drop);
  const dropRule = { kind: 'drop', from: 1, to: 2, type: 'vote', share: 0.5 };
  assert.deepEqual(rules(board), [
    { kind: 'delay', from: 0, to: 5, delayMs: 20 },
    { kind: 'delay', from: 5, to: 0, delayMs: 20 },
    dropRule,
    dropRule,
  ]);
  await faults.heal(delay);
  assert.deepEqual(rules(board), [dropRule, dropRule]);
  await faults.heal({ ...drop });
  assert.deepEqual(rules(board), [dropRule]);
  await faults.heal(drop);
  await faults.heal(drop);
  assert.deepEqual(rules(board), []);
  assert.deepEqual(new Set(calls), new Set(['look']));
});

const STRAINING: readonly [Fault, Strain, number][] = [
  [{ kind: 'slow', node: 'n2', perInputMs: 0.1 }, 'perInputMs', 0.1],
  [{ kind: 'slow-disk', node: 'n2', syncMs: 30 }, 'syncMs', 30],
  [{ kind: 'stall-disk', node: 'n2' }, 'stalls', 1],
  [{ kind: 'skew', node: 'n2', skewMs: -500 }, 'skewMs', -500],
  [{ kind: 'drift', node: 'n2', ppm: 200 }, 'driftPpm', 200],
];

test('faults that strain one node add up, and leave nothing behind when the last has healed', async () => {
  for (const [fault, strain, value] of STRAINING) {
    const { board, faults, calls } = setUp();
    const now = (): number => board.strain(1, strain);
    const other = { ...fault, node: 'n1' } as Fault;
    await faults.inject(fault);
    await faults.inject(other);
    assert.equal(now(), value);
    await faults.inject(fault);
    assert.equal(now(), value + value);
    await faults.heal(other);
    await faults.heal(fault);
    assert.deepEqual([now(), board.strain(0, strain)], [value, 0]);
    await faults.heal(fault);
    assert.equal(now(), 0);
    assert.equal(calls.filter((call) => call === 'look').length, 6);
  }
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

test('a node is down until the last fault that keeps it down has healed', async () => {
  const { board, faults, calls } = setUp();
  writeLogs(10);
  const restarts = (): string[] => calls.filter((call) => call.startsWith('restart') && call !== 'restart ');
  await faults.inject({ kind: 'kill', node: 'n1' });
  await faults.inject({ kind: 'kill-zone', zone: 'a' });
  await faults.inject({ kind: 'kill', node: 'n1' });
  await faults.heal({ kind: 'kill-zone', zone: 'a' });
  assert.deepEqual(restarts(), ['restart 1 closed']);
  await faults.heal({ kind: 'kill', node: 'n1' });
  await faults.inject({ kind: 'read-error', node: 'n1' });
  await faults.heal({ kind: 'kill', node: 'n1' });
  assert.deepEqual([restarts().length, board.isClosed(0)], [1, true]);
  await faults.heal({ kind: 'read-error', node: 'n1' });
  assert.deepEqual([restarts()[1], board.isClosed(0)], ['restart 0 closed', false]);
});

test('a pause lasts until its last fault has healed', async () => {
  const { board, faults } = setUp();
  const fault = { kind: 'pause', node: 'n1' } as const;
  await faults.inject(fault);
  await faults.inject(fault);
  await faults.heal(fault);
  assert.equal(board.isPaused(0), true);
  await faults.heal(fault);
  assert.equal(board.isPaused(0), false);
});

test('a full disk hits the node’s next write; room restarts the node if one has come', async () => {
  const { board, faults, calls } = setUp();
  const fault = { kind: 'fill-disk', node: 'n1' } as const;
  await faults.inject(fault);
  await faults.heal(fault);
  assert.deepEqual([board.meetsFullDisk(0), calls], [false, ['restart ']]);
  await faults.inject(fault);
  await faults.inject(fault);
  assert.equal(board.meetsFullDisk(0), true);
  await faults.heal(fault);
  await faults.inject({ kind: 'kill', node: 'n1' });
  await faults.heal({ kind: 'kill', node: 'n1' });
  assert.ok(!calls.includes('restart 0'), 'it restarted without room');
  await faults.heal(fault);
  assert.deepEqual(calls.slice(-2), ['end 0 closed', 'restart 0 closed']);
  assert.equal(board.isClosed(0), false);
});

test('a vanished node keeps so many unsynced entries, a wiped one nothing, a corrupt log loses what was synced last', async () => {
  const path = join(folder, '0.log');
  const fresh = (): World => {
    const world = setUp();
    const log = new LogFile(path, 'none', { onDurable: () => {}, onOffsets: () => {}, onError: () => {} });
    log.append(['a']);
    log.append(['b']);
    world.board.setCounter(0, 'syncedBytes', logBytes(0));
    log.append(['c', 'd', 'e']);
    log.close();
    return world;
  };
  const left = async (fault: Fault): Promise<readonly unknown[]> => {
    rmSync(path, { recursive: true, force: true });
    const { faults, calls } = fresh();
    await faults.inject(fault);
    assert.deepEqual(calls, ['end 0 silenced']);
    return recoverLog(path).entries;
  };
  assert.deepEqual(await left({ kind: 'vanish', node: 'n1', keep: 0 }), ['a', 'b']);
  assert.deepEqual(await left({ kind: 'vanish', node: 'n1', keep: 2 }), ['a', 'b', 'c', 'd']);
  assert.deepEqual(await left({ kind: 'corrupt-log', node: 'n1' }), ['a']);
  assert.deepEqual(await left({ kind: 'wipe', node: 'n1' }), []);
});

test('a fault that threads cannot do is an error', async () => {
  const { faults } = setUp();
  const fault = { kind: 'scatter-syncs', node: 'n1', syncMs: 1 } as const;
  await assert.rejects(faults.inject(fault), /threads cannot do the fault scatter-syncs/);
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
