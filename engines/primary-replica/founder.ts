/**
 * `manual`: the first member leads for ever, without being asked. Each of its lives opens an epoch of its own, since what it
 * had not synced may stand on replicas: the same positions of the same epoch must never be written twice.
 */
import type { NodeId } from '../api.ts';
import type { Core } from './core.ts';
import type { Opinion, Stale } from './messages.ts';

export class Founder {
  readonly #core: Core;
  /** Where the new epoch stands in the log: nobody hears of it before it is durable. */
  #openedAt = Number.POSITIVE_INFINITY;
  /** After the loss of the disk: the replicas that have not said yet what they hold. */
  readonly #unheard: Set<NodeId>;
  #othersHold = false;

  constructor(core: Core, diskIsEmpty: boolean) {
    this.#core = core;
    this.#unheard = new Set(diskIsEmpty ? core.voices.full.filter((id) => id !== core.self) : []);
    if (this.#unheard.size === 0) this.#open();
    else this.survey();
  }

  /** Leading with an empty disk would empty the replicas too. If they hold records, this node waits for an operator. */
  get isBarred(): boolean {
    return this.#othersHold;
  }

  #open(): void {
    this.#openedAt = this.#core.journal.promise(this.#core.election.seen + 1, this.#core.self);
  }

  onDurable(): void {
    if (this.#core.journal.synced < this.#openedAt) return;
    this.#openedAt = Number.POSITIVE_INFINITY;
    this.#core.lead();
  }

  /** A replica knows of a higher epoch: only a disk that lost what it had synced explains that. */
  onStale(message: Stale): void {
    this.#core.election.heardOf(message.epoch);
    if (this.#core.primary === undefined || message.epoch <= this.#core.journal.epoch) return;
    this.#core.resign();
    this.#open();
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
