/**
 * Cutting the log: once it holds far more versions than there are keys and elements, the current versions and hints are logged again, some at a
 * time, and everything before is discarded.
 */
import type { Copies } from './copies.ts';
import type { Hints } from './hints.ts';
import type { Journal } from './journal.ts';

const VERSIONS_PER_STEP = 256;
/** Keeps the cost of logging again below a quarter of the daily entries. */
const LOGGED_PER_KEY = 4;

export class Checkpoint {
  readonly #copies: Copies;
  readonly #hints: Hints;
  readonly #journal: Journal;
  readonly #life: number;
  readonly #minVersions: number;
  #running: { readonly from: number; readonly steps: Iterator<void> } | undefined;

  constructor(copies: Copies, hints: Hints, journal: Journal, life: number, minVersions: number) {
    this.#copies = copies;
    this.#hints = hints;
    this.#journal = journal;
    this.#life = life;
    this.#minVersions = minVersions;
  }

  /** Whether the log is to be cut, or a cut is under way. */
  get wanted(): boolean {
    return (
      this.#running !== undefined ||
      this.#journal.logged >= Math.max(this.#minVersions, LOGGED_PER_KEY * (this.#copies.size + this.#copies.elements))
    );
  }

  /** Does the next share of the work. To be called when the turn's own entry has been appended. */
  step(): void {
    if (this.#running === undefined) {
      if (!this.wanted) return;
      this.#running = { from: this.#journal.startCut(this.#life), steps: this.#again() };
    }
    const { from, steps } = this.#running;
    let done = false;
    for (let i = 0; i < VERSIONS_PER_STEP && !done; i++) done = steps.next().done === true;
    this.#journal.flush();
    if (done) {
      this.#journal.finishCut(from);
      this.#running = undefined;
    }
  }

  /** Logs one version or hint a step. What is added meanwhile is logged anyway; iterating over it too does no harm. */
  *#again(): Generator<void> {
    for (const holding of this.#copies.all()) {
      this.#journal.version(holding.key, this.#copies.version(holding));
      yield;
    }
    for (const [node, key, guest] of this.#hints.all()) {
      if (guest === undefined) this.#journal.hint(node, key);
      else this.#journal.guest(node, key, guest);
      yield;
    }
  }
}
