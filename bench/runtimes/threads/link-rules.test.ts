import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import { Ends } from './ends.ts';
import { copiesUs, HELD, isCut, isHeld, isLinkFault, type LinkRule, rulesOf } from './link-rules.ts';

const LINK = { from: 1, to: 0 };
const APPEND = { type: 'append' };

/** What becomes of many messages alike, as counts by lateness; a lost one counts under `lost`. */
function fates(rules: readonly LinkRule[], item: unknown = APPEND): Map<string, number> {
  const random = new Random('link-rules');
  const counts = new Map<string, number>();
  for (let i = 0; i < 10_000; i++) {
    const fate = copiesUs(rules, item, random).join(' ') || 'lost';
    counts.set(fate, (counts.get(fate) ?? 0) + 1);
  }
  return counts;
}

const about = (share: number, count: number | undefined): void =>
  assert.ok(Math.abs((count ?? 0) / 10_000 - share) < 0.02, `${count} of 10000 instead of ${share}`);

test('without rules a message arrives at once, and nothing is drawn', () => {
  const random = new Random(1);
  assert.deepEqual(copiesUs([], APPEND, random), [0]);
  assert.equal(random.next(), new Random(1).next());
});

test('shares are drawn: of lost, doubled and late messages', () => {
  const lost = fates([{ kind: 'drop', ...LINK, share: 0.2 }]);
  about(0.2, lost.get('lost'));
  about(0.8, lost.get('0'));
  const doubled = fates([{ kind: 'duplicate', ...LINK, share: 0.3 }]);
  about(0.3, doubled.get('0 0'));
  about(0.7, doubled.get('0'));
  const late = fates([{ kind: 'reorder', ...LINK, share: 0.4, delayMs: 3 }]);
  about(0.6, late.get('0'));
  const latenesses = [...late.keys()].map(Number);
  assert.ok(latenesses.every((lateUs) => Number.isInteger(lateUs) && lateUs >= 0 && lateUs <= 3000));
  assert.ok(latenesses.length > 1000, 'the lateness is not drawn');
});

test('faults on one link add up', () => {
  about(0.75, fates(Array(2).fill({ kind: 'drop', ...LINK, share: 0.5 })).get('lost'));
  about(0.25, fates(Array(2).fill({ kind: 'duplicate', ...LINK, share: 0.5 })).get('0 0 0'));
  const delays: LinkRule[] = [5.4, 20].map((delayMs) => ({ kind: 'delay', ...LINK, delayMs }));
  assert.deepEqual([...fates(delays)], [['25000', 10_000]]);
  assert.deepEqual([...fates([...delays, { kind: 'hold', ...LINK }])], [[`${HELD}`, 10_000]]);
  assert.deepEqual(
    [
      ...fates([
        { kind: 'hold', ...LINK },
        { kind: 'cut', ...LINK },
      ]),
    ],
    [['lost', 10_000]],
  );
});

test('a rule for one type leaves others alone, and requests, which have none', () => {
  const rules: LinkRule[] = [{ kind: 'drop', ...LINK, share: 1, type: 'append' }];
  assert.deepEqual([...fates(rules)], [['lost', 10_000]]);
  for (const item of [{ type: 'vote' }, [7, 0, 'session', 1]])
    assert.deepEqual([...fates(rules, item)], [['0', 10_000]]);
  const hold: LinkRule[] = [{ kind: 'hold', ...LINK, type: 'append' }];
  assert.deepEqual([isHeld(hold, APPEND), isHeld(hold, { type: 'vote' }), isHeld(rules, APPEND)], [true, false, false]);
  assert.deepEqual([isCut(hold), isCut([{ kind: 'cut', ...LINK }])], [false, true]);
});

const MEMBERS: readonly Member[] = ['a', 'b'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));

test('a fault means one rule a direction', () => {
  const ends = new Ends(MEMBERS, ['a', 'b', 'a']);
  const hold = { kind: 'hold', from: { node: 'n2' }, to: { clientsOf: 'a' } } as const;
  assert.ok(isLinkFault(hold) && !isLinkFault({ kind: 'kill', node: 'n1' }));
  assert.deepEqual(rulesOf(hold, ends), [
    { kind: 'hold', from: 1, to: 2 },
    { kind: 'hold', from: 2, to: 1 },
    { kind: 'hold', from: 1, to: 4 },
    { kind: 'hold', from: 4, to: 1 },
  ]);
  assert.deepEqual(rulesOf({ ...hold, oneWay: true, to: { node: 'n1' }, type: 'vote' }, ends), [
    { kind: 'hold', type: 'vote', from: 1, to: 0 },
  ]);
  assert.throws(() => rulesOf({ ...hold, to: { clientsOf: 'z' } }, ends), /no clients live in zone z/);
});
