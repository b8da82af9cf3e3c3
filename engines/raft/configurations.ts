/** The configurations that a log holds: each counts from the moment its entry stands in the log, committed or not. */
import type { Configuration } from './configuration.ts';

interface Standing {
  readonly index: number;
  readonly configuration: Configuration;
}

export class Configurations {
  /** Oldest first; the first is the one that the log's beginning stands for. */
  #standing: Standing[];

  constructor(founding: Configuration) {
    this.#standing = [{ index: 0, configuration: founding }];
  }

  /** The one that counts: the newest, whether or not it is committed. */
  get current(): Configuration {
    return this.#standing.at(-1)!.configuration;
  }

  /** The index of its entry; 0: the one the cluster was founded with. */
  get currentIndex(): number {
    return this.#standing.at(-1)!.index;
  }

  /** The newest that stands at or before an index, and where. */
  at(index: number): Standing {
    return this.#standing.findLast((standing) => standing.index <= index)!;
  }

  append(index: number, configuration: Configuration): void {
    this.#standing.push({ index, configuration });
  }

  /** The entries from this index on are gone, and with them what they said. */
  truncate(index: number): void {
    while (this.#standing.length > 1 && this.currentIndex >= index) this.#standing.pop();
  }

  /** Entries up to this index are forgotten: what they said is where the log begins. */
  forget(index: number): void {
    const first = this.#standing.findLastIndex((standing) => standing.index <= index);
    this.#standing.splice(0, first);
  }

  /** The log begins anew with a snapshot's. */
  begin(index: number, configuration: Configuration): void {
    this.#standing = [{ index, configuration }];
  }

  /** All that may still count for somebody, oldest first: for a simulation's invariants. */
  get all(): readonly Configuration[] {
    return this.#standing.map(({ configuration }) => configuration);
  }
}
