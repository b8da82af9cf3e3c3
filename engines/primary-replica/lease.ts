/**
 * The primary's right to answer, for a time: no one else can have been promoted while it lasts.
 *
 * A replica that answers a beat promises no new epoch for `leaseMs` of its clock from the beat's receipt. The primary counts
 * from the moment it sent that beat, which was earlier, and a little less: its clock may run slow by the assumed drift
 * d and the replica's fast, so the time it may use is leaseMs × (1 − d) / (1 + d).
 */
import type { NodeId } from '../api.ts';
import type { Core } from './core.ts';

export class Lease {
  readonly #core: Core;
  readonly #usableMs: number;
  /** When the newest beat was sent that this voice has answered. */
  readonly #grantedMs = new Map<NodeId, number>();
  /** On the primary's clock. */
  endsMs = Number.NEGATIVE_INFINITY;

  constructor(core: Core) {
    this.#core = core;
    const drift = core.options.driftPpm / 1e6;
    this.#usableMs = (core.options.leaseMs * (1 - drift)) / (1 + drift);
    // Alone, a primary needs nobody's word; and where nobody promotes there is nothing to fear.
    if (core.isManual || this.#blocks(Number.POSITIVE_INFINITY)) this.endsMs = Number.POSITIVE_INFINITY;
  }

  get everHeld(): boolean {
    return this.endsMs > Number.NEGATIVE_INFINITY;
  }

  get valid(): boolean {
    return this.endsMs === Number.POSITIVE_INFINITY || this.#core.host.now() < this.endsMs;
  }

  granted(by: NodeId, sentMs: number): void {
    if (!this.#core.voices.all.includes(by)) return;
    if (sentMs <= (this.#grantedMs.get(by) ?? Number.NEGATIVE_INFINITY)) return;
    this.#grantedMs.set(by, sentMs);
    // The latest moment since which so many have answered that no promotion can do without one of them.
    let latest = Number.NEGATIVE_INFINITY;
    for (const moment of this.#grantedMs.values()) if (moment > latest && this.#blocks(moment)) latest = moment;
    if (latest + this.#usableMs > this.endsMs) this.endsMs = latest + this.#usableMs;
  }

  /** Whether the voices that answered beats sent at this moment or later, and this node itself, block any promotion. */
  #blocks(momentMs: number): boolean {
    const { voices } = this.#core;
    let count = 1;
    let full = 1;
    for (const [node, moment] of this.#grantedMs) {
      if (moment < momentMs) continue;
      count++;
      if (voices.isFull(node)) full++;
    }
    return voices.block(count, full);
  }
}
