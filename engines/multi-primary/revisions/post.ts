/** What a turn has to say to the other nodes, gathered so that each gets one message of each kind. */
import type { Host, NodeId } from '../../api.ts';
import type { Verdict } from './acceptance.ts';
import type { Journal } from './journal.ts';
import type {
  KeyedBranch,
  NumberedBranches,
  NumberedEdit,
  RevisionEntry,
  RevisionMessage,
  RevisionMessageOf,
} from './messages.ts';
import type { Branch } from './revision.ts';

/** Answers to one life of one node. */
interface Answers extends Record<Verdict, number[]> {
  readonly merged: number[];
  readonly opened: NumberedBranches[];
  /** Until the log is durable up to here, nobody may be told what is in `opened`. */
  position: number;
}

export class Post {
  readonly #host: Host<RevisionMessage, RevisionEntry>;
  readonly #journal: Journal;
  readonly #tag: string;
  readonly #edits = new Map<NodeId, NumberedEdit[]>();
  readonly #opens = new Map<NodeId, [number: number, key: string, every: boolean][]>();
  readonly #answers = new Map<NodeId, Map<string, Answers>>();
  readonly #missing = new Map<NodeId, RevisionMessageOf<'missing'>[]>();

  /** `tag` names this life. */
  constructor(host: Host<RevisionMessage, RevisionEntry>, journal: Journal, tag: string) {
    this.#host = host;
    this.#journal = journal;
    this.#tag = tag;
  }

  edit(to: NodeId, number: number, key: string, edit: Branch): void {
    listOf(this.#edits, to).push([number, key, edit]);
  }

  open(to: NodeId, number: number, key: string, every: boolean): void {
    listOf(this.#opens, to).push([number, key, every]);
  }

  /**
   * Number 0: not to be answered. `position`: until the log is durable up to it, nobody may be told of these branches. A copy that lost such an edit
   * in a crash could refuse it afterwards, and others would hold it.
   */
  branches(to: NodeId, number: number, branches: readonly KeyedBranch[], position: number): void {
    const { lifePosition } = this.#journal;
    this.#host.send(to, { type: 'branches', tag: this.#tag, number, branches }, Math.max(lifePosition, position));
  }

  edited(to: NodeId, tag: string, number: number, verdict: Verdict): void {
    this.#answersTo(to, tag)[verdict].push(number);
  }

  opened(to: NodeId, tag: string, number: number, branches: readonly Branch[], position: number): void {
    const answers = this.#answersTo(to, tag);
    answers.opened.push([number, branches]);
    answers.position = Math.max(answers.position, position);
  }

  merged(to: NodeId, tag: string, number: number): void {
    this.#answersTo(to, tag).merged.push(number);
  }

  /** The answer to a push also tells what is not missing, so it waits until all that is held here is durable. */
  missing(to: NodeId, message: RevisionMessageOf<'missing'>): void {
    listOf(this.#missing, to).push(message);
  }

  /** Sends what hangs on nothing that is logged here. */
  send(to: NodeId, message: RevisionMessage): void {
    this.#host.send(to, message, this.#journal.lifePosition);
  }

  /** Sends what was gathered. To be called when the turn's log entry has been appended. */
  flush(): void {
    const tag = this.#tag;
    for (const [to, edits] of this.#edits) this.send(to, { type: 'edits', tag, edits });
    for (const [to, opens] of this.#opens) this.send(to, { type: 'opens', tag, opens });
    this.#edits.clear();
    this.#opens.clear();
    for (const [to, byTag] of this.#answers) for (const [asker, answers] of byTag) this.#answer(to, asker, answers);
    this.#answers.clear();
    for (const [to, messages] of this.#missing) {
      for (const message of messages) this.#host.send(to, message, this.#journal.lastPosition);
    }
    this.#missing.clear();
  }

  #answer(to: NodeId, tag: string, { held, refused, unsure, merged, opened, position }: Answers): void {
    const logged = this.#journal.lastPosition;
    const edited = held.length + refused.length + unsure.length;
    if (edited > 0) this.#host.send(to, { type: 'edited', tag, held, refused, unsure }, logged);
    if (merged.length > 0) this.#host.send(to, { type: 'merged', tag, numbers: merged }, logged);
    if (opened.length > 0) this.#host.send(to, { type: 'opened', tag, answers: opened }, position);
  }

  #answersTo(to: NodeId, tag: string): Answers {
    let byTag = this.#answers.get(to);
    if (byTag === undefined) {
      byTag = new Map();
      this.#answers.set(to, byTag);
    }
    let answers = byTag.get(tag);
    if (answers === undefined) {
      answers = { held: [], refused: [], unsure: [], merged: [], opened: [], position: 0 };
      byTag.set(tag, answers);
    }
    return answers;
  }
}

function listOf<Item>(lists: Map<NodeId, Item[]>, to: NodeId): Item[] {
  let list = lists.get(to);
  if (list === undefined) {
    list = [];
    lists.set(to, list);
  }
  return list;
}
