/**
 * Who is suspect, who accuses, and until when a suspect may contradict.
 *
 * One accuser may be wrong because it is slow itself; several that found out independently hardly are. So the time begins
 * at a maximum and shrinks with the logarithm of the number of further accusers (Lifeguard: Dadgar, Phillips, Currey 2018,
 * section IV.B): max − (max − min) × log(c + 1) / log(K + 1) after c confirmations, and min from the K-th on.
 */
import type { NodeId } from '../../api.ts';

/** K of the paper. */
const CONFIRMATIONS = 3;

interface Suspicion {
  /** The first accuser and those who confirmed. */
  readonly accusers: Set<NodeId>;
  readonly expected: number;
  sinceMs: number;
  dueMs: number;
}

/** Of `min` and `max`: how long a suspect may contradict once `confirmations` of `expected` have come. */
export function suspicionTimeoutMs(confirmations: number, expected: number, minMs: number, maxMs: number): number {
  if (confirmations >= expected) return minMs;
  return maxMs - ((maxMs - minMs) * Math.log(confirmations + 1)) / Math.log(expected + 1);
}

export class Suspicions {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #suspects = new Map<NodeId, Suspicion>();
  /** No suspect is due before this time; found again only when it has come. */
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** When to ask for the overdue, at the latest; Infinity: nobody is suspect. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** `others`: how many members could confirm. Where fewer than K are left, they are enough. */
  begin(node: NodeId, accuser: NodeId, others: number, nowMs: number): void {
    const expected = Math.max(0, Math.min(CONFIRMATIONS, others));
    const dueMs = nowMs + suspicionTimeoutMs(0, expected, this.#minMs, this.#maxMs);
    this.#suspects.set(node, { accusers: new Set([accuser]), expected, sinceMs: nowMs, dueMs });
    this.#dueMs = Math.min(this.#dueMs, dueMs);
  }

  /** Whether that is an accuser not known yet, of whom others should hear. */
  confirm(node: NodeId, accuser: NodeId): boolean {
    const suspicion = this.#suspects.get(node);
    if (suspicion === undefined) return false;
    const { accusers, expected, sinceMs } = suspicion;
    if (accusers.size > expected || accusers.has(accuser)) return false;
    accusers.add(accuser);
    suspicion.dueMs = sinceMs + suspicionTimeoutMs(accusers.size - 1, expected, this.#minMs, this.#maxMs);
    this.#dueMs = Math.min(this.#dueMs, suspicion.dueMs);
    return true;
  }

  end(node: NodeId): void {
    this.#suspects.delete(node);
  }

  /** Who accused it first, as far as this member knows. */
  accuserOf(node: NodeId): NodeId | undefined {
    return this.#suspects.get(node)?.accusers.values().next().value;
  }

  overdue(nowMs: number): NodeId[] {
    if (nowMs < this.#dueMs) return [];
    const overdue: NodeId[] = [];
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const [node, { dueMs }] of this.#suspects) {
      if (nowMs >= dueMs) overdue.push(node);
      else this.#dueMs = Math.min(this.#dueMs, dueMs);
    }
    return overdue;
  }

  /** Gives every suspect so much more time. */
  postpone(byMs: number): void {
    for (const suspicion of this.#suspects.values()) {
      suspicion.sinceMs += byMs;
      suspicion.dueMs += byMs;
    }
    this.#dueMs += byMs;
  }
}
