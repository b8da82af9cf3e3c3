import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeSample, SentOfType } from '../runtimes/cluster.ts';
import { messageRates } from './message-rates.ts';

const sample = (node: string, sent?: readonly SentOfType[]): NodeSample => ({
  node,
  up: true,
  messages: 0,
  bytes: 0,
  ...(sent && { sent }),
  dropped: 0,
  syncs: 0,
  answered: 0,
  latenessMaxMs: 0,
});
const ping = (messages: number): SentOfType => ({ type: 'ping', messages, bytes: messages * 10 });
const push = (messages: number): SentOfType => ({ type: 'swim-push', messages, bytes: messages * 500 });
const pushPull = (messages: number): SentOfType => ({ type: 'push-pull', messages, bytes: messages * 500 });
/** A name that only begins alike. */
const pushed = (messages: number): SentOfType => ({ type: 'pushed', messages, bytes: messages * 500 });

test('rates are means over the nodes that count, and full-state exchange stands apart', () => {
  const before = [sample('a', [ping(5)]), sample('b', []), sample('dead', [ping(1)])];
  const after = [
    sample('a', [ping(25), push(1)]),
    sample('b', [ping(40), pushPull(2), pushed(1)]),
    sample('dead', [ping(900)]),
  ];
  assert.deepEqual(messageRates(before, after, ['a', 'b'], 10), {
    messagesPerNodeS: (20 + 1 + 40 + 3) / 20,
    bytesPerNodeS: (200 + 500 + 400 + 1500) / 20,
    stateMessagesPerNodeS: 3 / 20,
    stateBytesPerNodeS: 1500 / 20,
  });
});

test('where messages are not counted by type there is no figure', () => {
  assert.equal(messageRates([sample('a')], [sample('a')], ['a'], 10), undefined);
});
