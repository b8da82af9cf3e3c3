/**
 * Whether a newcomer is near enough to vote without holding up commits: it has to reach, within an election time-out, what was the end
 * of the log when the round began (Ongaro's thesis, 4.2.1).
 */
import type { NodeId } from '../api.ts';
import type { RaftOptions } from './options.ts';

/** Without any progress for so many of the longest election time-outs, it is given up. */
const PATIENCE = 10;

export class CatchingUp {
  readonly node: NodeId;
  readonly #options: RaftOptions;
  #goal: number;
  #roundMs: number;
  #match = -1;
  #progressMs: number;

  constructor(node: NodeId, options: RaftOptions, last: number, nowMs: number) {
    this.node = node;
    this.#options = options;
    this.#goal = last;
    this.#roundMs = nowMs;
    this.#progressMs = nowMs;
  }

  /** It is known to hold the log up to `match`, which now ends at `last`. */
  hasReached(match: number, last: number, nowMs: number): boolean {
    if (match > this.#match) {
      this.#match = match;
      this.#progressMs = nowMs;
    }
    if (match < this.#goal) return false;
    if (nowMs - this.#roundMs < this.#options.electionTimeoutMinMs) return true;
    this.#goal = last;
    this.#roundMs = nowMs;
    return match >= last;
  }

  isHopeless(nowMs: number): boolean {
    return nowMs - this.#progressMs > PATIENCE * this.#options.electionTimeoutMaxMs;
  }
}
