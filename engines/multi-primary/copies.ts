/**
 * The copies that this node holds: each key's version, with its log position and leaf. Values are in the host's store; a
 * version's parts are kept beside them only where elements have been appended, so that puts cost nothing more.
 */
import type { Store } from '../api.ts';
import { hashText, mix } from '../parts/hash.ts';
import { HashTree, leafOf } from '../parts/hash-tree.ts';
import { isNewer } from '../parts/hybrid-clock.ts';
import { isTotal, type Total, totalOf } from './counters.ts';
import { mergeSiblings, type Siblings, seenOf } from './siblings.ts';
import {
  arePartsEqual,
  baseOf,
  type Content,
  elementsAfter,
  type Grown,
  isAppend,
  isGrown,
  isSiblings,
  merge,
  type Part,
  type PlainVersion,
  textOf,
  twoValues,
  type Version,
  type Written,
} from './version.ts';

/** What is known of a held key's version; `time` and `writer` are its base's stamp. */
export interface Holding {
  readonly key: string;
  time: number;
  writer: string;
  /** Where this life's log has the version; 0: a former life's. */
  position: number;
  readonly leaf: number;
  /** Base and elements, if there are elements. */
  grown: Tail | undefined;
  /** Where concurrent writes are kept apart. */
  family: Family | undefined;
}

/** Siblings, with the digests of their clock and dots. */
interface Family {
  readonly siblings: Siblings;
  readonly sums: readonly [number, number];
}

/** A `Grown` to which elements can be added, with the sums of its elements' digests, and whether there are totals among them. */
interface Tail {
  readonly content: [base: string | null, ...elements: Part[]];
  readonly sums: [number, number];
  counts: boolean;
}

