/**
 * Coordinating reads. All copies are asked, and R that say the same are the answer. If others have said something older, they are repaired
 * behind it. If copies really differ, or no R of those that can answer say the same, they are repaired first, and the best of what they said
 * is the answer; so one copy is enough where the others are known to be down. A silent one is waited for.
 */
import type { NodeId, Result, Ticket } from '../../api.ts';
import { UntilDurable } from '../../parts/until-durable.ts';
import { Asked, type Patience } from './asked.ts';
import type { KeyedBranch } from './messages.ts';
import type { RevisionParts } from './parts.ts';
import { type Branch, beats, type Leaf, leafOf } from './revision.ts';
import { RevisionTree } from './tree.ts';

/**
 * What is done with the winner (undefined: there is none) instead of answering it, by what writes by what it has read. `position`: until the log is
 * durable up to it, nobody may be told of the winner.
 */
export type Continuation = (winner: Leaf | undefined, position: number) => void;

/** Ancestors told with a winner, enough to see which of two is the older. */
const ANCESTORS_TOLD = 32;

class Open extends Asked {
  readonly ticket: Ticket;
  readonly key: string;
  readonly owners: readonly NodeId[];
  /** How many are enough. */
  readonly wanted: number;
  readonly continuation: Continuation | undefined;
  /** Every leaf is asked for, not only the winner. */
  readonly every: boolean;
  readonly answers = new Map<NodeId, readonly Branch[]>();
  /** Until the log is durable up to here, nobody may be told what this node's own copy has said. */
  position = 0;
  /** How many copies need no repair any more; undefined: it has not begun. */
  repaired: number | undefined;

  constructor(asked: Asking, patience: Patience, nowMs: number) {
    super(patience, nowMs);
    this.ticket = asked.ticket;
    this.key = asked.key;
    this.owners = asked.owners;
    this.wanted = asked.wanted;
    this.continuation = asked.continuation;
    this.every = asked.every;
  }
}

interface Asking {
  readonly ticket: Ticket;
  readonly key: string;
  readonly owners: readonly NodeId[];
  readonly wanted: number;
  readonly continuation: Continuation | undefined;
  readonly every: boolean;
}

export class Opens {
  readonly #parts: RevisionParts;
  readonly #open = new Map<number, Open>();
  #number = 0;
  /** Numbers of reads that have repaired this node's own copy. */
  readonly #undurable = new UntilDurable<number>();
  /** Answers that depend on what this turn has not appended yet. */
  #late: { readonly ticket: Ticket; readonly result: Result; readonly position: number }[] = [];

  constructor(parts: RevisionParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  /** This node's own state, however old. */
  local(ticket: Ticket, key: string): void {
    const { documents } = this.#parts;
    this.answer(ticket, { value: documents.value(key) }, documents.get(key)?.position ?? 0);
  }

  /** Reads the winner, for the client or for who writes by it. */
  begin(ticket: Ticket, key: string, continuation?: Continuation): void {
    this.#begin(ticket, key, false, continuation);
  }

  /** Reads every living leaf, the winner first. */
  versions(ticket: Ticket, key: string): void {
    this.#begin(ticket, key, true, undefined);
  }

  #begin(ticket: Ticket, key: string, every: boolean, continuation: Continuation | undefined): void {
    const { host, placement, peers, options, post } = this.#parts;
    const owners = placement.ownersOf(key);
    const up = peers.up(owners.nodes);
    if (up.length === 0) {
      this.#refuse(ticket);
      return;
    }
    const asking = { ticket, key, owners: owners.nodes, wanted: owners.read.least, continuation, every };
    const open = new Open(asking, options, host.now());
    const number = ++this.#number;
    this.#open.set(number, open);
    for (const node of up) {
      open.silent.add(node);
      if (node !== host.self) post.open(node, number, key, every);
    }
    if (!open.silent.has(host.self)) return;
    const { branches, position } = this.held(key, every);
    open.position = position;
    this.onAnswer(host.self, number, branches);
  }

  /** What this node's copy has to say, and the log position that it depends on. */
  held(key: string, every: boolean): { readonly branches: readonly Branch[]; readonly position: number } {
    const document = this.#parts.documents.get(key);
    if (document === undefined) return { branches: [], position: 0 };
    const { tree, position } = document;
    const leaves = every ? tree.leaves() : [tree.winner!];
    return { branches: leaves.map((leaf) => tree.branchOf(leaf, ANCESTORS_TOLD)), position };
  }

