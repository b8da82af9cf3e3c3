import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortValues } from '../../measures/percentiles.ts';
import { Random } from '../../random.ts';
import { DEFAULT_NODE } from '../../topologies/defaults.ts';
import { sampler } from '../../topologies/delays.ts';
import { bisect, type Evidence, fit, linkDelay, type Pace, type Simulate } from './fit.ts';

const within = (share: number, actual: number, expected: number, what: string): void =>
  assert.ok(Math.abs(actual / expected - 1) <= share, `${what}: ${actual}, and ${expected} was expected`);

test('the cost is found at which the pace is right, whatever its size', async () => {
  for (const costMs of [0.0005, 0.0041, 0.016, 0.064, 2, 60]) {
    within(0.01, await bisect(async (ms) => costMs / ms), costMs, `a cost of ${costMs} ms`);
  }
});

test('what is too slow without any cost gets none, and what no cost slows down ends at the bound', async () => {
  assert.equal(await bisect(async () => 0.9), 0);
  const bound = await bisect(async () => 2);
  assert.ok(bound > 60 && bound < 200, `${bound}`);
});

/** A world in which the time of an operation is a sum: what the fit should find out. */
const TRUTH = { perOperationMs: 0.005, perMessageMs: 0.03, perSyncMs: 0.2 };
const MESSAGES = { unreplicated: 0, raft: 0.2, other: 0.5 } as const;
const SYNCS_AN_OPERATION = 0.05;

function perS(
  { label, durability, clients }: Omit<Pace, 'perS'>,
  costs: { readonly perOperationMs: number; readonly perMessageMs: number; readonly perSyncMs: number },
): number {
  const messages = MESSAGES[label as keyof typeof MESSAGES];
  const syncs = durability === 'fsync' ? SYNCS_AN_OPERATION : 0;
  const serviceMs = costs.perOperationMs + messages * costs.perMessageMs + syncs * costs.perSyncMs;
  return 1000 / Math.max(serviceMs, 0.5 / clients);
}

const PACES: readonly Pace[] = Object.keys(MESSAGES).flatMap((label) =>
  (['none', 'fsync'] as const).flatMap((durability) =>
    [1, 1000].map((clients) => {
      const pace = { label, isBaseline: label === 'unreplicated', durability, clients, isFull: clients > 1 };
      return { ...pace, perS: perS(pace, TRUTH) };
    }),
  ),
);
const EVIDENCE: Evidence = {
  sync: { p50Ms: 0.28, p99Ms: 0.41 },
  idleRead: { p50Ms: 0.08, p99Ms: 1.4 },
  paces: PACES,
};
const simulate: Simulate = async (pace, { node }) => perS(pace, node);

test('each cost comes out as it is in the world that was measured', async () => {
  const { node } = await fit(EVIDENCE, simulate);
  for (const cost of ['perOperationMs', 'perMessageMs', 'perSyncMs'] as const) {
    within(0.03, node[cost], TRUTH[cost], cost);
  }
});

test('where engines disagree the geometric mean of their ratios is 1', async () => {
  const paces = PACES.map((pace) => ({ ...pace, perS: pace.label === 'other' ? pace.perS * 0.6 : pace.perS }));
  const { node } = await fit({ ...EVIDENCE, paces }, simulate);
  const ratios = paces
    .filter(({ label, durability, isFull }) => label !== 'unreplicated' && durability === 'none' && isFull)
    .map((pace) => perS(pace, node) / pace.perS);
  within(0.02, ratios[0]! * ratios[1]!, 1, 'the product of two ratios');
  assert.ok(ratios[0]! < 0.9 && ratios[1]! > 1.1, `${ratios}`);
});

test('what no figure tells keeps its default', async () => {
  const paces = PACES.filter(({ isBaseline, durability }) => isBaseline && durability === 'none');
  const { node } = await fit({ ...EVIDENCE, paces }, simulate);
  assert.notEqual(node.perOperationMs, DEFAULT_NODE.perOperationMs);
  assert.equal(node.perMessageMs, DEFAULT_NODE.perMessageMs);
  assert.equal(node.perSyncMs, DEFAULT_NODE.perSyncMs);
});

/** Nearest rank of sums of `count` draws. */
function percentile(draw: () => number, count: number, share: number): number {
  const sums = Float64Array.from({ length: 100_000 }, () => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += draw();
    return sum / 1000;
  });
  return sortValues(sums)[Math.ceil(share * sums.length) - 1]!;
}

test('a round trip over the fitted link has the percentiles of the measured one', () => {
  const draw = sampler(linkDelay({ p50Ms: 0.08, p99Ms: 1.4 }), new Random(5));
  within(0.03, percentile(draw, 2, 0.5), 0.08, 'median');
  within(0.1, percentile(draw, 2, 0.99), 1.4, '99th percentile');
});

test('a sync has the two percentiles that were measured', async () => {
  const { node } = await fit({ ...EVIDENCE, paces: [] }, simulate);
  const draw = sampler(node.sync, new Random(6));
  within(0.01, percentile(draw, 1, 0.5), 0.28, 'median');
  within(0.02, percentile(draw, 1, 0.99), 0.41, '99th percentile');
});
