/**
 * `npm test [-- PART_OF_A_FILE_NAME … --FLAG=VALUE …]`: runs the compiled tests with Node's own test runner.
 *
 * Flags go to Node, so `npm test -- raft --test-name-pattern=election` runs some tests of some files.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project.ts';
import { chooseTests, findTests, readTestRequest } from './test-files.ts';

/** Far above what a test needs: it ends tests that hang, and is no budget. */
const TEST_TIMEOUT_MS = 180_000;

/** For what no timer inside a test can end: a loop that never yields. Thrice what all tests take on two cores: slow machines get there too. */
const RUN_TIMEOUT_MS = 1_200_000;

/** Node's default leaves one core out, which on two cores means one file at a time. More than four disturb tests of real threads. */
const CONCURRENCY = Math.max(2, Math.min(4, availableParallelism()));

const compiled = dirname(import.meta.dirname);
const request = readTestRequest(process.argv.slice(2));
const tests = chooseTests(findTests(compiled, projectRoot(compiled)), request.filters);

if (tests.length === 0) {
  const wanted =
    request.filters.length === 0 ? 'any *.test.ts' : `"${request.filters.join('" or "')}" in the path of a *.test.ts`;
  console.error(`npm test: expected ${wanted}, but found no such file.`);
  process.exitCode = 2;
} else {
  // A runner that is itself started by a test would otherwise report to the outer one and run nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const runner = spawn(
    process.execPath,
    [
      `--import=${pathToFileURL(join(import.meta.dirname, 'test-deadline.js'))}`,
      '--test',
      '--test-reporter=spec',
      `--test-concurrency=${CONCURRENCY}`,
      `--test-timeout=${TEST_TIMEOUT_MS}`,
      ...request.flags,
      ...tests.map((path) => join(compiled, path)),
    ],
    { stdio: 'inherit', env },
  );
  // An interrupted runner still prints what it has found; this process waits for that.
  process.on('SIGINT', () => runner.kill('SIGINT'));
  process.on('SIGTERM', () => runner.kill('SIGTERM'));
  const limit = setTimeout(() => {
    console.error(`npm test: the tests did not end within ${RUN_TIMEOUT_MS / 1000} s.`);
    runner.kill('SIGTERM');
  }, RUN_TIMEOUT_MS);
  runner.on('error', (error) => {
    console.error(`npm test: Node's test runner did not start: ${error.message}.`);
    process.exitCode = 1;
  });
  runner.on('exit', (code, signal) => {
    clearTimeout(limit);
    if (signal !== null) console.error(`npm test: Node's test runner was ended by ${signal}.`);
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
