/**
 * Takes a leader's snapshot, chunk by chunk, into memory and onto the disk. Until it is whole the node keeps what it had. What is on
 * the disk of one that is not whole outlives a restart: the same leader goes on from there.
 */
import type { StatePart } from '../parts/state-machine.ts';
import type { Chunk } from './messages.ts';
import type { Node } from './node.ts';
import type { Snapshot } from './recovery.ts';

/** How many chunks of a snapshot are here, and the position that makes them durable. */
interface Taken {
  readonly number: number;
  readonly position: number;
}

/** Chunks that overtook others, kept until those come: more than this are not under way. */
const EARLY_MAX = 8;

export class Installing {
  /** What has come so far. */
  #snapshot: Snapshot | undefined;
  /** Where the newest of it stands in the durable log; what a former life left is durable. */
  #position = 0;
  #early: Chunk[] = [];

  constructor(unfinished: Snapshot | undefined) {
    this.#snapshot = unfinished;
  }

  get isUnderWay(): boolean {
    return this.#snapshot !== undefined;
  }

  /**
   * Takes the chunk, and those that came before their turn, as far as none is missing; undefined: the last of them was the snapshot's
   * last, and it has taken the place of what there was. The first chunk of a newer snapshot ends the one before.
   */
  take(chunk: Chunk, node: Node): Taken | undefined {
    const { term, id, number } = chunk;
    if (number === 1 && !this.#isOf(term, id)) this.#begin(chunk, node);
    this.#early = this.#early.filter((early) => early.term === term && early.id === id && early.number !== number);
    this.#early.push(chunk);
    if (this.#early.length > EARLY_MAX) this.#early.shift();
    if (!this.#isOf(term, id)) return { number: 0, position: 0 };
    const { parts } = this.#snapshot!;
    for (let next = this.#next(parts.length + 1); next !== undefined; next = this.#next(parts.length + 1)) {
      const part: StatePart = { sessions: next.sessions, pairs: next.pairs };
      parts.push(part);
      this.#position = node.host.log.append({ part });
      if (next.isLast) {
        this.#install(this.#snapshot!, node);
        return undefined;
      }
    }
    return { number: parts.length, position: this.#position };
  }

  #next(number: number): Chunk | undefined {
    return this.#early.find((early) => early.number === number);
  }

  #isOf(term: number, id: number): boolean {
    const from = this.#snapshot?.from;
    return from !== undefined && from[0] === term && from[1] === id;
  }

  #begin({ at, configuration, term, id }: Chunk, { host, ballot, snapshots }: Node): void {
    const from = [term, id] as const;
    snapshots.giveUp();
    const beginsAt = host.log.append({ snapshot: at, configuration, from, ...ballot.state });
    this.#snapshot = { at, configuration, from, beginsAt, parts: [] };
  }

  #install(snapshot: Snapshot, { host, log, machine, snapshots }: Node): void {
    const { at, configuration, beginsAt } = snapshot;
    this.#snapshot = undefined;
    this.#early = [];
    const wholeAt = host.log.append({ keepTail: false });
    host.log.discard(beginsAt);
    log.beginAnew(at, configuration, wholeAt);
    machine.load(snapshot);
    snapshots.replaced(at);
  }

  /** The log of the leader of this term is here up to this index: a snapshot of less, or of another leader, is not needed. */
  caughtUp(term: number, index: number): void {
    if (this.#snapshot === undefined) return;
    const { from, at } = this.#snapshot;
    if (from?.[0] !== term || at.index <= index) this.#snapshot = undefined;
  }
}
