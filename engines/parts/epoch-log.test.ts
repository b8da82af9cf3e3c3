import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EpochLog, reaches } from './epoch-log.ts';

/** A log from a string of epochs: '1123' holds four records of epochs 1, 1, 2, 3, each record its own name. */
function logOf(epochs: string): EpochLog<string> {
  const log = new EpochLog<string>();
  for (const digit of epochs) log.append(Number(digit), `${digit}@${log.last + 1}`);
  return log;
}
const epochsOf = (log: EpochLog<string>): string =>
  Array.from({ length: log.last }, (_, i) => log.epochAt(i + 1)).join('');

test('a position knows its epoch, before the first it is 0 and behind the last −1', () => {
  const log = logOf('11335');
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6].map((position) => log.epochAt(position)),
    [0, 1, 1, 3, 3, 5, -1],
  );
  assert.deepEqual(log.end, { epoch: 5, position: 5 });
  assert.deepEqual(new EpochLog().end, { epoch: 0, position: 0 });
});

test('epochs never go backwards along a log, and there is no epoch 0', () => {
  assert.throws(() => logOf('21'), /epoch 1 cannot stand behind one of epoch 2/);
  assert.throws(() => logOf('0'), /first epoch is 1/);
});

test('a log with a later epoch reaches further, however short it is', () => {
  assert.equal(reaches({ epoch: 2, position: 1 }, { epoch: 1, position: 9 }), true);
  assert.equal(reaches({ epoch: 1, position: 9 }, { epoch: 2, position: 1 }), false);
  assert.equal(reaches({ epoch: 1, position: 3 }, { epoch: 1, position: 3 }), true);
  assert.equal(reaches({ epoch: 1, position: 2 }, { epoch: 1, position: 3 }), false);
});

test('a batch at a lower position replaces all that came after it', () => {
  const log = logOf('1111');
  log.place(2, 3, ['x']);
  assert.equal(epochsOf(log), '112');
  assert.equal(log.at(3), 'x');
});

test('a batch that leaves a gap is a broken log', () => {
  assert.throws(() => logOf('11').place(1, 4, ['x']), /do not fit behind a log of 1 to 2/);
});

test('records known already are those of the same epoch, up to the first difference', () => {
  const log = logOf('11223');
  assert.equal(log.known(2, 3, 2), 2, 'all there');
  assert.equal(log.known(2, 3, 3), 2, 'position 5 is of epoch 3');
  assert.equal(log.known(4, 3, 2), 0, 'another writer');
  assert.equal(log.known(3, 5, 3), 1, 'the log ends');
  assert.equal(log.known(3, 6, 2), 0, 'nothing there');
});

test('a piece holds one epoch only', () => {
  assert.deepEqual(logOf('11223').piece(1, 9), { epoch: 1, items: ['1@1', '1@2'] });
  assert.deepEqual(logOf('11223').piece(2, 9), { epoch: 1, items: ['1@2'] });
  assert.deepEqual(logOf('11223').piece(3, 1), { epoch: 2, items: ['2@3'] });
  assert.deepEqual(logOf('11223').piece(6, 9).items, []);
});

test('the common point is the end of the last shared epoch', () => {
  const primary = logOf('111334');
  assert.deepEqual(primary.commonPoint(logOf('11122').runs(5, 9)), { position: 3, sure: true });
  assert.deepEqual(primary.commonPoint(logOf('11').runs(2, 9)), { position: 2, sure: true });
  assert.deepEqual(primary.commonPoint(logOf('1113334').runs(6, 9)), { position: 5, sure: true });
  assert.deepEqual(primary.commonPoint([]), { position: 0, sure: true });
});

test('without a shared epoch among those named, the search goes on before the oldest of them', () => {
  const primary = logOf('1115');
  const replica = logOf('111234');
  assert.deepEqual(primary.commonPoint(replica.runs(6, 2)), { position: 4, sure: false });
  assert.deepEqual(primary.commonPoint(replica.runs(4, 2)), { position: 3, sure: true });
});

/** Two logs that one history of writers could have left: a shared beginning, then records of disjoint epochs. */
const pairOfLogs = fc
  .record({
    shared: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 }),
    left: fc.array(fc.boolean(), { maxLength: 8 }),
    right: fc.array(fc.boolean(), { maxLength: 8 }),
    sameEpochTail: fc.nat({ max: 4 }),
  })
  .map(({ shared, left, right, sameEpochTail }) => {
    const one = new EpochLog<string>();
    const other = new EpochLog<string>();
    let epoch = 1;
    for (const step of shared) {
      epoch += step;
      for (const log of [one, other]) log.append(epoch, `${epoch}@${log.last + 1}`);
    }
    for (let i = 0; i < sameEpochTail; i++) one.append(epoch, `${epoch}@${one.last + 1}`);
    const tail = (log: EpochLog<string>, grows: boolean[], from: number): void => {
      let at = from;
      for (const grow of grows) {
        if (grow) at += 2;
        log.append(at, `${at}@${log.last + 1}`);
      }
    };
    tail(one, left, epoch + 1);
    tail(other, right, epoch + 2);
    return { one, other, common: shared.length };
  });

