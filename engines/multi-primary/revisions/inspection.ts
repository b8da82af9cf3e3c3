/** What the invariants look at, in the simulation only. */
import type { NodeId } from '../../api.ts';
import type { Documents } from './documents.ts';
import type { Leaf } from './revision.ts';

export class RevisionInspection {
  readonly #documents: Documents;
  readonly historyLimit: number;

  constructor(documents: Documents, historyLimit: number) {
    this.#documents = documents;
    this.historyLimit = historyLimit;
  }

  /** The leaves, the winner first; undefined: the document was never heard of. */
  leaves(key: string): readonly Leaf[] | undefined {
    return this.#documents.get(key)?.tree.leaves();
  }

  has(key: string, hash: string): boolean {
    return this.#documents.get(key)?.tree.has(hash) === true;
  }

  value(key: string): string | null {
    return this.#documents.value(key);
  }

  /** Keys changed since the last call, with the leaves that each had then. */
  takeChanged(): ReadonlyMap<string, readonly Leaf[]> {
    return this.#documents.takeChanged();
  }
}

/**
 * A tree only grows: what was a leaf is in it still, unless it lies behind the limit of history. A copy shows the value of its winner, which no living leaf
 * beats. One revision says one thing, wherever it is.
 */
export function revisionInvariants(nodes: ReadonlyMap<NodeId, unknown>): string | undefined {
  const inspections = [...nodes] as [NodeId, RevisionInspection][];
  for (const [node, inspection] of inspections) {
    for (const [key, before] of inspection.takeChanged()) {
      const leaves = inspection.leaves(key) ?? [];
      const [winner] = leaves;
      const deepest = Math.max(...leaves.map(({ generation }) => generation));
      const lost = before.find(
        ({ hash, generation }) =>
          !inspection.has(key, hash) && winner !== undefined && generation > deepest - inspection.historyLimit,
      );
      if (lost !== undefined || (before.length > 0 && winner === undefined)) {
        return `Growing trees: ${node} has lost the revision ${shown(lost ?? before[0]!)} of ${key}`;
      }
      if (winner === undefined) continue;
      const isLiving = leaves.some(({ value }) => value !== null);
      if (winner.value !== inspection.value(key) || (winner.value === null && isLiving)) {
        return `Winner: ${node} shows ${inspection.value(key)} of ${key}, whose winner is ${shown(winner)}`;
      }
      const better = leaves.find((leaf) => leaf.value !== null && leaf.generation > winner.generation);
      if (better !== undefined) return `Winner: ${key} on ${node} is ${shown(winner)}, which ${shown(better)} beats`;
      const values = new Map(leaves.map(({ hash, value }) => [hash, value]));
      for (const [other, theirs] of inspections) {
        const two = theirs.leaves(key)?.find(({ hash, value }) => values.has(hash) && values.get(hash) !== value);
        if (two !== undefined) return `Revisions: ${shown(two)} of ${key} on ${other} says something else on ${node}`;
      }
    }
  }
  return undefined;
}

const shown = ({ generation, hash, value }: Leaf): string => `${generation}-${hash} (${value})`;
