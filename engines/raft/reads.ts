/**
 * Read-index reads: a read is answered from the leader's store once a majority has confirmed, with messages sent after
 * the read arrived, that this is still the leader, and once the store holds all that was committed by then. Reads of a
 * turn share a round; rounds do not wait for each other.
 */
import type { Request } from '../api.ts';

interface Batch {
  readonly round: number;
  /** What must be applied first. */
  readonly index: number;
  readonly requests: readonly Request[];
}

export class ReadRounds {
  /** The latest round that was begun. */
  round = 0;
  size = 0;
  #arrived: Request[] = [];
  #batches: Batch[] = [];

  arrive(request: Request): void {
    this.#arrived.push(request);
    this.size++;
  }

  /** Puts the reads that have arrived into a new round, which has yet to be announced; `index` is what they must see. */
  begin(index: number): void {
    if (this.#arrived.length === 0) return;
    this.round++;
    this.#batches.push({ round: this.round, index, requests: this.#arrived });
    this.#arrived = [];
  }

  /** Takes the reads that may be answered now. */
  take(confirmedRound: number, applied: number): Request[] {
    const open = this.#batches.findIndex((batch) => batch.round > confirmedRound || batch.index > applied);
    const done = this.#batches.splice(0, open < 0 ? this.#batches.length : open);
    const ready = done.length === 1 ? [...done[0]!.requests] : done.flatMap((batch) => batch.requests);
    this.size -= ready.length;
    return ready;
  }

  /** Takes all that still wait. */
  drain(): Request[] {
    const rest = [...this.#batches.flatMap((batch) => batch.requests), ...this.#arrived];
    this.#batches = [];
    this.#arrived = [];
    this.size = 0;
    return rest;
  }
}
