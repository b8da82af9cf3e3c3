/**
 * A member's trust in itself (Lifeguard's local health multiplier: Dadgar, Phillips, Currey 2018, section IV.A).
 *
 * Who misses what it should have received may be slow itself. So the score rises with each such miss and falls with each
 * probe that succeeds, and a member with a bad score probes less often and waits longer before it accuses anyone.
 */
export class Health {
  readonly #max: number;
  #score = 0;

  /** `max` 0: the member never doubts itself. The paper: 8. */
  constructor(max: number) {
    this.#max = max;
  }

  /** 0: all is well. */
  get score(): number {
    return this.#score;
  }

  raise(by = 1): void {
    this.#score = Math.min(this.#max, this.#score + by);
  }

  lower(): void {
    this.#score = Math.max(0, this.#score - 1);
  }

  /** A time of a healthy member, stretched. */
  stretched(ms: number): number {
    return ms * (this.#score + 1);
  }
}
