/**
 * Internal replication: every node pushes what has changed in its copies to the other copies, a while after the change. For each other node it
 * remembers up to which change that one has everything. A push is a list of changed documents with their leaves, the answer says which of these leaves are missing,
 * and then these branches go out; so what has arrived already costs little.
 *
 * Nobody watches over this from outside: a node that is gone for good leaves its documents with one copy less, for good.
 */
import type { NodeId } from '../../api.ts';
import type { KeyedBranch, RevisionMessageOf } from './messages.ts';
import type { RevisionParts } from './parts.ts';

/** Documents in one push (`sync_batch_size`). */
const DOCUMENTS_PER_PUSH = 500;

interface Lane {
  readonly peer: NodeId;
  /** The peer has all changes up to this one, as far as they are meant for it. */
  done: number;
  /** What the peer stores on, as it last said; undefined: it has not, and is asked even if there is nothing for it. */
  disk: number | undefined;
  /** When the next push begins; undefined: nothing is to be pushed. */
  dueAtMs: number | undefined;
  /** The push under way. */
  push: Push | undefined;
}

interface Push {
  readonly number: number;
  /** The peer has everything up to this change once it has answered. */
  readonly upTo: number;
  /** There was nothing more to push when it began. */
  readonly isLast: boolean;
}

export class Feed {
  readonly #parts: RevisionParts;
  readonly #tag: string;
  readonly #lanes = new Map<NodeId, Lane>();
  #number = 0;
  #seen: number;

  /** A new life compares everything with everyone, and if it has nothing it tells at least on which disk. */
  constructor(parts: RevisionParts, tag: string) {
    const { host, placement, peers, documents } = parts;
    this.#parts = parts;
    this.#tag = tag;
    this.#seen = documents.lastChange;
    for (const peer of peers.others) {
      if (placement.ring.shared(host.self, peer).length === 0) continue;
      const dueAtMs = host.boot === 'restart' ? host.now() : undefined;
      this.#lanes.set(peer, { peer, done: 0, disk: undefined, dueAtMs, push: undefined });
    }
    this.#wake();
  }

