/**
 * Reads answered by a follower: it asks the leader how far the log was committed, once for all the reads of a turn, and answers when it
 * has applied that much (Ongaro's thesis, 6.4). The answer is as new as one of the leader's; the leader's store has no part in it.
 */
import type { Request } from '../api.ts';
import type { ReadIndex } from './messages.ts';
import type { Node } from './node.ts';

/** Reads that may wait at one time. */
const WAITING_MAX = 16_384;
/** A question that is not answered for so many heartbeats is asked again: it, or the answer, may be lost. */
const ASK_AGAIN_HEARTBEATS = 2;

interface Question {
  readonly id: number;
  readonly reads: readonly Request[];
  /** Up to where the log has to be applied; undefined: the leader has not said yet. */
  index: number | undefined;
}

export class FollowerReads {
  readonly #node: Node;
  #leader: string | undefined;
  #arrived: Request[] = [];
  #questions: Question[] = [];
  #size = 0;
  #lastId = 0;

  constructor(node: Node) {
    this.#node = node;
  }

  hasRoom(): boolean {
    return this.#size < WAITING_MAX;
  }

  arrive(request: Request): void {
    this.#arrived.push(request);
    this.#size++;
  }

  onReadIndex({ id, index }: ReadIndex): void {
    const question = this.#questions.find((one) => one.id === id);
    if (question !== undefined) question.index ??= index;
  }

  /** To be called when what is committed has been applied. */
  onTurnEnd(leader: string | undefined): void {
    const { host, options, machine } = this.#node;
    if (this.#size === 0) return;
    if (leader === undefined || (this.#leader !== leader && this.#questions.length > 0)) this.#fail(leader);
    if (leader === undefined) return;
    this.#leader = leader;
    if (this.#arrived.length > 0) {
      const question = { id: ++this.#lastId, reads: this.#arrived, index: undefined };
      this.#arrived = [];
      this.#questions.push(question);
      this.#ask(question.id);
      host.setTimer('reads', ASK_AGAIN_HEARTBEATS * options.heartbeatMs);
    }
    if (machine.isLoading) return;
    const isReady = ({ index }: Question): boolean => index !== undefined && index <= machine.applied;
    for (const { reads } of this.#questions.filter(isReady)) {
      this.#size -= reads.length;
      for (const read of reads) host.reply(read, { value: host.store.get(read.operation.key) }, 'now');
    }
    this.#questions = this.#questions.filter((question) => !isReady(question));
  }

  #ask(id: number): void {
    const { host, ballot } = this.#node;
    host.send(this.#leader!, { type: 'ask-index', term: ballot.term, id }, 'now');
  }

  onTimer(): void {
    const open = this.#questions.filter(({ index }) => index === undefined);
    if (open.length === 0 || this.#leader === undefined) return;
    for (const { id } of open) this.#ask(id);
    this.#node.host.setTimer('reads', ASK_AGAIN_HEARTBEATS * this.#node.options.heartbeatMs);
  }

  /** There is another leader, or none: they can be asked again there. */
  #fail(leader: string | undefined): void {
    const rest = [...this.#questions.flatMap(({ reads }) => reads), ...(leader === undefined ? this.#arrived : [])];
    this.#questions = [];
    if (leader === undefined) this.#arrived = [];
    this.#size -= rest.length;
    const hint = leader === undefined ? {} : { leader };
    for (const read of rest) this.#node.host.fail(read, { effect: 'none', reason: 'not-leader', ...hint }, 'now');
  }
}
