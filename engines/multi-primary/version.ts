/**
 * A key's version, and how two versions of a key become one.
 *
 * A version is a base and the elements appended after it. The base is a value, or null, under the stamp of the put or delete that made
 * it; every element is a text under its append's own stamp. Merged, the newer base wins, and the elements of both that
 * are newer than it are united in stamp order. Merging is idempotent, commutative and associative, so that copies which have
 * seen the same writes are equal, in whatever order and however often they saw them.
 *
 * Where concurrent writes are kept apart, a version is nothing but its siblings (`siblings.ts`), each of which wrote a version of the
 * first kind. The key's value is that of the siblings merged as versions are, those that are deleted left out.
 */
import { isNewer } from '../parts/hybrid-clock.ts';
import { isTotal, newestTotals, sum, type Total } from './counters.ts';
import { mergeSiblings, type Siblings, sameSiblings } from './siblings.ts';

/** What elements are made of, triples of time, writer and text; or, in the place of the text, all that the writer has added. */
export type Part = number | string | Total;

/** A base and at least one element after it, in stamp order, all newer than the base. */
export type Grown = readonly [base: string | null, ...elements: Part[]];

/** What a version holds: a value, null (deleted, or never put), these with elements after them, or siblings. */
export type Content = string | null | Grown | Siblings;

/** What one write says: a value to put, null to delete, an element to append, the writer's new total, or the siblings that it leaves. */
export type Written = string | null | readonly [element: string] | Total | Siblings;

/** `time` and `writer` are the base's stamp. Time 0: no base; without elements and siblings too, there is no version. */
export interface Version {
  readonly content: Content;
  readonly time: number;
  readonly writer: string;
}

/** One without siblings. */
export interface PlainVersion extends Version {
  readonly content: string | null | Grown;
}

export const NO_VERSION: PlainVersion = { content: null, time: 0, writer: '' };

export const isNothing = ({ time, content }: Version): boolean => time === 0 && content === null;

export const isGrown = (content: Content): content is Grown => Array.isArray(content);

export const isSiblings = (content: Content | Written): content is Siblings =>
  typeof content === 'object' && content !== null && 'living' in content;

export const isAppend = (written: Written): written is readonly [element: string] => Array.isArray(written);

/** A single write as a version: that of an append or add is its element alone. */
export function versionOf(written: Written, time: number, writer: string): Version {
  if (isSiblings(written)) return { ...NO_VERSION, content: written };
  if (isAppend(written)) return { ...NO_VERSION, content: [null, time, writer, written[0]] };
  if (isTotal(written)) return { ...NO_VERSION, content: [null, time, writer, written] };
  return { content: written, time, writer };
}

/** What edits start from: all that the siblings say that are not deleted, merged. */
export const united = ({ content, time, writer }: Version): PlainVersion =>
  isSiblings(content)
    ? content.living.reduce(
        (all, [, , written]) => (written.content === null ? all : mergePlain(all, written)),
        NO_VERSION,
      )
    : { content, time, writer };

/** The values of all that is not deleted, the winner's first. */
export function valuesOf({ content }: Version): string[] {
  const contents = isSiblings(content) ? content.living.map(([, , written]) => written.content) : [content];
  return contents.map(textOf).filter((value) => value !== null);
}

/** The key's value: elements are put to the base's text, or added to its number, in stamp order. A deleted or absent base counts as empty. */
export function textOf(content: Content): string | null {
  if (isSiblings(content)) return textOf(united({ ...NO_VERSION, content }).content);
  if (!isGrown(content)) return content;
  let text = content[0] ?? '';
  for (let i = 3; i < content.length; i += 3) {
    const part = content[i] as string | Total;
    text = typeof part === 'string' ? text + part : sum(text, part.total);
  }
  return text;
}

/** The time of the newest stamp. */
export function newestTime({ content, time }: Version): number {
  if (isSiblings(content)) return Math.max(...content.living.map(([dotTime]) => dotTime));
  return isGrown(content) ? (content[content.length - 3] as number) : time;
}

/** All stamps of a version, the base's first; of siblings the newest of each actor. */
export function* stampsOf({ content, time, writer }: Version): Generator<readonly [time: number, writer: string]> {
  if (isSiblings(content)) {
    for (let i = 0; i < content.clock.length; i += 2)
      yield [content.clock[i + 1] as number, content.clock[i] as string];
    return;
  }
  yield [time, writer];
  if (isGrown(content)) {
    for (let i = 1; i < content.length; i += 3) yield [content[i] as number, content[i + 1] as string];
  }
}

