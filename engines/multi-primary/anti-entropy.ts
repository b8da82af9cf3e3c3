/**
 * Anti-entropy: every so often a node compares its hash tree with one other's, over the partitions that both hold, and each
 * gets what it lacks, deletions included.
 *
 * Every message stands for itself: root, branches that differ, leaves that differ, the keys in these leaves, and at last the versions
 * that one of them lacks. A lost message ends the exchange, the next round starts another. Each step is bounded, and an exchange
 * that found something is followed by another soon, so that a node far behind catches up in pieces. Writes whose stamps are
 * so young that they are still under way count as no difference.
 */
import type { NodeId } from '../api.ts';
import { branchOf, type Digest, LEAVES_PER_BRANCH, sameDigest } from '../parts/hash-tree.ts';
import { isNewer, physicalMs } from '../parts/hybrid-clock.ts';
import { type Holding, partsDigest } from './copies.ts';
import type { Cell, Message, MessageOf } from './messages.ts';
import { VERSIONS_PER_MESSAGE } from './outbox.ts';
import type { Parts } from './parts.ts';
import { isDue } from './tombstones.ts';

const BRANCHES_PER_MESSAGE = 16;
const KEYS_PER_MESSAGE = 1024;
/** An unfinished exchange goes on after this share of the interval. */
const SOON_SHARE = 20;

export class AntiEntropy {
  readonly #parts: Parts;
  readonly #shared = new Map<NodeId, readonly number[]>();
  #turn = 0;
  /** Where the last comparison with the peer stopped, so that bounded steps come to every part of the tree in turn. */
  readonly #from = new Map<NodeId, number>();
  /** The last exchange with this peer found something. */
  #unfinished: NodeId | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts an exchange with the next peer that is up, or goes on with the last one, and says after how many ms to call again. */
  round(): number {
    const unfinished = this.#unfinished;
    this.#unfinished = undefined;
    if (unfinished === undefined || this.#parts.peers.isDown(unfinished) || !this.start(unfinished)) this.#startNext();
    // A random part, so that nodes do not compare in step.
    return this.#parts.options.antiEntropyMs * (0.75 + 0.5 * this.#parts.host.random());
  }

  #startNext(): void {
    const { others } = this.#parts.peers;
    for (let i = 0; i < others.length; i++) {
      const peer = others[this.#turn++ % others.length]!;
      if (!this.#parts.peers.isDown(peer) && this.start(peer)) return;
    }
  }

  /** Starts an exchange; false: the two hold nothing in common. */
  start(peer: NodeId): boolean {
    const shared = this.#sharedWith(peer);
    if (shared.length === 0) return false;
    this.#send(peer, { type: 'tree-root', root: [...this.#parts.copies.tree.root(shared)] });
    return true;
  }

  onMessage(from: NodeId, message: Extract<Message, { type: `tree-${string}` }>): void {
    if (message.type === 'tree-root') this.#onRoot(from, message.root);
    else if (message.type === 'tree-branches') this.#onBranches(from, message.digests);
    else if (message.type === 'tree-leaves') this.#onLeaves(from, message.digests);
    else if (message.type === 'tree-keys') this.#onKeys(from, message);
    else this.#sendVersions(from, message.keys);
  }

  #onRoot(from: NodeId, root: readonly number[]): void {
    const { tree } = this.#parts.copies;
    const shared = this.#sharedWith(from);
    if (sameDigest(tree.root(shared), root as unknown as Digest)) return;
    const digests = shared.flatMap((branch) => [branch, ...tree.branch(branch)]);
    this.#send(from, { type: 'tree-branches', digests });
  }

  #onBranches(from: NodeId, digests: readonly number[]): void {
    const { tree } = this.#parts.copies;
    const differing = this.#differing(digests, (branch) => tree.branch(branch));
    if (differing.length === 0) return;
    // Begins where it stopped last, so that branches which always differ under load do not starve the rest.
    const after = this.#from.get(from) ?? 0;
    const chosen = [...differing.filter((b) => b >= after), ...differing.filter((b) => b < after)].slice(
      0,
      BRANCHES_PER_MESSAGE,
    );
    this.#from.set(from, chosen.at(-1)! + 1);
    const leaves = chosen.flatMap((branch) =>
      Array.from({ length: LEAVES_PER_BRANCH }, (_, i) => branch * LEAVES_PER_BRANCH + i),
    );
    this.#send(from, { type: 'tree-leaves', digests: leaves.flatMap((leaf) => [leaf, ...tree.leaf(leaf)]) });
  }

