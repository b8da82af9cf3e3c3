import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../random.ts';
import { EventQueue } from './events.ts';
import { type LinkTiming, SimulatedNetwork } from './network.ts';

function network(timing: Partial<LinkTiming> = {}) {
  const events = new EventQueue();
  const links = { delayUs: [100, 200] as const, lossShare: 0, duplicateShare: 0, ...timing };
  return { events, network: new SimulatedNetwork(events, new Random('links'), links) };
}

/** Carries messages 0, 1, … from a to b, one a microsecond, and tells which arrived, in order, and when. */
function carried(timing: Partial<LinkTiming>, count: number): { order: number[]; delaysUs: number[] } {
  const { events, network: links } = network(timing);
  const order: number[] = [];
  const delaysUs: number[] = [];
  for (let i = 0; i < count; i++) {
    events.at(i, () =>
      links.carry('a', 'b', () => {
        order.push(i);
        delaysUs.push(events.nowUs - i);
      }),
    );
  }
  events.runUntil(10_000_000);
  return { order, delaysUs };
}

test('without loss and doubling every message arrives once, within the bounds of the delay', () => {
  const { order, delaysUs } = carried({ delayUs: [100, 200] }, 1000);
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  assert.ok(Math.min(...delaysUs) >= 100 && Math.max(...delaysUs) <= 200);
  assert.ok(Math.min(...delaysUs) < 110 && Math.max(...delaysUs) > 190, 'the whole range is used');
});

test('messages overtake each other where delays differ, and keep their order where they do not', () => {
  const isSorted = (order: number[]): boolean => order.every((i, at) => at === 0 || order[at - 1]! < i);
  assert.equal(isSorted(carried({ delayUs: [100, 200] }, 1000).order), false);
  assert.equal(isSorted(carried({ delayUs: [100, 100] }, 1000).order), true);
});

test('the share of lost messages is the one asked for', () => {
  const { order } = carried({ lossShare: 0.1 }, 10_000);
  // Five standard deviations are 150.
  assert.ok(Math.abs(10_000 - order.length - 1000) < 150, `${10_000 - order.length} lost`);
  assert.equal(carried({ lossShare: 1 }, 100).order.length, 0);
});

test('the share of doubled messages is the one asked for, and none comes three times', () => {
  const { order } = carried({ duplicateShare: 0.1 }, 10_000);
  assert.ok(Math.abs(order.length - 11_000) < 150, `${order.length - 10_000} doubled`);
  const times = new Map<number, number>();
  for (const i of order) times.set(i, (times.get(i) ?? 0) + 1);
  assert.deepEqual(new Set(times.values()), new Set([1, 2]));
});

test('a cut works one way, and swallows what is under way', () => {
  const { events, network: links } = network();
  const seen: string[] = [];
  const carry = (from: string, to: string): void => links.carry(from, to, () => seen.push(`${from}>${to}`));
  carry('a', 'b');
  links.cut('a', 'b');
  carry('a', 'b');
  carry('b', 'a');
  carry('a', 'c');
  events.runUntil(1000);
  assert.deepEqual(seen.sort(), ['a>c', 'b>a']);
  assert.deepEqual([links.isCut('a', 'b'), links.isCut('b', 'a')], [true, false]);
});

test('a mended link carries again, and mending all mends all', () => {
  const { events, network: links } = network();
  let seen = 0;
  links.cut('a', 'b');
  links.cut('b', 'a');
  links.mend('a', 'b');
  assert.deepEqual([links.isCut('a', 'b'), links.isCut('b', 'a')], [false, true]);
  links.mendAll();
  links.carry('b', 'a', () => seen++);
  events.runUntil(1000);
  assert.equal(seen, 1);
});
