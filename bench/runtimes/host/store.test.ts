import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Operation, Result, StoreView } from '../../../engines/api.ts';
import { MemoryStore } from './store.ts';

const filled = (...keys: string[]): MemoryStore => {
  const store = new MemoryStore();
  for (const key of keys) store.set(key, `${key}0`);
  return store;
};
const rest = (view: StoreView, limit = 2): Record<string, string> => {
  const pairs: Record<string, string> = {};
  for (let some = view.next(limit); some.length > 0; some = view.next(limit)) {
    assert.ok(some.length <= limit);
    for (const [key, value] of some) {
      assert.equal(pairs[key], undefined, `${key} came twice`);
      pairs[key] = value;
    }
  }
  return pairs;
};

test('get tells the value, or null where there is none', () => {
  const store = filled('a');
  assert.deepEqual(store.apply({ kind: 'get', key: 'a' }), { value: 'a0' });
  assert.deepEqual(store.apply({ kind: 'get', key: 'b' }), { value: null });
});

test('put writes and overwrites', () => {
  const store = new MemoryStore();
  assert.deepEqual(store.apply({ kind: 'put', key: 'a', value: '1' }), {});
  store.apply({ kind: 'put', key: 'a', value: '2' });
  assert.equal(store.get('a'), '2');
  assert.equal(store.size, 1);
});

test('add leaves the sum as text, and what is no whole number counts as 0', () => {
  const store = filled('a');
  assert.deepEqual(store.apply({ kind: 'add', key: 'a', value: '3' }), {});
  store.apply({ kind: 'add', key: 'a', value: '-5' });
  assert.equal(store.get('a'), '-2');
  store.apply({ kind: 'add', key: 'new', value: '0' });
  assert.equal(store.get('new'), '0');
});

test('an empty value is a value', () => {
  const store = new MemoryStore();
  store.apply({ kind: 'put', key: 'a', value: '' });
  assert.equal(store.get('a'), '');
  assert.equal(store.size, 1);
});

test('delete removes, and deleting what is absent is no mistake', () => {
  const store = filled('a');
  assert.deepEqual(store.apply({ kind: 'delete', key: 'a' }), {});
  assert.equal(store.get('a'), null);
  assert.deepEqual(store.apply({ kind: 'delete', key: 'a' }), {});
});

test('append adds at the end, an absent key counting as empty', () => {
  const store = new MemoryStore();
  store.apply({ kind: 'append', key: 'a', value: '1;' });
  assert.deepEqual(store.apply({ kind: 'append', key: 'a', value: '2;' }), {});
  assert.equal(store.get('a'), '1;2;');
});

test('cas writes where the value is the expected one, and else tells what it saw', () => {
  const store = filled('a');
  assert.deepEqual(store.apply({ kind: 'cas', key: 'a', expected: 'x', value: 'n' }), {
    swapped: false,
    observed: 'a0',
  });
  assert.equal(store.get('a'), 'a0');
  assert.deepEqual(store.apply({ kind: 'cas', key: 'a', expected: 'a0', value: 'n' }), { swapped: true });
  assert.equal(store.get('a'), 'n');
});

test('cas expects absence as null, which is not the empty value', () => {
  const store = new MemoryStore();
  assert.deepEqual(store.apply({ kind: 'cas', key: 'a', expected: '', value: 'n' }), {
    swapped: false,
    observed: null,
  });
  assert.deepEqual(store.apply({ kind: 'cas', key: 'a', expected: null, value: '' }), { swapped: true });
  assert.deepEqual(store.apply({ kind: 'cas', key: 'a', expected: null, value: 'n' }), {
    swapped: false,
    observed: '',
  });
});

test('an operation applied with an index is reported with its result, and none without', () => {
  const seen: [number, Operation, Result][] = [];
  const store = new MemoryStore((index, operation, result) => seen.push([index, operation, result]));
  const put: Operation = { kind: 'put', key: 'a', value: '1' };
  const get: Operation = { kind: 'get', key: 'a' };
  store.apply(put, 0);
  store.apply(put);
  store.apply(get, 7);
  store.set('a', '2');
  assert.deepEqual(seen, [
    [0, put, {}],
    [7, get, { value: '1' }],
  ]);
});

