/** What the invariants look at, in the simulation only. */
import type { NodeId } from '../api.ts';
import { isNewer } from '../parts/hybrid-clock.ts';
import type { Stamp } from './copies.ts';
import type { Version } from './messages.ts';
import type { Parts } from './writes.ts';

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

  /** Keys changed since the last call, with the stamp that each had then. */
  takeChanges(): ReadonlyMap<string, Stamp | undefined> {
    return this.#parts.copies.takeChanges();
  }
}

/** A copy's version of a key never goes back; equal stamps mean equal values; no stamp is ahead of the clock of the life that gave it. */
export function invariants(nodes: ReadonlyMap<NodeId, unknown>): string | undefined {
  const inspections = [...nodes] as [NodeId, Inspection][];
  const clocks = new Map(inspections.map(([, { writer, clock }]) => [writer, clock]));
  for (const [node, inspection] of inspections) {
    for (const [key, before] of inspection.takeChanges()) {
      const { value, time, writer } = inspection.version(key)!;
      if (before !== undefined && !isNewer(time, writer, before.time, before.writer)) {
        return `${node} went back from version ${before.time} ${before.writer} of ${key} to ${time} ${writer}`;
      }
      if (time > (clocks.get(writer) ?? time))
        return `${node} holds a stamp of ${key} that ${writer} has not given yet`;
      for (const [other, theirs] of inspections) {
        const version = theirs.version(key);
        if (version?.time === time && version.writer === writer && version.value !== value) {
          return `${key} is ${value} on ${node} and ${version.value} on ${other} with one stamp, ${time} ${writer}`;
        }
      }
    }
  }
  return undefined;
}
