/**
 * Whether enough observers have lost sight of one watched node.
 *
 * One observer's suspicion may be its own trouble: a cut link, a slow process. As in Redis Sentinel, which calls the one
 * kind of suspicion subjectively down and the other objectively down, the node counts as lost once a quorum of observers say so at
 * about the same time. It is agreement about the past, and no lock: who acts upon it must be elected otherwise.
 */

export interface ObserversVoteOptions {
  /** How many observers must have lost the node, the one who counts included if it says so too. Below a majority, both sides of a cut may act. */
  readonly quorum: number;
  /**
   * How long an observer's word stands. Raising it lets slower observers agree, and old suspicions count for longer. Sentinel: five
   * of the periods in which it asks.
   */
  readonly validMs: number;
}

export class ObserversVote<Id> {
  readonly #quorum: number;
  readonly #validMs: number;
  readonly #words = new Map<Id, { readonly lost: boolean; readonly atMs: number }>();

  constructor({ quorum, validMs }: ObserversVoteOptions) {
    if (!(Number.isInteger(quorum) && quorum >= 1)) {
      throw new Error(`quorum: expected a whole number of at least 1, but ${quorum} came`);
    }
    this.#quorum = quorum;
    this.#validMs = validMs;
  }

  /** An observer says whether it has lost the watched node. Its newest word replaces those before. */
  says(observer: Id, lost: boolean, nowMs: number): void {
    const former = this.#words.get(observer);
    if (former === undefined || nowMs >= former.atMs) this.#words.set(observer, { lost, atMs: nowMs });
  }

  isLost(nowMs: number): boolean {
    let lost = 0;
    for (const word of this.#words.values()) if (word.lost && nowMs - word.atMs <= this.#validMs) lost++;
    return lost >= this.#quorum;
  }

  /** Forgets what was said, as when another node is watched from now on. */
  clear(): void {
    this.#words.clear();
  }
}
