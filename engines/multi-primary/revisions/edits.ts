/**
 * Coordinating edits. An edit is a new leaf on the revision that its author has read; each copy decides by itself whether to take it, and
 * what becomes of it is read from their answers:
 *
 * - *committed*: W copies hold it.
 * - *accepted*: all have answered, or are not waited for any longer, and at least one holds it.
 * - *conflict*: none holds it, and all that were asked have refused it.
 * - Otherwise nobody knows: some copy may hold it.
 *
 * Started serially, copies are asked one after the other, and the first that refuses decides; that an earlier one holds the edit does not change
 * what CouchDB's client is told, but it is no refusal for certain, so it ends as unknown here.
 */
import type { NodeId, Result, Ticket } from '../../api.ts';
import { partitionOf } from '../../parts/ring.ts';
import { UntilDurable } from '../../parts/until-durable.ts';
import { judge, type Verdict } from './acceptance.ts';
import { Asked, type Patience } from './asked.ts';
import type { RevisionParts } from './parts.ts';
import { type Branch, hashOf, type Revision } from './revision.ts';

type Outcome = 'committed' | 'accepted' | 'conflict' | 'unknown';

class Edit extends Asked {
  readonly ticket: Ticket;
  readonly result: Result;
  readonly key: string;
  readonly branch: Branch;
  /** How many are enough. */
  readonly wanted: number;
  /** Copies that have not been asked yet, the next first. */
  readonly queue: NodeId[];
  held = 0;
  refused = 0;
  /** Some copy that was asked is not waited for any longer, or is unsure, and may hold the edit. */
  isInDoubt = false;
  isOver = false;

  constructor(begun: Begun, patience: Patience, nowMs: number) {
    super(patience, nowMs);
    this.ticket = begun.ticket;
    this.result = begun.result;
    this.key = begun.key;
    this.branch = begun.branch;
    this.wanted = begun.wanted;
    this.queue = begun.queue;
  }

  /** One copy more has answered. */
  count(verdict: Verdict): void {
    if (verdict === 'held') this.held++;
    else if (verdict === 'refused') this.refused++;
    else this.isInDoubt = true;
  }
}

interface Begun {
  readonly ticket: Ticket;
  readonly result: Result;
  readonly key: string;
  readonly branch: Branch;
  readonly wanted: number;
  readonly queue: NodeId[];
}

export class Edits {
  readonly #parts: RevisionParts;
  readonly #isSerial: boolean;
  readonly #open = new Map<number, Edit>();
  #number = 0;
  /** Numbers of edits that this node's own copy has taken. */
  readonly #undurable = new UntilDurable<number>();

