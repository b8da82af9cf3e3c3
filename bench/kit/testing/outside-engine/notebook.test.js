/** What an engine's author writes; run by ../../test-engine.test.ts, since the last engine is to fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeHost, plant, runTranscripts, testEngine } from 'replibench/kit';
import engine from './notebook.js';

test('a write is logged', () => {
  const host = new FakeHost('n1', [{ id: 'n1', zone: 'a', kind: 'full' }]);
  engine.create(host, {}).onRequest({ id: 1, operation: { kind: 'put', key: 'k', value: 'v' } });
  assert.equal(host.log.entries.length, 1);
});

testEngine(engine, { skip: [{ check: 'claims-under-faults', reason: 'its fuzz run is longer' }] });
runTranscripts(engine, new URL('./write.transcript', import.meta.url));

const hasty = await plant(
  new URL('./notebook.js', import.meta.url),
  { file: 'notebook.js', find: "name: 'notebook'", replace: "name: 'hasty-notebook'" },
  { file: 'notebook.js', find: 'apply(request.operation))', replace: "apply(request.operation), 'now')" },
);
testEngine(hasty, { skip: [{ check: 'claims-under-faults', reason: 'its fuzz run is longer' }] });
