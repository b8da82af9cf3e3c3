/**
 * Deletions, and when they may be forgotten. A deletion is kept as a version, the tombstone, since a copy that missed it would otherwise
 * bring the old value back. It is due after a grace period, by when whoever missed it should have heard of it.
 *
 * Due is not safe: a copy may have been away for longer. So, if options say so, a due tombstone is forgotten only once all other copies of
 * the key have said, within one round of questions, that they hold nothing older; and a second round has found the same, since in the
 * first one copy may have passed the old version to another that had answered already. What is not known then is kept for another time.
 */
import type { NodeId } from '../api.ts';
import { physicalMs } from '../parts/hybrid-clock.ts';
import type { Cell, MessageOf } from './messages.ts';
import type { Parts } from './parts.ts';
import { isSiblings, NO_VERSION, newestTime, type Version } from './version.ts';

/** Tombstones looked at in one round, and those that are asked about. */
const LOOKED_AT = 4096;
const GRAVES_PER_ROUND = 1024;
const ROUNDS_PER_GRACE = 10;
const ROUND_MIN_MS = 100;
const ROUND_MAX_MS = 5000;
/** Rounds in which all copies must have agreed. */
const AGREEMENTS = 2;

/** A tombstone that is due. */
interface Due {
  readonly key: string;
  readonly time: number;
  readonly writer: string;
}

/** A tombstone that is asked about. */
interface Grave {
  readonly time: number;
  readonly writer: string;
  /** Copies that have not answered in this round. */
  readonly waitingFor: Set<NodeId>;
  agreements: number;
}

/** Whether this is nothing but deletions so old that a node which holds nothing of the key need not hear of them. */
export function isDue(version: Version, { host, options }: Parts): boolean {
  const { content } = version;
  const isDeleted = isSiblings(content)
    ? content.living.every(([, , { content: left }]) => left === null)
    : content === null;
  const time = isDeleted ? newestTime(version) : 0;
  return time > 0 && physicalMs(time) + options.tombstoneGraceMs <= host.wallClock();
}

export class Tombstones {
  readonly #parts: Parts;
  #graves = new Map<string, Grave>();
  /** Not counted from the same number in each life, so that answers to a former life are told apart. */
  #round: number;
  #walk: Iterator<string> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#round = Math.floor(parts.host.random() * 2 ** 31);
  }

  /** After so many ms the next round is to be held. */
  get roundMs(): number {
    const { tombstoneGraceMs } = this.#parts.options;
    return Math.min(Math.max(tombstoneGraceMs / ROUNDS_PER_GRACE, ROUND_MIN_MS), ROUND_MAX_MS);
  }

  /** Forgets what is due, or asks the other copies about it. */
  round(): void {
    const due = this.#due();
    if (!this.#parts.options.tombstonesConfirmed) {
      for (const { key, time, writer } of due) this.#forget(key, time, writer);
      return;
    }
    const { host, placement } = this.#parts;
    const agreed = this.#graves;
    this.#graves = new Map();
    this.#round++;
    const asks = new Map<NodeId, Cell[]>();
    for (const { key, time, writer } of due) {
      const others = placement.ownersOf(key).nodes.filter((node) => node !== host.self);
      const known = agreed.get(key);
      const isAgreed = known?.waitingFor.size === 0 && known.time === time && known.writer === writer;
      const grave = { time, writer, waitingFor: new Set(others), agreements: isAgreed ? known.agreements : 0 };
      this.#graves.set(key, grave);
      for (const node of others) {
        if (!asks.has(node)) asks.set(node, []);
        asks.get(node)!.push(key, time, writer);
      }
      if (others.length === 0) this.#agreed(key, grave);
    }
    for (const [node, graves] of asks) host.send(node, { type: 'graves', round: this.#round, graves }, 'now');
  }

  /**
   * The next tombstones that are due, in turn. Those that were agreed on once come first, while the agreement is fresh; those that some
   * copy did not agree on wait for their next turn, so that they do not keep out the others.
   */
  #due(): Due[] {
    const { copies } = this.#parts;
    const due = new Map<string, Due>();
    const look = (key: string): void => {
      const holding = copies.get(key);
      const deletion = holding && copies.deletionOf(holding);
      if (deletion === undefined || !isDue({ ...NO_VERSION, time: deletion.time }, this.#parts)) return;
      due.set(key, { key, ...deletion });
    };
    for (const [key, { waitingFor }] of this.#graves) if (waitingFor.size === 0) look(key);
    for (let i = 0; i < LOOKED_AT && due.size < GRAVES_PER_ROUND; i++) {
      this.#walk ??= copies.deleted.values();
      const next = this.#walk.next();
      if (next.done === true) {
        this.#walk = undefined;
        break;
      }
      look(next.value);
    }
    return [...due.values()];
  }

  onAsked(from: NodeId, { round, graves }: MessageOf<'graves'>): void {
    const { host, copies, journal } = this.#parts;
    const keys: string[] = [];
    for (let i = 0; i < graves.length; i += 3) {
      const [key, time, writer] = graves.slice(i, i + 3) as [string, number, string];
      const mine = copies.get(key);
      const isNoOlder = mine === undefined || copies.hasSeen(mine, { time, writer });
      // What this turn has taken is not in the log yet, and may be gone after a crash.
      if (isNoOlder && (mine?.position ?? 0) <= journal.lastPosition) keys.push(key);
    }
    if (keys.length > 0) host.send(from, { type: 'graves-settled', round, keys }, journal.lastPosition);
  }

  onSettled(from: NodeId, { round, keys }: MessageOf<'graves-settled'>): void {
    if (round !== this.#round) return;
    for (const key of keys) {
      const grave = this.#graves.get(key);
      if (grave?.waitingFor.delete(from) && grave.waitingFor.size === 0) this.#agreed(key, grave);
    }
  }

  #agreed(key: string, grave: Grave): void {
    if (++grave.agreements < AGREEMENTS) return;
    this.#graves.delete(key);
    this.#forget(key, grave.time, grave.writer);
  }

  #forget(key: string, time: number, writer: string): void {
    if (this.#parts.copies.forget(key, time, writer)) this.#parts.journal.forgotten(key, time, writer);
  }
}
