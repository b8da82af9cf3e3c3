import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, LinkFault } from '../../faults/vocabulary.ts';
import { Random } from '../../random.ts';
import { evenLink, type LinkModel } from '../../topologies/links.ts';
import { EventQueue } from './events.ts';
import { type Fate, type Parcel, SimulatedNetwork } from './network.ts';

/** Ends 0 and 1 are nodes a and b, end 2 the clients of zone z. */
const ENDS = [
  { end: { node: 'a' }, zone: 'y' },
  { end: { node: 'b' }, zone: 'z' },
  { end: { clientsOf: 'z' }, zone: 'z' },
];
const EXACT: LinkModel = { delay: { kind: 'constant', ms: 0.1 }, lossShare: 0, duplicateShare: 0, reorderShare: 0 };

function network(model: LinkModel = EXACT) {
  const events = new EventQueue();
  const made = new SimulatedNetwork(events, new Random('links'), ENDS, () => model);
  const arrived: { readonly what: string; readonly atUs: number }[] = [];
  const send = (from: number, to: number, ...types: string[]): void => {
    const messages = types.map((type): Parcel => ({ type }));
    made.carry(from, to, messages, 0, (came) => {
      arrived.push({ what: came.map(({ type }) => type).join(' '), atUs: events.nowUs });
    });
  };
  const during = (us: number): string[] => {
    events.runUntil(events.nowUs + us);
    return arrived.splice(0).map(({ what }) => what);
  };
  return { events, network: made, send, during, arrived };
}

/** Sends messages 0, 1, … from a to b, one a microsecond, and tells which arrived, in order, and how late. */
function carried(model: LinkModel, count: number): { order: number[]; delaysUs: number[] } {
  const { events, send, arrived } = network(model);
  for (let i = 0; i < count; i++) events.at(i, () => send(0, 1, String(i)));
  events.runUntil(10_000_000);
  return {
    order: arrived.map(({ what }) => Number(what)),
    delaysUs: arrived.map(({ what, atUs }) => atUs - Number(what)),
  };
}

const isSorted = (order: number[]): boolean => order.every((i, at) => at === 0 || order[at - 1]! < i);
const link = { from: { node: 'a' }, to: { node: 'b' } } as const;

test('without loss and doubling every message arrives once, within the bounds of the delay', () => {
  const { order, delaysUs } = carried(evenLink(0.1, 0.2), 1000);
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  assert.ok(Math.min(...delaysUs) >= 100 && Math.max(...delaysUs) <= 200);
  assert.ok(Math.min(...delaysUs) < 110 && Math.max(...delaysUs) > 190, 'the whole range is used');
});

test('messages overtake each other only as far as the link lets them', () => {
  assert.equal(isSorted(carried(evenLink(0.1, 0.2), 1000).order), false);
  assert.equal(isSorted(carried({ ...evenLink(0.1, 0.2), reorderShare: 0 }, 1000).order), true);
  const some = carried({ ...evenLink(0.1, 0.2), reorderShare: 0.05 }, 1000).order;
  const early = some.filter((i, at) => at > 0 && some[at - 1]! > i).length;
  assert.ok(early > 0 && early < 60, `${early} of 1000 passed others`);
});

test('what leaves together arrives together, and types may have delays of their own', () => {
  const { send, during } = network();
  send(0, 1, 'x', 'y', 'z');
  assert.deepEqual(during(100), ['x y z']);
  const typed = network({ ...EXACT, byType: { slow: { kind: 'constant', ms: 1 } } });
  typed.send(0, 1, 'x', 'slow', 'y');
  assert.deepEqual(typed.during(100), ['x']);
  assert.deepEqual(typed.during(900), ['slow y'], 'what follows on the same connection waits behind it');
});

test('the share of lost messages is the one asked for, until the links are calm', () => {
  const { order } = carried(evenLink(0.1, 0.2, 0.1), 10_000);
  // Five standard deviations are 150.
  assert.ok(Math.abs(10_000 - order.length - 1000) < 150, `${10_000 - order.length} lost`);
  assert.equal(carried(evenLink(0.1, 0.2, 1), 100).order.length, 0);
  const { network: links, send, during } = network(evenLink(0.1, 0.2, 1, 1));
  links.calm();
  send(0, 1, 'x');
  assert.deepEqual(during(200), ['x']);
});

test('the share of doubled messages is the one asked for', () => {
  const { order } = carried(evenLink(0.1, 0.2, 0, 0.1), 10_000);
  assert.ok(Math.abs(order.length - 11_000) < 150, `${order.length} arrived`);
  assert.equal(carried(evenLink(0.1, 0.2, 0, 1), 100).order.length, 200);
});

