/**
 * The folder of a run while it is being written. The manifest comes first and rows follow as trials end, so that a run
 * that is killed leaves what it had measured.
 */
import { appendFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../input.ts';
import { csvHeader, csvRows } from './csv.ts';
import { dataPackage } from './datapackage.ts';
import { MANIFEST_FILE, type Manifest, type ManifestUpdate } from './manifest.ts';
import { TABLE_NAMES, type TableName, type TableRow, tableFile } from './tables.ts';

export interface RunFolder {
  readonly directory: string;
  /** Adds rows to a table's file; the first call for a table writes its header, also without any row. */
  append<Name extends TableName>(table: Name, rows: readonly TableRow<Name>[]): void;
  /** Writes the manifest again with what is known by now, and returns it. May be called more than once. */
  finish(update: ManifestUpdate): Manifest;
}

/** What the system says when a write fails, in words. */
const CAUSES: { readonly [code: string]: string } = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file of that name',
  ENAMETOOLONG: 'the name is too long',
};

export function causeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : CAUSES[code]) ?? code ?? message;
}

/** A result file could not be written in the middle of a run. Its message is one sentence. */
export class ResultError extends Error {}

/** Does what writes there. @throws {ResultError} if the system refuses; other errors as they are. */
export function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new ResultError(`cannot write ${path}: ${causeOf(error)}`);
  }
}

/** Writes a whole file so that a reader sees the old one or the new one, never half of it. */
export function writeWhole(path: string, content: string): void {
  const draft = `${path}.draft`;
  writing(path, () => {
    writeFileSync(draft, content);
    renameSync(draft, path);
  });
}

const writeJson = (path: string, value: unknown): void => writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);

/**
 * Creates the folder, and its parents, and writes the manifest.
 *
 * @throws {InputError} if the folder cannot be written or holds a run already.
 */
export function createRunFolder(path: string, initial: Manifest): RunFolder {
  const directory = resolve(path);
  const manifestPath = join(directory, MANIFEST_FILE);
  let manifest = initial;
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new InputError(`out must be a folder that can be written, but for "${path}" ${causeOf(error)}`);
  }
  const occupant = [MANIFEST_FILE, ...TABLE_NAMES.map(tableFile)].find((file) => existsSync(join(directory, file)));
  if (occupant !== undefined) {
    throw new InputError(`out must be a folder without a run in it, but "${path}" holds ${occupant}`);
  }
  const begun = new Set<TableName>();
  const describe = (): void => {
    const present = TABLE_NAMES.filter((name) => begun.has(name));
    writeJson(join(directory, 'datapackage.json'), dataPackage(basename(directory), manifest.title, present));
  };
  try {
    writeJson(manifestPath, manifest);
    describe();
  } catch (error) {
    if (error instanceof ResultError) {
      throw new InputError(`out must be a folder that can be written, but ${error.message}`);
    }
    throw error;
  }
  return {
    directory,
    append(table, rows) {
      const file = join(directory, tableFile(table));
      const isNew = !begun.has(table);
      writing(file, () => appendFileSync(file, (isNew ? csvHeader(table) : '') + csvRows(table, rows)));
      if (isNew) {
        begun.add(table);
        describe();
      }
    },
    finish(update) {
      manifest = { ...manifest, ...update };
      writeJson(manifestPath, manifest);
      return manifest;
    },
  };
}
