import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeHost } from '../../bench/kit/fake-host.ts';
import { Journal } from './journal.ts';
import type { Entry, Message } from './messages.ts';

const hostWith = (recovered: readonly Entry[]): FakeHost<Message, Entry> =>
  new FakeHost<Message, Entry>('n1', [{ id: 'n1', zone: 'z', kind: 'full' }], { boot: 'restart', recovered });

/** What a node appends to its log in a life, step by step. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('replace' as const), back: fc.nat({ max: 4 }), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('promise' as const) }),
  fc.record({ kind: fc.constant('voice' as const), voice: fc.boolean() }),
  fc.record({
    kind: fc.constant('image' as const),
    behind: fc.nat({ max: 3 }),
    parts: fc.nat({ max: 2 }),
    ends: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('copy' as const), ahead: fc.integer({ min: 1, max: 5 }), ends: fc.boolean() }),
);

/** All that a life knows by its log. */
const known = (journal: Journal): unknown => ({
  end: journal.log.end,
  floor: journal.floor,
  epochs: Array.from({ length: journal.log.last - journal.floor }, (_, i) =>
    journal.log.epochAt(journal.floor + 1 + i),
  ),
  promise: [journal.epoch, journal.promisedTo],
  voice: journal.voice,
});

test('the next life knows what this one did, wherever it ended, also when what images make superfluous is gone', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const host = hostWith([]);
      const journal = new Journal(host);
      const states: { readonly from: number; readonly entries: number; readonly known: unknown }[] = [];
      let discarded = 0;
      for (const [i, one] of steps.entries()) {
        const epoch = i + 1;
        const { log } = journal;
        if (one.kind === 'promise') journal.promise(100 + i, `n${i}`);
        else if (one.kind === 'voice') journal.setVoice(one.voice);
        else if (one.kind === 'write' || one.kind === 'replace') {
          const back = one.kind === 'write' ? 0 : one.back;
          const first = Math.max(journal.floor, log.base.position, log.last - back) + 1;
          journal.replace(
            epoch,
            first,
            Array.from({ length: one.count }, () => null),
          );
        } else if (one.kind === 'image') {
          const position = Math.max(journal.floor, log.base.position, log.last - one.behind);
          const at = { position, epoch: log.epochAt(position) };
          journal.beginImage(at);
          journal.repeatBehind(position);
          for (let part = 0; part < one.parts; part++) journal.addPart({ pairs: [['k', `${part}`]], sessions: [] });
          if (one.ends) journal.endImage(at);
        } else {
          const at = { position: log.last + one.ahead, epoch };
          journal.beginImage(at);
          if (one.ends) journal.rebase(at, journal.endImage(at));
        }
        if ((one.kind === 'image' || one.kind === 'copy') && one.ends && i % 2 === 0) {
          journal.discardBeforeImage();
          discarded = host.log.discarded - 1;
        }
        states.push({ from: discarded, entries: host.log.entries.length, known: known(journal) });
      }
      for (const state of states) {
        const next = new Journal(hostWith(host.log.entries.slice(state.from, state.entries)));
        // Unless somebody followed the writer of a record, its epoch was promised: here nobody did.
        const { promise, ...rest } = known(next) as { promise: [number, string] };
        const { promise: meant, ...others } = state.known as { promise: [number, string] };
        assert.deepEqual(rest, others);
        assert.equal(promise[1], meant[1]);
        assert.ok(promise[0] >= meant[0]);
      }
    }),
    { seed: 20, numRuns: 300 },
  );
});

test('records that came in the place of others are not durable by what was written of those', () => {
  const host = hostWith([]);
  const journal = new Journal(host);
  journal.replace(1, 1, [null, null, null]);
  journal.replace(2, 2, [null]);
  journal.onDurable(1);
  assert.equal(journal.durable, 1);
  journal.onDurable(2);
  assert.equal(journal.durable, 2);
});

test('a copy is durable once all of it is', () => {
  const journal = new Journal(hostWith([]));
  const at = { position: 9, epoch: 3 };
  journal.beginImage(at);
  journal.rebase(at, journal.endImage(at));
  assert.equal(journal.durable, 0);
  journal.onDurable(1);
  assert.equal(journal.durable, 0);
  journal.onDurable(2);
  assert.equal(journal.durable, 9);
});
