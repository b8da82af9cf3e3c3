/** The host's promises about timers and the other inputs, one by one: DESIGN.md, section 4. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request } from '../../../engines/api.ts';
import { Bench } from './host-fixture.ts';
import { TURN_INPUTS_MAX } from './replica-host.ts';

// ------------------------------------------------------------------------------------------------------------ timers

test('a timer fires at or after its time, never before, and once', () => {
  const bench = new Bench();
  bench.api.setTimer('t', 1.5);
  bench.time = 2499;
  bench.host.fireDue();
  assert.deepEqual(bench.log, []);
  assert.equal(bench.host.nextDeadlineUs(), 2500);
  bench.time = 2500;
  bench.host.fireDue();
  bench.host.fireDue();
  assert.deepEqual(bench.log, ['timer t']);
  assert.deepEqual(bench.lateUs, [0]);
});

test('a delay that is no whole number of microseconds is rounded up', () => {
  const bench = new Bench();
  bench.api.setTimer('t', 0.0001);
  assert.equal(bench.host.nextDeadlineUs(), 1001);
});

test('setting a timer again replaces it, and clearing it ends it', () => {
  const bench = new Bench();
  bench.api.setTimer('t', 1);
  bench.api.setTimer('t', 5);
  bench.api.setTimer('u', 1);
  bench.api.clearTimer('u');
  bench.time += 4999;
  bench.host.fireDue();
  assert.deepEqual(bench.log, []);
  bench.time += 1;
  bench.host.fireDue();
  assert.deepEqual(bench.log, ['timer t']);
});

test('timers due at the same time fire in the order in which they were set', () => {
  const bench = new Bench();
  for (const name of ['c', 'a', 'b']) bench.api.setTimer(name, 1);
  bench.time += 1000;
  bench.host.fireDue();
  assert.deepEqual(bench.log, ['timer c', 'timer a', 'timer b']);
});

test('timers are looked at between messages, with the time read anew', () => {
  const bench = new Bench({
    replica: () => ({
      onMessage: (_from, { type }) => {
        bench.log.push(`${type} at ${bench.api.now()}`);
        bench.time += 1000;
      },
    }),
  });
  bench.api.setTimer('t', 1.5);
  for (const type of ['1', '2', '3']) bench.host.message('b', { type });
  assert.deepEqual(bench.log, ['1 at 1', '2 at 2', 'timer t', '3 at 3']);
  assert.deepEqual(bench.lateUs, [500]);
});

test('a timer may clear another that is due at the same time', () => {
  const bench = new Bench({
    replica: (host) => ({
      onTimer: (name) => {
        bench.log.push(name);
        host.clearTimer('b');
      },
    }),
  });
  bench.api.setTimer('a', 1);
  bench.api.setTimer('b', 1);
  bench.time += 1000;
  bench.host.fireDue();
  assert.deepEqual(bench.log, ['a']);
});

test('a timer that is set again without delay does not keep the turn for ever', () => {
  let fired = 0;
  const bench = new Bench({
    replica: (host) => ({
      onTimer: () => {
        fired++;
        host.setTimer('t', 0);
      },
    }),
  });
  bench.api.setTimer('t', 0);
  bench.host.fireDue();
  assert.equal(fired, TURN_INPUTS_MAX);
});

test('a negative delay, or one that is no number, throws', () => {
  const { api } = new Bench();
  assert.throws(() => api.setTimer('t', -1), /timer t: the delay must be 0 or more, but -1 came/);
  assert.throws(() => api.setTimer('t', Number.NaN), /NaN came/);
});

test('after a pause the waiting messages come first, then the due timers in order', () => {
  const bench = new Bench();
  bench.api.setTimer('second', 2);
  bench.api.setTimer('first', 1);
  bench.time += 60_000;
  bench.host.resumed();
  bench.host.message('b', { type: 'm1' });
  bench.host.message('c', { type: 'm2' });
  bench.host.fireDue();
  bench.host.endTurn();
  assert.deepEqual(bench.log, ['m1', 'm2', 'timer first', 'timer second']);
  assert.deepEqual(bench.lateUs, [], 'a pause is a fault, not lateness');
  bench.api.setTimer('third', 1);
  bench.time += 5000;
  bench.host.message('b', { type: 'm3' });
  assert.deepEqual(bench.log.slice(4), ['timer third', 'm3'], 'and from then on timers come between messages again');
});

// ------------------------------------------------------------------------------------------------------------ inputs

test('onDurable is an input like any other: timers come first, and what it sends leaves at the end of its turn', () => {
  const bench: Bench = new Bench({
    replica: (host) => ({
      onDurable: (position) => {
        bench.log.push(`durable ${position}`);
        host.send('b', { type: 'ack' });
      },
    }),
  });
  bench.api.log.append('one');
  bench.api.setTimer('t', 1);
  bench.host.endTurn();
  bench.time += 1000;
  bench.host.durable(1);
  assert.deepEqual(bench.log, ['write 1', 'timer t', 'durable 1']);
  assert.deepEqual(bench.took(), []);
  bench.host.endTurn();
  assert.deepEqual(bench.took(), ['ack']);
});

test('a position is reported once, and never a lower one after it', () => {
  const positions: number[] = [];
  const bench = new Bench({ replica: () => ({ onDurable: (position) => positions.push(position) }) });
  for (let i = 0; i < 3; i++) bench.api.log.append(i);
  bench.host.endTurn();
  for (const position of [2, 1, 2, 3]) bench.sync(position);
  assert.deepEqual(positions, [2, 3]);
});

test('where writing makes durable, onDurable comes in the same turn, and what it appends is written too', () => {
  const bench: Bench = new Bench({
    replica: (host) => ({
      onDurable: (position) => {
        bench.log.push(`durable ${position}`);
        if (position === 1) {
          bench.durableAtOnce = 2;
          host.log.append('answer');
          host.send('b', { type: 'ack' });
        }
      },
      onTurnEnd: () => bench.log.push('turn end'),
    }),
  });
  bench.durableAtOnce = 1;
  bench.api.log.append('one');
  bench.host.endTurn();
  const rounds = ['turn end', 'write 1', 'durable 1', 'turn end', 'write 1', 'durable 2', 'turn end'];
  assert.deepEqual(bench.log, rounds);
  assert.deepEqual(bench.took(), ['ack']);
});

test('an engine that answers every onDurable with an append throws in the end', () => {
  const bench: Bench = new Bench({
    replica: (host) => ({
      onDurable: () => {
        bench.durableAtOnce++;
        host.log.append('again');
      },
    }),
  });
  bench.durableAtOnce = 1;
  bench.api.log.append('one');
  assert.throws(() => bench.host.endTurn(), /every onDurable appends again/);
});

test('onTurnEnd comes after all inputs of the turn, and what it appends and sends belongs to the turn', () => {
  const bench: Bench = new Bench({
    replica: (host) => ({
      onTurnEnd: () => {
        bench.log.push('turn end');
        host.log.append('batch');
        host.send('b', { type: 'batch' }, 'now');
      },
    }),
  });
  bench.host.message('b', { type: 'm1' });
  bench.host.message('c', { type: 'm2' });
  bench.host.endTurn();
  assert.deepEqual(bench.log, ['m1', 'm2', 'turn end', 'write 1']);
  assert.deepEqual(bench.took(), ['batch']);
});

test('what a replica does while it is created belongs to its first turn', () => {
  const bench = new Bench({
    replica: (host) => {
      host.log.append('hello');
      host.send('b', { type: 'hello' });
      host.setTimer('t', 1);
      return {};
    },
  });
  bench.host.endTurn();
  assert.deepEqual(bench.took(), []);
  bench.sync(1);
  assert.deepEqual(bench.took(), ['hello']);
  assert.equal(bench.host.nextDeadlineUs(), 2000);
});

test('the ends of peers are passed on, and optional handlers may be missing', () => {
  const links: string[] = [];
  const bench = new Bench({ replica: () => ({ onLink: (peer, up) => links.push(`${peer} ${up}`) }) });
  bench.host.link('b', false);
  bench.host.link('b', true);
  assert.deepEqual(links, ['b false', 'b true']);
  const plain = new Bench();
  plain.host.link('b', false);
  assert.equal(plain.host.holds('k'), true);
  assert.equal(plain.host.inspect(), undefined);
});

test('a throw goes through to the runtime, for which it is a crash', () => {
  const bench = new Bench({
    replica: () => ({
      onMessage: () => {
        throw new Error('broken invariant');
      },
    }),
  });
  assert.throws(() => bench.host.message('b', { type: 'x' }), /broken invariant/);
});

test('clocks, chance and notes are the world’s; a new life has an empty store', () => {
  const bench = new Bench({ recovered: [{ key: 'k', value: 'v' }] });
  assert.deepEqual([bench.api.now(), bench.api.wallClock(), bench.api.random()], [1, 7, 0.5]);
  bench.api.note({ kind: 'leads', epoch: 3 });
  assert.deepEqual(bench.notes, [{ kind: 'leads', epoch: 3 }]);
  assert.equal(bench.api.store.size, 0);
});

test('messages sent and tickets answered are counted when they leave', () => {
  const bench = new Bench();
  bench.ask((request) => {
    bench.api.log.append('one');
    bench.api.reply(request, {});
    bench.api.send('b', { type: 'x' });
    bench.api.send('c', { type: 'y' }, 'now');
  });
  bench.host.endTurn();
  assert.deepEqual([bench.host.messages, bench.host.answered], [1, 0]);
  bench.sync(1);
  assert.deepEqual([bench.host.messages, bench.host.answered], [2, 1]);
});

// ------------------------------------------------------------------------------------------- where inputs came from

/** A replica that answers what is open as soon as anything of the named kinds happens. */
function answering(...on: readonly ('message' | 'timer' | 'durable' | 'link' | 'turn end')[]): Bench {
  const open: Request[] = [];
  const answer = (what: (typeof on)[number]): void => {
    if (on.includes(what)) for (const request of open.splice(0)) bench.api.reply(request, {}, 'now');
  };
  const bench: Bench = new Bench({
    replica: () => ({
      onRequest: (request) => open.push(request),
      onMessage: () => answer('message'),
      onTimer: () => answer('timer'),
      onDurable: () => answer('durable'),
      onLink: () => answer('link'),
      onTurnEnd: () => answer('turn end'),
    }),
  });
  return bench;
}

