/**
 * Hints: which copies lack which keys' newest versions, kept in the log until the copy has them durably.
 *
 * Of a key that this node holds a hint is only the key: what is delivered is whatever version is current then. Of other keys the hint
 * keeps what was missed (a guest): the versions merged. A hint never counts towards W: the version is not on that copy.
 *
 * Every hint has a mark, new whenever the copy has missed a version once more. A delivery removes only hints whose
 * mark has not changed meanwhile.
 */
import type { NodeId } from '../api.ts';
import type { Copies } from './copies.ts';
import type { Journal, RecoveredHints } from './journal.ts';
import type { Cell } from './messages.ts';
import { merge, type Version } from './version.ts';

interface Hint {
  mark: number;
  readonly guest: Version | undefined;
}

/** A delivered hint: its key and the mark it had. */
export type Mark = readonly [key: string, mark: number];

export class Hints {
  readonly #copies: Copies;
  readonly #journal: Journal;
  readonly #of = new Map<NodeId, Map<string, Hint>>();
  #marks = 0;

  constructor(copies: Copies, journal: Journal, recovered: RecoveredHints) {
    this.#copies = copies;
    this.#journal = journal;
    for (const [node, guests] of recovered) {
      for (const [key, guest] of guests) this.#hintsOf(node).set(key, { mark: ++this.#marks, guest });
    }
  }

  /** The node lacks `version` of the key. Returns the hint's mark. */
  add(node: NodeId, key: string, version: Version): number {
    const hints = this.#hintsOf(node);
    const known = hints.get(key);
    const mark = ++this.#marks;
    if (this.#copies.get(key) !== undefined) {
      if (known === undefined) this.#journal.hint(node, key);
      hints.set(key, { mark, guest: undefined });
    } else {
      const guest = known?.guest === undefined ? version : merge(known.guest, version);
      // Guests of a key fold when the log is read, so only what is new is logged.
      if (guest !== known?.guest) this.#journal.guest(node, key, version);
      hints.set(key, { mark, guest });
    }
    return mark;
  }

  count(node: NodeId): number {
    return this.#of.get(node)?.size ?? 0;
  }

  /** Up to `limit` hints of the node, the oldest keys first, with the versions to deliver. */
  take(node: NodeId, limit: number): { readonly marks: Mark[]; readonly versions: Cell[] } {
    const marks: Mark[] = [];
    const versions: Cell[] = [];
    for (const [key, hint] of this.#of.get(node) ?? []) {
      if (marks.length === limit) break;
      const holding = this.#copies.get(key);
      const version = holding === undefined ? hint.guest : this.#copies.version(holding);
      if (version === undefined) throw new Error(`a hint for ${node} names ${key}, of which there is no version here`);
      marks.push([key, hint.mark]);
      versions.push(key, version.content, version.time, version.writer);
    }
    return { marks, versions };
  }

  /** The node holds durably what these hints stood for. */
  delivered(node: NodeId, marks: readonly Mark[]): void {
    const hints = this.#of.get(node);
    for (const [key, mark] of marks) {
      if (hints?.get(key)?.mark !== mark) continue;
      hints.delete(key);
      this.#journal.delivered(node, key);
    }
  }

  /** Every hint, to be logged again when the log is cut. */
  *all(): IterableIterator<readonly [NodeId, string, Version | undefined]> {
    for (const [node, hints] of this.#of) {
      for (const [key, hint] of hints) yield [node, key, hint.guest];
    }
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
