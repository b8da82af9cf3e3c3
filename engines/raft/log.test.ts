import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeHost } from '../../bench/kit/fake-host.ts';
import { founding } from './configuration.ts';
import { entries, three } from './fixture.test.ts';
import { RaftLog } from './log.ts';
import type { Message } from './messages.ts';
import type { LogRecord } from './records.ts';

const logOf = (...terms: number[]): RaftLog => {
  const log = new RaftLog(new FakeHost<Message, LogRecord>('a', three), {
    base: { index: 0, term: 0 },
    configuration: founding(three),
    entries: [],
    positions: [],
  });
  for (const entry of entries(...terms)) log.append(entry);
  return log;
};

test('a log knows the terms before its first entry and at its end', () => {
  assert.deepEqual([logOf().last, logOf().lastTerm, logOf().termAt(0), logOf().positionOf(0)], [0, 0, 0, 0]);
  assert.deepEqual([logOf(1, 4).last, logOf(1, 4).lastTerm, logOf(1, 4).termAt(1)], [2, 4, 1]);
});

test('entries follow each other without a gap and with terms that do not fall', () => {
  assert.throws(() => logOf(1).append([3, 1, 0]), /entry 3 appended to a log that ends at 1/);
  assert.throws(() => logOf(2).append([2, 1, 0]), /epoch 1 cannot stand behind one of epoch 2/);
});

test('durable means the record that wrote the entry that stands there now', () => {
  const log = logOf(1, 1, 1);
  log.onDurable(2);
  assert.equal(log.durableIndex, 2);
  log.truncate(2);
  log.append([2, 2, 0]);
  log.onDurable(3);
  assert.equal(log.durableIndex, 1);
  log.onDurable(4);
  assert.equal(log.durableIndex, 2);
});

test('runs of equal terms answer as a search through all entries would', () => {
  const action = fc.oneof(
    fc.record({ appended: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ truncated: fc.integer({ min: 0, max: 4 }) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const log = logOf();
      const terms: number[] = [];
      for (const act of actions) {
        if ('appended' in act) {
          terms.push((terms.at(-1) ?? 1) + act.appended);
          log.append([terms.length, terms.at(-1)!, 0]);
        } else {
          terms.length = Math.max(0, terms.length - act.truncated);
          log.truncate(terms.length + 1);
        }
        assert.deepEqual([log.last, log.lastTerm], [terms.length, terms.at(-1) ?? 0]);
        for (const [at, term] of terms.entries()) {
          assert.equal(log.firstOfRun(at + 1), terms.indexOf(term) + 1);
          assert.equal(log.lastOfTerm(term), terms.lastIndexOf(term) + 1);
        }
        assert.equal(log.lastOfTerm(0), undefined);
      }
    }),
    { seed: 5 },
  );
});
