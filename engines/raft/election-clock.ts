/**
 * When to stand for election. The timer is not set anew at each message: the clock keeps when the leader was last heard
 * and looks at it when the timer fires.
 */
import type { Host } from '../api.ts';
import type { LogRecord, Message } from './messages.ts';
import type { RaftOptions } from './options.ts';

const TIMER = 'election';

export class ElectionClock {
  readonly #host: Host<Message, LogRecord>;
  readonly #options: RaftOptions;
  /** The current wait, and what it is counted from: a leader's sign of life, a vote given, an own campaign. */
  #waitMs = 0;
  #fromMs = 0;
  #leaderHeardMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host<Message, LogRecord>, options: RaftOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Draws a new wait, from now on. */
  restart(): void {
    const { electionTimeoutMinMs: min, electionTimeoutMaxMs: max } = this.#options;
    this.#wait(min + this.#host.random() * (max - min));
  }

  /** The leader is known to be gone: only the random part of the time-out remains, to keep the survivors apart. */
  hurry(): void {
    const { electionTimeoutMinMs: min, electionTimeoutMaxMs: max } = this.#options;
    this.#leaderHeardMs = Number.NEGATIVE_INFINITY;
    this.#wait(this.#host.random() * (max - min));
  }

  stop(): void {
    this.#host.clearTimer(TIMER);
  }

  heardLeader(): void {
    this.#fromMs = this.#leaderHeardMs = this.#host.now();
  }

  /** A vote was given: its candidate gets the time to win. */
  gaveVote(): void {
    this.#fromMs = this.#host.now();
  }

  /** Whether a leader was heard within the shortest wait, so that nobody can rightly miss it. */
  leaderIsFresh(): boolean {
    return this.#host.now() - this.#leaderHeardMs < this.#options.electionTimeoutMinMs;
  }

  /** The timer fired: whether the wait is over. If not, it is set for the rest. */
  expired(): boolean {
    const restMs = this.#fromMs + this.#waitMs - this.#host.now();
    if (restMs <= 0) return true;
    // Rounded up: a rest of less than the clock's resolution would fire for ever.
    this.#host.setTimer(TIMER, Math.max(1, Math.ceil(restMs)));
    return false;
  }

  #wait(waitMs: number): void {
    this.#waitMs = waitMs;
    this.#fromMs = this.#host.now();
    this.#host.setTimer(TIMER, Math.max(1, Math.ceil(waitMs)));
  }
}
