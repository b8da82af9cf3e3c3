/** The simulation's virtual time: a queue of things to happen, in integer microseconds, ties in the order of scheduling. */

interface Scheduled {
  readonly atUs: number;
  readonly order: number;
  readonly happen: () => void;
}

const earlier = (a: Scheduled, b: Scheduled): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);

/** Events made at an instant for that instant, after which it can have no end: a timer set again without delay. */
const AT_ONCE_MAX = 10_000;

export class EventQueue {
  #nowUs = 0;
  #order = 0;
  #atOnce = 0;
  readonly #heap: Scheduled[] = [];

  get nowUs(): number {
    return this.#nowUs;
  }

  after(delayUs: number, happen: () => void): void {
    this.at(this.#nowUs + Math.max(0, Math.round(delayUs)), happen);
  }

  at(atUs: number, happen: () => void): void {
    if (atUs <= this.#nowUs && ++this.#atOnce > AT_ONCE_MAX) {
      throw new Error(`time stands still at ${this.#nowUs} µs: events make events without end`);
    }
    const heap = this.#heap;
    const event: Scheduled = { atUs: Math.max(atUs, this.#nowUs), order: this.#order++, happen };
    let place = heap.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!earlier(event, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
  }

  /** Lets everything happen up to and including a time, and leaves the clock there. */
  runUntil(untilUs: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.atUs <= untilUs) {
      const event = this.#take();
      if (event.atUs > this.#nowUs) this.#atOnce = 0;
      this.#nowUs = event.atUs;
      event.happen();
    }
    if (untilUs <= this.#nowUs) return;
    this.#atOnce = 0;
    this.#nowUs = untilUs;
  }

  #take(): Scheduled {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
      if (!earlier(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return top;
  }
}
