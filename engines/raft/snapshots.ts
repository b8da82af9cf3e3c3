/**
 * Keeps log and memory bounded: once enough entries have been applied, the state goes into the durable log, a part a millisecond, and
 * the entries it stands for are forgotten. A snapshot is never taken before half as many entries were applied as the state has pairs, so
 * that snapshots never cost more than twice what entries do. Each node draws its own time: not all take theirs at once.
 */
import type { Ticket } from '../api.ts';
import { isEmptyPart, type StateReader } from '../parts/state-machine.ts';
import type { Node } from './node.ts';
import type { Place } from './records.ts';

const PART_EVERY_MS = 1;
/** A node waits a random part of this share of the entries beyond. */
const STAGGER_SHARE = 0.25;

interface Running {
  readonly at: Place;
  /** Before this position the durable log is not needed any more, once the snapshot is whole. */
  readonly discardBefore: number;
  readonly reader: StateReader | undefined;
}

export class Snapshots {
  readonly #node: Node;
  /** Entries behind this index are still needed by others. */
  readonly #neededFrom: () => number;
  readonly #stagger: number;
  /** Where the newest one stands. */
  #lastIndex: number;
  #running: Running | undefined;
  #asked: Ticket[] = [];

  constructor(node: Node, neededFrom: () => number) {
    this.#node = node;
    this.#neededFrom = neededFrom;
    this.#stagger = 1 + STAGGER_SHARE * node.host.random();
    this.#lastIndex = node.log.base.index;
  }

  /** Takes one as soon as may be, and answers when it is durable. */
  ask(ticket: Ticket): void {
    this.#asked.push(ticket);
  }

  /** To be called when the turn's own entries have been appended. */
  onTurnEnd(): void {
    if (this.#running === undefined && this.#isDue) this.#begin();
  }

  get #isDue(): boolean {
    const { machine, options, installing } = this.#node;
    if (machine.isLoading || installing.isUnderWay) return false;
    if (this.#asked.length > 0) return true;
    const entries = machine.applied - this.#lastIndex;
    return entries >= Math.max(options.snapshotEntries, machine.state.size / 2) * this.#stagger;
  }

  #begin(): void {
    const { machine, log, host, options, ballot } = this.#node;
    const at = { index: machine.applied, term: log.termAt(machine.applied) };
    const { configuration } = log.configurations.at(at.index);
    const beginsAt = host.log.append({ snapshot: at, configuration, ...ballot.state });
    // Entries that are not applied yet stand before it, and in no snapshot.
    const discardBefore = at.index < log.last ? Math.min(beginsAt, log.positionOf(at.index + 1)) : beginsAt;
    const reader = machine.hasStore ? machine.state.read(options.pairsPerPart) : undefined;
    this.#running = { at, discardBefore, reader };
    this.#goOn(this.#running);
  }

  /** Time for the next part. Not at each turn's end: where nothing waits for the disk, that would be all parts at once. */
  onTimer(): void {
    if (this.#running !== undefined) this.#goOn(this.#running);
  }

  #goOn(running: Running): void {
    const { host } = this.#node;
    const part = running.reader?.next();
    if (part === undefined || isEmptyPart(part)) this.#end(running);
    else {
      host.log.append({ part });
      host.setTimer('snapshot', PART_EVERY_MS);
    }
  }

  #end({ at, discardBefore, reader }: Running): void {
    const { host, log, options } = this.#node;
    reader?.close();
    this.#running = undefined;
    this.#lastIndex = at.index;
    const wholeAt = host.log.append({ keepTail: true });
    host.log.discard(discardBefore);
    log.forget(Math.min(at.index - options.trailingEntries, this.#neededFrom()));
    for (const ticket of this.#asked) host.reply(ticket, {}, wholeAt);
    this.#asked = [];
  }

  /** The one under way will not be whole: a leader sends another. */
  giveUp(): void {
    this.#running?.reader?.close();
    this.#running = undefined;
  }

  /** The state was replaced by a leader's snapshot. */
  replaced(at: Place): void {
    this.#lastIndex = at.index;
  }
}
