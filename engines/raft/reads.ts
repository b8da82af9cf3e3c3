/**
 * Reads that write nothing. A read is answered from the leader's store once a majority has confirmed, with messages sent after the
 * read arrived, that this is still the leader, and once the store holds all that was committed by then. Reads of a turn share
 * a round; rounds do not wait for each other. (Ongaro's thesis, 6.4.)
 */

interface Batch<Read> {
  readonly round: number;
  /** What must be applied first. */
  readonly index: number;
  readonly reads: readonly Read[];
}

export class ReadRounds<Read> {
  size = 0;
  #arrived: Read[] = [];
  #batches: Batch<Read>[] = [];

  arrive(read: Read): void {
    this.#arrived.push(read);
    this.size++;
  }

  get hasArrived(): boolean {
    return this.#arrived.length > 0;
  }

  /** Puts the reads that have arrived into a round, which must be one that is yet to be announced; `index` is what they must see. */
  begin(round: number, index: number): void {
    if (this.#arrived.length === 0) return;
    this.#batches.push({ round, index, reads: this.#arrived });
    this.#arrived = [];
  }

  /** Takes the reads that may be answered now. */
  take(confirmedRound: number, applied: number): Read[] {
    const open = this.#batches.findIndex((batch) => batch.round > confirmedRound || batch.index > applied);
    const done = this.#batches.splice(0, open < 0 ? this.#batches.length : open);
    const ready = done.length === 1 ? [...done[0]!.reads] : done.flatMap((batch) => batch.reads);
    this.size -= ready.length;
    return ready;
  }

  /** Takes all that still wait. */
  drain(): Read[] {
    const rest = [...this.#batches.flatMap((batch) => batch.reads), ...this.#arrived];
    this.#batches = [];
    this.#arrived = [];
    this.size = 0;
    return rest;
  }
}
