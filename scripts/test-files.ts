/**
 * Which compiled test files to run.
 *
 * `node --test` is given each file by name, because Node 20, 22 and 24 read folders and glob patterns differently.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './project.ts';

/** The command line of `npm test`, split: parts of file names, and flags for Node's own test runner. */
export interface TestRequest {
  readonly filters: readonly string[];
  readonly flags: readonly string[];
}

export function readTestRequest(args: readonly string[]): TestRequest {
  return {
    filters: args.filter((arg) => !arg.startsWith('-')).map(sourceStem),
    flags: args.filter((arg) => arg.startsWith('-')),
  };
}

/** So that a source file's name, as an editor or a shell completes it, is a filter too. */
const sourceStem = (arg: string): string => arg.replace(/^\.\//, '').replace(/\.(ts|js)$/, '.');

/**
 * The compiled tests below `compiled` whose source still stands below `sources`, relative to `compiled` and sorted. A
 * renamed source leaves its old output behind; running that would test code which no longer exists.
 */
export function findTests(compiled: string, sources: string): string[] {
  return filesBelow(compiled, new Set(['node_modules'])).filter(
    (path) => path.endsWith('.test.js') && existsSync(join(sources, path.replace(/\.js$/, '.ts'))),
  );
}

/** The tests whose path contains one of the filters; all of them if there is no filter. */
export function chooseTests(tests: readonly string[], filters: readonly string[]): string[] {
  return tests.filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
}