  constructor(parts: RevisionParts) {
    this.#parts = parts;
    this.#isSerial = parts.options.start === 'serial';
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  /** Begins an edit of what was read (undefined: the document was absent; null: it is to be deleted), answered by `result` if all goes well. */
  begin(ticket: Ticket, key: string, parent: Revision | undefined, value: string | null, result: Result = {}): void {
    const { host, placement, peers, options } = this.#parts;
    const owners = placement.ownersOf(key);
    const queue = [...peers.up(owners.nodes)];
    if (queue.length === 0) {
      host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
      return;
    }
    const branch: Branch = {
      generation: (parent?.generation ?? 0) + 1,
      hashes: parent === undefined ? [hashOf(parent, value)] : [hashOf(parent, value), parent.hash],
      value,
    };
    const wanted = owners.write.least;
    const edit = new Edit({ ticket, result, key, branch, wanted, queue }, options, host.now());
    const number = ++this.#number;
    this.#open.set(number, edit);
    if (this.#isSerial) queue.sort((a, b) => turnOf(a, key, owners.nodes) - turnOf(b, key, owners.nodes));
    else {
      // This node comes last: its answer may settle the edit, and those of the others are then awaited still.
      queue.sort((a, b) => Number(a === host.self) - Number(b === host.self));
      while (queue.length > 1) this.#askNext(number, edit);
    }
    this.#askNext(number, edit);
    this.#goOn(number, edit);
  }

  onAnswer(from: NodeId, number: number, verdict: Verdict): void {
    const edit = this.#open.get(number);
    if (edit === undefined || !edit.heard(from, this.#parts.host.now())) return;
    edit.count(verdict);
    this.#goOn(number, edit);
  }

  onDurable(position: number): void {
    for (const number of this.#undurable.take(position)) this.onAnswer(this.#parts.host.self, number, 'held');
  }

  nodeDown(node: NodeId): void {
    for (const [number, edit] of this.#open) {
      const at = edit.queue.indexOf(node);
      if (at >= 0) edit.queue.splice(at, 1);
      if (!edit.silent.delete(node)) continue;
      edit.isInDoubt = true;
      this.#goOn(number, edit);
    }
  }

  tick(): void {
    const { host, post } = this.#parts;
    const now = host.now();
    for (const [number, edit] of this.#open) {
      const due = edit.due(now);
      if (due === 'again') {
        for (const node of edit.silent) if (node !== host.self) post.edit(node, number, edit.key, edit.branch);
      } else if (due === 'over') {
        edit.isInDoubt = true;
        edit.silent.clear();
        edit.queue.length = 0;
        this.#goOn(number, edit);
      }
    }
  }

  #askNext(number: number, edit: Edit): void {
    const { host, post, journal } = this.#parts;
    const node = edit.queue.shift()!;
    if (node !== host.self) {
      edit.silent.add(node);
      post.edit(node, number, edit.key, edit.branch);
      return;
    }
    const verdict = judge(this.#parts, edit.key, edit.branch);
    const position = journal.recordedPosition;
    // What is held and durable is the same edit, made before.
    if (verdict !== 'held' || journal.isDurable(position)) edit.count(verdict);
    else {
      edit.silent.add(node);
      this.#undurable.push(position, number);
    }
  }

  /** Looks whether the edit is over, or whether another copy has to be asked. */
  #goOn(number: number, edit: Edit): void {
    while (!edit.isOver) {
      const outcome = this.#outcomeOf(edit);
      if (outcome !== undefined) this.#end(edit, outcome);
      else if (edit.silent.size === 0) this.#askNext(number, edit);
      else break;
    }
    // The rest is asked too, and its answers change nothing.
    while (edit.queue.length > 0 && edit.isOver) this.#askNext(number, edit);
    if (edit.silent.size === 0) this.#open.delete(number);
  }

  #outcomeOf({ held, refused, wanted, queue, silent, isInDoubt }: Edit): Outcome | undefined {
    const isRefused = this.#isSerial && refused > 0;
    if (held >= wanted && !isRefused) return 'committed';
    if (!isRefused && silent.size + queue.length > 0) return undefined;
    if (isRefused) return held === 0 && !isInDoubt ? 'conflict' : 'unknown';
    if (held > 0) return 'accepted';
    return refused > 0 && !isInDoubt ? 'conflict' : 'unknown';
  }

  #end(edit: Edit, outcome: Outcome): void {
    const { host } = this.#parts;
    const { ticket, result } = edit;
    edit.isOver = true;
    // Whoever has refused decides when copies are asked one after the other: the others shall not take it.
    if (this.#isSerial && edit.refused > 0) edit.queue.length = 0;
    if (outcome === 'committed') host.reply(ticket, result, 'now');
    else if (outcome === 'accepted') host.reply(ticket, { ...result, ack: 'accepted' }, 'now');
    else if (outcome === 'conflict') host.fail(ticket, { effect: 'none', reason: 'conflict' });
    else host.fail(ticket, { effect: 'unknown', reason: reasonOf(edit) }, 'now');
  }
}

/** When it is the copy's turn: the order is the same for all coordinators, and another one for other keys, so that no copy comes first everywhere. */
const turnOf = (node: NodeId, key: string, owners: readonly NodeId[]): number =>
  (owners.indexOf(node) - (partitionOf(key) % owners.length) + owners.length) % owners.length;

const reasonOf = ({ refused, held }: Edit): string => {
  if (refused === 0) return 'no copy has said in time that it holds it';
  return held > 0 ? 'one copy has refused what another holds' : 'refused as a conflict by those copies that answered';
};
