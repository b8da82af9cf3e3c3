import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_KINDS, type Fault, type FaultKind } from '../../faults/vocabulary.ts';
import type { LinkModel, NodeModel } from '../../topologies/links.ts';
import { FaultSwitch } from './fault-switch.ts';
import type { Submitted } from './simulation.ts';
import { type AnyHost, simulate } from './simulation-fixture.ts';
import type { TraceEvent } from './trace.ts';

const LINK: LinkModel = { delay: { kind: 'constant', ms: 1 }, lossShare: 0, duplicateShare: 0, reorderShare: 0 };
const NODE: NodeModel = {
  sync: { kind: 'constant', ms: 1 },
  append: { kind: 'constant', ms: 0 },
  perMessageMs: 0,
  perOperationMs: 0,
  perSyncMs: 0,
};
/** To the node, to its disk, and back. */
const QUIET_MS = 3;

/** Logs each request, and answers how far its clock and its time of day are, and how much it recovered. */
const recorder = (host: AnyHost) => ({
  onRequest: (request: { readonly id: number }) => {
    host.log.append('entry');
    const value = [host.now(), host.wallClock(), host.log.recovered.length].map(String).join(' ');
    host.reply(request, { value });
  },
});

/** Three nodes in zone a, and its clients, without noise. */
function setUp() {
  const trace: TraceEvent[] = [];
  const simulation = simulate(recorder, { links: LINK, node: NODE, onTrace: (event) => trace.push(event) });
  const faults = new FaultSwitch(simulation);
  const ask = () => {
    const atMs = simulation.nowMs;
    return { atMs, submitted: simulation.submit('n1', { kind: 'get', key: 'k' }) };
  };
  /** How a request ends within 100 ms, and after how many of them. */
  const asked = (): { text: string; submitted: Submitted; seen: readonly number[] } => {
    const { atMs, submitted } = ask();
    simulation.run(100);
    const { answer, answeredAtMs } = submitted;
    if (answer === undefined) return { text: 'nothing', submitted, seen: [] };
    if (answer.outcome !== 'ok') return { text: `${answer.outcome} ${answer.reason}`, submitted, seen: [] };
    const seen = answer.result.value!.split(' ').map(Number);
    return { text: `ok ${answeredAtMs! - atMs}`, submitted, seen };
  };
  return { simulation, faults, trace, asked };
}

const clients = { clientsOf: 'a' };
const n1 = { node: 'n1' };
const link = { from: clients, to: n1 } as const;

interface Case {
  readonly fault: Fault;
  /** What a request meets under the fault; a function where chance has a say in when. */
  readonly under: string | ((latencyMs: number) => boolean);
  /** The same request once the fault is healed, if it was still open. */
  readonly later?: 'ok';
  /** What the node has recovered in the end: 0 in its first life, else the entry of the request before the fault. */
  readonly recovered?: number;
}

const upTo = (mostMs: number) => (latencyMs: number) => latencyMs > QUIET_MS && latencyMs <= mostMs;

const CASES: readonly Case[] = [
  { fault: { kind: 'kill', ...n1 }, under: 'fail refused', recovered: 1 },
  { fault: { kind: 'vanish', ...n1 }, under: 'nothing', recovered: 1 },
  { fault: { kind: 'pause', ...n1 }, under: 'nothing', later: 'ok' },
  // The request and the news of its sync are an input each.
  { fault: { kind: 'slow', ...n1, perInputMs: 5 }, under: 'ok 13' },
  { fault: { kind: 'kill-zone', zone: 'a' }, under: 'fail refused', recovered: 1 },
  { fault: { kind: 'power-cut' }, under: 'nothing', recovered: 1 },
  { fault: { kind: 'cut', ...link }, under: 'nothing' },
  { fault: { kind: 'delay', ...link, delayMs: 20 }, under: 'ok 43' },
  { fault: { kind: 'drop', ...link, share: 1 }, under: 'nothing' },
  { fault: { kind: 'duplicate', ...link, share: 1 }, under: 'ok 3' },
  { fault: { kind: 'reorder', ...link, share: 1, delayMs: 10 }, under: upTo(23) },
  { fault: { kind: 'hold', ...link }, under: 'nothing', later: 'ok' },
  { fault: { kind: 'cut-zone', zone: 'a', clients: 'outside' }, under: 'nothing' },
  { fault: { kind: 'slow-disk', ...n1, syncMs: 20 }, under: 'ok 23' },
  { fault: { kind: 'stall-disk', ...n1 }, under: 'nothing', later: 'ok' },
  { fault: { kind: 'scatter-syncs', ...n1, syncMs: 20 }, under: upTo(23) },
  { fault: { kind: 'fill-disk', ...n1 }, under: 'unknown broken', recovered: 1 },
  { fault: { kind: 'read-error', ...n1 }, under: 'fail refused', recovered: 1 },
  { fault: { kind: 'corrupt-log', ...n1 }, under: 'nothing', recovered: 0 },
  { fault: { kind: 'wipe', ...n1 }, under: 'nothing', recovered: 0 },
  { fault: { kind: 'skew', ...n1, skewMs: 500 }, under: 'ok 3' },
  { fault: { kind: 'drift', ...n1, ppm: 100_000 }, under: 'ok 3' },
];