test('set with null removes, and clear leaves nothing', () => {
  const store = filled('a', 'b');
  store.set('a', null);
  assert.deepEqual([...store.entries()], [['b', 'b0']]);
  store.clear();
  assert.equal(store.size, 0);
  assert.equal(store.get('b'), null);
});

test('a view shows what was there when it was opened, through every kind of change', () => {
  const store = filled('a', 'b', 'c', 'd');
  const view = store.view();
  store.set('a', 'a1');
  store.set('b', null);
  store.set('c', null);
  store.set('c', 'c1');
  store.set('e', 'new');
  assert.deepEqual(rest(view), { a: 'a0', b: 'b0', c: 'c0', d: 'd0' });
  view.close();
  assert.equal(store.get('a'), 'a1');
});

test('a view outlives a clear', () => {
  const store = filled('a', 'b', 'c');
  const view = store.view();
  const [first] = view.next(1);
  store.clear();
  store.set('b', 'b1');
  assert.deepEqual({ [first![0]]: first![1], ...rest(view) }, { a: 'a0', b: 'b0', c: 'c0' });
});

test('what has been handed out does not come again when it is deleted and set anew', () => {
  const store = filled('a', 'b');
  const view = store.view();
  assert.deepEqual(view.next(1), [['a', 'a0']]);
  store.set('a', null);
  store.set('a', 'a1');
  assert.deepEqual(rest(view), { b: 'b0' });
});

test('a view that is through stays empty, whatever is written', () => {
  const store = filled('a');
  const view = store.view();
  rest(view);
  store.set('b', 'b1');
  assert.deepEqual(view.next(10), []);
});

test('a closed view cannot be read: it no longer knows what was overwritten', () => {
  const store = filled('a');
  const view = store.view();
  view.close();
  assert.throws(() => view.next(1), /closed/);
});

test('closing one view leaves another as it was', () => {
  const store = filled('a', 'b');
  const [one, two] = [store.view(), store.view()];
  store.set('a', 'a1');
  one.close();
  store.set('b', 'b1');
  assert.deepEqual(rest(two), { a: 'a0', b: 'b0' });
});

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key: keys, value: fc.option(fc.constantFrom('', 'x', 'y')) }),
  fc.record({ do: fc.constant('append' as const), key: keys }),
  fc.record({ do: fc.constant('clear' as const) }),
  fc.record({ do: fc.constant('open' as const) }),
  fc.record({ do: fc.constant('read' as const), which: fc.nat(3), limit: fc.integer({ min: 1, max: 4 }) }),
);

test('any views read in any pieces amid any writes each show the moment of their opening', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new MemoryStore();
      const model = new Map<string, string>();
      const views: { view: StoreView; expected: Map<string, string>; got: [string, string][] }[] = [];
      for (const step of steps) {
        if (step.do === 'set') {
          store.set(step.key, step.value);
          if (step.value === null) model.delete(step.key);
          else model.set(step.key, step.value);
        } else if (step.do === 'append') {
          store.apply({ kind: 'append', key: step.key, value: '+' });
          model.set(step.key, `${model.get(step.key) ?? ''}+`);
        } else if (step.do === 'clear') {
          store.clear();
          model.clear();
        } else if (step.do === 'open') views.push({ view: store.view(), expected: new Map(model), got: [] });
        else if (views.length > 0) {
          const { view, got } = views[step.which % views.length]!;
          for (const [key, value] of view.next(step.limit)) got.push([key, value]);
        }
        assert.deepEqual(new Map(store.entries()), model);
        assert.equal(store.size, model.size);
      }
      for (const { view, expected, got } of views) {
        for (let some = view.next(3); some.length > 0; some = view.next(3)) {
          for (const [key, value] of some) got.push([key, value]);
        }
        assert.equal(got.length, expected.size, 'no key came twice, and none was left out');
        assert.deepEqual(new Map(got), expected);
      }
    }),
    { numRuns: 400, seed: 1 },
  );
});