/** Whether two versions of a key are the same: by stamps alone, since equal stamps are the same write. */
export function isSame(a: Version, b: Version): boolean {
  if (isSiblings(a.content)) return isSiblings(b.content) && sameSiblings(a.content, b.content);
  if (a.time !== b.time || a.writer !== b.writer) return false;
  if (!isGrown(a.content) || !isGrown(b.content)) return isGrown(a.content) === isGrown(b.content);
  if (a.content.length !== b.content.length) return false;
  for (let i = 1; i < a.content.length; i += 3) {
    if (a.content[i] !== b.content[i] || a.content[i + 1] !== b.content[i + 1]) return false;
  }
  return true;
}

/** Everything that either says. Returns `a` itself if `b` adds nothing, and else `b` itself if `a` adds nothing. */
export function merge(a: Version, b: Version): Version {
  if (isSiblings(a.content) && isSiblings(b.content)) {
    const merged = mergeSiblings(a.content, b.content);
    return merged === a.content ? a : merged === b.content ? b : { ...NO_VERSION, content: merged };
  }
  if (isSiblings(a.content) || isSiblings(b.content)) {
    if (isNothing(a) || isNothing(b)) return isNothing(b) ? a : b;
    throw new Error('siblings cannot be merged with a version of another kind');
  }
  return mergePlain(a as PlainVersion, b as PlainVersion);
}

function mergePlain(a: PlainVersion, b: PlainVersion): PlainVersion {
  const newer = isNewer(b.time, b.writer, a.time, a.writer) ? b : a;
  const sameBase = newer === a && a.time === b.time && a.writer === b.writer;
  if (sameBase && baseOf(a.content) !== baseOf(b.content)) throw twoValues(a.time, a.writer);
  if (!isGrown(a.content) && !isGrown(b.content)) return newer;
  const { time, writer } = newer;
  const elements = unite(elementsAfter(a.content, time, writer), elementsAfter(b.content, time, writer));
  if ((sameBase || newer === a) && areElementsOf(elements, a.content)) return a;
  if ((sameBase || newer === b) && areElementsOf(elements, b.content)) return b;
  return { content: [baseOf(newer.content), ...elements], time, writer };
}

export const baseOf = (content: PlainVersion['content']): string | null => (isGrown(content) ? content[0] : content);

const NO_ELEMENTS: readonly Part[] = [];

/** By stamps alone. */
function areElementsOf(elements: readonly Part[], content: PlainVersion['content']): boolean {
  if (!isGrown(content)) return elements.length === 0;
  if (elements.length !== content.length - 1) return false;
  for (let i = 0; i < elements.length; i += 3) {
    if (elements[i] !== content[i + 1] || elements[i + 1] !== content[i + 2]) return false;
  }
  return true;
}

/** The elements newer than the stamp. */
export function elementsAfter(content: Content, time: number, writer: string): readonly Part[] {
  if (!isGrown(content)) return NO_ELEMENTS;
  let from = 1;
  while (from < content.length && !isNewer(content[from] as number, content[from + 1] as string, time, writer))
    from += 3;
  return content.slice(from) as Part[];
}

function unite(a: readonly Part[], b: readonly Part[]): readonly Part[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const united: Part[] = [];
  let counts = false;
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [time, writer] = [a[i] as number, a[i + 1] as string];
    const [otherTime, otherWriter] = [b[j] as number, b[j + 1] as string];
    const same = time === otherTime && writer === otherWriter;
    if (same && !arePartsEqual(a[i + 2], b[j + 2])) throw twoValues(time, writer);
    if (j >= b.length || same || (i < a.length && isNewer(otherTime, otherWriter, time, writer))) {
      united.push(time, writer, a[i + 2]!);
      i += 3;
      if (same) j += 3;
    } else {
      united.push(otherTime, otherWriter, b[j + 2]!);
      j += 3;
    }
    counts ||= typeof united.at(-1) === 'object';
  }
  return counts ? newestTotals(united) : united;
}

export const arePartsEqual = (a: Part | null | undefined, b: Part | null | undefined): boolean =>
  a === b || (isTotal(a) && isTotal(b) && a.total === b.total);

export const twoValues = (time: number, writer: string): Error =>
  new Error(`two values with the stamp ${time} ${writer}`);
