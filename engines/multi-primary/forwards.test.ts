import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../api.ts';
import { only, type Sent, TestNode } from './fixture.test.ts';
import type { Message } from './messages.ts';

const FOUR: readonly Member[] = ['n1', 'n2', 'n3', 'n4'].map((id, i) => ({ id, zone: 'abcd'[i]!, kind: 'full' }));
const keys = Array.from({ length: 200 }, (_, i) => `k${i}`);
const siblings = { versions: 'siblings', copies: 1, writeQuorum: 1, readQuorum: 1 } as const;

const node = (recovered?: TestNode['host']['log']['recovered']): TestNode =>
  new TestNode(siblings, { members: FOUR, ...(recovered && { boot: 'restart', recovered }) });
/** A key that n2 holds, and one that n1 holds. */
const [away, here] = ['n2', 'n1'].map(
  (self) => keys.find((key) => new TestNode(siblings, { members: FOUR, self }).replica.holds(key))!,
);

const put = (key: string) => ({ kind: 'put', key, value: 'x' }) as const;
const answers = (sent: readonly Sent[]) => only(sent, 'forwarded').map(({ message }) => message.answer);

test('a write of a key that another node holds is forwarded, once that node has said in which life it is', () => {
  const n1 = node();
  const asked = only(n1.turn(() => n1.request(put(away!))).sent, 'forward');
  assert.deepEqual([asked[0]!.to, asked[0]!.message.by], ['n2', '']);
  const { number } = asked[0]!.message;
  const life: Message = { type: 'forwarded', tag: 'n1#1', number, answer: { life: 'n2#7' } };
  const again = only(n1.receive('n2', life).sent, 'forward');
  assert.deepEqual([again[0]!.message.by, again[0]!.message.number], ['n2#7', number]);
  const done: Message = { type: 'forwarded', tag: 'n1#1', number, answer: { result: { context: 'a' } } };
  assert.equal(n1.receive('n2', done).replies.length, 1);
  assert.equal(n1.receive('n2', done).replies.length, 0);
  assert.equal(only(n1.turn(() => n1.request(put(away!))).sent, 'forward')[0]!.message.by, 'n2#7');
  assert.deepEqual(only(n1.turn(() => n1.request(put(here!))).sent, 'forward'), []);
});

test('what was forwarded is carried out once, however often it comes, and only by the life that was asked', () => {
  const n1 = node();
  const forward = (by: string, number: number): Message => ({
    type: 'forward',
    tag: 'n3#1',
    by,
    number,
    asked: { operation: { kind: 'append', key: here!, value: 'x' } },
  });
  assert.deepEqual(answers(n1.receive('n3', forward('', 1)).sent), [{ life: 'n1#1' }]);
  assert.deepEqual(answers(n1.receive('n3', forward('n1#0', 1)).sent), [{ life: 'n1#1' }]);
  assert.equal(n1.host.store.get(here!), null);
  n1.receive('n3', forward('n1#1', 1), forward('n1#1', 1));
  n1.receive('n3', forward('n1#1', 1));
  assert.equal(n1.host.store.get(here!), 'x');
  n1.receive('n3', forward('n1#1', 2));
  assert.equal(n1.host.store.get(here!), 'xx');
  const next = node(n1.host.log.entries);
  assert.deepEqual(answers(next.receive('n3', forward('n1#1', 2)).sent), [{ life: 'n1#2' }]);
  assert.equal(next.host.store.get(here!), 'xx');
});

test('a life that ends with what was forwarded to it leaves its fate in doubt, and one that cannot have got it does not', () => {
  for (const isKnown of [false, true]) {
    const n1 = node();
    n1.turn(() => n1.request(put(away!)));
    if (isKnown) n1.receive('n2', { type: 'forwarded', tag: 'n1#1', number: 1, answer: { life: 'n2#7' } });
    const { failures } = n1.turn(() => n1.replica.onLink('n2', false));
    assert.equal(failures[0]!.failure.effect, isKnown ? 'unknown' : 'none');
  }
});

test('what a former life has forwarded is not carried out again either, though it comes after messages of the next life', () => {
  const n1 = node();
  const forward = (tag: string): Message => ({
    type: 'forward',
    tag,
    by: 'n1#1',
    number: 1,
    asked: { operation: { kind: 'append', key: here!, value: 'x' } },
  });
  n1.receive('n3', forward('n3#1'));
  n1.receive('n3', forward('n3#2'));
  assert.equal(n1.host.store.get(here!), 'xx');
  n1.receive('n3', forward('n3#1'));
  n1.receive('n3', forward('n3#2'));
  assert.equal(n1.host.store.get(here!), 'xx');
});
