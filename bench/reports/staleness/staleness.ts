/** How soon a write is seen: curves of P(consistent) by the time since the write, over all seeds of a preset and topology. */
import { groupBy } from '../grouping.ts';
import { groupByPreset } from '../presets.ts';
import { mean, risingShares, wilsonInterval } from '../statistics.ts';
import type { TableRow, Tables } from '../tables.ts';

export interface StalenessBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reads: number;
  readonly consistent: number;
  /** The 95 % interval of the share of consistent reads. */
  readonly low: number;
  readonly high: number;
  /** What the model expects of these reads; undefined: it was not asked. */
  readonly modelShare: number | undefined;
}

export interface StalenessCurve {
  readonly label: string;
  readonly topology: string;
  /** Youngest reads first; without any gap that had reads in it. */
  readonly bins: readonly StalenessBin[];
}

/** Neighbouring bins are joined until they have so many reads: fewer say next to nothing of a share. */
const READS_MIN = 200;

/** By preset, and by topology in the order in which they came. */
export function stalenessOf({ staleness = [] }: Tables): StalenessCurve[] {
  return groupByPreset(staleness).flatMap(({ label, rows }) =>
    groupBy(rows, ({ topology = '' }) => topology).map((ofPlace) => {
      const pooled = groupBy(ofPlace, ({ from_ms }) => `${from_ms}`).map(joined);
      return { label, topology: ofPlace[0]!.topology ?? '', bins: largeEnough(pooled) };
    }),
  );
}

type Bin = Omit<StalenessBin, 'low' | 'high'>;

/** The bins of several seeds. */
function joined(rows: readonly TableRow<'staleness'>[]): Bin {
  return rows
    .map((row): Bin => {
      const { from_ms: fromMs = 0, to_ms: toMs = 0, reads = 0, consistent = 0, model_share: modelShare } = row;
      return { fromMs, toMs, reads, consistent, modelShare };
    })
    .reduce(join);
}

function join(a: Bin, b: Bin): Bin {
  const reads = a.reads + b.reads;
  return {
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
    reads,
    consistent: a.consistent + b.consistent,
    modelShare:
      a.modelShare === undefined || b.modelShare === undefined
        ? undefined
        : (a.modelShare * a.reads + b.modelShare * b.reads) / reads,
  };
}

function largeEnough(bins: readonly Bin[]): StalenessBin[] {
  const large: Bin[] = [];
  for (const bin of [...bins].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = large.at(-1);
    if (last !== undefined && last.reads < READS_MIN) large[large.length - 1] = join(last, bin);
    else large.push(bin);
  }
  // What is left over at the old end joins the bin before it.
  if (large.length > 1 && large.at(-1)!.reads < READS_MIN) large.push(join(large.pop()!, large.pop()!));
  return large.map((bin) => {
    const [low, high] = wilsonInterval(bin.consistent, bin.reads);
    return { ...bin, low, high };
  });
}

export const shareOf = ({ consistent, reads }: StalenessBin): number => consistent / reads;

/**
 * From how long after a write at least this share of reads is consistent, in ms: the beginning of the first bin in which it is,
 * taken that the share never falls with time. Undefined: not within what was measured.
 */
export function seenFromMs({ bins }: StalenessCurve, share: number): number | undefined {
  const rising = risingShares(bins.map(({ consistent, reads }) => ({ times: consistent, n: reads })));
  return bins[rising.findIndex((one) => one >= share)]?.fromMs;
}

/** The same of the model; undefined also where there is none. */
export const modelSeenFromMs = ({ bins }: StalenessCurve, share: number): number | undefined =>
  bins.find(({ modelShare }) => modelShare !== undefined && modelShare >= share)?.fromMs;

/** Of the bins, the share in which the model lies within the interval; undefined: there is no model. */
export const modelFit = ({ bins }: StalenessCurve): number | undefined =>
  mean(
    bins.map(({ low, high, modelShare }) =>
      modelShare === undefined ? undefined : Number(low <= modelShare && modelShare <= high),
    ),
  );
