/**
 * The documents that this node holds, each a tree of revisions, with the winner's value in the host's store; and the order in which they
 * changed, which is what internal replication goes by.
 */
import type { Store } from '../../api.ts';
import type { Branch, Leaf } from './revision.ts';
import { RevisionTree } from './tree.ts';

export interface Document {
  readonly key: string;
  readonly tree: RevisionTree;
  /** Where this life's log has the latest change; 0: in a former life's. */
  position: number;
  /** The number of the latest change, over all documents. */
  change: number;
}

/** Passed changes are swept away when there are so many times more of them than documents. */
const SWEPT_AT = 2;
const SWEPT_AT_LEAST = 1024;

export class Documents {
  readonly #store: Store;
  readonly #historyLimit: number;
  readonly #documents = new Map<string, Document>();
  /** In the order of their changes; who has changed again since stands there twice, and the later place counts. */
  #changes: { readonly change: number; readonly document: Document }[] = [];
  #lastChange = 0;
  #leaves = 0;
  #conflicts = 0;
  #watched: Map<string, readonly Leaf[]> | undefined;

  constructor(store: Store, historyLimit: number) {
    this.#store = store;
    this.#historyLimit = historyLimit;
  }

  get size(): number {
    return this.#documents.size;
  }

  /** Of all documents. */
  get leaves(): number {
    return this.#leaves;
  }

  /** Living leaves that have lost, of all documents. */
  get conflicts(): number {
    return this.#conflicts;
  }

  /** The number of the latest change; 0: none. */
  get lastChange(): number {
    return this.#lastChange;
  }

  get(key: string): Document | undefined {
    return this.#documents.get(key);
  }

  all(): IterableIterator<Document> {
    return this.#documents.values();
  }

  value(key: string): string | null {
    return this.#store.get(key);
  }

  /** Unites the branch with the document's tree, and says whether that changed it. */
  merge(key: string, branch: Branch, position: number): boolean {
    const known = this.#documents.get(key);
    const document = known ?? { key, tree: new RevisionTree(this.#historyLimit), position, change: 0 };
    const { leafCount, conflicts } = document.tree;
    if (this.#watched?.has(key) === false) this.#watched.set(key, document.tree.leaves());
    if (!document.tree.merge(branch)) return false;
    if (known === undefined) this.#documents.set(key, document);
    this.#leaves += document.tree.leafCount - leafCount;
    this.#conflicts += document.tree.conflicts - conflicts;
    document.position = position;
    document.change = ++this.#lastChange;
    this.#changes.push({ change: document.change, document });
    if (this.#changes.length > SWEPT_AT * this.#documents.size + SWEPT_AT_LEAST) this.#sweep();
    this.#store.set(key, document.tree.winner?.value ?? null);
    return true;
  }

  /** Up to `limit` documents that have changed after this change, in the order of their latest changes. */
  changedAfter(change: number, limit: number): Document[] {
    const found: Document[] = [];
    for (let i = this.#firstAfter(change); i < this.#changes.length && found.length < limit; i++) {
      const { change: at, document } = this.#changes[i]!;
      if (document.change === at) found.push(document);
    }
    return found;
  }

  /** From the first call on, changes are noted: the keys changed since the last call, with the leaves that each had then. */
  takeChanged(): ReadonlyMap<string, readonly Leaf[]> {
    const changed = this.#watched ?? new Map([...this.#documents.keys()].map((key) => [key, []]));
    this.#watched = new Map();
    return changed;
  }

  #firstAfter(change: number): number {
    let [low, high] = [0, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#changes[middle]!.change <= change) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sweep(): void {
    this.#changes = this.#changes.filter(({ change, document }) => document.change === change);
  }
}
