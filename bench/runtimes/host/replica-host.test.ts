/** The host's promises about what leaves, tickets and the log, one by one: DESIGN.md, section 4. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench } from './host-fixture.ts';

// ----------------------------------------------------------------------------------------------------------- outputs

test('outputs leave at the end of the turn and not before', () => {
  const bench = new Bench();
  bench.ask((request) => {
    bench.api.send('b', { type: 'hello' }, 'now');
    bench.api.reply(request, {}, 'now');
    assert.deepEqual(bench.took(), []);
  });
  bench.host.endTurn();
  assert.deepEqual(bench.took().sort(), ['hello', 'reply 1']);
});

test('by default an output waits for everything appended before it, and not for what is appended after it', () => {
  const bench = new Bench();
  bench.api.log.append('one');
  bench.api.send('b', { type: 'after one' });
  bench.api.log.append('two');
  bench.api.send('b', { type: 'after two' });
  bench.host.endTurn();
  assert.deepEqual(bench.took(), []);
  bench.sync(1);
  assert.deepEqual(bench.took(), ['after one']);
  bench.sync(2);
  assert.deepEqual(bench.took(), ['after two']);
});

test('what is put out before anything is appended waits for nothing', () => {
  const bench = new Bench();
  bench.api.send('b', { type: 'first' });
  bench.api.log.append('one');
  bench.host.endTurn();
  assert.deepEqual(bench.took(), ['first']);
});

test("'now' leaves at the turn's end, although the turn has appended", () => {
  const bench = new Bench();
  bench.ask((request) => {
    bench.api.log.append('one');
    bench.api.send('b', { type: 'urgent' }, 'now');
    bench.api.reply(request, {}, 'now');
  });
  bench.host.endTurn();
  assert.deepEqual(bench.took(), ['reply 1', 'urgent']);
});

test('a position waits for that record alone', () => {
  const bench = new Bench();
  const first = bench.api.log.append('one');
  bench.api.log.append('two');
  bench.api.send('b', { type: 'on one' }, first);
  bench.host.endTurn();
  bench.sync(1);
  assert.deepEqual(bench.took(), ['on one']);
});

test('replies and failures wait as messages do', () => {
  const bench = new Bench();
  const refused = bench.ask((request) => {
    bench.api.log.append('one');
    bench.api.fail(request, { effect: 'none', reason: 'conflict' });
  });
  const answered = bench.ask((request) => bench.api.reply(request, {}));
  bench.host.endTurn();
  assert.deepEqual(bench.took(), []);
  bench.sync(1);
  assert.deepEqual(bench.took(), [`fail ${refused}`, `reply ${answered}`]);
});

test('what a former life left is durable: nothing waits for it', () => {
  const bench = new Bench({ recovered: ['x', 'y'] });
  bench.api.send('b', { type: 'hello' });
  bench.host.endTurn();
  assert.deepEqual(bench.took(), ['hello']);
});

test('a when that is no position throws', () => {
  const bench = new Bench();
  for (const when of [Number.NaN, -1]) assert.throws(() => bench.api.send('b', { type: 'x' }, when), /when must be/);
});

test("one peer's messages leave together, those sent with 'now' first and counted", () => {
  const bench = new Bench();
  bench.api.send('b', { type: 'bulk' });
  bench.api.send('c', { type: 'other' }, 'now');
  bench.api.send('b', { type: 'beat' }, 'now');
  bench.api.send('b', { type: 'more' }, 0);
  bench.host.endTurn();
  assert.deepEqual(bench.batches, [
    { to: 'b', types: ['beat', 'bulk', 'more'], urgent: 1 },
    { to: 'c', types: ['other'], urgent: 1 },
  ]);
});

test('what leaves for several peers leaves in the order of the members, turn after turn', () => {
  const bench = new Bench();
  for (const peers of [['c', 'b'], ['c'], ['b', 'c', 'b']]) {
    for (const peer of peers) bench.api.send(peer, { type: `to ${peer}` });
    bench.host.endTurn();
  }
  assert.deepEqual(bench.took(), ['to b', 'to c', 'to c', 'to b', 'to b', 'to c']);
});

test('messages to one peer under one gate keep their order', () => {
  const bench = new Bench();
  bench.api.log.append('one');
  for (const type of ['1', '2', '3']) bench.api.send('b', { type });
  bench.host.endTurn();
  bench.api.send('b', { type: '4' });
  bench.sync(1);
  assert.deepEqual(bench.took(), ['1', '2', '3', '4']);
});

test('sending to oneself or to a stranger throws', () => {
  const bench = new Bench();
  assert.throws(() => bench.api.send('a', { type: 'x' }), /a sent to itself/);
  assert.throws(() => bench.api.send('x', { type: 'x' }), /sent to x, which is no member/);
});

// ----------------------------------------------------------------------------------------------------------- tickets

test('a ticket is answered at most once', () => {
  const bench = new Bench();
  bench.ask((request) => {
    bench.api.reply(request, {});
    assert.throws(() => bench.api.reply(request, {}), /answered twice/);
    assert.throws(() => bench.api.fail(request, { effect: 'unknown', reason: 'x' }), /answered twice/);
  });
  bench.host.endTurn();
  assert.equal(bench.took().length, 1);
});

test('a ticket that was never handed out cannot be answered', () => {
  assert.throws(() => new Bench().api.reply({ id: 99 }, {}), /never asked/);
});

test('tickets are unique over all lives of a node', () => {
  const seen = new Set<number>();
  for (const life of [0, 1, 2, 1000]) {
    const { host } = new Bench({ life });
    for (let i = 0; i < 100; i++) seen.add(host.ticket());
  }
  assert.equal(seen.size, 400);
  assert.ok([...seen].every(Number.isSafeInteger));
});

test('a ticket of a former life cannot be answered in the next', () => {
  const old = new Bench().ask();
  const bench = new Bench({ life: 1 });
  bench.ask();
  assert.throws(() => bench.api.reply({ id: old }, {}), /never asked/);
});

test('a command has its ticket and its answer, and is unsupported where the engine has no onCommand', () => {
  const deaf = new Bench();
  deaf.host.command(deaf.host.ticket(), { kind: 'snapshot' });
  deaf.host.endTurn();
  assert.deepEqual(deaf.took(), ['fail 1']);
  const bench = new Bench({ replica: (host) => ({ onCommand: (ticket) => host.reply(ticket, {}) }) });
  bench.host.command(bench.host.ticket(), { kind: 'snapshot' });
  bench.host.endTurn();
  assert.deepEqual(bench.took(), ['reply 1']);
});

// --------------------------------------------------------------------------------------------------------------- log

test('positions count from what was recovered', () => {
  const bench = new Bench({ recovered: ['x', 'y'], boot: 'restart' });
  assert.deepEqual(bench.api.log.recovered, ['x', 'y']);
  assert.equal(bench.api.boot, 'restart');
  assert.equal(bench.api.log.append('z'), 3);
  assert.equal(bench.api.log.append('z'), 4);
});

test("a turn's entries are written once, as one block, before anything that depends on them leaves", () => {
  const bench = new Bench();
  bench.durableAtOnce = 2;
  bench.ask((request) => {
    bench.api.log.append('one');
    bench.api.log.append('two');
    bench.api.reply(request, {});
  });
  assert.deepEqual(bench.written, []);
  bench.host.endTurn();
  assert.deepEqual(bench.log, ['write 2']);
  assert.deepEqual(bench.written, ['one', 'two']);
  assert.deepEqual(
    bench.took(),
    ['reply 1'],
    'where the log is durable as soon as it is written, nothing waits longer',
  );
});

test('what needs nothing of the turn leaves before the turn is written: peers begin while this node writes', () => {
  const bench = new Bench();
  let leftByWrite: string[] = [];
  const write = bench.write.bind(bench);
  bench.write = (entries) => {
    leftByWrite = [...bench.left];
    return write(entries);
  };
  bench.api.log.append('one');
  bench.api.send('b', { type: 'urgent' }, 'now');
  bench.api.send('b', { type: 'bulk' });
  bench.host.endTurn();
  assert.deepEqual(leftByWrite, ['urgent']);
  bench.sync(1);
  assert.deepEqual(bench.took(), ['urgent', 'bulk']);
});

test('a turn that appends nothing writes nothing', () => {
  const bench = new Bench();
  bench.ask();
  bench.host.endTurn();
  assert.deepEqual(bench.log, []);
});

test('a discard waits until everything appended before it is durable', () => {
  const bench = new Bench();
  for (const entry of ['1', '2', '3']) bench.api.log.append(entry);
  bench.api.log.discard(3);
  bench.host.endTurn();
  bench.sync(2);
  assert.deepEqual(bench.log, ['write 3']);
  bench.sync(3);
  assert.deepEqual(bench.log, ['write 3', 'discard 3']);
});

test('a later discard does not put an earlier one off', () => {
  const bench = new Bench();
  bench.api.log.append('1');
  bench.api.log.discard(2);
  bench.api.log.append('2');
  bench.api.log.discard(3);
  bench.host.endTurn();
  bench.sync(1);
  bench.sync(2);
  assert.deepEqual(bench.log, ['write 2', 'discard 2', 'discard 3']);
});

test('of discards that are ready together the farthest counts', () => {
  const bench = new Bench();
  bench.api.log.append('1');
  bench.api.log.append('2');
  bench.api.log.discard(3);
  bench.api.log.discard(1);
  bench.durableAtOnce = 2;
  bench.host.endTurn();
  assert.deepEqual(bench.log, ['write 2', 'discard 3']);
});

test('discarding what was never appended throws', () => {
  const bench = new Bench({ recovered: ['x'] });
  bench.api.log.discard(2);
  for (const before of [3, 0, Number.NaN]) assert.throws(() => bench.api.log.discard(before), /the log ends at 1/);
});
