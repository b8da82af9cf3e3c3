/**
 * `manual`: the first member leads, and whoever it was handed over to, without being asked. Each of its lives opens an epoch of
 * its own, since what it had not synced may stand on replicas: the same positions of the same epoch must never be written twice.
 */
import type { NodeId } from '../api.ts';
import type { Core } from './core.ts';
import type { Opinion } from './messages.ts';

export class Founder {
  readonly #core: Core;
  /** After the loss of the disk: the replicas that have not said yet what they hold. */
  readonly #unheard = new Set<NodeId>();
  #othersHold = false;

  constructor(core: Core, diskIsEmpty: boolean) {
    this.#core = core;
    const { journal, voices, self } = core;
    const isFirst = journal.promisedTo === '' && voices.full[0] === self;
    if (!isFirst && journal.promisedTo !== self) return;
    if (diskIsEmpty) for (const id of voices.full) if (id !== self) this.#unheard.add(id);
    if (this.#unheard.size === 0) this.#open();
    else this.survey();
  }

  /** Leading with an empty disk would empty the replicas too. If they hold records, this node waits for an operator. */
  get isBarred(): boolean {
    return this.#othersHold;
  }

  #open(): void {
    const { voices, election, self } = this.#core;
    this.#core.open(voices.ownEpochAbove(election.seen, self));
  }

  survey(): void {
    const { journal, host, options } = this.#core;
    if (this.#unheard.size === 0) return;
    for (const id of this.#unheard) this.#core.send(id, { type: 'canvass', epoch: 0, end: journal.log.end });
    host.setTimer('survey', options.heartbeatMs);
  }

  onOpinion(from: NodeId, message: Opinion): void {
    if (message.epoch !== 0 || !this.#unheard.delete(from)) return;
    if (message.end.position > 0) this.#othersHold = true;
    if (this.#unheard.size === 0 && !this.#othersHold) this.#open();
  }
}
