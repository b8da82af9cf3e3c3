/** The simulation's virtual time: a queue of things to happen, in integer microseconds, ties in the order of scheduling. */

/** Events made at an instant for that instant, after which it can have no end: a timer set again without delay. */
const AT_ONCE_MAX = 20_000;

/** A place in the heap has four children: most of what goes in is late and stays low. */
const WIDTH_BITS = 2;
const WIDTH = 1 << WIDTH_BITS;

export class EventQueue {
  #nowUs = 0;
  #order = 0;
  #atOnce = 0;
  /** How many events have happened. */
  happened = 0;
  #size = 0;
  // A heap in three columns: numbers side by side compare faster than objects do.
  #atUs = new Float64Array(1024);
  #orders = new Float64Array(1024);
  readonly #happens: (() => void)[] = [];

  get nowUs(): number {
    return this.#nowUs;
  }

  /** When the next event happens; Infinity: there is none. */
  get nextUs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#atUs[0]!;
  }

  after(delayUs: number, happen: () => void): void {
    this.at(this.#nowUs + Math.max(0, Math.round(delayUs)), happen);
  }

  at(atUs: number, happen: () => void): void {
    const dueUs = Math.max(atUs, this.#nowUs);
    if (dueUs === this.#nowUs && ++this.#atOnce > AT_ONCE_MAX) {
      throw new Error(`time stands still at ${this.#nowUs} µs: events make events without end`);
    }
    if (this.#size === this.#atUs.length) this.#grow();
    let place = this.#size++;
    while (place > 0) {
      const parent = (place - 1) >> WIDTH_BITS;
      // Whoever is due at the same time was scheduled before.
      if (this.#atUs[parent]! <= dueUs) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#put(place, dueUs, this.#order++, happen);
  }

  /** Lets everything happen up to and including a time, and leaves the clock there. */
  runUntil(untilUs: number): void {
    while (this.#size > 0 && this.#atUs[0]! <= untilUs) this.step();
    if (untilUs <= this.#nowUs) return;
    this.#atOnce = 0;
    this.#nowUs = untilUs;
  }

  /** Lets the next event happen; there must be one. */
  step(): void {
    const atUs = this.#atUs[0]!;
    const happen = this.#happens[0]!;
    this.#dropFirst();
    if (atUs > this.#nowUs) this.#atOnce = 0;
    this.#nowUs = atUs;
    this.happened++;
    happen();
  }

  #dropFirst(): void {
    const last = --this.#size;
    const happen = this.#happens.pop()!;
    if (last === 0) return;
    const atUs = this.#atUs[last]!;
    const order = this.#orders[last]!;
    let place = 0;
    for (;;) {
      const first = (place << WIDTH_BITS) + 1;
      if (first >= last) break;
      let least = first;
      const end = Math.min(first + WIDTH, last);
      for (let child = first + 1; child < end; child++) if (this.#before(child, least)) least = child;
      const leastUs = this.#atUs[least]!;
      if (leastUs > atUs || (leastUs === atUs && this.#orders[least]! > order)) break;
      this.#move(least, place);
      place = least;
    }
    this.#put(place, atUs, order, happen);
  }

  #before(a: number, b: number): boolean {
    const [aUs, bUs] = [this.#atUs[a]!, this.#atUs[b]!];
    return aUs < bUs || (aUs === bUs && this.#orders[a]! < this.#orders[b]!);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#atUs[from]!, this.#orders[from]!, this.#happens[from]!);
  }

  #put(place: number, atUs: number, order: number, happen: () => void): void {
    this.#atUs[place] = atUs;
    this.#orders[place] = order;
    this.#happens[place] = happen;
  }

  #grow(): void {
    const [atUs, orders] = [this.#atUs, this.#orders];
    this.#atUs = new Float64Array(atUs.length * 2);
    this.#orders = new Float64Array(atUs.length * 2);
    this.#atUs.set(atUs);
    this.#orders.set(orders);
  }
}
