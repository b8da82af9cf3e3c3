/**
 * The distribution of a figure over many faults, some of which may be censored: known only to be more than what was
 * observed. A censored value ranks above all others.
 */
import { type BootstrapOptions, bootstrapInterval, median } from './statistics.ts';

export interface Observation {
  readonly valueMs: number;
  /** The truth is more than the value; prints as `> value`. */
  readonly censored: boolean;
}

export interface Distribution {
  readonly count: number;
  readonly censoredCount: number;
  readonly min: Observation;
  readonly median: Observation;
  readonly max: Observation;
  /** Nearest rank; from 20 observations on. */
  readonly p95: Observation | undefined;
  /** 95 % bootstrap interval of the median; from 3 observations on. */
  readonly medianLow: Observation | undefined;
  readonly medianHigh: Observation | undefined;
}

/** From how many observations on a p95 is printed. */
export const P95_COUNT_MIN = 20;
const INTERVAL_COUNT_MIN = 3;

/** By rank: the observed by value, then the censored by value. */
export function rankObservations(observations: readonly Observation[]): Observation[] {
  return [...observations].sort((a, b) => Number(a.censored) - Number(b.censored) || a.valueMs - b.valueMs);
}

/** What stands at a rank (from 0). Half way between two: their mean, and censored as soon as one of them is. */
function atRank(ranked: readonly Observation[], rank: number): Observation {
  const below = ranked[Math.floor(rank)]!;
  const above = ranked[Math.ceil(rank)]!;
  if (below === above) return below;
  // A censored time may be shorter than an observed one: the mean of two is then at least the observed one.
  const meanMs = (below.valueMs + Math.max(below.valueMs, above.valueMs)) / 2;
  return { valueMs: meanMs, censored: above.censored };
}

/** Undefined of nothing. */
export function distribution(
  observations: readonly Observation[],
  options: BootstrapOptions,
): Distribution | undefined {
  if (observations.length === 0) return undefined;
  const ranked = rankObservations(observations);
  const count = ranked.length;
  const ranks = ranked.map((_, rank) => rank);
  // The median's rank is drawn, not its value, so that censored observations keep their place.
  const interval = count >= INTERVAL_COUNT_MIN ? bootstrapInterval(ranks, median, options) : undefined;
  return {
    count,
    censoredCount: ranked.filter((observation) => observation.censored).length,
    min: ranked[0]!,
    median: atRank(ranked, (count - 1) / 2),
    max: ranked[count - 1]!,
    p95: count >= P95_COUNT_MIN ? ranked[Math.ceil(0.95 * count - 1e-9) - 1]! : undefined,
    medianLow: interval && atRank(ranked, interval.low),
    medianHigh: interval && atRank(ranked, interval.high),
  };
}
