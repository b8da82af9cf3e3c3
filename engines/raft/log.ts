/**
 * The replicated log as this node holds it: the newest entries in memory, mirrored record by record in the host's durable log. What a
 * snapshot holds is forgotten, but for the index and term it ends at.
 */
import type { Host } from '../api.ts';
import { EpochLog } from '../parts/epoch-log.ts';
import type { Configuration } from './configuration.ts';
import { Configurations } from './configurations.ts';
import type { Message } from './messages.ts';
import { isConfiguration, type LogEntry, type LogRecord, type Place } from './records.ts';

/** What a life begins with, all of it durable: entries behind a place, and the position of the record that wrote each. */
export interface Beginning {
  readonly base: Place;
  readonly configuration: Configuration;
  readonly entries: readonly LogEntry[];
  readonly positions: readonly number[];
}

export class RaftLog {
  readonly configurations: Configurations;
  readonly #host: Host<Message, LogRecord>;
  readonly #entries = new EpochLog<LogEntry>();
  /** The position of the durable record that wrote each entry behind the base: it grows with the index. */
  #positions: number[];
  /** The position that makes everything up to the base durable. */
  #basePosition = 0;
  #durablePosition: number;
  #durableIndex: number;

  constructor(host: Host<Message, LogRecord>, { base, configuration, entries, positions }: Beginning) {
    this.#host = host;
    this.configurations = new Configurations(configuration);
    this.configurations.begin(base.index, configuration);
    this.#entries.rebase({ epoch: base.term, position: base.index });
    this.#positions = [...positions];
    for (const entry of entries) this.#put(entry);
    this.#durablePosition = host.log.recovered.length;
    this.#durableIndex = this.last;
  }

  /** The place behind which entries are here. */
  get base(): Place {
    const { position, epoch } = this.#entries.base;
    return { index: position, term: epoch };
  }

  get last(): number {
    return this.#entries.last;
  }

  get lastTerm(): number {
    return this.#entries.end.epoch;
  }

  /** All up to this index is on this node's disk, as the log stands now. */
  get durableIndex(): number {
    return this.#durableIndex;
  }

  get durablePosition(): number {
    return this.#durablePosition;
  }

  /** The term of the entry at an index; 0 before the first, −1 behind the last or where it is forgotten. */
  termAt(index: number): number {
    return this.#entries.epochAt(index);
  }

  /** The entry at an index behind the base. */
  at(index: number): LogEntry {
    return this.#entries.at(index);
  }

  /** The durable position that makes the log safe up to this index. */
  positionOf(index: number): number {
    const at = index - this.#entries.base.position - 1;
    return at < 0 ? this.#basePosition : this.#positions[at]!;
  }

  /** Up to `count` entries from `first` on. */
  slice(first: number, count: number): LogEntry[] {
    return count === 0 ? [] : this.#entries.slice(first, count);
  }

  /** Appends the next entry, in memory and to the durable log. */
  append(entry: LogEntry): void {
    if (entry[0] !== this.last + 1)
      throw new Error(`raft: entry ${entry[0]} appended to a log that ends at ${this.last}`);
    this.#put(entry);
    this.#positions.push(this.#host.log.append(entry));
  }

  #put(entry: LogEntry): void {
    this.#entries.append(entry[1], entry);
    if (isConfiguration(entry)) this.configurations.append(entry[0], entry[3]);
  }

  /**
   * Drops the entries from `index` on, in memory. On disk the next append, with a lower index, replaces them. What had
   * been durable of them counts no more.
   */
  truncate(index: number): void {
    this.#entries.cut(index - 1);
    this.#positions.length = this.last - this.#entries.base.position;
    this.configurations.truncate(index);
    this.#durableIndex = Math.min(this.#durableIndex, index - 1);
  }

  /** Forgets the entries up to this index, which a snapshot holds. */
  forget(index: number): void {
    const count = index - this.#entries.base.position;
    if (count <= 0) return;
    this.#basePosition = this.positionOf(index);
    this.#entries.trim(index);
    this.#positions = this.#positions.slice(count);
    this.configurations.forget(index);
  }

  /** Forgets everything for a snapshot, which is durable once the log is up to this position. */
  beginAnew({ index, term }: Place, configuration: Configuration, position: number): void {
    this.#entries.rebase({ epoch: term, position: index });
    this.#positions = [];
    this.#basePosition = position;
    this.configurations.begin(index, configuration);
    this.#durableIndex = 0;
    this.onDurable(this.#durablePosition);
  }

  /** The durable log is safe up to this position. */
  onDurable(position: number): void {
    this.#durablePosition = Math.max(this.#durablePosition, position);
    // An index counts by the position that wrote what stands there now, not by one that was overwritten since.
    const base = this.#entries.base.position;
    if (this.#durableIndex < base && this.#basePosition <= position) this.#durableIndex = base;
    while (
      this.#durableIndex >= base &&
      this.#durableIndex < this.last &&
      this.#positions[this.#durableIndex - base]! <= position
    ) {
      this.#durableIndex++;
    }
  }

  /** The first index, as far as it is known, of the run of equal terms that `index` lies in. */
  firstOfRun(index: number): number {
    return this.#entries.firstOfRun(index);
  }

  /** The last index of a term, or undefined if the log has no entry of it. */
  lastOfTerm(term: number): number | undefined {
    const last = this.#entries.lastOfEpoch(term);
    return last < 0 ? undefined : last;
  }
}
