import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recovery } from './recovery.ts';
import { constantLoad, historyOf, type Row } from './synthetic-history.ts';

const T0 = 2000;
const OPTIONS = { t0Ms: T0, lateBoundMs: 100, patienceMs: 500 };

/** 200 writes a second for 8 s, 1 ms each, changed from T0 on. */
function afterFault(change: (sinceT0Ms: number, number: number) => Row): Row[] {
  return constantLoad({
    ratePerS: 200,
    durationMs: 8000,
    change: (intended, i) => (intended < T0 ? {} : change(intended - T0, i)),
  });
}

test('a planned outage gives its length as recovery time, and its operations as lost service', () => {
  const figures = recovery(historyOf(afterFault((since) => (since < 800 ? { outcome: 'fail' } : {}))), OPTIONS);
  assert.equal(figures.rtoMs, 800);
  assert.equal(figures.baselinePerS, 200);
  // 50 % is reached as soon as half of a window is good, but not before an operation succeeds.
  assert.equal(figures.recovery50Ms, 800);
  assert.equal(figures.recovery95Ms, 800);
  assert.equal(figures.lostServiceOps, 160);
  assert.equal(figures.lateServiceOps, 0);
  assert.equal(figures.plateauRatio, 1);
});

test('one lucky success is not recovery, and neither is a good half second', () => {
  const lucky = afterFault((since) => (since < 1500 && since !== 300 ? { outcome: 'unknown' } : {}));
  assert.equal(recovery(historyOf(lucky), OPTIONS).rtoMs, 1500);
  const relapse = afterFault((since) => (since < 500 || (since >= 1100 && since < 2000) ? { outcome: 'fail' } : {}));
  assert.equal(recovery(historyOf(relapse), OPTIONS).rtoMs, 2000);
});

test('failures under 1 % do not delay recovery, above they do', () => {
  // 100 operations a window: one failure in each is 99 %, two are not.
  const one = afterFault((since, i) => (since < 500 || i % 100 === 50 ? { outcome: 'fail' } : {}));
  assert.equal(recovery(historyOf(one), OPTIONS).rtoMs, 500);
  const two = afterFault((since, i) => (since < 500 || i % 50 === 25 ? { outcome: 'fail' } : {}));
  assert.equal(recovery(historyOf(two), OPTIONS).rtoMs, undefined);
});

test('without an outage recovery is immediate', () => {
  const figures = recovery(historyOf(afterFault(() => ({}))), OPTIONS);
  assert.equal(figures.rtoMs, 0);
  assert.equal(figures.lostServiceOps, 0);
});

test('what observation does not reach is undefined, and lost service counts to its end', () => {
  const never = recovery(historyOf(afterFault(() => ({ outcome: 'fail' }))), OPTIONS);
  assert.equal(never.rtoMs, undefined);
  assert.equal(never.recovery95Ms, undefined);
  assert.equal(never.firstCommitMs, undefined);
  assert.equal(never.rediscoveryMs, undefined);
  assert.equal(never.plateauRatio, undefined);
  assert.equal(never.lostServiceOps, 1200);
  // Recovered 800 ms before the end: two windows no longer fit.
  const rows = afterFault((since) => (since < 2200 ? { outcome: 'fail' } : {}));
  assert.equal(recovery(historyOf(rows), { ...OPTIONS, untilMs: 5000 }).rtoMs, undefined);
  assert.equal(recovery(historyOf(rows), { ...OPTIONS, untilMs: 5200 }).rtoMs, 2200);
});

test('late successes are counted apart from lost ones', () => {
  const rows = afterFault((since) => (since < 100 ? { outcome: 'fail' } : since < 600 ? { end: T0 + 700 } : {}));
  const figures = recovery(historyOf(rows), OPTIONS);
  assert.equal(figures.rtoMs, 600);
  assert.equal(figures.lostServiceOps, 20);
  assert.equal(figures.lateServiceOps, 100);
});

test('a cluster that comes back with two thirds of its rate recovers to 50 %, not to 95 %', () => {
  const rows = afterFault((since, i) => (since < 1000 || i % 3 === 0 ? { outcome: 'fail' } : {}));
  const figures = recovery(historyOf(rows), OPTIONS);
  assert.ok(figures.recovery50Ms !== undefined && figures.recovery50Ms >= 1000 && figures.recovery50Ms <= 1005);
  assert.equal(figures.recovery95Ms, undefined);
  assert.equal(figures.rtoMs, undefined);
  assert.ok(figures.plateauRatio !== undefined && Math.abs(figures.plateauRatio - 2 / 3) < 0.01);
});

test('the baseline is taken from its own stretch, and the plateau may exceed it', () => {
  const rows = constantLoad({
    ratePerS: 200,
    durationMs: 8000,
    change: (intended, i) => (intended < 1000 || (intended < T0 && i % 2 === 0) ? { outcome: 'fail' } : {}),
  });
  const figures = recovery(historyOf(rows), { ...OPTIONS, baselineFromMs: 1000 });
  assert.equal(figures.baselinePerS, 100);
  assert.equal(figures.plateauRatio, 2);
});

test('first commit is the earliest ok end of a write that started after the fault', () => {
  const history = historyOf([
    { start: 1990, end: 2010 },
    { start: 2005, end: 2006, outcome: 'fail' },
    { start: 2007, end: 2500 },
    { start: 2100, end: 2400 },
    { kind: 'get', start: 2100, end: 2101 },
  ]);
  assert.equal(recovery(history, OPTIONS).firstCommitMs, 400);
});

