/**
 * Something that copies have been asked for. Who has not answered is asked again, each time after twice as long, as the network under a real cluster
 * would send again what is lost; until it answers, is known to be down, or nobody has answered for so long that the rest is given up.
 */
import type { NodeId } from '../../api.ts';

export interface Patience {
  readonly requestTimeoutMs: number;
  readonly resendMs: number;
}

export abstract class Asked {
  /** Copies that have been asked and have not answered. */
  readonly silent = new Set<NodeId>();
  readonly #patience: Patience;
  #heardAtMs: number;
  #againAtMs: number;
  #againAfterMs: number;

  constructor(patience: Patience, nowMs: number) {
    this.#patience = patience;
    this.#heardAtMs = nowMs;
    this.#againAfterMs = patience.resendMs;
    this.#againAtMs = nowMs + patience.resendMs;
  }

  /** The copy has answered; says whether it was asked. */
  heard(node: NodeId, nowMs: number): boolean {
    this.#heardAtMs = nowMs;
    return this.silent.delete(node);
  }

  /** `again`: the silent ones are to be asked once more. `over`: they are not waited for any longer. */
  due(nowMs: number): 'again' | 'over' | 'later' {
    if (nowMs - this.#heardAtMs >= this.#patience.requestTimeoutMs) return 'over';
    if (nowMs < this.#againAtMs) return 'later';
    this.#againAfterMs *= 2;
    this.#againAtMs = nowMs + this.#againAfterMs;
    return 'again';
  }
}
