import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Member, NodeId, Operation, Result } from '../api.ts';
import { newestTotals, sum, totalOf } from './counters.ts';
import { TestNode, THREE } from './fixture.test.ts';
import engine from './index.ts';
import type { Message } from './messages.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';
import { elementsAfter, merge, NO_VERSION, textOf, type Version, versionOf } from './version.ts';

fc.configureGlobal({ seed: 1 });

const WRITERS = ['n1#1', 'n2#1', 'n3#4'];

test('whatever copies hear of adds, in whatever order and however often, is the sum of all that some of them has heard of', () => {
  const add = fc.record({ writer: fc.constantFrom(...WRITERS), amount: fc.integer({ min: -5, max: 5 }) });
  const heard = fc.array(fc.nat(), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(add, { minLength: 1, maxLength: 20 }), heard, heard, (adds, here, there) => {
      const totals = new Map<string, string>();
      const writes = adds.map(({ writer, amount }, time) => {
        const total = sum(totals.get(writer) ?? null, `${amount}`);
        totals.set(writer, total);
        return versionOf({ total }, time + 1, writer);
      });
      const fold = (order: readonly number[]): Version =>
        order.reduce<Version>((version, i) => merge(version, writes[i % writes.length]!), NO_VERSION);
      const [a, b] = [fold(here), fold(there)];
      assert.deepEqual(merge(a, b), merge(b, a));
      assert.deepEqual(merge(a, b), fold([...here, ...there]));
      // An add is in a writer's every later total.
      const known = [...here, ...there].map((i) => i % writes.length);
      const reach = (writer: string): number => Math.max(-1, ...known.filter((i) => adds[i]!.writer === writer));
      const expected = adds.reduce((all, { writer, amount }, i) => (i <= reach(writer) ? all + amount : all), 0);
      assert.equal(textOf(merge(a, b).content) ?? '0', `${expected}`);
      const size = elementsAfter(merge(a, b).content, 0, '').length / 3;
      assert.ok(size <= WRITERS.length, `${size} totals`);
    }),
    { numRuns: 1000 },
  );
});

test('a text that is no whole number counts as 0, and numbers may have any size', () => {
  assert.equal(sum('12345678901234567890', '1'), '12345678901234567891');
  assert.equal(sum('two', '-3'), '-3');
  assert.equal(sum(null, '0'), '0');
  assert.equal(totalOf([5, 'n1#1', 'text', 6, 'n2#1', { total: '7' }], 'n2#1'), '7');
  assert.equal(totalOf([5, 'n1#1', 'text'], 'n1#1'), '0');
  const [old, text, now] = [{ total: '1' }, 'x', { total: '2' }];
  assert.deepEqual(newestTotals([1, 'a', old, 2, 'a', text, 3, 'a', now]), [2, 'a', text, 3, 'a', now]);
});

const FIVE: readonly Member[] = [...'abcde'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));

class Cluster {
  readonly simulation: Simulation;

  constructor(options: Partial<Options>, members: readonly Member[] = THREE) {
    this.simulation = new Simulation({ engine, options: { ...presets.default, ...options }, members, seed: 1 });
    this.simulation.run(100);
  }

  /** All at once. */
  ask(...asked: readonly (readonly [NodeId, Operation])[]): Result[] {
    const submitted = asked.map(([node, operation]) => this.simulation.submit(node, operation));
    this.simulation.run(100);
    return submitted.map(({ answer }) => {
      assert.equal(answer?.outcome, 'ok', JSON.stringify(answer));
      return answer?.outcome === 'ok' ? answer.result : {};
    });
  }

  get value(): string | null | undefined {
    return this.ask(['n2', { kind: 'get', key: 'k' }])[0]!.value;
  }
}

const add = (value: string): Operation => ({ kind: 'add', key: 'k', value });
const put = (value: string): Operation => ({ kind: 'put', key: 'k', value });

