/** The detector that most systems have: so long a silence is a suspicion, however regular the signs of life were. */
import type { Detector } from './detector.ts';

export class FixedTimeout implements Detector {
  readonly #timeoutMs: number;
  #heardMs: number;

  /** The watch begins at `nowMs`, as if something had been heard then. */
  constructor(timeoutMs: number, nowMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#heardMs = nowMs;
  }

  heard(nowMs: number): void {
    if (nowMs > this.#heardMs) this.#heardMs = nowMs;
  }

  get dueMs(): number {
    return this.#heardMs + this.#timeoutMs;
  }
}
