/** Whether a copy takes an edit. */
import type { RevisionParts } from './parts.ts';
import type { Branch } from './revision.ts';

/** `unsure`: the copy does not take it, but its history is cut, and the edit may be in what was cut. */
export type Verdict = 'held' | 'refused' | 'unsure';

/**
 * Takes the edit into this node's copy if its parent is a leaf here, or if it begins a document that is not here; says what the copy makes of it.
 *
 * A refusal is for good, and says that the edit has never been here, so that all copies' refusals together mean: never. Where the parent is
 * known, it stays so by itself, since no revision that is known becomes a leaf again. Where it is not known it may come later, and then a
 * second copy of the same message; so such refusals are remembered.
 */
export function judge({ documents, journal, options }: RevisionParts, key: string, edit: Branch): Verdict {
  const [hash, parent] = edit.hashes;
  const tree = documents.get(key)?.tree;
  if (tree?.has(hash!) === true) return 'held';
  if (journal.hasRefused(hash!)) return 'refused';
  const isTaken = parent === undefined ? tree === undefined : tree?.isLeaf(parent) === true;
  if (isTaken) {
    documents.merge(key, edit, journal.turnPosition);
    journal.branch(key, edit);
    return 'held';
  }
  if (tree !== undefined && edit.generation + options.historyLimit <= tree.deepest) return 'unsure';
  if (parent !== undefined && tree?.has(parent) !== true) journal.refuse(hash!);
  return 'refused';
}
