/**
 * A snapshot on its way to a follower whose next entry is forgotten: the leader's own state as of now, read while it changes. The log is
 * kept from there on, so that appends go on where the snapshot ends.
 */
import type { NodeId } from '../api.ts';
import { PartSender, type PartSource } from '../parts/part-sender.ts';
import type { Node } from './node.ts';
import type { Place } from './records.ts';

/** What a witness gets: it holds no data. */
const NO_DATA: PartSource = { next: () => ({ sessions: [], pairs: [] }), close: () => {} };

export class SnapshotSending {
  readonly id: number;
  readonly at: Place;
  readonly #sender: PartSender;

  /** To be begun when everything that is committed has been applied. `id`: a new one for each of a term. */
  constructor(node: Node, to: NodeId, id: number) {
    const { machine, log, host, options, ballot } = node;
    const { term } = ballot;
    const at = { index: machine.applied, term: log.termAt(machine.applied) };
    const { configuration } = log.configurations.at(at.index);
    this.id = id;
    this.at = at;
    const source = node.isWitness(to) ? NO_DATA : machine.state.read(options.pairsPerPart);
    this.#sender = new PartSender(source, (part, number, isLast) =>
      host.send(to, { type: 'chunk', term, id, at, configuration, number, ...part, isLast }, 'now'),
    );
  }

  sendSome(): void {
    this.#sender.sendSome();
  }

  /** The follower has chunks up to this one. Returns false if it has lost what it had before. */
  onTaken(number: number): boolean {
    if (number === 0 && this.#sender.hasBegun) return false;
    this.#sender.onTaken(number);
    return true;
  }

  /** The follower lives: what it does not take is lost. */
  onSignOfLife(): void {
    this.#sender.onSignOfLife();
  }

  close(): void {
    this.#sender.close();
  }
}
