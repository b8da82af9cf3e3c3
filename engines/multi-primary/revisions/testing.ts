/** Random documents for tests: edits of edits, and the branches by which they travel. */
import type { Random } from '../../../bench/random.ts';
import { type Branch, hashOf, type Leaf } from './revision.ts';

export interface Edit extends Leaf {
  readonly parent: Edit | undefined;
}

export function edit(parent: Edit | undefined, value: string | null): Edit {
  return { generation: (parent?.generation ?? 0) + 1, hash: hashOf(parent, value), value, parent };
}

/**
 * At most `count` different edits, none before its parent, from `roots` first revisions; the nearer `depth` is to 1, the likelier one edits
 * the newest.
 */
export function randomEdits(random: Random, count: number, roots: number, depth: number): Edit[] {
  const edits = new Map<string, Edit>();
  let newest: Edit | undefined;
  for (let i = 0; i < count; i++) {
    const parent = i < roots ? undefined : random.next() < depth ? newest : random.pick([...edits.values()]);
    newest = edit(parent, random.next() < 0.3 ? null : `v${i}`);
    // Two deletions of one revision are one edit.
    if (!edits.has(newest.hash)) edits.set(newest.hash, newest);
    newest = edits.get(newest.hash);
  }
  return [...edits.values()];
}

/** The edit with its ancestors, `length` revisions at most. */
export function branchTo(last: Edit, length = Number.POSITIVE_INFINITY): Branch {
  const hashes: string[] = [];
  for (let at: Edit | undefined = last; at !== undefined && hashes.length < length; at = at.parent)
    hashes.push(at.hash);
  return { generation: last.generation, hashes, value: last.value };
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
