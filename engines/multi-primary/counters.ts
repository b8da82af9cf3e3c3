/**
 * Counters that merge. An add is not kept by itself: each writer keeps one total of all that it has added since the last put or delete that it
 * has seen, under the stamp of its latest add, and its newer total replaces its older one. Totals of different writers are
 * summed. So a counter has the size of its writers, a total that comes twice counts once, and of adds at the same time none is lost.
 *
 * This takes a writer that has its own former total at hand: adds are coordinated by a node that holds the key. A put replaces the totals
 * that are older than it, as it does elements; of a writer that had not heard of it when it added again, the whole total counts on.
 */

/** One writer's adds, as a whole number of any size. */
export interface Total {
  readonly total: string;
}

export const isTotal = (part: unknown): part is Total => typeof part === 'object' && part !== null && 'total' in part;

const WHOLE_NUMBER = /^-?[0-9]+$/;

const numberIn = (text: string): bigint => (WHOLE_NUMBER.test(text) ? BigInt(text) : 0n);

/** The sum as text; what is no whole number counts as 0. */
export const sum = (text: string | null, amount: string): string => String(numberIn(text ?? '') + numberIn(amount));

/** What the writer has added, of triples of time, writer and part. */
export function totalOf(triples: readonly unknown[], writer: string): string {
  for (let i = 0; i + 2 < triples.length; i += 3) {
    const part = triples[i + 2];
    if (triples[i + 1] === writer && isTotal(part)) return part.total;
  }
  return '0';
}

/** Of triples in stamp order, all but those totals that a newer one of the same writer replaces. */
export function newestTotals<Part>(triples: readonly Part[]): readonly Part[] {
  const newest = new Map<Part, number>();
  for (let i = 0; i < triples.length; i += 3) if (isTotal(triples[i + 2])) newest.set(triples[i + 1]!, i);
  const kept: Part[] = [];
  for (let i = 0; i < triples.length; i += 3) {
    if (isTotal(triples[i + 2]) && newest.get(triples[i + 1]!) !== i) continue;
    kept.push(triples[i]!, triples[i + 1]!, triples[i + 2]!);
  }
  return kept;
}
