/**
 * Who counts for what. N full members hold data; voters are all members, or the witness nodes alone.
 *
 * With k copies every acknowledged write stands on k + 1 full members. So any N − k full members contain a holder of it,
 * and leave the old primary at most k: one too few to acknowledge anything more. A majority of the voters as well makes
 * sure that no two candidates win the same epoch.
 */
import type { Member, NodeId } from '../api.ts';
import type { Options } from './options.ts';

export class Voices {
  readonly full: readonly NodeId[];
  readonly voters: readonly NodeId[];
  /** Full members and witnesses: all that hear heartbeats, and are asked. */
  readonly all: readonly NodeId[];
  /** Copies besides the primary's own that a write waits for: 0 when async. */
  readonly copies: number;
  readonly majority: number;
  /** Complete copies are promoted, or none: no promotion loses a record that counts. */
  readonly isSafe: boolean;
  /** Full members whose promises a promotion needs, the candidate's own among them. */
  readonly fullToPromote: number;
  readonly #full: ReadonlySet<NodeId>;
  readonly #voters: ReadonlySet<NodeId>;

  constructor(options: Options, members: readonly Member[]) {
    const ids = (kinds: readonly Member['kind'][]): NodeId[] =>
      members.filter((member) => kinds.includes(member.kind)).map((member) => member.id);
    this.full = ids(['full']);
    this.all = ids(['full', 'witness']);
    const witnesses = ids(['witness']);
    this.voters = options.voters === 'witnesses' && witnesses.length > 0 ? witnesses : this.all;
    this.majority = Math.floor(this.voters.length / 2) + 1;
    this.isSafe = options.authority === 'manual' || options.choice === 'complete';
    this.copies = copiesOf(options, this.full.length);
    this.fullToPromote = options.choice === 'complete' ? Math.max(1, this.full.length - this.copies) : 1;
    this.#full = new Set(this.full);
    this.#voters = new Set(this.voters);
  }

  isFull(node: NodeId): boolean {
    return this.#full.has(node);
  }

  isVoter(node: NodeId): boolean {
    return this.#voters.has(node);
  }

  /** Of two full members the one that stands first among the members. */
  isBefore(one: NodeId, other: NodeId): boolean {
    return this.full.indexOf(one) < this.full.indexOf(other);
  }

  /** Whether these, the candidate itself among them, may promote it. */
  suffice(promises: ReadonlySet<NodeId>): boolean {
    return (
      this.#count(promises, this.#voters) >= this.majority && this.#count(promises, this.#full) >= this.fullToPromote
    );
  }

  /** Whether no promotion can do without all of these, who hold to the primary. A candidate has to promise itself, too. */
  block(nodes: ReadonlySet<NodeId>): boolean {
    return (
      this.voters.length - this.#count(nodes, this.#voters) < this.majority ||
      this.full.length - this.#count(nodes, this.#full) < this.fullToPromote
    );
  }

  #count(nodes: ReadonlySet<NodeId>, among: ReadonlySet<NodeId>): number {
    let count = 0;
    for (const node of nodes) if (among.has(node)) count++;
    return count;
  }

  /** The lowest epoch above this one that is this full member's own to open: where nobody votes, no two may open the same. */
  ownEpochAbove(epoch: number, node: NodeId): number {
    const count = this.full.length;
    const place = this.full.indexOf(node) + 1;
    const rounds = Math.max(0, Math.floor((epoch - place) / count) + 1);
    return rounds * count + place;
  }
}

function copiesOf({ answer, copies }: Options, full: number): number {
  if (answer === 'async') return 0;
  return copies === 0 ? Math.floor(full / 2) : copies;
}
