/** The replicated log as this node holds it: in memory whole, and mirrored record by record in the host's durable log. */
import type { Host } from '../api.ts';
import type { LogEntry, LogRecord, Message } from './messages.ts';

/** A stretch of entries of one term. */
interface Run {
  readonly term: number;
  readonly first: number;
}

export class RaftLog {
  readonly #host: Host<Message, LogRecord>;
  readonly #entries: LogEntry[];
  /** The position of the durable record that wrote each entry: it grows with the index. */
  readonly #positions: number[];
  readonly #runs: Run[] = [];
  #durablePosition: number;
  #durableIndex: number;

  /** Takes over what was recovered, all of it durable. */
  constructor(host: Host<Message, LogRecord>, entries: LogEntry[], positions: number[]) {
    this.#host = host;
    this.#entries = entries;
    this.#positions = positions;
    this.#durablePosition = host.log.recovered.length;
    this.#durableIndex = entries.length;
    for (const [index, term] of entries) this.#extendRuns(index, term);
  }

  get last(): number {
    return this.#entries.length;
  }

  get lastTerm(): number {
    return this.#runs.at(-1)?.term ?? 0;
  }

  /** All up to this index is on this node's disk, as the log stands now. */
  get durableIndex(): number {
    return this.#durableIndex;
  }

  get durablePosition(): number {
    return this.#durablePosition;
  }

  /** The term of the entry at an index up to `last`; 0 before the first. */
  termAt(index: number): number {
    return index === 0 ? 0 : this.#entries[index - 1]![1];
  }

  at(index: number): LogEntry {
    return this.#entries[index - 1]!;
  }

  /** The durable position that makes the log safe up to this index; 0 before the first. */
  positionOf(index: number): number {
    return index === 0 ? 0 : this.#positions[index - 1]!;
  }

  /** Up to `count` entries from `first` on. */
  slice(first: number, count: number): LogEntry[] {
    return this.#entries.slice(first - 1, first - 1 + count);
  }

  /** Appends the next entry, in memory and to the durable log. */
  append(entry: LogEntry): void {
    if (entry[0] !== this.last + 1)
      throw new Error(`raft: entry ${entry[0]} appended to a log that ends at ${this.last}`);
    if (entry[1] < this.lastTerm)
      throw new Error(`raft: an entry of term ${entry[1]} follows one of term ${this.lastTerm}`);
    this.#entries.push(entry);
    this.#positions.push(this.#host.log.append(entry));
    this.#extendRuns(entry[0], entry[1]);
  }

  /**
   * Drops the entries from `index` on, in memory. On disk the next append, with a lower index, replaces them. What had
   * been durable of them counts no more.
   */
  truncate(index: number): void {
    this.#entries.length = this.#positions.length = index - 1;
    while (this.#runs.length > 0 && this.#runs.at(-1)!.first >= index) this.#runs.pop();
    this.#durableIndex = Math.min(this.#durableIndex, index - 1);
  }

  /** The durable log is safe up to this position. */
  onDurable(position: number): void {
    this.#durablePosition = Math.max(this.#durablePosition, position);
    // An index counts by the position that wrote what stands there now, not by one that was overwritten since.
    while (this.#durableIndex < this.last && this.#positions[this.#durableIndex]! <= position) this.#durableIndex++;
  }

  /** The first index of the run of equal terms that `index` lies in. */
  firstOfRun(index: number): number {
    return this.#runs.findLast((run) => run.first <= index)!.first;
  }

  /** The last index of a term, or undefined if the log has no entry of it. */
  lastOfTerm(term: number): number | undefined {
    const at = this.#runs.findLastIndex((run) => run.term === term);
    if (at < 0) return undefined;
    return (this.#runs[at + 1]?.first ?? this.last + 1) - 1;
  }

  /** The entries themselves, for a simulation's invariants; not to be changed. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  #extendRuns(index: number, term: number): void {
    if (this.lastTerm !== term) this.#runs.push({ term, first: index });
  }
}