test('an answer crosses zones if a message or a link of another zone is what it was given at', () => {
  for (const [peer, crosses] of [
    ['b', false],
    ['d', true],
  ] as const) {
    for (const kind of ['message', 'link'] as const) {
      const bench = answering(kind);
      const ticket = bench.ask();
      if (kind === 'message') bench.host.message(peer, { type: 'm' });
      else bench.host.link(peer, true);
      bench.host.endTurn();
      assert.deepEqual(bench.crossed, crosses ? [ticket] : [], `${kind} of ${peer}`);
    }
  }
});

test('an answer given at a timer or a durability report has not left the zone, whatever came before it in the turn', () => {
  for (const kind of ['timer', 'durable'] as const) {
    const bench = answering(kind);
    const ticket = bench.ask();
    bench.api.log.append('entry');
    bench.host.message('d', { type: 'm' });
    if (kind === 'durable') bench.host.durable(1);
    else {
      bench.api.setTimer('t', 1);
      bench.time += 1000;
      bench.host.fireDue();
    }
    bench.host.endTurn();
    assert.deepEqual([bench.took(), bench.crossed], [[`reply ${ticket}`], []], kind);
  }
});

test("an answer given at the turn's end crosses zones if any input of that turn did", () => {
  const bench = answering('turn end');
  bench.host.message('d', { type: 'm' });
  const first = bench.ask();
  bench.host.endTurn();
  bench.ask();
  bench.host.endTurn();
  assert.deepEqual(bench.crossed, [first]);
});

test('what an answer waits for before it leaves does not change where it was given', () => {
  const bench = new Bench({
    replica: (host) => ({
      onRequest: (request) => {
        host.log.append('entry');
        host.reply(request, {});
      },
    }),
  });
  const ticket = bench.ask();
  bench.host.endTurn();
  bench.host.message('d', { type: 'm' });
  bench.sync(1);
  assert.deepEqual([bench.took(), bench.crossed], [[`reply ${ticket}`], []]);
});