for (const { fault, under, later, recovered = 0 } of CASES) {
  test(`${fault.kind} does what it says until it is healed`, () => {
    const { simulation, faults, trace, asked } = setUp();
    assert.equal(asked().text, `ok ${QUIET_MS}`);
    faults.inject(fault);
    const { text, submitted } = asked();
    if (typeof under === 'string') assert.equal(text, under);
    else assert.ok(under(Number(text.slice(3))), text);
    faults.heal(fault);
    simulation.run(100);
    assert.equal(submitted.answer?.outcome ?? 'nothing', later ?? (text.split(' ')[0] as string));
    const after = asked();
    assert.deepEqual([after.text, after.seen[2]], [`ok ${QUIET_MS}`, recovered]);
    assert.deepEqual(
      trace.filter(({ kind }) => kind === 'fault' || kind === 'heal'),
      [
        { kind: 'fault', atUs: 100_000, fault },
        { kind: 'heal', atUs: 200_000, fault },
      ],
    );
  });
}

test('every fault of the vocabulary has its case', () => {
  assert.deepEqual(new Set(CASES.map(({ fault }) => fault.kind)), new Set<FaultKind>(FAULT_KINDS));
});

test('a skew moves the time of day, a drift all clocks, and what a drift gained stays', () => {
  const { faults, asked } = setUp();
  const skew: Fault = { kind: 'skew', ...n1, skewMs: 500 };
  const drift: Fault = { kind: 'drift', ...n1, ppm: 100_000 };
  assert.deepEqual(asked().seen.slice(0, 2), [1, 1]);
  faults.inject(skew);
  assert.deepEqual(asked().seen.slice(0, 2), [101, 601]);
  faults.inject(drift);
  // By true time 1 ms and 101 ms after the drift began.
  assert.deepEqual(asked().seen.slice(0, 2), [201.1, 701.1]);
  assert.deepEqual(asked().seen.slice(0, 2), [311.1, 811.1]);
  faults.heal(skew);
  faults.heal(drift);
  assert.deepEqual(asked().seen.slice(0, 2), [421, 421]);
});

test('a timer that is set fires by the clock that drifts meanwhile', () => {
  const firedMs: number[] = [];
  const simulation = simulate((host: AnyHost) => {
    if (host.self === 'n1') host.setTimer('t', 100);
    return { onTimer: () => firedMs.push(simulation.nowMs) };
  });
  const faults = new FaultSwitch(simulation);
  simulation.run(50);
  faults.inject({ kind: 'drift', ...n1, ppm: 250_000 });
  simulation.run(100);
  assert.deepEqual(firedMs, [90], 'the second half of its time took 40 ms');
});

// --------------------------------------------------------------------------------------------------------- overlaps

/** What requests meet after each step of injecting (+) and healing (-) some faults. */
function meets(...steps: (readonly ['+' | '-', Fault])[]): string[] {
  const { faults, asked } = setUp();
  return steps.map(([sign, fault]) => {
    if (sign === '+') faults.inject(fault);
    else faults.heal(fault);
    return asked().text;
  });
}

