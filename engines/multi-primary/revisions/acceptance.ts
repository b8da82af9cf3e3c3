/** Whether a copy takes an edit. */
import type { RevisionParts } from './parts.ts';
import type { Branch } from './revision.ts';

/**
 * Takes the edit into this node's copy if its parent is a leaf here, or if it begins a document that is not here; says whether the copy holds it.
 *
 * A refusal is for good, so that all copies' refusals together mean: never. Where the parent is known, that is so by itself, since no revision
 * becomes a leaf again. Where it is not known it may come later, and then a second copy of the same message; so such refusals are remembered.
 */
export function accepts({ documents, journal }: RevisionParts, key: string, edit: Branch): boolean {
  const [hash, parent] = edit.hashes;
  const tree = documents.get(key)?.tree;
  if (tree?.has(hash!) === true) return true;
  if (journal.hasRefused(hash!)) return false;
  const isTaken = parent === undefined ? tree === undefined : tree?.isLeaf(parent) === true;
  if (isTaken) {
    documents.merge(key, edit, journal.turnPosition);
    journal.branch(key, edit);
  } else if (parent !== undefined && tree?.has(parent) !== true) journal.refuse(hash!);
  return isTaken;
}
