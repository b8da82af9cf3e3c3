/** Reads YAML files of users. Apart from `input.ts`, so that worker threads need not load a YAML parser. */
import { readFileSync } from 'node:fs';
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { InputError, type Locate, parseInput } from './input.ts';

export interface YamlFile {
  readonly value: unknown;
  /** `file:line` of a field, or of the nearest above it that is there. */
  readonly at: Locate;
}

/** Reads a YAML file and checks it. */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
  const { value, at } = openYaml(path);
  return parseInput(at, value, schema);
}

/** Reads a YAML file that is checked in several steps. */
export function openYaml(path: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => `${path}:${Math.max(1, lines.linePos(offset).line)}`;
  const problem = document.errors[0];
  if (problem !== undefined) throw new InputError(`${place(problem.pos[0])}: ${problem.message.split('\n')[0]}`);
  try {
    return { value: document.toJS(), at: (field) => place(offsetOf(document, field)) };
  } catch (error) {
    // An alias without its anchor, or aliases of aliases that would fill the memory.
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${place(offsetOfAlias(document))}: ${why}`);
  }
}

/** Where a field begins: its name, or the list's item. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    let start: number | undefined;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      start = startOf(pair?.key);
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      start = startOf(node);
    }
    if (start === undefined) break;
    offset = start;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

/** The first alias that leads nowhere, or else the first of all. */
function offsetOfAlias(document: Document): number {
  const aliases: Alias[] = [];
  visit(document, { Alias: (_, alias) => void aliases.push(alias) });
  return startOf(aliases.find((alias) => alias.resolve(document) === undefined) ?? aliases[0]) ?? 0;
}
