/** For tests: real files under a log, whose process ends before any file operation, and which lose what a power loss may take. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { Disk } from '../log-file.ts';
import { segmentsIn } from '../segments.ts';

export class Crash extends Error {}

const ENDLESS = Number.POSITIVE_INFINITY;

/** Stands in for `node:fs` until `mock.restoreAll`. All files are those of one log. */
export class CrashingFiles {
  readonly #folder: string;
  readonly #closeSync = fs.closeSync;
  #left = ENDLESS;
  readonly #open = new Map<number, string>();
  /** How many bytes of a file are synced, by its name. */
  readonly #synced = new Map<string, number>();
  /** The names that the folder held when it was synced last. */
  #names: readonly string[] = [];
  /** Files that were removed since, and what they held. */
  readonly #removed = new Map<string, Buffer>();
  /** Syncs that have begun, and what ends them. */
  readonly #held: (() => void)[] = [];
  readonly disk: Disk;

  constructor(folder: string) {
    this.#folder = folder;
    const { openSync, rmSync, truncateSync, mkdirSync, writeSync } = fs;
    const before = <Args extends unknown[], Out>(
      real: (...args: Args) => Out,
      first = (..._args: Args): void => {},
    ) => {
      return (...args: Args): Out => {
        this.#operation();
        first(...args);
        return real(...args);
      };
    };
    mock.method(fs, 'mkdirSync', before(mkdirSync as (path: string) => void));
    mock.method(fs, 'truncateSync', before(truncateSync));
    mock.method(
      fs,
      'rmSync',
      before(rmSync, (path) => void this.#removed.set(String(path), fs.readFileSync(path))),
    );
    // No power is really lost, so nothing has to be really synced.
    mock.method(fs, 'fdatasyncSync', (file: number): void => {
      this.#operation();
      this.#beginSync(file)();
    });
    mock.method(fs, 'openSync', (path: string, flags: string): number => {
      this.#operation();
      const file = openSync(path, flags);
      this.#open.set(file, path);
      return file;
    });
    mock.method(fs, 'closeSync', (file: number): void => {
      this.#open.delete(file);
      this.#closeSync(file);
    });
    syncBuiltinESMExports();
    this.disk = {
      write: (file, buffer, from) => {
        if (this.#left < 1) writeSync(file, buffer, from, (buffer.length - from) >> 1);
        this.#operation();
        return writeSync(file, buffer, from);
      },
      sync: (file, done) => {
        const end = this.#beginSync(file);
        this.#held.push(() => {
          end();
          done(null);
        });
      },
      remove: (path, done) => {
        fs.rmSync(path);
        done(null);
      },
    };
  }

  #operation(): void {
    if (this.#left < 1) throw new Crash('the process has ended');
    this.#left--;
  }

  /** The process ends instead of what comes after so many operations. */
  crashAfter(operations: number): void {
    this.#left = operations;
  }

  /** What a sync that begins now makes safe when it ends. */
  #beginSync(file: number): () => void {
    const path = this.#open.get(file)!;
    if (path === this.#folder) {
      const names = fs.readdirSync(path);
      const removed = [...this.#removed.keys()];
      return () => {
        this.#names = names;
        for (const one of removed) this.#removed.delete(one);
      };
    }
    const { size } = fs.fstatSync(file);
    return () => void this.#synced.set(path, size);
  }

  /** Ends all syncs that have begun. */
  endSyncs(): void {
    for (const end of this.#held.splice(0)) end();
  }

  /** The process is over: nothing of it goes on. */
  endProcess(): void {
    this.#left = ENDLESS;
    this.#held.length = 0;
    for (const file of this.#open.keys()) this.#closeSync(file);
    this.#open.clear();
  }

  /** Loses any part of what is not synced: tails of files, files that the folder did not hold, and that others were removed. */
  losePower(chance: () => number): void {
    for (const { path } of segmentsIn(this.#folder)) {
      const isNew = !this.#names.some((name) => join(this.#folder, name) === path);
      const safe = this.#synced.get(path) ?? 0;
      const { size } = fs.statSync(path);
      if (isNew && chance() < 0.5) fs.rmSync(path);
      else if (size > safe && chance() < 0.7) fs.truncateSync(path, safe + Math.floor(chance() * (size - safe + 1)));
    }
    for (const [path, bytes] of this.#removed) {
      if (chance() < 0.5 && !fs.existsSync(path)) fs.writeFileSync(path, bytes);
    }
    this.#removed.clear();
    // What has come out of the power loss stays.
    for (const { path } of segmentsIn(this.#folder)) this.#synced.set(path, fs.statSync(path).size);
    this.#names = fs.existsSync(this.#folder) ? fs.readdirSync(this.#folder) : [];
  }
}
