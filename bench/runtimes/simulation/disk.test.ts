import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../random.ts';
import type { Durability } from '../cluster.ts';
import { type DiskTiming, SimulatedDisk } from './disk.ts';
import { EventQueue } from './events.ts';

const TIMING: DiskTiming = { append: { kind: 'constant', ms: 0 }, sync: { kind: 'constant', ms: 0.1 } };

function disk(durability: Durability = 'fsync', seed = 1) {
  const events = new EventQueue();
  const synced: number[] = [];
  const made = new SimulatedDisk(events, new Random(seed), TIMING, durability);
  const recover = (): unknown[] => made.recover((position) => synced.push(position));
  recover();
  const write = (...entries: unknown[]): number => made.write(entries, 0);
  return { events, disk: made, recover, write, synced };
}

test('what is written becomes durable after a sync and is reported by its position', () => {
  const { events, write, synced } = disk();
  assert.equal(write('1', '2'), 0);
  events.runUntil(99);
  assert.deepEqual(synced, []);
  events.runUntil(100);
  assert.deepEqual(synced, [2]);
  assert.equal(write('3'), 2);
});

test('what is written during a sync waits for the next one, all together', () => {
  const { events, disk: made, write, synced } = disk();
  write('1');
  events.runUntil(50);
  write('2');
  write('3');
  events.runUntil(1000);
  assert.deepEqual(synced, [1, 3]);
  assert.equal(made.syncs, 2);
});

test('a process crash keeps everything written', () => {
  const { disk: made, write } = disk();
  write('1', '2', '3');
  made.crash(false);
  assert.deepEqual(made.recover(), ['1', '2', '3']);
});

test('a power loss keeps a prefix, at least what was synced; over many, every length of it', () => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 50; seed++) {
    const { events, disk: made, write } = disk('fsync', seed);
    write('1', '2');
    events.runUntil(100);
    write('3', '4');
    made.crash(true);
    const recovered = made.recover();
    assert.deepEqual(recovered, ['1', '2', '3', '4'].slice(0, recovered.length));
    lengths.add(recovered.length);
  }
  assert.deepEqual([...lengths].sort(), [2, 3, 4]);
});

test('what a killed process had written can still be lost with the power before its next life, and not after', () => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 50; seed++) {
    const { disk: made, write } = disk('fsync', seed);
    write('1', '2');
    made.crash(false);
    made.crash(true);
    lengths.add(made.recover().length);
    const kept = made.entries.length;
    made.crash(true);
    assert.equal(made.recover().length, kept, 'what was recovered is durable');
  }
  assert.deepEqual([...lengths].sort(), [0, 1, 2]);
});

test('a sync that a crash overtook is never reported', () => {
  const { events, disk: made, recover, write, synced } = disk();
  write('1');
  made.crash(false);
  recover();
  events.runUntil(1000);
  assert.deepEqual(synced, []);
  write('2');
  events.runUntil(2000);
  assert.deepEqual(synced, [2], 'and the next life syncs on its own');
});

test('discarded entries are gone in the next life, and positions of this life do not move', () => {
  const { events, disk: made, write, synced } = disk();
  write('1', '2', '3');
  events.runUntil(100);
  made.discard(3);
  assert.deepEqual(made.entries, ['3']);
  assert.equal(write('4'), 3);
  events.runUntil(200);
  assert.deepEqual(synced, [3, 4]);
  made.discard(2);
  assert.deepEqual(made.entries, ['3', '4'], 'what is discarded already is no matter');
  made.crash(true);
  assert.deepEqual(made.recover(), ['3', '4']);
});

test('positions of a new life count from what it recovered', () => {
  const { events, disk: made, recover, write, synced } = disk();
  write('1', '2', '3');
  events.runUntil(100);
  made.discard(3);
  made.crash(false);
  recover();
  write('4');
  events.runUntil(300);
  assert.deepEqual(synced, [3, 2]);
});

test('without syncs everything is reported durable at once, and a power loss may take it all', () => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 50; seed++) {
    const { disk: made, write } = disk('none', seed);
    assert.equal(write('1', '2'), 2);
    made.crash(true);
    lengths.add(made.recover().length);
    assert.equal(made.syncs, 0);
  }
  assert.deepEqual([...lengths].sort(), [0, 1, 2]);
});

