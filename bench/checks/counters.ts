/**
 * What became of adds, by the reads of counters and by what the nodes held at the end, when all was quiet.
 *
 * - *surplus*: a read, or a copy at the end, shows more than all the positive amounts together that had started before the
 *   read ended, or less than all the negative ones; or no number at all. Something took effect twice, or although it had
 *   failed for certain.
 * - *lost*: it is no surplus, but no copy of a counter lies where it must if every acknowledged add counts, and those in doubt
 *   do or do not: one a key.
 * - *stale*: it is no surplus, but a read lies outside of where it must if everything counts that had been acknowledged before
 *   it started.
 *
 * Only sums are seen, and any number between the bounds is believed. So where amounts of both signs were added, a fault hides
 * behind another of the other sign, and one that took effect twice is called lost or stale where a loss explains it as well.
 */
import { GET, OK } from '../history.ts';
import type { Operations } from './columns.ts';
import { type CounterBounds, countersOf } from './counter-bounds.ts';
import { type Findings, Tally } from './findings.ts';
import { WriteIndex } from './write-index.ts';
import type { FinalCopies } from './writes.ts';

export interface CounterOptions {
  /** By key. Keys that are left out were not asked for at the end: nothing is lost from them. */
  readonly finals?: ReadonlyMap<string, Pick<FinalCopies, 'found'>>;
}

/** A finding at the end names the counter's last add, since no operation shows it. */
export interface CounterFindings {
  readonly lost: Findings;
  readonly surplus: Findings;
  readonly stale: Findings;
}

export function counters(operations: Operations, { finals = new Map() }: CounterOptions = {}): CounterFindings {
  const lost = new Tally(operations);
  const surplus = new Tally(operations);
  const stale = new Tally(operations);
  const bounds = countersOf(operations, new WriteIndex(operations));
  const { length, kind, outcome, key: keys, start, end, observed, valueText, keyText } = operations;

  for (let row = 0; row < length && bounds.size > 0; row++) {
    const counter = bounds.get(keys[row]!);
    if (counter === undefined || kind[row] !== GET || outcome[row] !== OK) continue;
    const sum = counter.sumIn(valueText(observed[row]!));
    if (sum === undefined || !counter.allows(sum, end[row]!)) surplus.add(keys[row]!, row);
    else if (!counter.allows(sum, end[row]!, counter.acknowledged(start[row]!))) stale.add(keys[row]!, row);
  }
  for (const [key, counter] of bounds) {
    const found = finals.get(keyText(key))?.found ?? [];
    const fates = new Set(found.map((text) => fateOf(counter, text)));
    if (fates.has('surplus')) surplus.add(key, counter.lastAdd);
    if (fates.has('lost') && !fates.has('whole')) lost.add(key, counter.lastAdd);
  }
  return { lost: lost.findings(), surplus: surplus.findings(), stale: stale.findings() };
}

/** What a copy at the end says of the adds. */
function fateOf(counter: CounterBounds, text: string | null): 'whole' | 'lost' | 'surplus' {
  const ever = Number.POSITIVE_INFINITY;
  const sum = counter.sumIn(text);
  if (sum === undefined || !counter.allows(sum, ever)) return 'surplus';
  return counter.allows(sum, ever, counter.acknowledged(ever)) ? 'whole' : 'lost';
}