  onAnswer(from: NodeId, number: number, branches: readonly Branch[]): void {
    const open = this.#open.get(number);
    if (open === undefined || open.repaired !== undefined) return;
    if (!open.heard(from, this.#parts.host.now())) return;
    open.answers.set(from, branches);
    this.#goOn(number, open);
  }

  /** A copy has taken the repair. */
  onMerged(from: NodeId, number: number): void {
    const open = this.#open.get(number);
    if (open?.repaired === undefined || !open.heard(from, this.#parts.host.now())) return;
    open.repaired++;
    this.#finishIfRepaired(number, open);
  }

  onDurable(position: number): void {
    for (const number of this.#undurable.take(position)) this.onMerged(this.#parts.host.self, number);
  }

  nodeDown(node: NodeId): void {
    for (const [number, open] of this.#open) {
      if (!open.silent.delete(node)) continue;
      if (open.repaired === undefined) this.#goOn(number, open);
      else this.#finishIfRepaired(number, open);
    }
  }

  tick(): void {
    const { host, post } = this.#parts;
    const now = host.now();
    for (const [number, open] of this.#open) {
      const due = open.due(now);
      if (due === 'again') {
        for (const node of open.silent) {
          if (node === host.self) continue;
          if (open.repaired === undefined) post.open(node, number, open.key, open.every);
          else post.branches(node, number, toldOf(open), open.position);
        }
      } else if (due === 'over' && open.repaired === undefined) {
        this.#open.delete(number);
        this.#refuse(open.ticket);
      } else if (due === 'over') {
        this.#finish(number, open);
      }
    }
  }

  /** Gives the answers that waited for the turn's log entry. */
  flushLate(): void {
    const late = this.#late;
    this.#late = [];
    for (const { ticket, result, position } of late) this.#parts.host.reply(ticket, result, position);
  }

  /** Answers once the log is durable up to the position. */
  answer(ticket: Ticket, result: Result, position: number): void {
    const { host, journal } = this.#parts;
    if (position > journal.lastPosition) this.#late.push({ ticket, result, position });
    else host.reply(ticket, result, position);
  }

  /** Looks whether the answers are enough. */
  #goOn(number: number, open: Open): void {
    const { answers, wanted, every, silent } = open;
    if (answers.size === 0 && silent.size === 0) {
      this.#open.delete(number);
      this.#refuse(open.ticket);
      return;
    }
    if (every) {
      if (answers.size >= wanted || silent.size === 0) this.#finish(number, open);
      return;
    }
    const agreed = agreedBy(answers, wanted);
    if (agreed === undefined) {
      if (silent.size === 0) this.#repairFirst(number, open);
      return;
    }
    const others = [...answers.values()].filter(([winner]) => winner?.hashes[0] !== agreed[0]?.hashes[0]);
    if (others.every(([winner]) => isOlder(winner, agreed[0]))) {
      for (const node of others.length > 0 ? answers.keys() : []) this.#repair(node, open, 0);
      this.#finish(number, open);
    } else {
      this.#repairFirst(number, open);
    }
  }

  #repairFirst(number: number, open: Open): void {
    const { peers } = this.#parts;
    open.silent.clear();
    open.repaired = 0;
    for (const node of peers.up(open.owners)) {
      open.silent.add(node);
      this.#repair(node, open, number);
    }
    this.#finishIfRepaired(number, open);
  }

  /** Sends a copy what others have said and it has not; number 0: it need not answer. */
  #repair(node: NodeId, open: Open, number: number): void {
    const { host, post, documents, journal } = this.#parts;
    const { key, answers } = open;
    const [said] = answers.get(node) ?? [];
    const lacking = distinct(answers).filter(({ hashes }) => hashes[0] !== said?.hashes[0]);
    if (lacking.length === 0) {
      if (number > 0) countRepaired(open, node);
    } else if (node !== host.self) {
      post.branches(
        node,
        number,
        lacking.map((branch): KeyedBranch => [key, branch]),
        open.position,
      );
    } else {
      for (const branch of lacking) {
        if (documents.merge(key, branch, journal.turnPosition)) journal.branch(key, branch);
      }
      const position = journal.recordedPosition;
      if (number > 0 && journal.isDurable(position)) countRepaired(open, node);
      else if (number > 0) this.#undurable.push(position, number);
    }
  }

  #finishIfRepaired(number: number, open: Open): void {
    if (open.repaired! >= open.wanted || open.silent.size === 0) this.#finish(number, open);
  }

  #finish(number: number, open: Open): void {
    const { ticket, answers, position, continuation, every } = open;
    this.#open.delete(number);
    const branches = distinct(answers);
    if (every) {
      const tree = new RevisionTree(this.#parts.options.historyLimit);
      for (const branch of branches) tree.merge(branch);
      const versions = tree.leaves().flatMap(({ value }) => (value === null ? [] : [value]));
      this.answer(ticket, { value: versions[0] ?? null, versions }, position);
      return;
    }
    const [winner] = branches.map(leafOf).toSorted((a, b) => (beats(a, b) ? -1 : 1));
    if (continuation === undefined) this.answer(ticket, { value: winner?.value ?? null }, position);
    else continuation(winner, position);
  }

  #refuse(ticket: Ticket): void {
    this.#parts.host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
  }
}

function countRepaired(open: Open, node: NodeId): void {
  open.silent.delete(node);
  open.repaired!++;
}

const toldOf = ({ key, answers }: Open): KeyedBranch[] => distinct(answers).map((branch) => [key, branch]);

/** What so many copies have said alike; undefined: nothing yet. */
function agreedBy(answers: ReadonlyMap<NodeId, readonly Branch[]>, wanted: number): readonly Branch[] | undefined {
  const counts = new Map<string | undefined, number>();
  for (const said of answers.values()) {
    const hash = said[0]?.hashes[0];
    const count = (counts.get(hash) ?? 0) + 1;
    if (count >= wanted) return said;
    counts.set(hash, count);
  }
  return undefined;
}

/** All branches that were told, each once. */
function distinct(answers: ReadonlyMap<NodeId, readonly Branch[]>): Branch[] {
  const byLeaf = new Map<string, Branch>();
  for (const said of answers.values()) for (const branch of said) byLeaf.set(branch.hashes[0]!, branch);
  return [...byLeaf.values()];
}

/** Whether what a copy holds is an ancestor of the newer branch's leaf, or nothing. */
const isOlder = (winner: Branch | undefined, newer: Branch | undefined): boolean =>
  winner === undefined || newer?.hashes.includes(winner.hashes[0]!) === true;
