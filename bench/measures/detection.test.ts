import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeId } from '../../engines/api.ts';
import type { Fault } from '../faults/vocabulary.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { detection } from './detection.ts';

const note =
  (kind: 'suspects' | 'trusts') =>
  (atMs: number, observer: NodeId, subject: NodeId): ClusterEvent => ({
    atMs,
    kind: 'note',
    node: observer,
    note: { kind, node: subject },
  });
const suspects = note('suspects');
const trusts = note('trusts');
const begins = (atMs: number, fault: Fault): ClusterEvent => ({ atMs, kind: 'fault', fault, lateMs: 0 });
const ends = (atMs: number, fault: Fault): ClusterEvent => ({ atMs, kind: 'heal', fault });

const VANISH: Fault = { kind: 'vanish', node: 'd' };
const PAUSE: Fault = { kind: 'pause', node: 'd' };
const NODES = ['a', 'b', 'c', 'd'];
const figures = (...events: ClusterEvent[]) => detection(events, { nodes: NODES, fromMs: 1000, untilMs: 9000 });
const of = <Of extends object, Name extends keyof Of>(all: Of, ...names: Name[]): Of[Name][] =>
  names.map((name) => all[name]);

test('a dead node is found with the first verdict, and known with the last', () => {
  const found = figures(
    begins(1000, VANISH),
    suspects(1900, 'b', 'd'),
    suspects(2100, 'a', 'd'),
    suspects(4600, 'c', 'd'),
  );
  assert.deepEqual(of(found, 'firstDetectionMs', 'dissemination'), [900, { ms: 3600, censored: false }]);
  assert.deepEqual(of(found, 'survivors', 'unaware', 'falsePositives', 'settled'), [3, 0, 0, undefined]);
  assert.deepEqual(found.healthy, ['a', 'b', 'c']);
});

test('all know it only once no survivor believes otherwise', () => {
  const found = figures(
    begins(1000, VANISH),
    suspects(1900, 'b', 'd'),
    trusts(2000, 'b', 'd'),
    suspects(2100, 'a', 'd'),
    suspects(4600, 'c', 'd'),
    suspects(5000, 'b', 'd'),
  );
  assert.deepEqual(found.dissemination, { ms: 4000, censored: false });
});

test('what had not come by the end of observation is a lower bound', () => {
  const found = figures(begins(1000, VANISH), suspects(1900, 'b', 'd'), suspects(9001, 'a', 'd'));
  assert.deepEqual(of(found, 'firstDetectionMs', 'dissemination'), [900, { ms: 8000, censored: true }]);
  assert.equal(found.unaware, 2);
  assert.equal(figures(begins(1000, VANISH)).firstDetectionMs, undefined);
});

test('a verdict counts once, as long as it stands', () => {
  const found = figures(
    suspects(1500, 'a', 'b'),
    suspects(1600, 'a', 'b'),
    trusts(1700, 'a', 'b'),
    suspects(1800, 'a', 'b'),
  );
  assert.deepEqual(of(found, 'falsePositives', 'falseBlamers'), [2, 1]);
});

test('who was wrongly held dead before it died is found at once', () => {
  const found = figures(
    suspects(500, 'a', 'd'),
    begins(1000, VANISH),
    suspects(2000, 'b', 'd'),
    suspects(2500, 'c', 'd'),
  );
  assert.deepEqual(of(found, 'suspectedAtStart', 'firstDetectionMs'), [1, 0]);
  assert.deepEqual(of(found, 'dissemination', 'falsePositives'), [{ ms: 1500, censored: false }, 0]);
});

test('verdicts about nodes that are well are told from those about one that stands still, and one that is back', () => {
  const found = figures(
    begins(1000, PAUSE),
    suspects(2000, 'a', 'd'),
    suspects(2100, 'a', 'b'),
    ends(3000, PAUSE),
    suspects(3100, 'b', 'd'),
    suspects(3200, 'd', 'c'),
    suspects(3300, 'd', 'a'),
  );
  assert.deepEqual(of(found, 'aboutPaused', 'aboutReturned', 'falsePositives'), [1, 1, 3]);
  // Of the three, two are the doing of the node that stood still.
  assert.deepEqual(of(found, 'falseByHealthy', 'falseBlamers'), [1, 1]);
  assert.deepEqual(of(found, 'firstDetectionMs', 'dissemination', 'survivors'), [undefined, undefined, undefined]);
});

test('the cluster has settled once nobody holds anybody dead who is up', () => {
  const found = figures(
    begins(1000, PAUSE),
    suspects(2000, 'a', 'd'),
    suspects(2000, 'd', 'b'),
    ends(3000, PAUSE),
    trusts(3400, 'a', 'd'),
    trusts(5500, 'd', 'b'),
    suspects(7000, 'c', 'b'),
  );
  assert.deepEqual(found.settled, { ms: 2500, censored: false });
  const never = figures(begins(1000, PAUSE), suspects(2000, 'a', 'd'), ends(3000, PAUSE));
  assert.deepEqual(never.settled, { ms: 6000, censored: true });
  assert.deepEqual(figures(begins(1000, PAUSE), ends(3000, PAUSE)).settled, { ms: 0, censored: false });
});

test('after the last of several pauses it begins anew', () => {
  const found = figures(
    begins(1000, PAUSE),
    ends(2000, PAUSE),
    begins(3000, PAUSE),
    suspects(3500, 'a', 'd'),
    ends(4000, PAUSE),
    trusts(4700, 'a', 'd'),
  );
  assert.deepEqual(of(found, 'settled', 'aboutPaused'), [{ ms: 700, censored: false }, 1]);
});

test('a node that restarts believes nothing of what it did, and may be found dead again', () => {
  const found = figures(
    suspects(500, 'd', 'a'),
    begins(1000, VANISH),
    suspects(1500, 'a', 'd'),
    ends(2000, VANISH),
    trusts(2300, 'a', 'd'),
  );
  assert.deepEqual(of(found, 'settled', 'dissemination'), [
    { ms: 300, censored: false },
    { ms: 1000, censored: true },
  ]);
});

test('where nothing happens only wrong verdicts are counted, from the beginning of observation', () => {
  const found = figures(
    suspects(400, 'a', 'b'),
    trusts(600, 'a', 'b'),
    suspects(3000, 'a', 'c'),
    suspects(3000, 'b', 'c'),
  );
  assert.deepEqual(of(found, 'suspectedAtStart', 'falsePositives', 'falseBlamers'), [0, 2, 2]);
  assert.deepEqual(of(found, 'dissemination', 'settled', 'healthy'), [undefined, undefined, NODES]);
});
