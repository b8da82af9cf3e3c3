/**
 * Lets code that awaits run in virtual time. Time passes only while everything that was awake waits again: each waiter is
 * woken alone, and the next event happens once whatever followed from that has run. So the order is always the same.
 */
import type { EventQueue } from './events.ts';

export class VirtualTime {
  readonly #events: EventQueue;
  #woken: (() => void)[] = [];
  #waiting = 0;
  #running = false;
  #ended = false;

  constructor(events: EventQueue) {
    this.#events = events;
  }

  /** Resolves once virtual time has come so far. */
  until(timeMs: number): Promise<void> {
    return this.wait((wake) => this.#events.at(Math.ceil(timeMs * 1000 - 1e-6), () => wake()));
  }

  /** Resolves with what is given to the function that `begin` gets, which an event of the simulation has to call. */
  wait<T = void>(begin: (wake: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting++;
      const wake = (value: T): void => {
        this.#woken.push(() => {
          this.#waiting--;
          resolve(value);
        });
      };
      try {
        begin(wake);
      } catch (error) {
        this.#waiting--;
        reject(error);
        return;
      }
      this.#pass();
    });
  }

  /** No time passes any more; who waits, waits for ever. */
  end(): void {
    this.#ended = true;
  }

  /** What broke the simulation: an engine that threw. */
  onBroken: (error: unknown) => void = () => {};

  #pass(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => this.#next());
  }

  #next(): void {
    try {
      while (!this.#ended && this.#woken.length === 0 && this.#waiting > 0) {
        if (this.#events.nextUs === Number.POSITIVE_INFINITY) throw new Error('the simulation waits for nothing');
        this.#events.step();
      }
    } catch (error) {
      this.#ended = true;
      this.onBroken(error);
    }
    const wake = this.#woken.shift();
    if (wake === undefined || this.#ended) {
      this.#running = false;
      return;
    }
    wake();
    // What follows from this runs before anything else happens.
    setImmediate(() => this.#next());
  }
}
