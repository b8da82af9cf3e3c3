import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { SharedText } from './shared-text.ts';

test('a text is read as it was written, and its version tells that it changed', () => {
  const text = SharedText.create();
  const there = new SharedText(text.buffer);
  assert.deepEqual(there.read(), { version: 0, text: '' });
  text.write('ä€😀');
  const { version } = there.read();
  assert.deepEqual([there.read().text, there.version()], ['ä€😀', version]);
  assert.notEqual(version, 0);
  text.write('ä');
  assert.equal(there.read().text, 'ä');
  assert.notEqual(there.version(), version);
});

test('a text that is too long is an error, and leaves the former one', () => {
  const text = SharedText.create();
  text.write('short');
  assert.throws(() => text.write('x'.repeat(2 ** 20)), /holds \d+ characters, not 1048576/);
  assert.equal(text.read().text, 'short');
});

test('who reads while another thread writes gets one whole text', async () => {
  const text = SharedText.create();
  text.write('0'.repeat(200));
  const url = new URL('./shared-text.js', import.meta.url).href;
  const code = `
    import(${JSON.stringify(url)}).then(({ SharedText }) => {
      const text = new SharedText(require('node:worker_threads').workerData);
      for (let i = 1; i <= 20000; i++) text.write(String(i % 10).repeat(200 - (i % 10)));
    });`;
  const writer = new Worker(code, { eval: true, workerData: text.buffer });
  let isWriting = true;
  const ended = new Promise((resolve) => writer.on('exit', resolve));
  void ended.then(() => {
    isWriting = false;
  });
  const seen = new Set<string>();
  while (isWriting) {
    for (let i = 0; i < 200; i++) {
      const read = text.read().text;
      seen.add(read);
      assert.equal(read, read[0]!.repeat(200 - Number(read[0])));
    }
    await new Promise(setImmediate);
  }
  assert.ok(seen.size > 1, 'nothing was read while the other thread wrote');
});
