import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  afterWrite,
  type Clock,
  mergeSiblings,
  NOTHING_SEEN,
  type Siblings,
  sameSiblings,
  seenOf,
} from './siblings.ts';

fc.configureGlobal({ seed: 1 });

const ACTORS = ['n1#1', 'n2#1', 'n3#4'];

/** A copy, and beside it what the clocks should amount to: all writes that it has heard of. */
interface Copy {
  readonly state: Siblings | undefined;
  readonly heard: ReadonlySet<string>;
}

/** What a client has read somewhere, at some time. */
interface Read {
  readonly clock: Clock;
  readonly heard: ReadonlySet<string>;
}

type Step =
  | { readonly kind: 'write'; readonly at: number; readonly read: number; readonly isDeletion: boolean }
  | { readonly kind: 'read'; readonly at: number }
  | { readonly kind: 'forget'; readonly at: number }
  | { readonly kind: 'sync'; readonly at: number; readonly from: number };

const place = fc.integer({ min: 0, max: ACTORS.length - 1 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('write' as const), at: place, read: fc.nat(20), isDeletion: fc.boolean() }),
    fc.record({ kind: fc.constant('read' as const), at: place }),
    fc.record({ kind: fc.constant('forget' as const), at: place }),
    fc.record({ kind: fc.constant('sync' as const), at: place, from: place }),
  ),
  { maxLength: 40 },
);

/** Lets three copies take writes of clients who have read something before, or nothing, and hear of each other's. */
function play(all: readonly Step[]) {
  const copies: Copy[] = ACTORS.map(() => ({ state: undefined, heard: new Set() }));
  const reads: Read[] = [{ clock: NOTHING_SEEN, heard: new Set() }];
  const lives = ACTORS.map(() => 0);
  /** By write, what its client had heard of. */
  const readBefore = new Map<string, ReadonlySet<string>>();
  let time = 0;
  const join = (a: Copy, b: Copy): Copy => {
    const heard = new Set([...a.heard, ...b.heard]);
    if (a.state === undefined || b.state === undefined) return { state: a.state ?? b.state, heard };
    return { state: mergeSiblings(a.state, b.state), heard };
  };
  for (const step of all) {
    const { state, heard } = copies[step.at]!;
    if (step.kind === 'read') reads.push({ clock: state?.clock ?? NOTHING_SEEN, heard });
    else if (step.kind === 'sync') copies[step.at] = join(copies[step.at]!, copies[step.from]!);
    else if (step.kind === 'forget') {
      // A disk is lost, with writes that others may have; whoever writes there next has another name.
      lives[step.at]!++;
      copies[step.at] = { state: undefined, heard: new Set() };
    } else {
      const read = reads[step.read % reads.length]!;
      const actor = `${ACTORS[step.at]}/${lives[step.at]}`;
      const dot = `${++time} ${actor}`;
      const content = step.isDeletion ? null : dot;
      const next = afterWrite(state, read.clock, time, actor, { content, time, writer: actor });
      readBefore.set(dot, read.heard);
      copies[step.at] = { state: next, heard: new Set([...heard, ...read.heard, dot]) };
    }
  }
  return { copies, readBefore, all: copies.reduce(join) };
}

test('what lives is every write that is heard of and that nothing has replaced which had read it', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { readBefore, all: union } = play(all);
      const living = (union.state?.living ?? []).map(([time, actor]) => `${time} ${actor}`);
      const heard = [...union.heard];
      const expected = heard.filter((dot) => !heard.some((other) => readBefore.get(other)!.has(dot)));
      assert.deepEqual(living.sort(), expected.sort());
    }),
    { numRuns: 3000 },
  );
});

test('merging is idempotent, commutative and associative, and gives back what nothing was added to', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const states = play(all).copies.flatMap(({ state }) => (state === undefined ? [] : [state]));
      for (const a of states) {
        assert.equal(mergeSiblings(a, a), a);
        for (const b of states) {
          const merged = mergeSiblings(a, b);
          assert.deepEqual(merged, mergeSiblings(b, a));
          assert.equal(mergeSiblings(merged, a), merged);
          assert.equal(mergeSiblings(a, merged), sameSiblings(a, merged) ? a : merged);
          for (const c of states) {
            assert.deepEqual(mergeSiblings(merged, c), mergeSiblings(a, mergeSiblings(b, c)));
          }
        }
      }
    }),
    { numRuns: 1000 },
  );
});

const put = (text: string | null, time: number, writer = 'n1#1') => ({ content: text, time, writer });
const textsOf = ({ living }: Siblings) => living.map(([, , { content }]) => content);

test('two clients of one coordinator who have not read each other leave two siblings, and who has read both leaves one', () => {
  const first = afterWrite(undefined, NOTHING_SEEN, 5, 'n1#1', put('first', 5));
  const second = afterWrite(first, NOTHING_SEEN, 6, 'n1#1', put('second', 6));
  assert.deepEqual(textsOf(second), ['second', 'first']);
  const again = afterWrite(second, first.clock, 7, 'n1#1', put('again', 7));
  assert.deepEqual(textsOf(again), ['again', 'second']);
  assert.deepEqual(textsOf(afterWrite(again, again.clock, 8, 'n1#1', put('all', 8))), ['all']);
});

test('the winner is what is not deleted, then the newest', () => {
  const some = [put('old', 5), put('new', 6), put(null, 7)];
  const all = some.reduce<Siblings | undefined>(
    (state, written) => afterWrite(state, NOTHING_SEEN, written.time, 'n1#1', written),
    undefined,
  );
  assert.deepEqual(textsOf(all!), ['new', 'old', null]);
});

test('a clock knows up to when it has seen each actor, however many there are', () => {
  let state: Siblings | undefined;
  for (let i = 0; i < 100; i++) {
    const actor = `n${i}#1`;
    state = afterWrite(state, state?.clock ?? NOTHING_SEEN, i + 1, actor, put('x', i + 1, actor));
  }
  assert.equal(state!.living.length, 1);
  assert.equal(seenOf(state!.clock, 'n0#1'), 1);
  assert.equal(seenOf(state!.clock, 'n99#1'), 100);
  assert.equal(seenOf(state!.clock, 'n100#1'), 0);
});