test('without syncs a discard and then a power loss leave a prefix of the rest', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { disk: made, write } = disk('none', seed);
    write('1', '2', '3', '4');
    made.discard(4);
    assert.equal(write('5'), 5);
    made.crash(true);
    const recovered = made.recover();
    assert.deepEqual(recovered, ['4', '5'].slice(0, recovered.length));
  }
});

test('a wiped disk recovers nothing', () => {
  const { events, disk: made, write } = disk();
  write('1');
  events.runUntil(100);
  made.crash(false);
  made.wipe();
  assert.deepEqual(made.recover(), []);
  assert.equal(write('2'), 0);
});

// ------------------------------------------------------------------------------------------------------------ faults

test('a slow disk takes longer, and a stalled one completes nothing until it is healed', () => {
  const { events, disk: made, write, synced } = disk();
  const slow = { kind: 'slow-disk', node: 'n1', syncMs: 1 } as const;
  const stall = { kind: 'stall-disk', node: 'n1' } as const;
  made.hinder(slow);
  write('1');
  events.runUntil(1099);
  assert.deepEqual(synced, []);
  events.runUntil(1100);
  assert.deepEqual(synced, [1]);
  made.unhinder(slow);
  made.hinder(stall);
  write('2');
  write('3');
  events.runUntil(100_000);
  assert.deepEqual(synced, [1]);
  made.unhinder(stall);
  assert.deepEqual(synced, [1, 2], 'the sync that was withheld; what came later has its own');
  events.runUntil(101_000);
  assert.deepEqual(synced, [1, 2, 3]);
});

test('a stall holds back what is never synced as well', () => {
  const { events, disk: made, write, synced } = disk('none');
  const stall = { kind: 'stall-disk', node: 'n1' } as const;
  assert.equal(write('1'), 1);
  made.hinder(stall);
  assert.equal(write('2'), 1);
  events.runUntil(100_000);
  assert.deepEqual(synced, []);
  made.unhinder(stall);
  assert.deepEqual(synced, [2]);
});

test('scattered syncs run side by side and finish in any order, and only a prefix without gaps is reported', () => {
  let outOfOrder = 0;
  for (let seed = 0; seed < 20; seed++) {
    const { events, disk: made, write, synced } = disk('fsync', seed);
    made.hinder({ kind: 'scatter-syncs', node: 'n1', syncMs: 10 });
    for (let i = 1; i <= 20; i++) {
      events.runUntil(events.nowUs + 100);
      write(String(i));
    }
    events.runUntil(100_000);
    assert.equal(made.syncs, 20);
    assert.equal(synced.at(-1), 20);
    assert.deepEqual(
      synced,
      [...synced].sort((a, b) => a - b),
    );
    if (synced.length < 20) outOfOrder++;
  }
  assert.ok(outOfOrder > 15, `${outOfOrder} of 20`);
});

test('a power loss may be told how much of the unsynced tail to keep', () => {
  for (const [keep, left] of [
    [0, 1],
    [1, 2],
    [9, 3],
  ] as const) {
    const { events, disk: made, recover, write } = disk();
    write('1');
    events.runUntil(100);
    write('2', '3');
    made.crash(true, keep);
    assert.equal(recover().length, left);
  }
});

test('a corrupt log ends before the last record that was synced', () => {
  const { events, disk: made, recover, write } = disk();
  write('1', '2');
  events.runUntil(100);
  write('3');
  made.crash(true);
  made.corrupt();
  assert.deepEqual(recover(), ['1']);
});

test('writing may take its time before the sync, and without one', () => {
  const events = new EventQueue();
  const timing: DiskTiming = { append: { kind: 'constant', ms: 0.5 }, sync: { kind: 'constant', ms: 0.1 } };
  for (const [durability, us] of [
    ['fsync', 600],
    ['none', 500],
  ] as const) {
    const made = new SimulatedDisk(events, new Random(1), timing, durability);
    let durableAtUs = 0;
    made.recover(() => {
      durableAtUs = events.nowUs;
    });
    const beganUs = events.nowUs;
    assert.equal(made.write(['1'], 0), 0);
    events.runUntil(beganUs + 10_000);
    assert.equal(durableAtUs - beganUs, us);
  }
});
