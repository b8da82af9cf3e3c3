/**
 * A document's revision tree: everything that was ever said of it, as far as this copy knows, in CouchDB's manner.
 *
 * A revision knows its parent, or does not know it yet, and merging adds revisions and learns parents: a union of sets. So as long as
 * nothing is cut, merging is associative, commutative and idempotent, and copies that saw the same branches agree on all of it,
 * the winner included. Only leaves keep what they say.
 *
 * History is cut: a revision stays while fewer than `historyLimit` steps lead from it to its nearest leaf (CouchDB's `revs_limit`).
 * From then on merging is not associative. A branch that ends at a revision which has been cut here finds nothing to be
 * joined to, and stays as a branch of its own, although this copy once had its leaf and all that came after it: a
 * conflict out of nothing, as in CouchDB. No leaf is ever cut.
 *
 * What is cheap: an edit of a leaf costs a few steps on average, however large and deep the tree. Every leaf holds the revisions that are
 * near enough to it, and each revision counts the leaves that hold it. A leaf that grows takes over its parent's holds, and lets go of
 * the oldest later, of many at once (it is `late`), but always before anything is asked to which the difference matters. Another
 * branch off the tree costs `historyLimit` steps at most; history that comes after its descendants costs what lies below it.
 */
import { type Branch, beats, type Leaf, type Revision } from './revision.ts';

interface Node extends Revision {
  /** Undefined: not known, never heard of or cut. */
  parent: Node | undefined;
  readonly children: Node[];
  /** What a leaf says; undefined in all others. */
  value: string | null | undefined;
  /** How many leaves hold it; 0 only in the middle of a merge. */
  held: number;
  /** How many more ancestors a leaf holds than are near enough. */
  late: number;
}

type LeafNode = Node & Leaf;

export class RevisionTree {
  readonly #historyLimit: number;
  readonly #nodes = new Map<string, Node>();
  readonly #leaves = new Set<LeafNode>();
  readonly #late = new Set<LeafNode>();
  #winner: LeafNode | undefined;
  #living = 0;
  #deepest = 0;

  /** `historyLimit`: how many revisions of a branch are kept, its leaf counted; at least 1. */
  constructor(historyLimit: number) {
    this.#historyLimit = historyLimit;
  }

  /** Whether the revision is in the tree, as a leaf or as an ancestor that has not been cut. */
  has(hash: string): boolean {
    const node = this.#nodes.get(hash);
    if (node === undefined || isLeafNode(node)) return node !== undefined;
    this.#letGoOfAll();
    return this.#nodes.has(hash);
  }

  isLeaf(hash: string): boolean {
    const node = this.#nodes.get(hash);
    return node !== undefined && isLeafNode(node);
  }

  /** The leaf that stands for the document, the same on all copies with the same leaves. Undefined: there is nothing at all. */
  get winner(): Leaf | undefined {
    return this.#winner && asLeaf(this.#winner);
  }

