import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureFloor } from './floor.ts';

for (const mode of ['single', 'batch'] as const) {
  test(`the floor has positive figures, mode ${mode}`, async () => {
    const figures = await measureFloor({ mode, clients: 16, valueBytes: 100, warmupMs: 50, measureMs: 150 });
    assert.ok(figures.operationsPerS > 0, `${figures.operationsPerS} operations/s`);
    assert.ok(figures.p50Ms > 0 && Number.isFinite(figures.p50Ms), `p50 ${figures.p50Ms} ms`);
    assert.ok(figures.timerLatenessMaxMs >= 0);
  });
}
