/**
 * Transcripts as tests: each is a script of inputs with the conversation that it brings about, recorded in a text file beside
 * the test. `REWRITE_TRANSCRIPTS=1` records them anew; the difference is then reviewed like that of any source.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AnyEngine } from '../../../engines/api.ts';
import { InputError } from '../../input.ts';
import { lineDifference } from './line-difference.ts';
import { play } from './player.ts';
import { readScript } from './script.ts';

const ENDING = '.transcript';

/**
 * Registers a test for each transcript; `where` is a folder of them, or one file.
 *
 * @throws {InputError} if there are none.
 */
export function runTranscripts(engine: AnyEngine, where: string | URL): void {
  const path = where instanceof URL ? fileURLToPath(where) : where;
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(ENDING))
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw new InputError(`expected files that end in ${ENDING} in ${path}, but there are none`);
  for (const file of files) {
    const name = basename(file, ENDING);
    test(`${engine.name} talks as in the transcript ${name}`, () => {
      const difference = checkTranscript(engine, file, process.env.REWRITE_TRANSCRIPTS === '1');
      if (difference !== '') throw new Error(`the conversation differs from ${basename(file)}:\n${difference}`);
    });
  }
}

/** What is different from the recorded transcript, line by line; empty: nothing, or it has been rewritten. */
export function checkTranscript(engine: AnyEngine, file: string, rewrite: boolean): string {
  const recorded = readFileSync(file, 'utf8');
  const actual = play(engine, basename(file), readScript(basename(file), recorded));
  if (!rewrite) return lineDifference(recorded, actual);
  if (actual !== recorded) writeFileSync(file, actual);
  return '';
}
