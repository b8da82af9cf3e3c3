/**
 * Whether a primary may still be the only one, by the answers to its beats.
 *
 * Where there are leases, a node that answers a beat promises no new epoch for `leaseMs` of its clock from the beat's receipt.
 * The primary counts from the moment it sent that beat, which was earlier, and a little less: its clock may run slow by the
 * assumed drift d and the other's fast, so the time it may use is leaseMs × (1 − d) / (1 + d).
 */
import type { NodeId } from '../api.ts';
import type { Core } from './core.ts';

export class Lease {
  readonly #core: Core;
  readonly #usableMs: number;
  /** When the newest beat was sent that this node has answered. */
  readonly #answeredMs = new Map<NodeId, number>();
  /** On the primary's clock: since then so many have answered that no promotion can do without one of them. */
  #heldMs = Number.NEGATIVE_INFINITY;

  constructor(core: Core) {
    this.#core = core;
    const drift = core.options.driftPpm / 1e6;
    this.#usableMs = (core.options.leaseMs * (1 - drift)) / (1 + drift);
    // Alone, a primary needs nobody's word.
    if (core.voices.block(new Set([core.self]))) this.#heldMs = Number.POSITIVE_INFINITY;
  }

  /** Without leases a primary never has to ask itself. */
  get valid(): boolean {
    if (this.#core.options.fencing !== 'lease') return true;
    return this.#core.host.now() < this.#heldMs + this.#usableMs;
  }

  get everHeld(): boolean {
    return this.#core.options.fencing !== 'lease' || this.#heldMs > Number.NEGATIVE_INFINITY;
  }

  /** The newest moment since which enough have answered, ms on the primary's clock. */
  get heldMs(): number {
    return this.#heldMs;
  }

  answered(by: NodeId, sentMs: number): void {
    if (sentMs <= (this.#answeredMs.get(by) ?? Number.NEGATIVE_INFINITY)) return;
    this.#answeredMs.set(by, sentMs);
    for (const moment of this.#answeredMs.values())
      if (moment > this.#heldMs && this.#blocksSince(moment)) this.#heldMs = moment;
  }

  #blocksSince(momentMs: number): boolean {
    const nodes = new Set([this.#core.self]);
    for (const [node, answeredMs] of this.#answeredMs) if (answeredMs >= momentMs) nodes.add(node);
    return this.#core.voices.block(nodes);
  }
}
