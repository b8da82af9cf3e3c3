/**
 * Loaded into every test file's process before the file: ends it when it is still there after its deadline, and says what
 * keeps it. Node 20 does so by itself; later versions wait for ever for a timer, thread or socket that a test left open.
 */
import { isMainThread } from 'node:worker_threads';

/** A little before Node 20's own limit, which tells no reason. */
const DEADLINE_MS = Number(process.env.TEST_FILE_DEADLINE_MS ?? 170_000);

const file = process.argv[1] ?? '';
// Threads and processes that a test starts load this module too; they are the test's affair.
if (isMainThread && file.endsWith('.test.js')) {
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ') || 'nothing that Node knows of';
    process.stderr.write(`${file} did not end within ${DEADLINE_MS} ms. Still open: ${open}.\n`);
    process.exit(1);
  }, DEADLINE_MS).unref();
}
