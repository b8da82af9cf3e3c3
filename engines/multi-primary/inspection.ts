/** What the invariants look at, in the simulation only. */
import type { NodeId } from '../api.ts';
import type { Parts } from './parts.ts';
import { isSame, merge, stampsOf, textOf, type Version } from './version.ts';

export class Inspection {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get writer(): string {
    return this.#parts.writer;
  }

  get clock(): number {
    return this.#parts.clock.last;
  }

  version(key: string): Version | undefined {
    const holding = this.#parts.copies.get(key);
    return holding === undefined ? undefined : this.#parts.copies.version(holding);
  }

  /** Keys changed since the last call, with the version that each had then. */
  takeChanges(): ReadonlyMap<string, Version | undefined> {
    return this.#parts.copies.takeChanges();
  }
}

/**
 * A copy's version of a key never goes back: it holds everything that it held, or what replaced it; only a deletion may be forgotten. Equal stamps mean equal
 * values. No stamp is ahead of the clock of the life that gave it.
 */
export function invariants(nodes: ReadonlyMap<NodeId, unknown>): string | undefined {
  const inspections = [...nodes] as [NodeId, Inspection][];
  const clocks = new Map(inspections.map(([, { writer, clock }]) => [writer, clock]));
  for (const [node, inspection] of inspections) {
    for (const [key, before] of inspection.takeChanges()) {
      const version = inspection.version(key);
      if (version === undefined) {
        if (before === undefined || textOf(before.content) === null) continue;
        return `Growing versions: ${node} has lost version ${shown(before)} of ${key}`;
      }
      if (before !== undefined && !isSame(merge(before, version), version)) {
        return `Growing versions: ${node} went back from version ${shown(before)} of ${key} to ${shown(version)}`;
      }
      for (const [time, writer] of stampsOf(version)) {
        if (time > (clocks.get(writer) ?? time))
          return `Stamps: ${node} holds a stamp of ${key} that ${writer} has not given yet`;
      }
      for (const [other, theirs] of inspections) {
        const found = theirs.version(key);
        if (found !== undefined && contradict(version, found)) {
          return `Stamps: ${key} is ${shown(version)} on ${node} and ${shown(found)} on ${other}: two values under one stamp`;
        }
      }
    }
  }
  return undefined;
}

const shown = (version: Version): string => JSON.stringify(version);

/** Whether some stamp means one value here and another there. */
function contradict(a: Version, b: Version): boolean {
  try {
    merge(a, b);
    return false;
  } catch {
    return true;
  }
}
