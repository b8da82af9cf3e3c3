/** Real nodes that are slow, or whose clocks are wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clocks, has, seen, sees, tell, withCluster } from './test-cluster.ts';
import type { ThreadsCluster } from './threads-cluster.ts';

const ONE = { engine: 'probe', zones: ['a'] } as const;

async function tookMs(cluster: ThreadsCluster, act: () => Promise<unknown>): Promise<number> {
  const beganMs = cluster.now();
  await act();
  return cluster.now() - beganMs;
}

test('a slow node takes so long for each message, is not given up for it, and is fast again when healed', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'b'], limits: { handlerMaxMs: 1000 } }, async (cluster) => {
    const fault = { kind: 'slow', node: 'n2', perInputMs: 90 } as const;
    await cluster.inject(fault);
    await tell(cluster, 'n1', 'send-many', 'n2 12');
    const slowMs = await tookMs(cluster, () => sees(cluster, 'n2', '12 from n1'));
    assert.ok(slowMs >= 900, `12 messages took ${slowMs} ms`);
    const times = (await seen(cluster, 'n2')).filter(({ what }) => what.endsWith('n1')).map(({ atMs }) => atMs);
    for (const [i, atMs] of times.entries()) if (i > 0) assert.ok(atMs - times[i - 1]! >= 89);
    assert.equal(cluster.failure(), undefined);
    const minute = { kind: 'slow', node: 'n2', perInputMs: 60_000 } as const;
    await cluster.inject(minute);
    await tell(cluster, 'n1', 'send', 'n2 last');
    await cluster.sleepUntil(cluster.now() + 1600);
    assert.equal(cluster.failure(), undefined);
    await cluster.heal(fault);
    await cluster.heal(minute);
    await sees(cluster, 'n2', 'last from n1');
  });
});

test('a slow node can stand still, be killed and restart, all at once', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'b'] }, async (cluster) => {
    const slow = { kind: 'slow', node: 'n2', perInputMs: 60_000 } as const;
    await cluster.inject(slow);
    await tell(cluster, 'n1', 'send', 'n2 hello');
    await cluster.inject({ kind: 'pause', node: 'n2' });
    await cluster.heal({ kind: 'pause', node: 'n2' });
    await tell(cluster, 'n1', 'send', 'n2 again');
    await cluster.inject({ kind: 'kill', node: 'n2' });
    await sees(cluster, 'n1', 'n2 down');
    await cluster.heal({ kind: 'kill', node: 'n2' });
    await cluster.heal(slow);
    assert.ok(await has(cluster, 'n2', 'boot restart'));
    assert.equal(cluster.failure(), undefined);
  });
});

test('a drifting clock runs fast, timers set before included, and keeps what it gained', async () => {
  await withCluster(ONE, async (cluster) => {
    await tell(cluster, 'n1', 'timer', '4000');
    const beganMs = cluster.now();
    const fault = { kind: 'drift', node: 'n1', ppm: 3_000_000 } as const;
    await cluster.inject(fault);
    const [before] = await clocks(cluster, 'n1');
    const fromMs = [beganMs, cluster.now()] as const;
    await sees(cluster, 'n1', 'timer fired');
    const firedMs = cluster.now() - beganMs;
    assert.ok(firedMs >= 950 && firedMs < 4000, `4 s at four times the pace took ${firedMs} ms`);
    const askedMs = cluster.now();
    const [after] = await clocks(cluster, 'n1');
    const passedMs = after - before;
    assert.ok(passedMs >= 4 * (askedMs - fromMs[1]) - 1, `${passedMs} ms passed`);
    assert.ok(passedMs <= 4 * (cluster.now() - fromMs[0]) + 1, `${passedMs} ms passed`);
    await cluster.heal(fault);
    const [healed] = await clocks(cluster, 'n1');
    const healedMs = cluster.now();
    await cluster.sleepUntil(healedMs + 100);
    const [later] = await clocks(cluster, 'n1');
    assert.ok(healed >= after && healed > healedMs + 2000);
    assert.ok(later - healed >= 99 && later - healed <= cluster.now() - beganMs);
  });
});

test('a skew moves the time of day alone, and heals by jumping back', async () => {
  await withCluster(ONE, async (cluster) => {
    const offMs = async (): Promise<number> => {
      const before = Date.now();
      const [, wallMs] = await clocks(cluster, 'n1');
      return wallMs < before ? wallMs - before : Math.max(0, wallMs - Date.now());
    };
    const fault = { kind: 'skew', node: 'n1', skewMs: 3_600_000 } as const;
    const back = { ...fault, skewMs: -7_200_000 };
    const near = async (expectedMs: number): Promise<void> => {
      const off = await offMs();
      assert.ok(Math.abs(off - expectedMs) < 600_000, `${off} ms off`);
    };
    await near(0);
    await cluster.inject(fault);
    await near(3_600_000);
    const [nowMs] = await clocks(cluster, 'n1');
    assert.ok(nowMs <= cluster.now() + 1);
    await cluster.inject(back);
    await near(-3_600_000);
    await cluster.heal(fault);
    await near(-7_200_000);
    await cluster.heal(back);
    assert.equal(await offMs(), 0);
  });
});