for (const versions of ['last-writer', 'siblings'] as const) {
  test(`adds at once through several nodes and through one all count (${versions})`, () => {
    const cluster = new Cluster({ versions });
    cluster.ask(['n1', add('1')], ['n2', add('20')], ['n3', add('300')], ['n1', add('-5000')]);
    assert.equal(cluster.value, '-4679');
    cluster.ask(['n2', add('4679')]);
    assert.equal(cluster.value, '0');
  });

  test(`a put or delete starts a counter again, and adds count from there (${versions})`, () => {
    const cluster = new Cluster({ versions });
    cluster.ask(['n1', add('5')], ['n2', add('5')]);
    cluster.ask(['n3', put('100')]);
    cluster.ask(['n1', add('1')], ['n2', add('1')]);
    assert.equal(cluster.value, '102');
    cluster.ask(['n3', { kind: 'delete', key: 'k' }]);
    assert.equal(cluster.value, null);
    cluster.ask(['n1', add('7')]);
    assert.equal(cluster.value, '7');
    cluster.ask(['n1', put('text')]);
    cluster.ask(['n2', add('3')]);
    assert.equal(cluster.value, '3');
  });

  test(`with rewriting two adds at once may count as one (${versions})`, () => {
    const cluster = new Cluster({ versions, counters: 'rewrite' });
    cluster.ask(['n1', add('5')]);
    assert.equal(cluster.value, '5');
    cluster.ask(['n1', add('1')], ['n2', add('1')]);
    assert.equal(cluster.value, '6');
  });

  test(`a counter survives restarts, and goes on under new names (${versions})`, () => {
    const cluster = new Cluster({ versions });
    for (let round = 1; round <= 3; round++) {
      cluster.ask(...THREE.map(({ id }) => [id, add('1')] as const));
      for (const { id } of THREE) {
        cluster.simulation.crash(id, 'kill');
        cluster.simulation.restart(id);
        cluster.simulation.run(500);
      }
      assert.equal(cluster.value, `${3 * round}`);
    }
  });

  test(`any node takes adds of any key, and a put through whatever node starts it again (${versions})`, () => {
    const cluster = new Cluster({ versions }, FIVE);
    const all = FIVE.map(({ id }) => [id, add('1')] as const);
    cluster.ask(...all);
    cluster.ask(...all);
    assert.equal(cluster.value, '10');
    cluster.ask(['n3', put('0')]);
    cluster.ask(...all);
    assert.equal(cluster.value, '5');
  });
}

test('with all copies down an add is refused where the last writer wins, and stand-ins count it where siblings are kept', () => {
  for (const versions of ['last-writer', 'siblings'] as const) {
    const cluster = new Cluster({ versions, missingCopies: 'stand-ins' }, FIVE);
    const { simulation } = cluster;
    cluster.ask(['n1', add('1')]);
    const owners = FIVE.map(({ id }) => id).filter((id) => simulation.node(id).host.holds('k'));
    const [other] = FIVE.map(({ id }) => id).filter((id) => !owners.includes(id));
    for (const id of owners) simulation.crash(id, 'kill');
    simulation.run(10);
    for (let i = 0; i < 3; i++) {
      const submitted = simulation.submit(other!, add('10'));
      simulation.run(100);
      assert.equal(submitted.answer?.outcome, versions === 'siblings' ? 'ok' : 'fail');
    }
    for (const id of owners) simulation.restart(id);
    simulation.run(3000);
    assert.equal(cluster.value, versions === 'siblings' ? '31' : '1');
  }
});

test('a total that comes twice, or late, counts once', () => {
  const n1 = new TestNode();
  const totals = ['4', '9'].map((total, i): Message => {
    return { type: 'write', parcel: i + 1, batch: ['n2#1', 5000 + i, ['k', { total }, 0]] };
  });
  n1.receive('n2', totals[1]!);
  n1.receive('n2', totals[0]!, totals[1]!);
  assert.equal(n1.host.store.get('k'), '9');
  n1.turn(() => n1.request(add('1')));
  assert.equal(n1.host.store.get('k'), '10');
});