  #onLeaves(from: NodeId, digests: readonly number[]): void {
    const { tree } = this.#parts.copies;
    const atMs = this.#parts.host.wallClock();
    const leaves: number[] = [];
    const keys: (string | number)[] = [];
    for (const leaf of this.#differing(digests, (index) => tree.leaf(index))) {
      if (keys.length >= 4 * KEYS_PER_MESSAGE) break;
      leaves.push(leaf);
      for (const holding of tree.items(leaf)) {
        keys.push(holding.key, holding.time, holding.writer, this.#elementsDigest(holding, atMs));
      }
    }
    if (leaves.length > 0) this.#send(from, { type: 'tree-keys', atMs, leaves, keys });
  }

  #onKeys(from: NodeId, { atMs, leaves, keys }: MessageOf<'tree-keys'>): void {
    const { copies, placement } = this.#parts;
    const theirs = new Set<string>();
    const give: string[] = [];
    const want: string[] = [];
    for (let i = 0; i + 3 < keys.length; i += 4) {
      const [key, time, writer] = [keys[i] as string, keys[i + 1] as number, keys[i + 2] as string];
      const elements = keys[i + 3] as number;
      theirs.add(key);
      const mine = copies.get(key);
      if (mine === undefined) {
        if (this.#hasArrived(time, atMs) || elements !== 0) want.push(key);
      } else if (isNewer(time, writer, mine.time, mine.writer)) {
        if (this.#hasArrived(time, atMs)) want.push(key);
      } else if (isNewer(mine.time, mine.writer, time, writer)) {
        if (this.#hasArrived(mine.time, atMs)) give.push(key);
      } else if (this.#differ(mine, elements, atMs)) {
        // After one base each may have elements that the other lacks, and any siblings.
        want.push(key);
        give.push(key);
      }
    }
    for (const leaf of leaves) {
      if (!placement.ring.copiesOfPartition(branchOf(leaf)).includes(from)) continue;
      for (const mine of copies.tree.items(leaf)) {
        if (theirs.has(mine.key)) continue;
        // They would not take it, and so it would come up every time.
        if (copies.isDeleted(mine) && isDue(copies.version(mine), this.#parts)) continue;
        if (this.#hasArrived(mine.time, atMs) || this.#elementsDigest(mine, atMs) !== 0) give.push(mine.key);
      }
    }
    this.#sendVersions(from, give);
    if (want.length > 0) this.#send(from, { type: 'tree-want', keys: want.slice(0, VERSIONS_PER_MESSAGE) });
    if (give.length > 0 || want.length > 0) {
      this.#unfinished = from;
      this.#parts.host.setTimer('anti-entropy', this.#parts.options.antiEntropyMs / SOON_SHARE);
    }
  }

  /**
   * Whether a write is not so young, at the wall time `atMs`, that its writer is still sending it. A stamp from far ahead of the
   * clock is not young. Both sides of an exchange look at one clock, so that they leave out the same elements.
   */
  #hasArrived(time: number, atMs: number): boolean {
    return time > 0 && Math.abs(atMs - physicalMs(time)) >= this.#parts.options.hintAfterMs;
  }

  /** Siblings of which one is under way still are no difference to either side. */
  #differ(mine: Holding, theirs: number, atMs: number): boolean {
    const digest = this.#elementsDigest(mine, atMs);
    return digest !== theirs && (mine.family === undefined || (digest !== 0 && theirs !== 0));
  }

  #elementsDigest(holding: Holding, atMs: number): number {
    return partsDigest(holding, (time) => this.#hasArrived(time, atMs));
  }

  #sendVersions(to: NodeId, keys: readonly string[]): void {
    const { copies, outbox } = this.#parts;
    const versions: Cell[] = [];
    for (const key of keys.slice(0, VERSIONS_PER_MESSAGE)) {
      const mine = copies.get(key);
      if (mine !== undefined) versions.push(key, copies.content(mine), mine.time, mine.writer);
    }
    if (versions.length > 0) outbox.repair(to, versions);
  }

  #differing(digests: readonly number[], mine: (index: number) => Digest): number[] {
    const differing: number[] = [];
    for (let i = 0; i + 2 < digests.length; i += 3) {
      if (!sameDigest(mine(digests[i]!), [digests[i + 1]!, digests[i + 2]!])) differing.push(digests[i]!);
    }
    return differing;
  }

  #sharedWith(peer: NodeId): readonly number[] {
    const { host, placement } = this.#parts;
    let shared = this.#shared.get(peer);
    if (shared === undefined) {
      shared = placement.ring.shared(host.self, peer);
      this.#shared.set(peer, shared);
    }
    return shared;
  }

  #send(to: NodeId, message: Message): void {
    this.#parts.host.send(to, message, 'now');
  }
}