export class Copies {
  readonly #store: Store;
  readonly #holdings = new Map<string, Holding>();
  readonly tree = new HashTree<Holding>(digestOf);
  /** The keys whose versions are bare deletions. */
  readonly deleted = new Set<string>();
  #elements = 0;
  #changes: Map<string, Version | undefined> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get size(): number {
    return this.#holdings.size;
  }

  /** Elements of all keys. */
  get elements(): number {
    return this.#elements;
  }

  get(key: string): Holding | undefined {
    return this.#holdings.get(key);
  }

  all(): IterableIterator<Holding> {
    return this.#holdings.values();
  }

  value(key: string): string | null {
    return this.#store.get(key);
  }

  /** The value of a key of which this node holds no copy, but something for others; null: nothing any more. */
  showGuest(key: string, value: string | null): void {
    if (!this.#holdings.has(key)) this.#store.set(key, value);
  }

  content({ key, grown, family }: Holding): Content {
    if (family !== undefined) return family.siblings;
    return grown === undefined ? this.#store.get(key) : (grown.content.slice() as unknown as Grown);
  }

  version(holding: Holding): Version {
    return { content: this.content(holding), time: holding.time, writer: holding.writer };
  }

  /** From the first call on, changes are noted: the keys changed since the last call, with the version that each had then. */
  takeChanges(): ReadonlyMap<string, Version | undefined> {
    const changes = this.#changes ?? new Map([...this.#holdings.keys()].map((key) => [key, undefined]));
    this.#changes = new Map();
    return changes;
  }

  isDeleted({ key }: Holding): boolean {
    return this.deleted.has(key);
  }

  /** The stamp of the deletion that is all there is of the key; of siblings that are all deleted, only if it is one. */
  deletionOf({ key, time, writer, family }: Holding): { readonly time: number; readonly writer: string } | undefined {
    if (!this.deleted.has(key)) return undefined;
    if (family === undefined) return { time, writer };
    const [[deleted, actor] = [0, ''], ...others] = family.siblings.living;
    return others.length === 0 ? { time: deleted, writer: actor } : undefined;
  }

  /** Whether the version held comes after the write with this stamp, or is it. */
  hasSeen({ time, writer, family }: Holding, stamp: { readonly time: number; readonly writer: string }): boolean {
    if (family !== undefined) return seenOf(family.siblings.clock, stamp.writer) >= stamp.time;
    return !isNewer(stamp.time, stamp.writer, time, writer);
  }

  /** Lets go of a deletion; false: the key's version is not this one any more. */
  forget(key: string, time: number, writer: string): boolean {
    const holding = this.#holdings.get(key);
    const deletion = holding && this.deletionOf(holding);
    if (holding === undefined || deletion?.time !== time || deletion.writer !== writer) return false;
    this.#changing(holding);
    this.#holdings.delete(key);
    this.deleted.delete(key);
    this.tree.remove(holding.leaf, holding);
    return true;
  }

  /** Takes one write, and says whether it changed the version held. */
  write(key: string, written: Written, time: number, writer: string, position: number): boolean {
    if (typeof written === 'string' || written === null) return this.#put(key, written, time, writer, position);
    if (isAppend(written)) return this.#append(key, written[0], time, writer, position);
    return isTotal(written) ? this.#count(key, written, time, writer, position) : this.#join(key, written, position);
  }

  /** What the writer has added to the key since the base. */
  totalOf(key: string, writer: string): string {
    return totalOf(this.#holdings.get(key)?.grown?.content.slice(1) ?? [], writer);
  }

  /** Merges the version into the one held, and says whether that changed it. */
  merge(key: string, version: Version, position: number): boolean {
    if (isSiblings(version.content)) return this.#join(key, version.content, position);
    if (!isGrown(version.content)) return this.#put(key, version.content, version.time, version.writer, position);
    let holding = this.#holdings.get(key);
    let merged = version as PlainVersion;
    if (holding === undefined) holding = this.#add(key, version.time, version.writer, position);
    else {
      const mine = this.version(holding);
      merged = merge(mine, version) as PlainVersion;
      if (merged === mine) return false;
      this.#changing(holding);
    }
    holding.time = merged.time;
    holding.writer = merged.writer;
    this.#grow(holding, baseOf(merged.content), elementsAfter(merged.content, merged.time, merged.writer));
    this.#changed(holding, position, textOf(merged.content));
    return true;
  }

  #join(key: string, theirs: Siblings, position: number): boolean {
    const holding = this.#holdings.get(key) ?? this.#add(key, 0, '', position);
    const mine = holding.family?.siblings;
    const siblings = mine === undefined ? theirs : mergeSiblings(mine, theirs);
    if (siblings === mine) return false;
    if (mine !== undefined) this.#changing(holding);
    holding.family = { siblings, sums: sumsOf(siblings) };
    this.#changed(holding, position, textOf(siblings));
    return true;
  }

  #put(key: string, value: string | null, time: number, writer: string, position: number): boolean {
    const holding = this.#holdings.get(key);
    if (holding === undefined) {
      const added = this.#add(key, time, writer, position);
      this.#changed(added, position, value);
      return true;
    }
    if (!isNewer(time, writer, holding.time, holding.writer)) {
      if (time === holding.time && writer === holding.writer && value !== this.#base(holding)) {
        throw twoValues(time, writer);
      }
      return false;
    }
    this.#changing(holding);
    holding.time = time;
    holding.writer = writer;
    if (holding.grown !== undefined) this.#grow(holding, value, elementsAfter(holding.grown.content, time, writer));
    this.#changed(holding, position, holding.grown === undefined ? value : textOf(holding.grown.content));
    return true;
  }

  #append(key: string, text: string, time: number, writer: string, position: number): boolean {
    const holding = this.#holdings.get(key) ?? this.#add(key, 0, '', position);
    if (!isNewer(time, writer, holding.time, holding.writer)) return false;
    const content = holding.grown?.content ?? [this.#store.get(key)];
    // Nearly always at the end: stamps follow the time of day.
    let at = content.length;
    let lengthBehind = 0;
    while (at > 1 && isNewer(content[at - 3] as number, content[at - 2] as string, time, writer)) {
      at -= 3;
      lengthBehind += (content[at + 2] as string).length;
    }
    if (at > 1 && content[at - 3] === time && content[at - 2] === writer) {
      if (content[at - 1] !== text) throw twoValues(time, writer);
      return false;
    }
    this.#changing(holding);
    holding.grown ??= { content: content as Tail['content'], sums: [0, 0], counts: false };
    if (at === content.length) content.push(time, writer, text);
    else content.splice(at, 0, time, writer, text);
    addTo(holding.grown.sums, time, writer);
    this.#elements++;
    if (holding.grown.counts) {
      this.#changed(holding, position, textOf(holding.grown.content));
      return true;
    }
    const before = this.#store.get(key) ?? '';
    const split = before.length - lengthBehind;
    this.#changed(
      holding,
      position,
      lengthBehind === 0 ? before + text : before.slice(0, split) + text + before.slice(split),
    );
    return true;
  }

  #count(key: string, total: Total, time: number, writer: string, position: number): boolean {
    const holding = this.#holdings.get(key) ?? this.#add(key, 0, '', position);
    if (!isNewer(time, writer, holding.time, holding.writer)) return false;
    const content: Tail['content'] = holding.grown?.content ?? [this.#store.get(key)];
    let at = content.length;
    let own = 0;
    for (let i = 1; i < content.length; i += 3) {
      if (content[i + 1] === writer && isTotal(content[i + 2])) own = i;
      if (at === content.length && isNewer(content[i] as number, content[i + 1] as string, time, writer)) at = i;
    }
    if (own > 0 && (content[own] as number) >= time) {
      if (content[own] === time && !arePartsEqual(content[own + 2], total)) throw twoValues(time, writer);
      return false;
    }
    this.#changing(holding);
    holding.grown ??= { content, sums: [0, 0], counts: true };
    holding.grown.counts = true;
    content.splice(at, 0, time, writer, total);
    addTo(holding.grown.sums, time, writer);
    if (own === 0) this.#elements++;
    else addTo(holding.grown.sums, ...(content.splice(own, 3).slice(0, 2) as [number, string]), -1);
    this.#changed(holding, position, textOf(content));
    return true;
  }

  #base({ key, grown }: Holding): string | null {
    return grown === undefined ? this.#store.get(key) : grown.content[0];
  }

  #add(key: string, time: number, writer: string, position: number): Holding {
    const added: Holding = { key, time, writer, position, leaf: leafOf(key), grown: undefined, family: undefined };
    this.#holdings.set(key, added);
    this.tree.add(added.leaf, added);
    this.#changes?.set(key, undefined);
    return added;
  }

  #changing(holding: Holding): void {
    if (this.#changes?.has(holding.key) === false) this.#changes.set(holding.key, this.version(holding));
  }

  #changed(holding: Holding, position: number, value: string | null): void {
    holding.position = position;
    this.tree.touch(holding.leaf);
    this.#store.set(holding.key, value);
    if (value === null) this.deleted.add(holding.key);
    else if (this.deleted.size > 0) this.deleted.delete(holding.key);
  }

  /** Gives the holding this base and these elements. */
  #grow(holding: Holding, base: string | null, elements: readonly Part[]): void {
    if (holding.grown !== undefined) this.#elements -= (holding.grown.content.length - 1) / 3;
    holding.grown = undefined;
    if (elements.length === 0) return;
    const sums: [number, number] = [0, 0];
    let counts = false;
    for (let i = 0; i < elements.length; i += 3) {
      addTo(sums, elements[i] as number, elements[i + 1] as string);
      counts ||= typeof elements[i + 2] === 'object';
    }
    holding.grown = { content: [base, ...elements], sums, counts };
    this.#elements += elements.length / 3;
  }
}

