/** Probes made for other members, who hear of an answer, and of silence too: so they learn that their own messages pass. */
import type { NodeId } from '../../api.ts';

export interface Errand {
  readonly for: NodeId;
  /** The asker's number of it. */
  readonly probe: number;
  readonly nackAtMs: number;
  readonly expiresAtMs: number;
}

export class Errands {
  /** By the number of the probe made for it. All wait equally long, so the oldest are the first that are due. */
  readonly #fresh = new Map<number, Errand>();
  /** Those whose asker has been told of silence already, or is never told; an answer is still passed on. */
  readonly #late = new Map<number, Errand>();

  /** `nackAtMs` Infinity: the asker is never told of silence. */
  add(number: number, errand: Errand): void {
    (errand.nackAtMs === Number.POSITIVE_INFINITY ? this.#late : this.#fresh).set(number, errand);
  }

  /** The errand that an answer to this probe settles. */
  settle(number: number): Errand | undefined {
    const errand = this.#fresh.get(number) ?? this.#late.get(number);
    this.#fresh.delete(number);
    this.#late.delete(number);
    return errand;
  }

  /** When the next asker is to be told of silence; Infinity: none. */
  get dueMs(): number {
    for (const errand of this.#fresh.values()) return errand.nackAtMs;
    return Number.POSITIVE_INFINITY;
  }

  /** The errands whose target has been silent for long enough that the asker should know. */
  silent(nowMs: number): Errand[] {
    for (const [number, { expiresAtMs }] of this.#late) {
      if (nowMs < expiresAtMs) break;
      this.#late.delete(number);
    }
    const silent: Errand[] = [];
    for (const [number, errand] of this.#fresh) {
      if (nowMs < errand.nackAtMs) break;
      this.#fresh.delete(number);
      this.#late.set(number, errand);
      silent.push(errand);
    }
    return silent;
  }
}
