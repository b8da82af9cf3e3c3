/** One detector for each of the other members, and who of them is due to be called dead. */
import type { NodeId } from '../../api.ts';
import type { Detector } from '../detectors/detector.ts';

/** Begins to watch a member, as if it had been heard at that time. */
export type Watching = (nowMs: number) => Detector;

export class Watch {
  readonly #begin: Watching;
  readonly #alive = new Map<NodeId, Detector>();
  readonly #dead = new Set<NodeId>();
  /** Nobody is due before this time; found again only when it has come, so that a sign of life costs the same however many there are. */
  #dueMs = Number.POSITIVE_INFINITY;

  /** All are alive at first. */
  constructor(others: readonly NodeId[], begin: Watching, nowMs: number) {
    this.#begin = begin;
    for (const node of others) this.#watch(node, nowMs);
  }

  /** When to ask for the overdue, at the latest. */
  get dueMs(): number {
    return this.#dueMs;
  }

  has(node: NodeId): boolean {
    return this.#alive.has(node) || this.#dead.has(node);
  }

  isDead(node: NodeId): boolean {
    return this.#dead.has(node);
  }

  /**
   * A sign of life of a member; says whether it was thought dead. Then it is watched anew: how long it was away is no
   * interval between signs of life.
   */
  heard(node: NodeId, nowMs: number): boolean {
    const detector = this.#alive.get(node);
    if (detector !== undefined) {
      detector.heard(nowMs);
      this.#dueMs = Math.min(this.#dueMs, detector.dueMs);
      return false;
    }
    if (!this.#dead.delete(node)) return false;
    this.#watch(node, nowMs);
    return true;
  }

  /** The member is dead by other knowledge; says whether it was thought alive. */
  ended(node: NodeId): boolean {
    if (!this.#alive.delete(node)) return false;
    this.#dead.add(node);
    return true;
  }

  /** Those that have been silent for too long; from now on they are thought dead. */
  overdue(nowMs: number): NodeId[] {
    if (nowMs < this.#dueMs) return [];
    const overdue: NodeId[] = [];
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const [node, { dueMs }] of this.#alive) {
      if (nowMs >= dueMs) overdue.push(node);
      else this.#dueMs = Math.min(this.#dueMs, dueMs);
    }
    for (const node of overdue) this.ended(node);
    return overdue;
  }

  #watch(node: NodeId, nowMs: number): void {
    const detector = this.#begin(nowMs);
    this.#alive.set(node, detector);
    this.#dueMs = Math.min(this.#dueMs, detector.dueMs);
  }
}