/**
 * What anti-entropy compares besides the base's stamp; 0: nothing, and siblings of which one has an unwanted time, for a clock cannot
 * be compared in part.
 */
export function partsDigest(holding: Holding, wanted: (time: number) => boolean): number {
  const { family } = holding;
  if (family === undefined) return elementsDigest(holding, wanted);
  const { clock } = family.siblings;
  for (let i = 1; i < clock.length; i += 2) if (!wanted(clock[i] as number)) return 0;
  return wholeDigest(family.sums);
}

/** A digest of those elements of a version whose times are wanted; 0: none. Its 53 bits are whole in JSON. */
function elementsDigest({ grown }: Holding, wanted: (time: number) => boolean): number {
  const sums: [number, number] = [0, 0];
  const content = grown?.content ?? [null];
  for (let i = 1; i < content.length; i += 3) {
    if (wanted(content[i] as number)) addTo(sums, content[i] as number, content[i + 1] as string);
  }
  return wholeDigest(sums);
}

const wholeDigest = (sums: readonly [number, number]): number => sums[0] * 2 ** 21 + (sums[1] >>> 11);

const LANE_SEEDS = [0x2545f491, 0x9e3779b9] as const;

/** Mixes key and stamps: equal stamps are the same writes. Elements are summed, so that adding one costs no look at the others. */
function digestOf({ key, time, writer, grown, family }: Holding, lane: 0 | 1): number {
  const seed = LANE_SEEDS[lane];
  const digest = mixStamp(hashText(key, seed), time, writer, seed);
  const sums = grown?.sums ?? family?.sums;
  return sums === undefined ? digest : mix(digest, sums[lane]);
}

/** The newest write seen of each actor, and the dots: equal dots are the same writes. */
function sumsOf({ clock, living }: Siblings): readonly [number, number] {
  const seen: [number, number] = [0, 0];
  const dots: [number, number] = [0, 0];
  for (let i = 0; i < clock.length; i += 2) addTo(seen, clock[i + 1] as number, clock[i] as string);
  for (const [time, actor] of living) addTo(dots, time, actor);
  return [mix(seen[0], dots[0]), mix(seen[1], dots[1])];
}

function addTo(sums: [number, number], time: number, writer: string, times: 1 | -1 = 1): void {
  for (const lane of [0, 1] as const) {
    const seed = LANE_SEEDS[lane];
    sums[lane] = (sums[lane] + times * mixStamp(seed, time, writer, seed)) >>> 0;
  }
}

function mixStamp(start: number, time: number, writer: string, seed: number): number {
  return mix(mix(mix(start, time % 2 ** 32), Math.floor(time / 2 ** 32)), hashText(writer, seed));
}
