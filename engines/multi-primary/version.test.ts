import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoryStore } from '../../bench/runtimes/host/store.ts';
import { Copies } from './copies.ts';
import { isTotal, sum } from './counters.ts';
import type { Siblings } from './siblings.ts';
import {
  isAppend,
  isNothing,
  isSame,
  merge,
  NO_VERSION,
  newestTime,
  textOf,
  type Version,
  versionOf,
  type Written,
} from './version.ts';

fc.configureGlobal({ seed: 1 });

interface Write {
  readonly time: number;
  readonly writer: string;
  readonly written: Exclude<Written, Siblings>;
}

/** Writes with few stamps, so that they collide; a stamp decides what is written, since no two writes share one. */
const write: fc.Arbitrary<Write> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom('n1#1', 'n2#1', 'n3#4'))
  .map(([time, writer]) => {
    const text = `${time}${writer};`;
    const kind = (time * 7 + writer.charCodeAt(1)) % 7;
    const number = `${time * 3 - 7}`;
    const base = [text, null, number][kind];
    const written = base === undefined ? (kind < 5 ? { total: number } : ([text] as const)) : base;
    return { time, writer, written };
  });
const writes = fc.array(write, { maxLength: 8 });
const folded = (all: readonly Write[]): Version =>
  all.reduce<Version>(
    (version, { written, time, writer }) => merge(version, versionOf(written, time, writer)),
    NO_VERSION,
  );
const version = writes.map(folded);

test('merging is idempotent, commutative and associative', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      assert.deepEqual(merge(a, a), a);
      assert.deepEqual(merge(a, b), merge(b, a));
      assert.deepEqual(merge(merge(a, b), c), merge(a, merge(b, c)));
      assert.deepEqual(merge(a, NO_VERSION), a);
    }),
    { numRuns: 1000 },
  );
});

test('the value is the newest base and after it, in stamp order, every newer element', () => {
  fc.assert(
    fc.property(writes, (all) => {
      const inOrder = [...all]
        .sort((a, b) => a.time - b.time || (a.writer < b.writer ? -1 : 1))
        .filter(
          (one, i, sorted) => i === 0 || one.time !== sorted[i - 1]!.time || one.writer !== sorted[i - 1]!.writer,
        );
      let expected: string | null = null;
      inOrder.forEach(({ written, writer }, i) => {
        const later = inOrder.slice(i + 1);
        const isBase = (one: Write): boolean => !isAppend(one.written) && !isTotal(one.written);
        // Of a writer's totals after one base the last one counts.
        const untilBase = later.slice(0, later.findIndex(isBase) >>> 0);
        if (isAppend(written)) expected = (expected ?? '') + written[0];
        else if (!isTotal(written)) expected = written;
        else if (!untilBase.some((one) => one.writer === writer && isTotal(one.written))) {
          expected = sum(expected, written.total);
        }
      });
      const version = folded(all);
      assert.equal(textOf(version.content), expected);
      assert.equal(newestTime(version), inOrder.at(-1)?.time ?? 0);
      assert.equal(isNothing(version), all.length === 0);
    }),
    { numRuns: 1000 },
  );
});

test('what adds nothing gives back the version itself, and same versions are told by their stamps', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const merged = merge(a, b);
      assert.equal(merge(merged, a), merged);
      assert.equal(merge(merged, b), merged);
      assert.equal(merge(a, merged), isSame(a, merged) ? a : merged);
      assert.equal(isSame(a, b), JSON.stringify(a) === JSON.stringify(b));
    }),
    { numRuns: 1000 },
  );
});

test('two values under one stamp are a broken invariant, of bases as of elements', () => {
  const at5 = (written: Written): Version => versionOf(written, 5, 'n1#1');
  assert.throws(() => merge(at5('a'), at5('b')), /two values with the stamp 5 n1#1/);
  assert.throws(() => merge(at5(['a']), at5(['b'])), /two values with the stamp 5 n1#1/);
});

test('a copy holds what merging gives, with its value in the store, however its version came', () => {
  const step = fc.oneof(
    write.map((one) => ({ one })),
    version.filter((whole) => !isNothing(whole)).map((whole) => ({ whole })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      const store = new MemoryStore();
      const copies = new Copies(store);
      let model: Version = NO_VERSION;
      for (const part of steps) {
        const added = 'whole' in part ? part.whole : versionOf(part.one.written, part.one.time, part.one.writer);
        const next = merge(model, added);
        const changed =
          'whole' in part
            ? copies.merge('k', part.whole, 1)
            : copies.write('k', part.one.written, part.one.time, part.one.writer, 1);
        assert.equal(changed, next !== model);
        model = next;
        assert.deepEqual(copies.version(copies.get('k')!), model);
        assert.equal(store.get('k'), textOf(model.content));
        assert.equal(copies.elements, Array.isArray(model.content) ? (model.content.length - 1) / 3 : 0);
        // The digest depends on the version and not on the way to it.
        const fresh = new Copies(new MemoryStore());
        fresh.merge('k', model, 1);
        const { leaf } = fresh.get('k')!;
        assert.deepEqual(copies.tree.leaf(leaf), fresh.tree.leaf(leaf));
      }
    }),
    { numRuns: 300 },
  );
});

test('a missing element shows in the digest', () => {
  const [all, fewer] = [new Copies(new MemoryStore()), new Copies(new MemoryStore())];
  for (const time of [5, 6, 7]) all.write('k', [`${time};`], time, 'n1#1', 1);
  for (const time of [5, 7]) fewer.write('k', [`${time};`], time, 'n1#1', 1);
  const { leaf } = all.get('k')!;
  assert.notDeepEqual(all.tree.leaf(leaf), fewer.tree.leaf(leaf));
  fewer.write('k', ['6;'], 6, 'n1#1', 1);
  assert.deepEqual(all.tree.leaf(leaf), fewer.tree.leaf(leaf));
});
