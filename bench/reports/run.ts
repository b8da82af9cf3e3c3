/** A run read back from its folder: its manifest and the tables that it has. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../input.ts';
import { parseCsv } from './csv.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { TABLE_NAMES, type TableName, type Tables, tableFile } from './tables.ts';

export interface Run {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly tables: Tables;
}

/** @throws {InputError} if the folder holds no run, or a table that cannot be read. */
export function readRun(directory: string): Run {
  const manifest = readManifest(directory);
  const tables: { [Name in TableName]?: unknown } = {};
  for (const name of TABLE_NAMES) {
    const path = join(directory, tableFile(name));
    if (!existsSync(path)) continue;
    let source: string;
    try {
      source = readFileSync(path, 'utf8');
    } catch (error) {
      throw new InputError(`cannot read ${path}: ${(error as Error).message}`);
    }
    tables[name] = parseCsv(name, source, path);
  }
  return { directory: resolve(directory), manifest, tables: tables as Tables };
}