  /** All leaves, the winner first, and the others in the order in which they would win. */
  leaves(): Leaf[] {
    return [...this.#leaves].sort((a, b) => (beats(a, b) ? -1 : 1)).map(asLeaf);
  }

  get leafCount(): number {
    return this.#leaves.size;
  }

  /** The highest generation that a leaf has; 0: there is none. Revisions `historyLimit` generations before it may have been cut. */
  get deepest(): number {
    return this.#deepest;
  }

  /** How many leaves that do not delete the document there are beyond the winner. */
  get conflicts(): number {
    return Math.max(0, this.#living - 1);
  }

  /** A leaf of this tree with its ancestors, so many revisions at most. */
  branchOf(leaf: Revision, most = this.#historyLimit): Branch {
    const from = this.#nodes.get(leaf.hash);
    if (from === undefined || !isLeafNode(from)) throw new Error(`${leaf.generation}-${leaf.hash} is not a leaf`);
    const hashes = pathTo(from, Math.min(most, this.#historyLimit)).map(({ hash }) => hash);
    return { generation: from.generation, hashes, value: from.value };
  }

  /** Adds all that the branch says. Returns whether the tree has changed. */
  merge(branch: Branch): boolean {
    const index = branch.hashes.findIndex((hash) => this.#nodes.has(hash));
    if (index === -1) return this.#unite(branch);
    const node = this.#known(branch, index)!;
    if (!isLeafNode(node) || goesBeyond(branch, index, node)) {
      this.#letGoOfAll();
      return this.#unite(branch);
    }
    if (index === 0) return false;
    this.#grow(node, branch, index);
    return true;
  }

  /** Puts the `count` newest revisions of the branch after a leaf. */
  #grow(leaf: LeafNode, branch: Branch, count: number): void {
    const before = asLeaf(leaf);
    const wasWinner = this.#winner === leaf;
    let tip: Node = leaf;
    for (let i = count - 1; i >= 0; i--) {
      const child = this.#add(branch, i);
      join(child, tip);
      child.held = 1;
      tip = child;
    }
    // The first generation has no ancestors to be held too long.
    const late = Math.max(0, Math.min(leaf.late + count, tip.generation - this.#historyLimit));
    this.#removeLeaf(leaf);
    const grown = this.#addLeaf(tip, branch.value);
    if (wasWinner && beats(grown, before)) this.#winner = grown;
    this.#findWinner();
    grown.late = late;
    if (late > 0) this.#late.add(grown);
    if (late >= this.#historyLimit) this.#letGo(grown);
  }

  /** The union of the tree and any branch, and then the cut. No leaf may be late, unless nothing of the branch is known. */
  #unite(branch: Branch): boolean {
    const known = branch.hashes.map((_, i) => this.#known(branch, i));
    const superseded = this.#supersede(known);
    const isNew = known[0] === undefined;
    const path = known.map((node, i) => node ?? this.#add(branch, i));
    const learned = this.#joinAll(path);
    if (isNew) {
      const leaf = this.#addLeaf(path[0]!, branch.value);
      for (const node of pathTo(leaf, this.#historyLimit)) node.held++;
    }
    this.#findWinner();
    for (const node of superseded) if (node.held === 0) this.#cut(node);
    for (const node of path) if (node.held === 0) this.#cut(node);
    return isNew || superseded.length > 0 || learned.some(({ parent }) => parent !== undefined);
  }

  /** A leaf that has a child in the branch, given newest first, is none any more. Returns what such leaves have held. */
  #supersede(known: readonly (Node | undefined)[]): Node[] {
    const released: Node[] = [];
    for (const [i, node] of known.entries()) {
      if (i === 0 || node === undefined || !isLeafNode(node)) continue;
      for (const held of pathTo(node, this.#historyLimit)) {
        held.held--;
        released.push(held);
      }
      this.#removeLeaf(node);
    }
    return released;
  }

  /** Makes each of these the child of the next. Returns those whose parent had been unknown though they are not new. */
  #joinAll(path: readonly Node[]): Node[] {
    const learning: number[] = [];
    for (let i = 0; i + 1 < path.length; i++) {
      const [child, parent] = [path[i]!, path[i + 1]!];
      if (child.parent !== undefined && child.parent !== parent) throw new Error(`two parents of ${child.hash}`);
      if (child.parent !== undefined) continue;
      if (child.held > 0) learning.push(i);
      else join(child, parent);
    }
    // The newest first: what is below one is complete when its turn comes, and what is new above it has been joined.
    for (const i of learning) {
      const counts = countLeavesBelow(path[i]!, this.#historyLimit);
      join(path[i]!, path[i + 1]!);
      let within = counts.reduce((sum, count) => sum + count, 0);
      for (const [steps, node] of pathTo(path[i + 1]!, this.#historyLimit - 1).entries()) {
        within -= counts[this.#historyLimit - 1 - steps] ?? 0;
        node.held += within;
      }
    }
    return learning.map((i) => path[i]!);
  }

  /** The node of a revision of the branch, if it is in the tree. */
  #known(branch: Branch, index: number): Node | undefined {
    const node = this.#nodes.get(branch.hashes[index]!);
    if (node === undefined) return undefined;
    if (node.generation !== branch.generation - index) throw new Error(`two generations of ${node.hash}`);
    if (index === 0 && isLeafNode(node) && node.value !== branch.value) throw new Error(`two values of ${node.hash}`);
    return node;
  }

  #add(branch: Branch, index: number): Node {
    const hash = branch.hashes[index]!;
    const generation = branch.generation - index;
    const node: Node = { generation, hash, parent: undefined, children: [], value: undefined, held: 0, late: 0 };
    this.#nodes.set(hash, node);
    return node;
  }

  #cut(node: Node): void {
    this.#nodes.delete(node.hash);
    for (const child of node.children) child.parent = undefined;
    node.children.length = 0;
    const siblings = node.parent?.children;
    siblings?.splice(siblings.indexOf(node), 1);
    node.parent = undefined;
  }

  #addLeaf(node: Node, value: string | null): LeafNode {
    node.value = value;
    const leaf = node as LeafNode;
    this.#leaves.add(leaf);
    if (value !== null) this.#living++;
    // What comes in the place of a leaf is its descendant, so this never falls.
    this.#deepest = Math.max(this.#deepest, leaf.generation);
    if (this.#winner !== undefined && beats(leaf, this.#winner)) this.#winner = leaf;
    return leaf;
  }

  /** May leave the tree without a winner. */
  #removeLeaf(leaf: LeafNode): void {
    if (leaf.value !== null) this.#living--;
    this.#leaves.delete(leaf);
    this.#late.delete(leaf);
    leaf.late = 0;
    if (this.#winner === leaf) this.#winner = undefined;
    (leaf as Node).value = undefined;
  }

  /** Looks among all leaves, but only if the winner is a leaf no more and none has taken its place. */
  #findWinner(): void {
    if (this.#winner !== undefined) return;
    for (const leaf of this.#leaves) if (this.#winner === undefined || beats(leaf, this.#winner)) this.#winner = leaf;
  }

  #letGoOfAll(): void {
    for (const leaf of this.#late) this.#letGo(leaf);
  }

  /** Makes a late leaf hold no more than is near enough. */
  #letGo(leaf: LeafNode): void {
    let node: Node | undefined = leaf;
    for (let steps = 0; steps < this.#historyLimit && node !== undefined; steps++) node = node.parent;
    for (let left = leaf.late; left > 0 && node !== undefined; left--) {
      const { parent }: Node = node;
      node.held--;
      if (node.held === 0) this.#cut(node);
      node = parent;
    }
    leaf.late = 0;
    this.#late.delete(leaf);
  }
}

const isLeafNode = (node: Node): node is LeafNode => node.value !== undefined;

const asLeaf = ({ generation, hash, value }: LeafNode): Leaf => ({ generation, hash, value });

function join(child: Node, parent: Node): void {
  child.parent = parent;
  parent.children.push(child);
}

/** The node and its ancestors, `limit` of them at most. */
function pathTo(from: Node, limit: number): Node[] {
  const path: Node[] = [];
  for (let node: Node | undefined = from; node !== undefined && path.length < limit; node = node.parent)
    path.push(node);
  return path;
}

/** Whether the branch, of which this node is one, tells of older ancestors than the node has in the tree. */
function goesBeyond(branch: Branch, index: number, node: Node): boolean {
  let known: Node | undefined = node;
  for (let i = index + 1; i < branch.hashes.length && known !== undefined; i++) known = known.parent;
  return known === undefined;
}

/** How many leaves there are 0, 1, 2, … steps below the node, and fewer than `limit`. */
function countLeavesBelow(node: Node, limit: number): number[] {
  const counts: number[] = [];
  let level: readonly Node[] = [node];
  while (level.length > 0 && counts.length < limit) {
    const next: Node[] = [];
    let leaves = 0;
    for (const one of level) {
      if (isLeafNode(one)) leaves++;
      for (const child of one.children) next.push(child);
    }
    counts.push(leaves);
    level = next;
  }
  return counts;
}