  /** Looks whether the turn has changed anything. To be called at its end. */
  onTurnEnd(): void {
    const { lastChange } = this.#parts.documents;
    if (lastChange === this.#seen) return;
    this.#seen = lastChange;
    const dueAtMs = this.#dueAfterChange();
    for (const lane of this.#lanes.values()) if (lane.push === undefined) lane.dueAtMs ??= dueAtMs;
    this.#wake();
  }

  /** The timer has fired: begins what is due, and what was not answered. */
  tick(): void {
    const { host, peers } = this.#parts;
    const now = host.now();
    for (const lane of this.#lanes.values()) {
      if (lane.dueAtMs === undefined || lane.dueAtMs > now) continue;
      lane.dueAtMs = undefined;
      lane.push = undefined;
      if (!peers.isDown(lane.peer)) this.#push(lane);
    }
    this.#wake();
  }

  /** A node is seen again. */
  nodeUp(node: NodeId): void {
    const lane = this.#lanes.get(node);
    if (lane === undefined || !this.#parts.options.replicatesOnReconnection) return;
    this.#push(lane);
    this.#wake();
  }

  nodeDown(node: NodeId): void {
    const lane = this.#lanes.get(node);
    if (lane === undefined) return;
    lane.push = undefined;
    lane.dueAtMs = undefined;
  }

  /** Another node pushes: says which of its leaves are missing here. */
  onChanges(from: NodeId, { tag, number, disk, changes }: RevisionMessageOf<'changes'>): void {
    const { documents, journal, post, options } = this.#parts;
    const missing: [key: string, leaves: readonly string[]][] = [];
    for (const [key, leaves] of changes) {
      const tree = documents.get(key)?.tree;
      const unknown = leaves.filter((hash) => tree?.has(hash) !== true);
      if (unknown.length > 0) missing.push([key, unknown]);
    }
    post.missing(from, { type: 'missing', tag, number, disk: journal.disk, missing });
    const lane = this.#lanes.get(from);
    if (lane === undefined || !this.#isOtherDisk(lane, disk) || !options.replicatesOnReconnection) return;
    this.#push(lane);
    this.#wake();
  }

  onMissing(from: NodeId, { tag, number, disk, missing }: RevisionMessageOf<'missing'>): void {
    const lane = this.#lanes.get(from);
    if (tag !== this.#tag || lane?.push?.number !== number) return;
    if (this.#isOtherDisk(lane, disk)) {
      this.#push(lane);
    } else if (missing.length === 0) {
      this.#arrived(lane, lane.push);
    } else {
      const { branches, position } = this.#branchesOf(missing);
      this.#parts.post.branches(from, -number, branches, position);
      lane.dueAtMs = this.#parts.host.now() + this.#parts.options.replicateRetryMs;
    }
    this.#wake();
  }

  /** `number`: of the push, as `branches` gave it. */
  onMerged(from: NodeId, number: number): void {
    const lane = this.#lanes.get(from);
    if (lane?.push?.number !== -number) return;
    this.#arrived(lane, lane.push);
    this.#wake();
  }

  /** Whether the peer stores on another disk than when it last told. Then it has lost what it had told of. */
  #isOtherDisk(lane: Lane, disk: number): boolean {
    const isOther = lane.disk !== undefined && lane.disk !== disk;
    lane.disk = disk;
    if (isOther) {
      lane.done = 0;
      lane.push = undefined;
    }
    return isOther;
  }

  #arrived(lane: Lane, { upTo, isLast }: Push): void {
    lane.done = upTo;
    lane.push = undefined;
    lane.dueAtMs = undefined;
    if (!isLast) this.#push(lane);
    // What has changed meanwhile waits as any change does.
    else if (upTo < this.#parts.documents.lastChange) lane.dueAtMs = this.#dueAfterChange();
  }

  #dueAfterChange(): number {
    const { replicateStepMs, replicateAfterMs } = this.#parts.options;
    return Math.ceil(this.#parts.host.now() / replicateStepMs) * replicateStepMs + replicateAfterMs;
  }

  #push(lane: Lane): void {
    const { host, documents, journal, placement, options, post } = this.#parts;
    lane.push = undefined;
    lane.dueAtMs = undefined;
    const changed = documents.changedAfter(lane.done, DOCUMENTS_PER_PUSH);
    const isLast = changed.length < DOCUMENTS_PER_PUSH;
    const push = { number: ++this.#number, upTo: isLast ? documents.lastChange : changed.at(-1)!.change, isLast };
    const meant = changed.filter(({ key }) => placement.ownersOf(key).nodes.includes(lane.peer));
    if (meant.length === 0 && lane.disk !== undefined) {
      this.#arrived(lane, push);
      return;
    }
    lane.push = push;
    lane.dueAtMs = host.now() + options.replicateRetryMs;
    const changes = meant.map(({ key, tree }) => [key, tree.leaves().map(({ hash }) => hash)] as const);
    post.send(lane.peer, { type: 'changes', tag: this.#tag, number: this.#number, disk: journal.disk, changes });
  }

  /** The leaves that are leaves still, and the log position that they depend on. */
  #branchesOf(missing: RevisionMessageOf<'missing'>['missing']): { branches: KeyedBranch[]; position: number } {
    const branches: KeyedBranch[] = [];
    let position = 0;
    for (const [key, leaves] of missing) {
      const document = this.#parts.documents.get(key);
      if (document === undefined) continue;
      const wanted = new Set(leaves);
      for (const leaf of document.tree.leaves()) {
        if (wanted.has(leaf.hash)) branches.push([key, document.tree.branchOf(leaf)]);
      }
      position = Math.max(position, document.position);
    }
    return { branches, position };
  }

  #wake(): void {
    const due = [...this.#lanes.values()].flatMap(({ dueAtMs }) => dueAtMs ?? []);
    if (due.length > 0) this.#parts.host.setTimer('feed', Math.max(0, Math.min(...due) - this.#parts.host.now()));
  }
}
