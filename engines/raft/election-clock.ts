/**
 * When to stand for election, and for how long a leader that was heard is protected. The timer is not set anew at each message: the
 * clock keeps when the leader was last heard and looks at it when the timer fires.
 */
import type { Host } from '../api.ts';
import type { Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import type { LogRecord } from './records.ts';

const TIMER = 'election';
/** A rest of less than the clock's resolution would fire for ever. Rounding waits to whole ms would make them collide. */
const LEAST_MS = 0.1;

export class ElectionClock {
  readonly #host: Host<Message, LogRecord>;
  readonly #options: RaftOptions;
  /** The current wait, and what it is counted from: a leader's sign of life, a vote given, an own campaign. */
  #waitMs = 0;
  #fromMs = 0;
  #isRunning = false;
  #leaderHeardMs = Number.NEGATIVE_INFINITY;
  /** Until then a leader may count on this node's word, in whatever life it was given: see `leaseMs`. */
  #boundUntilMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host<Message, LogRecord>, options: RaftOptions) {
    this.#host = host;
    this.#options = options;
    if (host.boot === 'restart') this.#bind();
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
    this.#isRunning = false;
    this.#host.clearTimer(TIMER);
  }

  heardLeader(): void {
    this.#fromMs = this.#leaderHeardMs = this.#host.now();
    this.#bind();
    // Whoever is spoken to by a leader may be the one to follow it.
    if (!this.#isRunning) this.restart();
  }

  /** Leases live on the word of those who have heard the leader, until it is out. */
  #bind(): void {
    const { reads, leaseMs } = this.#options;
    if (reads === 'lease') this.#boundUntilMs = this.#host.now() + leaseMs;
  }

  /** A vote was given: its candidate gets the time to win. */
  gaveVote(): void {
    this.#fromMs = this.#host.now();
  }

  /** Whether a leader was heard within the shortest wait, so that nobody can rightly miss it. */
  leaderIsFresh(): boolean {
    return this.#host.now() - this.#leaderHeardMs < this.#options.electionTimeoutMinMs;
  }

  /** Whether a leader may hold a lease on this node's word: no vote may be given, to itself neither. */
  isBound(): boolean {
    return this.#host.now() < this.#boundUntilMs;
  }

  /** The timer fired: whether the wait is over. If not, it is set for the rest. */
  expired(): boolean {
    const restMs = this.#fromMs + this.#waitMs - this.#host.now();
    if (this.isBound()) {
      this.#waitOutBound();
      return false;
    }
    if (restMs <= 0) {
      this.#isRunning = false;
      return true;
    }
    this.#host.setTimer(TIMER, Math.max(LEAST_MS, restMs));
    return false;
  }

  /** All whose word is out at the same time would stand at the same time. */
  #waitOutBound(): void {
    const { electionTimeoutMinMs: min, electionTimeoutMaxMs: max } = this.#options;
    this.#wait(this.#boundUntilMs - this.#host.now() + this.#host.random() * (max - min));
  }

  #wait(waitMs: number): void {
    this.#isRunning = true;
    this.#waitMs = waitMs;
    this.#fromMs = this.#host.now();
    this.#host.setTimer(TIMER, Math.max(LEAST_MS, waitMs));
  }
}