test('a cut swallows what is sent and what is under way, one way, until all who made it have mended it', () => {
  const { network: links, send, during } = network();
  send(0, 1, 'under way');
  links.cut(0, 1);
  links.cut(0, 1);
  send(1, 0, 'other way');
  const fault: Fault = { kind: 'cut', ...link, oneWay: true };
  links.inject(fault);
  assert.deepEqual(during(100), ['other way']);
  links.mendAll();
  send(0, 1, 'still cut');
  assert.deepEqual(during(100), []);
  links.heal(fault);
  send(0, 1, 'mended');
  assert.deepEqual(during(100), ['mended']);
  assert.equal(links.isCut(0, 1), false);
});

test('a zone cut off takes its clients along, or leaves them outside', () => {
  const reached = (fault: LinkFault): string[] => {
    const { network: links, send, during } = network();
    links.inject(fault);
    send(0, 1, 'a>b');
    send(2, 0, 'clients>a');
    send(2, 1, 'clients>b');
    return during(100);
  };
  assert.deepEqual(reached({ kind: 'cut-zone', zone: 'z', clients: 'inside' }), ['clients>b']);
  assert.deepEqual(reached({ kind: 'cut-zone', zone: 'z', clients: 'outside' }), ['clients>a']);
  assert.throws(() => reached({ kind: 'cut-zone', zone: 'q' }), /no node stands in zone q/);
});

test('delays, losses and doublings by a fault are of the type asked for, add up, and go one by one', () => {
  const { network: links, send, during } = network();
  const delay: LinkFault = { kind: 'delay', ...link, delayMs: 1, type: 'x' };
  const twice: LinkFault = { kind: 'delay', ...link, delayMs: 1 };
  links.inject(delay);
  links.inject(twice);
  send(0, 1, 'x');
  assert.deepEqual(during(2099), []);
  assert.deepEqual(during(1), ['x']);
  links.heal(delay);
  send(0, 1, 'x');
  assert.deepEqual([during(1099), during(1)], [[], ['x']]);
  links.heal(twice);
  links.inject({ kind: 'drop', ...link, share: 1, type: 'x' });
  links.inject({ kind: 'duplicate', ...link, share: 1, type: 'y' });
  send(0, 1, 'x', 'y', 'z');
  assert.deepEqual(during(100).join(' ').split(' ').sort(), ['y', 'y', 'z']);
});

test('what a hold keeps back comes when it is healed, in order, and what it does not name passes', () => {
  const { network: links, send, during } = network();
  const hold: LinkFault = { kind: 'hold', ...link, type: 'x' };
  links.inject(hold);
  send(0, 1, 'x');
  send(0, 1, 'y');
  send(0, 1, 'x');
  assert.deepEqual(during(1_000_000), ['y']);
  links.heal(hold);
  assert.deepEqual(during(100), ['x', 'x']);
});

test('a reordering fault lets later messages pass', () => {
  const { network: links, send, events, arrived } = network();
  links.inject({ kind: 'reorder', ...link, share: 0.5, delayMs: 5 });
  for (let i = 0; i < 100; i++) events.at(i * 10, () => send(0, 1, String(i)));
  events.runUntil(100_000);
  assert.equal(arrived.length, 100);
  assert.equal(isSorted(arrived.map(({ what }) => Number(what))), false);
});

test('an end that is not there is named', () => {
  const { network: links } = network();
  assert.throws(() => links.inject({ kind: 'cut', from: { node: 'q' }, to: { node: 'a' } }), /no end of a link is.*q/);
});

test('who looks on sees what becomes of each message, also where that is decided on its way', () => {
  const { network: net, send, during } = network();
  const fates: Fate[] = [];
  net.watch = (_from, _to, _message, _sentUs, arrivesUs) => {
    const fate = { arrivesUs };
    fates.push(fate);
    return fate;
  };
  const hold: LinkFault = { kind: 'hold', ...link, type: 'held' };
  const drop: LinkFault = { kind: 'drop', ...link, type: 'dropped', share: 1 };
  const double: LinkFault = { kind: 'duplicate', ...link, type: 'doubled', share: 1 };
  for (const fault of [hold, drop, double]) net.inject(fault);
  send(0, 1, 'plain', 'held', 'dropped', 'doubled');
  const seen = (): (number | undefined)[] => fates.map(({ arrivesUs }) => arrivesUs);
  assert.deepEqual(seen(), [100, undefined, undefined, 100, 100]);
  during(150);
  net.heal(hold);
  assert.deepEqual(seen(), [100, 250, undefined, 100, 100]);
  send(0, 1, 'plain');
  net.inject({ kind: 'cut', ...link });
  during(200);
  assert.deepEqual(seen(), [100, undefined, undefined, 100, 100, undefined]);
});

test('what reaches an end at which nobody is counts as lost', () => {
  const { events, network: net } = network();
  const fate: Fate = { arrivesUs: undefined };
  net.watch = (_from, _to, _message, _sentUs, arrivesUs) => Object.assign(fate, { arrivesUs });
  net.carry(0, 1, [{ type: 'x' }], 0, () => false);
  assert.equal(fate.arrivesUs, 100);
  events.runUntil(100);
  assert.equal(fate.arrivesUs, undefined);
});
