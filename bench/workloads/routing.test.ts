import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../../engines/api.ts';
import { Routing } from './routing.ts';
import { membersIn } from './scripted-world.ts';

const PROBE_MS = 500;

function routing(members: readonly Member[], zones: readonly string[]): Routing {
  const routes = new Routing(members, zones, PROBE_MS);
  routes.reserve(64);
  return routes;
}

/** All nodes that one round asks, in order, when none of them says anything. */
function round(routes: Routing, client: number, now = 0): number[] {
  routes.startRound(client);
  const asked: number[] = [];
  for (let node = routes.choose(client, now, undefined); node >= 0; node = routes.choose(client, now, undefined)) {
    asked.push(node);
  }
  return asked;
}

test('a round asks the own zone first, then the next zones, each node once', () => {
  const routes = routing(membersIn('a', 'b', 'c', 'a'), ['a', 'b', 'c']);
  assert.deepEqual(round(routes, 0), [0, 3, 1, 2]);
  assert.deepEqual(round(routes, 1), [1, 2, 0, 3]);
  assert.deepEqual(round(routes, 2), [2, 0, 3, 1]);
});

test('clients of one zone begin at its nodes in turn', () => {
  const routes = routing(membersIn('a', 'a', 'b'), ['a', 'b']);
  assert.deepEqual(
    [0, 2, 4].map((client) => round(routes, client)[0]),
    [0, 1, 0],
  );
});

test('witnesses are asked only by clients that go through them, and in the order of their zones then', () => {
  const members = membersIn('b', 'b', 'b').concat([{ id: 'w', zone: 'a', kind: 'witness' }]);
  const through = new Routing(members, ['a'], PROBE_MS, true);
  through.reserve(64);
  assert.deepEqual(round(through, 0), [3, 0, 1, 2]);
  assert.deepEqual(round(routing(members, ['a']), 0), [0, 1, 2]);
});

test('clients of a zone without nodes begin in the first zone', () => {
  assert.deepEqual(round(routing(membersIn('a', 'b'), ['elsewhere']), 0), [0, 1]);
});

test('witnesses are never asked and spares last', () => {
  const members: Member[] = [
    { id: 'w', zone: 'a', kind: 'witness' },
    { id: 's', zone: 'a', kind: 'spare' },
    { id: 'f', zone: 'b', kind: 'full' },
  ];
  assert.deepEqual(round(routing(members, ['a']), 0), [2, 1]);
});

test('the last good node is asked first, by all clients that share what they know', () => {
  const routes = routing(membersIn('a', 'b', 'c'), ['a', 'b']);
  routes.good(0, 2, 1);
  assert.deepEqual(round(routes, 2), [2, 0, 1]);
  assert.deepEqual(round(routes, 1), [1, 2, 0], 'another zone found out nothing');
});

test('who prefers the nearest begins at home whoever was good last, and tells nobody that home is good', () => {
  const routes = routing(membersIn('a', 'b', 'c'), ['a']);
  routes.good(0, 2, 1);
  routes.startRound(0);
  assert.equal(routes.choose(0, 1, undefined, true), 0);
  routes.good(0, 0, 2, true);
  assert.deepEqual(round(routes, 0), [2, 0, 1], 'writes still go to the last good one');
  routes.startRound(0);
  assert.equal(routes.choose(0, 3, 'n3', true), 2, 'a hint is followed');
  routes.timedOut(0, 0, 3, 503);
  routes.startRound(0);
  assert.equal(routes.choose(0, 504, undefined, true), 1, 'a silent node is passed over');
});

test('a hint is followed once a round and believed by the others', () => {
  const routes = routing(membersIn('a', 'b', 'c'), ['a']);
  routes.startRound(0);
  assert.equal(routes.choose(0, 0, undefined), 0);
  routes.refused(0, 0, 1);
  assert.equal(routes.choose(0, 1, 'n3'), 2);
  assert.equal(round(routes, 1)[0], 2);
  routes.refused(0, 2, 2);
  assert.equal(routes.choose(0, 2, 'n1'), 1, 'two nodes that name each other do not catch a client');
  routes.refused(0, 1, 3);
  assert.equal(routes.choose(0, 3, 'n3'), -1);
});

test('a hint that names nobody is passed over', () => {
  const routes = routing(membersIn('a', 'b'), ['a']);
  routes.startRound(0);
  assert.equal(routes.choose(0, 0, 'n9'), 0);
});

test('dead nodes are passed over, hints included, until they are back', () => {
  const routes = routing(membersIn('a', 'b', 'c'), ['a']);
  routes.good(0, 0, 0);
  routes.setDead(0, true);
  assert.deepEqual(round(routes, 0), [1, 2]);
  routes.startRound(0);
  assert.equal(routes.choose(0, 0, 'n1'), 1);
  routes.setDead(0, false);
  assert.deepEqual(round(routes, 0), [0, 1, 2]);
});

test('a silent node is left alone while others answer, but for one attempt each time-out', () => {
  const routes = routing(membersIn('a', 'b'), ['a']);
  const roundWhereOthersRefuse = (now: number): number[] => {
    routes.startRound(0);
    const asked: number[] = [];
    for (let node = routes.choose(0, now, undefined); node >= 0; node = routes.choose(0, now, 'n1')) {
      asked.push(node);
      if (node !== 0) routes.refused(0, node, now);
    }
    return asked;
  };
  routes.startRound(0);
  routes.choose(0, 0, undefined);
  routes.timedOut(0, 0, 0, 500);
  assert.deepEqual(roundWhereOthersRefuse(500), [1]);
  assert.deepEqual(roundWhereOthersRefuse(999), [1]);
  assert.deepEqual(roundWhereOthersRefuse(1000), [1, 0]);
  assert.deepEqual(roundWhereOthersRefuse(1400), [1]);
  routes.good(0, 0, 1450);
  assert.deepEqual(roundWhereOthersRefuse(1450)[0], 0);
});

test('where nobody answers at all, silent nodes are asked like any', () => {
  const routes = routing(membersIn('a', 'b'), ['a']);
  for (const node of [0, 1]) routes.timedOut(0, node, 0, 500);
  assert.deepEqual(round(routes, 0, 501), [0, 1]);
  assert.deepEqual(round(routes, 0, 502), [0, 1]);
});

test('one lost attempt does not make a node silent that has spoken since', () => {
  const routes = routing(membersIn('a', 'b'), ['a']);
  routes.good(0, 0, 300);
  routes.timedOut(0, 0, 100, 600);
  assert.equal(round(routes, 0)[0], 0);
});

test('where all nodes are silent they are tried in turn, so that the one that comes back is found', () => {
  const routes = routing(membersIn('a', 'b'), ['a']);
  const asked: number[] = [];
  for (let now = 0; now < 6 * PROBE_MS; now += PROBE_MS) {
    // A write that meets silence is not tried elsewhere: each is a round of its own.
    routes.startRound(0);
    const node = routes.choose(0, now, undefined);
    asked.push(node);
    routes.timedOut(0, node, now, now + PROBE_MS);
  }
  assert.deepEqual(asked, [0, 1, 0, 1, 0, 1]);
});
