/** Term and vote: written to the durable log at each change, never taken back. */
import type { Host, NodeId } from '../api.ts';
import type { Message } from './messages.ts';
import type { HardState, LogRecord } from './records.ts';

export class Ballot {
  readonly #host: Host<Message, LogRecord>;
  #state: HardState;
  #position: number;

  constructor(host: Host<Message, LogRecord>, recovered: HardState, position: number) {
    this.#host = host;
    this.#state = recovered;
    this.#position = position;
  }

  get term(): number {
    return this.#state.term;
  }

  get vote(): NodeId | null {
    return this.#state.vote;
  }

  /** The mark of this node's disk. */
  get disk(): number {
    return this.#state.disk;
  }

  get state(): HardState {
    return this.#state;
  }

  /** The position of the latest record: what promises this term or vote waits for it. */
  get position(): number {
    return this.#position;
  }

  /** Enters a term that is not lower; within one, a vote that was given stays. */
  set(term: number, vote: NodeId | null): void {
    const { term: oldTerm, vote: oldVote } = this.#state;
    if (term < oldTerm) throw new Error(`raft: term ${term} after term ${oldTerm}`);
    if (term === oldTerm && oldVote !== null && vote !== oldVote) {
      throw new Error(`raft: a vote for ${vote} in term ${term}, after one for ${oldVote}`);
    }
    if (term === oldTerm && vote === oldVote) return;
    this.#write({ ...this.#state, term, vote });
  }

  /** Writes the state as it is: the first record of a disk, by which a later life knows that it was not lost. */
  begin(): void {
    this.#write(this.#state);
  }

  #write(state: HardState): void {
    this.#state = state;
    this.#position = this.#host.log.append(state);
  }
}