test('repair by common points ends with equal logs, whatever the two held and however few runs are told at a time', () => {
  fc.assert(
    fc.property(pairOfLogs, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), (logs, runs, piece) => {
      const { one: primary, other: replica, common } = logs;
      let after = primary.last;
      let rounds = 0;
      while (replica.epochAt(after) !== primary.epochAt(after)) {
        const next = primary.commonPoint(replica.runs(after, runs)).position;
        assert.ok(next < after, 'every round goes further back');
        after = next;
        assert.ok(rounds++ < 40);
      }
      assert.ok(after <= common || primary.at(after) === replica.at(after));
      while (after < primary.last) {
        const { epoch, items } = primary.piece(after + 1, piece);
        const known = replica.known(epoch, after + 1, items.length);
        if (known < items.length) replica.place(epoch, after + 1 + known, items.slice(known));
        after += items.length;
      }
      for (let position = 1; position <= primary.last; position++) {
        assert.equal(replica.epochAt(position), primary.epochAt(position));
        assert.equal(replica.at(position), primary.at(position));
      }
    }),
    { seed: 20 },
  );
});

test('a log whose beginning is forgotten knows the epoch of its base, and nothing of what stands before that run', () => {
  const log = logOf('112233');
  log.trim(4);
  assert.deepEqual(log.base, { epoch: 2, position: 4 });
  assert.equal(log.last, 6);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 7].map((position) => log.epochAt(position)),
    [0, -1, -1, 2, 2, 3, 3, -1],
  );
  assert.equal(log.at(5), '3@5');
  assert.throws(() => log.at(4), /outside a log of the records 5 to 6/);
  assert.throws(() => log.cut(3), /cannot cut at 3/);
  assert.throws(() => log.piece(4, 1), /record 4 is forgotten/);
  assert.deepEqual(log.runs(6, 9), [
    [2, 3, 4],
    [3, 5, 6],
  ]);
});

test('behind an image a log begins anew, and what it is compared with is found before it', () => {
  const log = logOf('11');
  log.rebase({ epoch: 3, position: 7 });
  assert.deepEqual([log.last, log.base, log.end], [7, { epoch: 3, position: 7 }, { epoch: 3, position: 7 }]);
  log.append(3, 'x');
  assert.equal(log.append(4, 'y'), 9);
  assert.deepEqual(log.commonPoint(logOf('1122333').runs(7, 9)), { position: 7, sure: true });
  assert.ok(
    log.commonPoint(logOf('112233').runs(6, 9)).position < log.base.position,
    'nothing that is kept here is shared',
  );
});

test('a trimmed log answers as the whole one does about everything behind its base', () => {
  fc.assert(
    fc.property(pairOfLogs, fc.double({ min: 0, max: 1, noNaN: true }), ({ one, other }, share) => {
      const whole = new EpochLog<string>();
      for (let position = 1; position <= one.last; position++) whole.append(one.epochAt(position), one.at(position));
      const base = Math.floor(share * one.last);
      one.trim(base);
      assert.equal(one.base.position, base);
      for (let position = base; position <= whole.last + 1; position++) {
        assert.equal(one.epochAt(position), whole.epochAt(position));
      }
      for (let from = base + 1; from <= whole.last + 1; from++) {
        assert.deepEqual(one.piece(from, 3), whole.piece(from, 3));
        assert.equal(one.known(whole.epochAt(from), from, 3), whole.known(whole.epochAt(from), from, 3));
      }
      const runs = other.runs(other.last, 99);
      const { position } = whole.commonPoint(runs);
      if (position >= base) assert.equal(one.commonPoint(runs).position, position);
      else assert.ok(one.commonPoint(runs).position <= base);
      one.cut(base);
      whole.cut(base);
      for (const log of [one, whole]) log.append(99, 'z');
      assert.deepEqual(one.end, whole.end);
    }),
    { seed: 20 },
  );
});

test('folding what was appended, batch by batch, gives the log as it stood', () => {
  const batch = fc.record({ back: fc.nat({ max: 3 }), count: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 12 }), (batches) => {
      const live = new EpochLog<string>();
      const appended: { epoch: number; first: number; items: string[] }[] = [];
      batches.forEach(({ back, count }, i) => {
        const epoch = i + 1;
        const first = Math.max(1, live.last + 1 - back);
        const items = Array.from({ length: count }, (_, n) => `${epoch}.${n}`);
        live.cut(first - 1);
        for (const item of items) live.append(epoch, item);
        appended.push({ epoch, first, items });
      });
      const recovered = new EpochLog<string>();
      for (const { epoch, first, items } of appended) recovered.place(epoch, first, items);
      assert.deepEqual(recovered.runs(recovered.last, 99), live.runs(live.last, 99));
      for (let position = 1; position <= live.last; position++) {
        assert.equal(recovered.at(position), live.at(position));
      }
    }),
    { seed: 20 },
  );
});
