/** How far records count: on the primary's disk, and on as many copies as the answer point asks for, or as there are time for. */
import type { Core } from './core.ts';

interface Batch {
  readonly last: number;
  readonly sinceMs: number;
}

export class Counting {
  readonly #core: Core;
  /** `semi-sync`: what has been written turn by turn and has not the copies that it should have. */
  #lacking: Batch[] = [];
  /** `semi-sync`: copies are not waited for until they have caught up. */
  #hasFallenBack = false;

  constructor(core: Core) {
    this.#core = core;
  }

  get hasFallenBack(): boolean {
    return this.#hasFallenBack;
  }

  /** Records up to this one have just been written. */
  wrote(last: number): void {
    if (this.#core.options.answer === 'semi-sync') this.#lacking.push({ last, sinceMs: this.#core.host.now() });
  }

  /** Up to where records count, when so much is on the primary's disk and on enough copies. */
  count(own: number, copied: number): number {
    const { answer } = this.#core.options;
    if (answer === 'async') return own;
    if (answer === 'semi-sync') this.#judge(own, copied);
    return this.#hasFallenBack ? own : Math.min(own, copied);
  }

  #judge(own: number, copied: number): void {
    const { host, options } = this.#core;
    while (this.#lacking.length > 0 && this.#lacking[0]!.last <= copied) this.#lacking.shift();
    const [oldest] = this.#lacking;
    if (this.#hasFallenBack) {
      if (copied < own) return;
      this.#hasFallenBack = false;
      host.note({ kind: 'trace', text: 'waits for copies again' });
    }
    if (oldest === undefined) return;
    const leftMs = oldest.sinceMs + options.fallBackMs - host.now();
    if (leftMs > 0) {
      host.setTimer('fall-back', leftMs);
      return;
    }
    this.#hasFallenBack = true;
    host.note({ kind: 'trace', text: 'falls back: no copy came in time' });
  }
}
