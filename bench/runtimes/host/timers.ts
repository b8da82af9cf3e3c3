/** A node's named timers, in integer microseconds: a remainder of 1e-14 ms must never re-arm a timer for ever. */

interface Armed {
  readonly dueUs: number;
  /** Orders timers that are due at the same time as they were set. */
  readonly order: number;
  readonly name: string;
}

const before = (a: Armed, b: Armed): boolean => a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.order < b.order);

/** A binary heap whose replaced and cleared timers are dropped when they reach the top. */
export class Timers {
  readonly #armed = new Map<string, Armed>();
  #heap: Armed[] = [];
  #order = 0;

  set(name: string, dueUs: number): void {
    const armed: Armed = { dueUs, order: this.#order++, name };
    this.#armed.set(name, armed);
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#armed.size) this.#rebuild();
    else this.#push(armed);
  }

  clear(name: string): void {
    this.#armed.delete(name);
  }

  /** When the next timer is due; Infinity: none is set. */
  nextUs(): number {
    this.#dropStale();
    return this.#heap[0]?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next timer that is due. */
  takeDue(nowUs: number): { readonly name: string; readonly dueUs: number } | undefined {
    if (this.nextUs() > nowUs) return undefined;
    const due = this.#pop()!;
    this.#armed.delete(due.name);
    return due;
  }

  #dropStale(): void {
    while (this.#heap.length > 0 && this.#armed.get(this.#heap[0]!.name) !== this.#heap[0]) this.#pop();
  }

  #rebuild(): void {
    this.#heap = [...this.#armed.values()].sort((a, b) => (before(a, b) ? -1 : 1));
  }

  #push(armed: Armed): void {
    const heap = this.#heap;
    let at = heap.push(armed) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(armed, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = armed;
  }

  #pop(): Armed | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