test('rediscovery is the median of the clients, those that never got through being the slowest', () => {
  const clients = (ends: readonly (number | undefined)[]): Row[] =>
    ends.map((end, process) =>
      end === undefined ? { process, start: 2100, end: 2200, outcome: 'fail' } : { process, start: 2100, end },
    );
  const found = recovery(historyOf(clients([2400, 2450, 2600, 2900, undefined])), OPTIONS);
  assert.equal(found.firstCommitMs, 400);
  assert.equal(found.rediscoveryMs, 200);
  assert.equal(recovery(historyOf(clients([2400, undefined, undefined])), OPTIONS).rediscoveryMs, undefined);
});

test('a client that first asked after the end of observation has no say in rediscovery', () => {
  const rows: Row[] = [
    { process: 0, start: 2100, end: 2400 },
    { process: 1, start: 6000, end: 6001 },
    { process: 2, start: 6000, end: 6001 },
  ];
  assert.equal(recovery(historyOf(rows), { ...OPTIONS, untilMs: 5000 }).rediscoveryMs, 0);
});

test('a zone recovers by itself', () => {
  const rows = constantLoad({
    ratePerS: 400,
    durationMs: 8000,
    change: (intended, i) => {
      const zone = i % 2 === 0 ? 'near' : 'far';
      const lost = intended >= T0 && intended < T0 + (zone === 'far' ? 1500 : 200);
      return { zone, ...(lost ? { outcome: 'unknown' } : {}) };
    },
  });
  const history = historyOf(rows, { zones: ['near', 'far'] });
  assert.equal(recovery(history, { ...OPTIONS, zone: 'near' }).rtoMs, 200);
  assert.equal(recovery(history, { ...OPTIONS, zone: 'far' }).rtoMs, 1502.5);
  // Of 200 operations of both zones two may fail: those that the far zone intended last.
  assert.equal(recovery(history, OPTIONS).rtoMs, 1490);
});

test('rows that are not in order of intended start change nothing', () => {
  const rows = afterFault((since) => (since < 800 ? { outcome: 'fail' } : {}));
  const straight = recovery(historyOf(rows), OPTIONS);
  assert.deepEqual(recovery(historyOf(rows.toReversed()), OPTIONS), straight);
});

test('an empty history has no figures', () => {
  const figures = recovery(historyOf([]), OPTIONS);
  assert.equal(figures.rtoMs, undefined);
  assert.equal(figures.baselinePerS, undefined);
  assert.equal(figures.lostServiceOps, 0);
});

test('reads and writes can be asked for apart, the first commit being a write in any case', () => {
  const rows = afterFault((since, i) => {
    const kind = i % 2 === 0 ? 'put' : 'get';
    return { kind, ...(since < (kind === 'put' ? 1000 : 300) ? { outcome: 'fail' } : {}) };
  });
  const history = historyOf(rows);
  assert.equal(recovery(history, { ...OPTIONS, group: 'put' }).rtoMs, 1000);
  assert.equal(recovery(history, { ...OPTIONS, group: 'get' }).rtoMs, 305);
  assert.equal(recovery(history, OPTIONS).firstCommitMs, 1001);
});

test('without a served baseline there is no share of it to recover to', () => {
  const dead = constantLoad({ ratePerS: 200, durationMs: 8000, change: (at) => (at < T0 ? { outcome: 'fail' } : {}) });
  const figures = recovery(historyOf(dead), OPTIONS);
  assert.equal(figures.baselinePerS, 0);
  assert.equal(figures.recovery50Ms, undefined);
  assert.equal(figures.plateauRatio, undefined);
  assert.equal(figures.rtoMs, 0);
  const fresh = recovery(historyOf(constantLoad({ ratePerS: 200, durationMs: 8000 })), { ...OPTIONS, t0Ms: 0 });
  assert.equal(fresh.baselinePerS, undefined);
});

test('a window holds its first instant and not its last', () => {
  // Each window holds 100 operations: two failures spoil one.
  const failingAt = (...at: readonly number[]) =>
    recovery(historyOf(afterFault((since) => (at.includes(since) ? { outcome: 'fail' } : {}))), OPTIONS).rtoMs;
  assert.equal(failingAt(990, 995), 495, 'when one of them lies in either window');
  assert.equal(failingAt(495, 500), 0, 'one in either window');
  assert.equal(failingAt(995, 1000), 0, 'one in the second, one past it');
  assert.equal(failingAt(1000, 1005), 0, 'both past it');
});

test('operations that were asked in an outage and ended ok after it, because clients try again, are no sign of service', () => {
  // Nothing ends ok between T0 and T0 + 800 ms; whatever was asked meanwhile ends ok then.
  const backMs = T0 + 800;
  const rows = constantLoad({
    ratePerS: 500,
    durationMs: T0 + 3000,
    change: (intended) => (intended >= T0 && intended < backMs ? { end: backMs + 1 } : {}),
  });
  const { rtoMs, lostServiceOps, lateServiceOps } = recovery(historyOf(rows), OPTIONS);
  assert.ok(rtoMs !== undefined && rtoMs >= 700 && rtoMs <= 801, `recovered at ${rtoMs}`);
  assert.equal(lostServiceOps, 0);
  assert.ok(lateServiceOps >= 340 && lateServiceOps <= 401, `${lateServiceOps} came late`);
});

test('what ended ok only after observation, because the victim was brought back then, was not served', () => {
  const untilMs = T0 + 1000;
  const rows = constantLoad({
    ratePerS: 100,
    durationMs: T0 + 2000,
    change: (intended) => (intended >= T0 && intended < untilMs ? { end: untilMs + 50 } : {}),
  });
  const { rtoMs, lostServiceOps } = recovery(historyOf(rows), { ...OPTIONS, untilMs });
  assert.equal(rtoMs, undefined);
  assert.equal(lostServiceOps, 101);
});
