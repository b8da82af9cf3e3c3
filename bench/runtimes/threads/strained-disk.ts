/**
 * A node's disk with the faults that are on the board: the file operations are the real ones, and only their completions
 * are withheld. A file operation that is stuck itself would keep its thread from ending.
 */
import { fdatasync, unlink, writeSync } from 'node:fs';
import type { Board } from './board.ts';
import type { Disk } from './log/log-file.ts';

export class StrainedDisk implements Disk {
  readonly #board: Board;
  readonly #place: number;
  readonly #onFull: () => never;
  /** Completions that a stall withholds. */
  #withheld: (() => void)[] = [];

  /** `onFull` ends the node: there is no room for what it writes. */
  constructor(board: Board, place: number, onFull: () => never) {
    this.#board = board;
    this.#place = place;
    this.#onFull = onFull;
  }

  write(file: number, buffer: Buffer, from: number): number {
    if (this.#board.meetsFullDisk(this.#place)) this.#onFull();
    return writeSync(file, buffer, from);
  }

  sync(file: number, done: (error: Error | null) => void): void {
    fdatasync(file, (error) => {
      const complete = (): void => {
        if (this.#isStalled) this.#withheld.push(() => done(error));
        else done(error);
      };
      const syncMs = this.#board.strain(this.#place, 'syncMs');
      if (syncMs > 0) setTimeout(complete, syncMs);
      else complete();
    });
  }

  remove(path: string, done: (error: NodeJS.ErrnoException | null) => void): void {
    unlink(path, done);
  }

  /** Completes what was withheld, if the stall is over. */
  look(): void {
    if (this.#isStalled) return;
    const withheld = this.#withheld;
    this.#withheld = [];
    for (const complete of withheld) complete();
  }

  get #isStalled(): boolean {
    return this.#board.strain(this.#place, 'stalls') > 0;
  }
}
