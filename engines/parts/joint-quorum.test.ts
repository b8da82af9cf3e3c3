import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reachedByBoth, suffice, tallyBoth } from './joint-quorum.ts';

const joint = (voters: string, outgoing = '') => ({ voters: [...voters], outgoing: [...outgoing] });
const answers = (granted: string, refused = '') =>
  new Map([...[...granted].map((id) => [id, true] as const), ...[...refused].map((id) => [id, false] as const)]);

test('during a change both configurations have to agree', () => {
  const change = joint('abc', 'cde');
  assert.equal(tallyBoth(change, answers('ab')), 'pending');
  assert.equal(tallyBoth(change, answers('abd')), 'pending');
  assert.equal(tallyBoth(change, answers('abde')), 'won');
  assert.equal(tallyBoth(change, answers('ac', 'de')), 'lost');
  assert.equal(tallyBoth(change, answers('cad')), 'won', 'who stands in both counts in both');
});

test('what is reached is what the slower of the two majorities has reached', () => {
  const matches: Record<string, number> = { a: 9, b: 8, c: 3, d: 2, e: 1 };
  const matchOf = (id: string): number => matches[id]!;
  assert.equal(reachedByBoth(joint('abc'), matchOf), 8);
  assert.equal(reachedByBoth(joint('abc', 'cde'), matchOf), 2);
});

test('an empty configuration agrees with everything, and no voters set no limit', () => {
  assert.equal(tallyBoth(joint(''), answers('')), 'won');
  assert.equal(tallyBoth(joint('abc', ''), answers('ab')), 'won');
  assert.equal(
    reachedByBoth(joint(''), () => 0),
    Number.POSITIVE_INFINITY,
  );
});

test('two decisions during a change have a voter in common with each other, and with those before and after it', () => {
  const ids = fc.subarray([...'abcdefg'], { minLength: 1 });
  const who = fc.subarray([...'abcdefg']);
  fc.assert(
    fc.property(ids, ids, who, who, (voters, outgoing, some, others) => {
      const meet = (a: readonly string[], b: readonly string[]): boolean => a.some((id) => b.includes(id));
      const enough = (side: { voters: string[]; outgoing: string[] }, set: readonly string[]): boolean => {
        const counted = set.filter((id) => side.voters.includes(id) || side.outgoing.includes(id));
        const verdict = suffice(side, (id) => set.includes(id));
        assert.equal(tallyBoth(side, new Map(counted.map((id) => [id, true]))) === 'won', verdict);
        assert.equal(reachedByBoth(side, (id) => (set.includes(id) ? 1 : 0)) === 1, verdict);
        return verdict;
      };
      if (!enough({ voters, outgoing }, some)) return;
      for (const of of [
        { voters, outgoing },
        { voters, outgoing: [] },
        { voters: outgoing, outgoing: [] },
      ]) {
        if (enough(of, others)) assert.ok(meet(some, others), `${some} and ${others}`);
      }
    }),
    { seed: 3 },
  );
});
