/**
 * Hints: which copies lack which keys' newest versions, kept in the log until the copy has them, or until what was missed is too
 * old: whoever is away for longer has to be repaired in another way.
 *
 * Of a key that this node holds a hint is only the key: what is delivered is whatever version is current then. Of other keys the hint
 * keeps what was missed (a guest): the versions merged. A hint never counts towards W: the version is not on that copy. Only a stand-in's
 * guests do, in the copy's place (`stand-ins.ts`).
 *
 * Every hint has a mark, new whenever the copy has missed a version once more. A delivery removes only hints whose
 * mark has not changed meanwhile.
 */
import type { NodeId } from '../api.ts';
import { physicalMs } from '../parts/hybrid-clock.ts';
import type { Copies } from './copies.ts';
import type { Journal, RecoveredHints } from './journal.ts';
import type { Cell } from './messages.ts';
import type { Options } from './options.ts';
import { merge, newestTime, textOf, type Version } from './version.ts';

interface Hint {
  readonly mark: number;
  readonly guest: Version | undefined;
  /** Where this life's log has the guest; 0: a former life's, or none. */
  readonly position: number;
  /** Stamp time of the newest version that was missed, as far as known. */
  readonly time: number;
}

/** A delivered hint: its key and the mark it had. */
export type Mark = readonly [key: string, mark: number];

export class Hints {
  readonly #copies: Copies;
  readonly #journal: Journal;
  readonly #options: Pick<Options, 'missingCopies' | 'hintWindowMs'>;
  /** By node and key, those that were made or renewed last at the end. */
  readonly #of = new Map<NodeId, Map<string, Hint>>();
  #marks = 0;

  constructor(
    copies: Copies,
    journal: Journal,
    recovered: RecoveredHints,
    options: Pick<Options, 'missingCopies' | 'hintWindowMs'>,
  ) {
    this.#copies = copies;
    this.#journal = journal;
    this.#options = options;
    for (const [node, guests] of recovered) {
      for (const [key, guest] of guests) {
        const holding = copies.get(key);
        const version = guest ?? (holding === undefined ? undefined : copies.version(holding));
        if (version !== undefined)
          this.#hintsOf(node).set(key, { mark: ++this.#marks, guest, position: 0, time: newestTime(version) });
        if (guest !== undefined) this.#show(key);
      }
    }
  }

  /** The node lacks `version` of the key. Returns the hint's mark; 0: there are no hints. */
  add(node: NodeId, key: string, version: Version): number {
    if (this.#options.missingCopies === 'nothing') return 0;
    const hints = this.#hintsOf(node);
    const known = hints.get(key);
    const mark = ++this.#marks;
    const time = Math.max(newestTime(version), known?.time ?? 0);
    hints.delete(key);
    if (this.#copies.get(key) !== undefined) {
      if (known === undefined) this.#journal.hint(node, key);
      hints.set(key, { mark, guest: undefined, position: 0, time });
    } else {
      const guest = known?.guest === undefined ? version : merge(known.guest, version);
      // Guests of a key fold when the log is read, so only what is new is logged.
      const isNew = guest !== known?.guest;
      if (isNew) this.#journal.guest(node, key, version);
      hints.set(key, { mark, guest, position: isNew ? this.#journal.turnPosition : known!.position, time });
      this.#show(key);
    }
    return mark;
  }

  /** What is held of a key for others, and from which log position on it is durable. */
  guestOf(key: string): { readonly version: Version; readonly position: number } | undefined {
    let found: { version: Version; position: number } | undefined;
    for (const hints of this.#of.values()) {
      const { guest, position } = hints.get(key) ?? {};
      if (guest === undefined) continue;
      found ??= { version: guest, position: 0 };
      found = { version: merge(found.version, guest), position: Math.max(found.position, position!) };
    }
    return found;
  }

  /** Drops the hints for versions that were written longer ago than hints are kept; at most so many. */
  expire(wallMs: number, limit: number): void {
    let left = limit;
    for (const [node, hints] of this.#of) {
      for (const [key, hint] of hints) {
        if (left-- <= 0 || !this.#isTooOld(hint, wallMs)) break;
        this.#drop(node, key);
      }
    }
  }

  count(node: NodeId): number {
    return this.#of.get(node)?.size ?? 0;
  }

  /**
   * Up to `limit` hints of the node, the oldest first, with the versions to deliver. Those that are too old are dropped: who missed
   * them may have forgotten a deletion since, and would take the value for new.
   */
  take(node: NodeId, limit: number, wallMs: number): { readonly marks: Mark[]; readonly versions: Cell[] } {
    const marks: Mark[] = [];
    const versions: Cell[] = [];
    let left = limit;
    for (const [key, hint] of this.#of.get(node) ?? []) {
      if (left-- === 0) break;
      if (this.#isTooOld(hint, wallMs)) {
        this.#drop(node, key);
        continue;
      }
      const holding = this.#copies.get(key);
      const version = holding === undefined ? hint.guest : this.#copies.version(holding);
      marks.push([key, hint.mark]);
      // A deletion that all copies have seen is forgotten here, and there is nothing left to deliver.
      if (version === undefined) continue;
      versions.push(key, version.content, version.time, version.writer);
    }
    return { marks, versions };
  }

  /** The node holds durably what these hints stood for. */
  delivered(node: NodeId, marks: readonly Mark[]): void {
    const hints = this.#of.get(node);
    for (const [key, mark] of marks) if (hints?.get(key)?.mark === mark) this.#drop(node, key);
  }

  /** Every hint, to be logged again when the log is cut. */
  *all(): IterableIterator<readonly [NodeId, string, Version | undefined]> {
    for (const [node, hints] of this.#of) {
      for (const [key, hint] of hints) yield [node, key, hint.guest];
    }
  }

  #isTooOld({ time }: Hint, wallMs: number): boolean {
    return physicalMs(time) + this.#options.hintWindowMs <= wallMs;
  }

  #drop(node: NodeId, key: string): void {
    const hints = this.#of.get(node)!;
    const isGuest = hints.get(key)?.guest !== undefined;
    hints.delete(key);
    if (isGuest) this.#show(key);
    this.#journal.settled(node, key);
  }

  /** What a stand-in holds counts as held: it is in the store until all of it has been handed off. */
  #show(key: string): void {
    if (this.#options.missingCopies !== 'stand-ins') return;
    const guest = this.guestOf(key)?.version;
    this.#copies.showGuest(key, guest === undefined ? null : textOf(guest.content));
  }

  #hintsOf(node: NodeId): Map<string, Hint> {
    let hints = this.#of.get(node);
    if (hints === undefined) {
      hints = new Map();
      this.#of.set(node, hints);
    }
    return hints;
  }
}
