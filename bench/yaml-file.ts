/** Reads YAML files of users. Apart from `input.ts`, so that worker threads need not load a YAML parser. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { InputError, parseInput } from './input.ts';

/** Reads a YAML file and checks it. */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  const document = parseDocument(text);
  const problem = document.errors[0];
  if (problem !== undefined) throw new InputError(`${path}: ${problem.message.split('\n')[0]!.replace(/:$/, '')}`);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias without its anchor, or aliases of aliases that would fill the memory.
    throw new InputError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseInput(path, value, schema);
}
