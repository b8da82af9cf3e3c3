/**
 * When this member exchanges all its beliefs with another. Rumours are told so many times and then no more; the full exchange
 * mends what they missed, and tells a member that was away of all that happened meanwhile.
 */
/** Up to so many members the period is as set. */
const UNSTRETCHED_MEMBERS = 32;

/**
 * Above 32 members the period grows by `pushPullMs` with each doubling begun, as in memberlist: an exchange may carry as many beliefs as
 * there are members, and every member begins one in a period.
 */
export function pushPullPeriodMs(pushPullMs: number, members: number): number {
  if (members <= UNSTRETCHED_MEMBERS) return pushPullMs;
  return pushPullMs * (Math.ceil(Math.log2(members / UNSTRETCHED_MEMBERS)) + 1);
}

export class PushPull {
  readonly #periodMs: number;
  #dueMs: number;

  /** `pushPullMs` 0: never. `random` in [0, 1): members that start together do not exchange in step. */
  constructor(pushPullMs: number, members: number, random: number, nowMs: number) {
    this.#periodMs = pushPullPeriodMs(pushPullMs, members);
    this.#dueMs = pushPullMs === 0 ? Number.POSITIVE_INFINITY : nowMs + this.#periodMs * random;
  }

  /** Infinity: never. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Whether an exchange is due now; the next one is a period later. */
  begins(nowMs: number): boolean {
    if (nowMs < this.#dueMs) return false;
    this.#dueMs = nowMs + this.#periodMs;
    return true;
  }
}
