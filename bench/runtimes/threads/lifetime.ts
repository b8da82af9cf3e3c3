/** How long it makes sense to wait for a cluster's threads: until one of them has failed, or all are stopped. */
import { setTimeout as sleep } from 'node:timers/promises';

export class Lifetime {
  /** Why the cluster's figures mean nothing; the first reason stays. */
  failure: string | undefined;
  isEnded = false;
  /** Each ends somebody's waiting. */
  readonly #waiters = new Set<() => void>();

  get isOver(): boolean {
    return this.isEnded || this.failure !== undefined;
  }

  get whyOver(): string {
    return this.failure ?? 'the cluster was stopped';
  }

  fail(reason: string): void {
    this.failure ??= reason;
    for (const wake of this.#waiters) wake();
  }

  /** Nothing will come any more, and that is no failure. */
  end(): void {
    this.isEnded = true;
    for (const wake of this.#waiters) wake();
  }

  /** Waits for something that may never come; undefined: it is over. */
  async unlessOver<T>(coming: Promise<T>): Promise<T | undefined> {
    let wake = (): void => {};
    const over = new Promise<undefined>((resolve) => {
      wake = () => resolve(undefined);
    });
    if (this.isOver) wake();
    this.#waiters.add(wake);
    try {
      return await Promise.race([over, coming]);
    } finally {
      this.#waiters.delete(wake);
    }
  }

  /** The same, but no longer than `timeoutMs`. */
  async within<T>(coming: Promise<T>, timeoutMs: number): Promise<T | undefined> {
    const abort = new AbortController();
    const late = sleep(timeoutMs, undefined, { signal: abort.signal }).catch(() => undefined);
    const came = await this.unlessOver(Promise.race([coming, late]));
    abort.abort();
    return came;
  }

  /** Waits for the time to pass; if it is over, no longer. */
  async sleep(timeMs: number): Promise<void> {
    await this.within(new Promise(() => {}), timeMs);
  }
}
