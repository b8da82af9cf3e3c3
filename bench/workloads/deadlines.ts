/** Things that become due: a queue for equal waits, a heap for unequal ones. Both are typed arrays that grow by doubling. */

/** Entries pushed in the order in which they become due, as deadlines of equal length do: constant time for each. */
export class DeadlineQueue {
  #due = new Float64Array(1024);
  #client = new Int32Array(1024);
  #stamp = new Float64Array(1024);
  #head = 0;
  size = 0;

  /** `stamp` tells the owner whether the entry still stands when it becomes due. */
  push(due: number, client: number, stamp: number): void {
    if (this.size === this.#due.length) this.#grow();
    const at = (this.#head + this.size) & (this.#due.length - 1);
    this.#due[at] = due;
    this.#client[at] = client;
    this.#stamp[at] = stamp;
    this.size++;
  }

  get due(): number {
    return this.#due[this.#head]!;
  }

  get client(): number {
    return this.#client[this.#head]!;
  }

  get stamp(): number {
    return this.#stamp[this.#head]!;
  }

  shift(): void {
    this.#head = (this.#head + 1) & (this.#due.length - 1);
    this.size--;
  }

  #grow(): void {
    const wider = this.#due.length * 2;
    this.#due = unrolled(this.#due, new Float64Array(wider), this.#head);
    this.#client = unrolled(this.#client, new Int32Array(wider), this.#head);
    this.#stamp = unrolled(this.#stamp, new Float64Array(wider), this.#head);
    this.#head = 0;
  }
}

function unrolled<T extends Float64Array | Int32Array>(ring: T, wider: T, head: number): T {
  wider.set(ring.subarray(head));
  wider.set(ring.subarray(0, head), ring.length - head);
  return wider;
}

/** A binary heap, earliest first; entries due at the same time come out in the order in which they went in. */
export class DeadlineHeap {
  #due = new Float64Array(256);
  #order = new Float64Array(256);
  #client = new Int32Array(256);
  #stamp = new Float64Array(256);
  #pushed = 0;
  size = 0;

  push(due: number, client: number, stamp: number): void {
    if (this.size === this.#due.length) this.#grow();
    const order = this.#pushed++;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#due[parent]! <= due) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, due, order, client, stamp);
  }

  get due(): number {
    return this.#due[0]!;
  }

  get client(): number {
    return this.#client[0]!;
  }

  get stamp(): number {
    return this.#stamp[0]!;
  }

  shift(): void {
    const last = --this.size;
    if (last === 0) return;
    const due = this.#due[last]!;
    const order = this.#order[last]!;
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && this.#before(child + 1, this.#due[child]!, this.#order[child]!)) child++;
      if (!this.#before(child, due, order)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, due, order, this.#client[last]!, this.#stamp[last]!);
  }

  clear(): void {
    this.size = 0;
  }

  #before(at: number, due: number, order: number): boolean {
    return this.#due[at]! < due || (this.#due[at] === due && this.#order[at]! < order);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#due[from]!, this.#order[from]!, this.#client[from]!, this.#stamp[from]!);
  }

  #put(at: number, due: number, order: number, client: number, stamp: number): void {
    this.#due[at] = due;
    this.#order[at] = order;
    this.#client[at] = client;
    this.#stamp[at] = stamp;
  }

  #grow(): void {
    const wider = this.#due.length * 2;
    this.#due = unrolled(this.#due, new Float64Array(wider), 0);
    this.#order = unrolled(this.#order, new Float64Array(wider), 0);
    this.#client = unrolled(this.#client, new Int32Array(wider), 0);
    this.#stamp = unrolled(this.#stamp, new Float64Array(wider), 0);
  }
}
