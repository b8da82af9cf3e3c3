/**
 * Reads without asking: for as long as a majority has given its word to elect nobody else, the leader is the only one. The word is
 * counted from when the round was sent that the majority has answered, so it is out at the leader before it is out anywhere
 * (Ongaro's thesis, 6.4.1). Clocks may run at different speeds, within a bound.
 */
export class Lease {
  readonly #lengthMs: number;
  /** Rounds that were sent and not confirmed yet, oldest first. */
  #sent: { readonly round: number; readonly atMs: number }[] = [];
  #untilMs = Number.NEGATIVE_INFINITY;
  #isGivenUp = false;

  /** `driftPpm`: by how much any clock may be too fast or too slow, parts in a million. */
  constructor(leaseMs: number, driftPpm: number) {
    const drift = driftPpm / 1e6;
    this.#lengthMs = (leaseMs * (1 - drift)) / (1 + drift);
  }

  /** A round leaves now. */
  sent(round: number, nowMs: number): void {
    this.#sent.push({ round, atMs: nowMs });
  }

  /** A majority has answered this round, and so all before it. */
  confirmed(round: number): void {
    const open = this.#sent.findIndex((sent) => sent.round > round);
    const done = this.#sent.splice(0, open < 0 ? this.#sent.length : open);
    const newest = done.at(-1);
    if (newest !== undefined) this.#untilMs = Math.max(this.#untilMs, newest.atMs + this.#lengthMs);
  }

  isHeld(nowMs: number): boolean {
    return !this.#isGivenUp && nowMs < this.#untilMs;
  }

  /** The leader asks another to take its place: those who gave their word are free, for the rest of the term. */
  giveUp(): void {
    this.#isGivenUp = true;
  }
}
