/**
 * The log: all branches that a turn has taken become one entry at its end, so that every change knows its position before it is written.
 * Also cutting it: the branches of all leaves are logged again, some at a time among the daily entries, and then all before the first of
 * them is discarded. That is right since branches fold in any order and repeated.
 */
import type { Host } from '../../api.ts';
import type { Documents } from './documents.ts';
import type { KeyedBranch, RevisionEntry, RevisionMessage } from './messages.ts';
import type { Branch } from './revision.ts';

const BRANCHES_PER_STEP = 256;
/** Keeps the cost of logging again below a quarter of the daily entries. */
const LOGGED_PER_LEAF = 4;
/** Refused edits that are remembered. They matter only while one of them may still be under way a second time. */
const REFUSED_MAX = 10_000;

export class Journal {
  readonly #host: Host<RevisionMessage, RevisionEntry>;
  readonly #documents: Documents;
  readonly #checkpointBranches: number;
  readonly #life: number;
  /** Names what this node stores on: it is drawn anew when a life finds nothing. */
  readonly disk: number;
  /** Once durable, this life's name can never be given again. */
  readonly lifePosition: number;
  #lastPosition: number;
  #durable = 0;
  #branches: KeyedBranch[] = [];
  #refused: string[] = [];
  readonly #everRefused: Set<string>;
  /** Branches and refusals since the last cut began. */
  #logged = 0;
  #cut: { readonly from: number; readonly steps: Iterator<void> } | undefined;

  constructor(
    host: Host<RevisionMessage, RevisionEntry>,
    documents: Documents,
    { life, disk, refused }: Recovered,
    checkpointBranches: number,
  ) {
    this.#host = host;
    this.#documents = documents;
    this.#checkpointBranches = checkpointBranches;
    this.#life = life;
    this.disk = disk;
    this.#everRefused = refused;
    this.lifePosition = host.log.append({ life, disk });
    this.#lastPosition = this.lifePosition;
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  /** The position of what is recorded now. */
  get turnPosition(): number {
    return this.#lastPosition + 1;
  }

  /** Once the log is durable up to here, so is all that was recorded until now. */
  get recordedPosition(): number {
    return this.#branches.length + this.#refused.length > 0 ? this.turnPosition : this.#lastPosition;
  }

  onDurable(position: number): void {
    this.#durable = position;
  }

  isDurable(position: number): boolean {
    return position <= this.#durable;
  }

  branch(key: string, branch: Branch): void {
    this.#branches.push([key, branch]);
    this.#logged++;
  }

  /** An edit was refused, and must stay so though what it builds on may come to be known here. */
  refuse(hash: string): void {
    this.#refused.push(hash);
    this.#logged++;
    remember(this.#everRefused, hash);
  }

  hasRefused(hash: string): boolean {
    return this.#everRefused.has(hash);
  }

  /** Appends the turn's entry, if anything was recorded. */
  flush(): void {
    const [branches, refused] = [this.#branches, this.#refused];
    if (branches.length === 0 && refused.length === 0) return;
    const expected = this.turnPosition;
    this.#branches = [];
    this.#refused = [];
    this.#lastPosition = this.#host.log.append({
      ...(branches.length > 0 && { branches }),
      ...(refused.length > 0 && { refused }),
    });
    if (this.#lastPosition !== expected) throw new Error(`log position ${this.#lastPosition}, expected ${expected}`);
  }

  /** Whether the log is to be cut, or a cut is under way. */
  get cutWanted(): boolean {
    const most = Math.max(this.#checkpointBranches, LOGGED_PER_LEAF * this.#documents.leaves);
    return this.#cut !== undefined || this.#logged >= most;
  }

  /** Does the next share of a cut. To be called when the turn's own entry has been appended. */
  cut(): void {
    if (this.#cut === undefined) {
      if (!this.cutWanted) return;
      this.#logged = 0;
      this.#lastPosition = this.#host.log.append({
        life: this.#life,
        disk: this.disk,
        refused: [...this.#everRefused],
      });
      this.#cut = { from: this.#lastPosition, steps: this.#again() };
    }
    const { from, steps } = this.#cut;
    let done = false;
    for (let i = 0; i < BRANCHES_PER_STEP && !done; i++) done = steps.next().done === true;
    this.flush();
    if (!done) return;
    this.#host.log.discard(from);
    this.#cut = undefined;
  }

  /**
   * Logs one branch a step. Documents that begin meanwhile are logged anyway. So is what grows meanwhile, but from its parent on only: if that
   * was still to come here, the branch of what has grown is logged as well, for the older history in it.
   */
  *#again(): Generator<void> {
    let left = this.#documents.size;
    for (const { key, tree } of this.#documents.all()) {
      if (left-- === 0) return;
      const logged = new Set<string>();
      for (let wanted = tree.leaves(); wanted.length > 0; ) {
        let hasGrown = false;
        for (const leaf of wanted) {
          if (tree.isLeaf(leaf.hash)) {
            logged.add(leaf.hash);
            this.branch(key, tree.branchOf(leaf));
            yield;
          } else hasGrown = true;
        }
        wanted = hasGrown ? tree.leaves().filter(({ hash }) => !logged.has(hash)) : [];
      }
    }
  }
}

/** What a new life finds; life 1: nothing. */
export interface Recovered {
  readonly life: number;
  readonly disk: number;
  readonly refused: Set<string>;
}

/** The oldest makes room. */
function remember(refused: Set<string>, hash: string): void {
  refused.add(hash);
  if (refused.size > REFUSED_MAX) refused.delete(refused.values().next().value!);
}

/** Lives of a node whose disk is new are numbered from here, at random, so that no name of the lost disk's lives comes again. */
const LOST_DISK_LIVES = 2 ** 20;

/** Folds the log of the former lives into the documents. */
export function recover(host: Host<RevisionMessage, RevisionEntry>, documents: Documents): Recovered {
  let [life, disk] = [0, Math.floor(host.random() * 2 ** 31)];
  const refused = new Set<string>();
  for (const entry of host.log.recovered) {
    life = Math.max(life, entry.life ?? 0);
    disk = entry.disk ?? disk;
    for (const hash of entry.refused ?? []) remember(refused, hash);
    for (const [key, branch] of entry.branches ?? []) documents.merge(key, branch, 0);
  }
  const lost = host.boot === 'restart' && host.log.recovered.length === 0;
  return { life: lost ? LOST_DISK_LIVES + Math.floor(host.random() * LOST_DISK_LIVES) : life + 1, disk, refused };
}
