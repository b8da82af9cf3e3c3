/** The newest heartbeat that this member knows of each: generation and version, in flat columns. */
import type { Digests, Heartbeats } from './messages.ts';

export class Versions {
  readonly #generations: Float64Array;
  readonly #versions: Float64Array;

  /** Nothing is known of anybody: generation and version 0. */
  constructor(members: number) {
    this.#generations = new Float64Array(members);
    this.#versions = new Float64Array(members);
  }

  generation(place: number): number {
    return this.#generations[place]!;
  }

  /** Takes a heartbeat if it is newer than what is known; says whether it was. */
  hear(place: number, generation: number, version: number): boolean {
    if (!this.#isOlderThan(place, generation, version)) return false;
    this.#generations[place] = generation;
    this.#versions[place] = version;
    return true;
  }

  /** One heartbeat more of the member itself. */
  beat(place: number): void {
    this.#versions[place]!++;
  }

  digests(): Digests {
    const digests: number[] = [];
    for (let place = 0; place < this.#versions.length; place++) {
      digests.push(this.#generations[place]!, this.#versions[place]!);
    }
    return digests;
  }

  /** The heartbeats that whoever sent these digests lacks. */
  newerThan(digests: Digests): Heartbeats {
    const newer: number[] = [];
    for (let place = 0; place < this.#versions.length; place++) {
      const [generation, version] = [digests[2 * place]!, digests[2 * place + 1]!];
      if (this.#isNewerThan(place, generation, version)) {
        newer.push(place, this.#generations[place]!, this.#versions[place]!);
      }
    }
    return newer;
  }

  /** The places of the members of whom these digests know something newer. */
  olderThan(digests: Digests): number[] {
    const older: number[] = [];
    for (let place = 0; place < this.#versions.length; place++) {
      if (this.#isOlderThan(place, digests[2 * place]!, digests[2 * place + 1]!)) older.push(place);
    }
    return older;
  }

  of(places: readonly number[]): Heartbeats {
    return places.flatMap((place) => [place, this.#generations[place]!, this.#versions[place]!]);
  }

  #isOlderThan(place: number, generation: number, version: number): boolean {
    const known = this.#generations[place]!;
    return known < generation || (known === generation && this.#versions[place]! < version);
  }

  #isNewerThan(place: number, generation: number, version: number): boolean {
    const known = this.#generations[place]!;
    return known > generation || (known === generation && this.#versions[place]! > version);
  }
}
