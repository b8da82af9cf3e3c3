import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { newEpoch, startClock } from './clock.ts';

test('a clock counts whole microseconds from its epoch', () => {
  const epoch = newEpoch();
  const nowUs = startClock(epoch);
  for (let i = 0; i < 1000; i++) {
    const beforeUs = Number(process.hrtime.bigint() - epoch) / 1000;
    const readUs = nowUs();
    const afterUs = Number(process.hrtime.bigint() - epoch) / 1000;
    assert.ok(Number.isInteger(readUs));
    // Its calibration cannot be better than two readings lie apart.
    assert.ok(readUs >= beforeUs - 20 && readUs <= afterUs + 20, `${beforeUs} ${readUs} ${afterUs}`);
  }
});

test('the clocks of two threads agree, though both lose their cores now and then', async () => {
  const epoch = newEpoch();
  const nowUs = startClock(epoch);
  const url = new URL('./clock.js', import.meta.url).href;
  const code = `
    import(${JSON.stringify(url)}).then(({ startClock }) => {
      const { parentPort, workerData } = require('node:worker_threads');
      parentPort.on('message', () => parentPort.postMessage(startClock(workerData)()));
    });`;
  const worker = new Worker(code, { eval: true, workerData: epoch });
  for (let i = 0; i < 50; i++) {
    const beforeUs = nowUs();
    worker.postMessage('what time is it?');
    const [thereUs] = (await once(worker, 'message')) as [number];
    assert.ok(thereUs >= beforeUs - 20 && thereUs <= nowUs() + 20, `${beforeUs} ${thereUs} ${nowUs()}`);
  }
  await worker.terminate();
});
