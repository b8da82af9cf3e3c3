/** Simulated links: each message is delayed, lost or doubled on its own, and links may be cut one way or both ways. */
import type { NodeId } from '../../../engines/api.ts';
import type { Random } from '../../random.ts';
import type { EventQueue } from './events.ts';

export interface LinkTiming {
  /** One-way delay, drawn evenly from this range for each message: so messages overtake each other. */
  readonly delayUs: readonly [low: number, high: number];
  readonly lossShare: number;
  readonly duplicateShare: number;
}

export class SimulatedNetwork {
  readonly #events: EventQueue;
  readonly #random: Random;
  readonly #cut = new Set<string>();
  timing: LinkTiming;

  constructor(events: EventQueue, random: Random, timing: LinkTiming) {
    this.#events = events;
    this.#random = random;
    this.timing = timing;
  }

  carry(from: NodeId, to: NodeId, deliver: () => void): void {
    const { lossShare, duplicateShare } = this.timing;
    if (this.#random.next() < lossShare) return;
    this.#arrive(from, to, deliver);
    if (duplicateShare > 0 && this.#random.next() < duplicateShare) this.#arrive(from, to, deliver);
  }

  #arrive(from: NodeId, to: NodeId, deliver: () => void): void {
    const [low, high] = this.timing.delayUs;
    this.#events.after(this.#random.between(low, high), () => {
      // Looked at on arrival: a cut also swallows what was under way.
      if (!this.isCut(from, to)) deliver();
    });
  }

  cut(from: NodeId, to: NodeId): void {
    this.#cut.add(`${from}>${to}`);
  }
  mend(from: NodeId, to: NodeId): void {
    this.#cut.delete(`${from}>${to}`);
  }
  mendAll(): void {
    this.#cut.clear();
  }
  isCut(from: NodeId, to: NodeId): boolean {
    return this.#cut.has(`${from}>${to}`);
  }
}