test('a node that several faults hold down comes back when the last of them is healed', () => {
  const kill: Fault = { kind: 'kill', ...n1 };
  const zone: Fault = { kind: 'kill-zone', zone: 'a' };
  const vanish: Fault = { kind: 'vanish', ...n1 };
  assert.deepEqual(meets(['+', kill], ['+', zone], ['-', kill], ['-', zone]), [
    'fail refused',
    'fail refused',
    'fail refused',
    'ok 3',
  ]);
  assert.deepEqual(meets(['+', kill], ['+', vanish], ['-', vanish], ['-', kill]), [
    'fail refused',
    'nothing',
    'nothing',
    'ok 3',
  ]);
});

test('room on the disk brings back only whom nothing else holds down, and whom it had ended', () => {
  const fill: Fault = { kind: 'fill-disk', ...n1 };
  const kill: Fault = { kind: 'kill', ...n1 };
  assert.deepEqual(meets(['+', fill], ['+', kill], ['-', fill], ['-', kill]), [
    'unknown broken',
    'fail refused',
    'fail refused',
    'ok 3',
  ]);
  const { simulation, faults } = setUp();
  faults.inject(fill);
  simulation.run(100);
  faults.heal(fill);
  assert.equal(simulation.node('n1').life, 0, 'it has not written meanwhile');
});

test('what slows adds up, and each goes by itself', () => {
  const disks = [5, 7].map((syncMs): Fault => ({ kind: 'slow-disk', ...n1, syncMs }));
  const delays = [10, 20].map((delayMs): Fault => ({ kind: 'delay', ...link, oneWay: true, delayMs }));
  assert.deepEqual(meets(['+', disks[0]!], ['+', disks[1]!], ['-', disks[0]!], ['-', disks[1]!]), [
    'ok 8',
    'ok 15',
    'ok 10',
    'ok 3',
  ]);
  assert.deepEqual(meets(['+', delays[0]!], ['+', delays[1]!], ['-', delays[0]!], ['-', delays[1]!]), [
    'ok 13',
    'ok 33',
    'ok 23',
    'ok 3',
  ]);
});

test('of two faults that stop, healing one changes nothing', () => {
  for (const one of CASES) {
    if (one.under !== 'nothing' || !('from' in one.fault)) continue;
    const other: Fault = { kind: 'cut', ...link };
    assert.deepEqual(meets(['+', other], ['+', one.fault], ['-', other], ['-', one.fault]).slice(2), [
      'nothing',
      'ok 3',
    ]);
  }
  const pauses: Fault[] = [1, 2].map(() => ({ kind: 'pause', ...n1 }));
  const stalls: Fault[] = [1, 2].map(() => ({ kind: 'stall-disk', ...n1 }));
  for (const [first, second] of [pauses, stalls]) {
    assert.deepEqual(meets(['+', first!], ['+', second!], ['-', first!], ['-', second!]).slice(2), ['nothing', 'ok 3']);
  }
});

test('a zone or an end that is not there is named', () => {
  const { faults } = setUp();
  assert.throws(() => faults.inject({ kind: 'kill-zone', zone: 'b' }), /no node stands in zone b/);
  assert.throws(() => faults.inject({ kind: 'kill', node: 'n9' }), /no node n9/);
});

// --------------------------------------------------------------------------------------------------------- commands

test('commands are answered by a node that is up, wait for one that is paused, and are refused by one that is down', () => {
  const simulation = simulate((host: AnyHost) => ({
    onCommand: (ticket, { kind }) => host.reply(ticket, { value: kind }),
  }));
  const faults = new FaultSwitch(simulation);
  const pause: Fault = { kind: 'pause', ...n1 };
  const first = simulation.command('n1', { kind: 'drain' });
  simulation.run(1);
  assert.deepEqual(first.answer, { outcome: 'ok', result: { value: 'drain' } });
  faults.inject(pause);
  const second = simulation.command('n1', { kind: 'snapshot' });
  simulation.run(1000);
  assert.equal(second.answer, undefined);
  faults.heal(pause);
  simulation.run(1);
  assert.deepEqual(second.answer, { outcome: 'ok', result: { value: 'snapshot' } });
  faults.inject({ kind: 'kill', ...n1 });
  assert.deepEqual(simulation.command('n1', { kind: 'drain' }).answer, { outcome: 'fail', reason: 'refused' });
});
