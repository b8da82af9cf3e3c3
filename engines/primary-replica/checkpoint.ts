/**
 * Keeps log and memory bounded: once enough records have been applied, the state goes into the log as an image, a part a millisecond, and
 * what it stands for is forgotten. An image is never written before as many records were applied as it has pairs, so that
 * writing images costs no more than writing records. Each node draws its own time: not all write theirs at once.
 */
import type { Point } from '../parts/epoch-log.ts';
import { isEmptyPart, type StateReader } from '../parts/state-machine.ts';
import type { Core } from './core.ts';

const PART_EVERY_MS = 1;
/** A node waits a random part of this share of the records beyond. */
const STAGGER_SHARE = 0.25;

interface Running {
  readonly at: Point;
  readonly reader: StateReader;
  /** Set once all parts are in the log: where it has to be durable. */
  endsAt: number;
}

export class Checkpoint {
  readonly #core: Core;
  readonly #stagger: number;
  #running: Running | undefined;

  constructor(core: Core) {
    this.#core = core;
    this.#stagger = 1 + STAGGER_SHARE * core.host.random();
  }

  /** To be called when the turn's own entries have been appended. */
  onTurnEnd(): void {
    if (this.#running === undefined && this.#isDue) this.#begin();
  }

  /** Time for the next part. Not at each turn's end: where nothing waits for the disk, that would be all parts at once. */
  onTimer(): void {
    if (this.#running?.endsAt === 0) this.#writeSome(this.#running);
  }

  get #isDue(): boolean {
    const { machine, journal, options, standby } = this.#core;
    if (machine.isLoading || standby.isCopying) return false;
    const records = machine.applied - journal.log.base.position;
    return records >= Math.max(options.logRecordsMax, machine.state.size) * this.#stagger;
  }

  #begin(): void {
    const { machine, journal, host, options } = this.#core;
    const at = { epoch: journal.log.epochAt(machine.applied), position: machine.applied };
    journal.beginImage(at);
    journal.repeatBehind(at.position);
    this.#running = { at, reader: machine.state.read(options.recordsPerMessage), endsAt: 0 };
    host.setTimer('checkpoint', PART_EVERY_MS);
  }

  #writeSome(running: Running): void {
    const { journal, host } = this.#core;
    const part = running.reader.next();
    if (!isEmptyPart(part)) {
      journal.addPart(part);
      host.setTimer('checkpoint', PART_EVERY_MS);
      return;
    }
    running.reader.close();
    running.endsAt = journal.endImage(running.at);
  }

  onDurable(): void {
    const { journal, options, primary } = this.#core;
    if (this.#running === undefined || this.#running.endsAt === 0 || journal.synced < this.#running.endsAt) return;
    journal.discardBeforeImage();
    const { position } = this.#running.at;
    this.#running = undefined;
    const kept = Math.floor(options.logRecordsMax / 2);
    journal.log.trim(
      Math.max(journal.log.base.position, Math.min(position - kept, primary?.shipping.neededFrom ?? position)),
    );
  }

  /** The state is about to be replaced, or records that are in it. */
  cancel(): void {
    if (this.#running?.endsAt === 0) this.#running.reader.close();
    this.#running = undefined;
  }
}
