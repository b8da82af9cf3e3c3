/** How far two runs of the same trials agree, one on threads and one in the simulation. */

import { type PresetFigures, presetFigures } from './scorecard/figures.ts';
import { middleRate } from './scorecard/sections.ts';
import type { DurationSpread, Spread } from './statistics.ts';
import type { Tables } from './tables.ts';

interface Pair<Value> {
  readonly engine: string;
  /** Undefined: of this figure no trial was valid. */
  readonly threads: Value | undefined;
  readonly simulation: Value | undefined;
  /** Median in the simulation by median on threads; undefined where one of them is not known. */
  readonly ratio: number | undefined;
}

export interface FigurePair extends Pair<Spread> {
  readonly what: string;
  readonly unit: 'ms' | '1/s';
}

export interface OutagePair extends Pair<DurationSpread> {
  readonly fault: string;
}

export interface Agreement {
  /** By figure, engines side by side. */
  readonly figures: readonly FigurePair[];
  readonly outages: readonly OutagePair[];
}

/** Of what the simulation has measured; of open loops the middle rate, as the scorecard has it. */
export function agreement(threads: Tables, simulation: Tables): Agreement {
  const real = new Map(presetFigures(threads).map((preset) => [preset.label, preset]));
  const simulated = presetFigures(simulation);
  const rate = middleRate(simulated);
  const pairs = simulated.flatMap((preset) => {
    const other = real.get(preset.label);
    const known = new Map(other === undefined ? [] : figuresOf(other, rate).map((figure) => [figure.what, figure]));
    return figuresOf(preset, rate).map(({ what, unit, spread }) => {
      const counterpart = known.get(what)?.spread;
      const ratio = ratioOf(counterpart?.median, spread?.median);
      return { engine: preset.label, what, unit, threads: counterpart, simulation: spread, ratio };
    });
  });
  const order = [...new Set(pairs.map(({ what }) => what))];
  return {
    figures: order.flatMap((what) => pairs.filter((pair) => pair.what === what)),
    outages: simulated.flatMap((preset) => outagesOf(preset, real.get(preset.label))),
  };
}

interface Figure {
  readonly what: string;
  readonly unit: 'ms' | '1/s';
  readonly spread: Spread | undefined;
}

function figuresOf({ throughput, service, latency }: PresetFigures, rate: number | undefined): Figure[] {
  return [
    ...throughput.map(({ workload, clients, durability, perS }) => {
      const what = `${workload}, ${clients} client${clients === 1 ? '' : 's'}, ${durability}`;
      return { what, unit: '1/s', spread: perS } as const;
    }),
    ...service.map(({ operation, durability, p50Ms }) => {
      return { what: `idle ${operation}, ${durability}`, unit: 'ms', spread: p50Ms } as const;
    }),
    ...latency
      .filter(({ offeredPerS }) => offeredPerS === rate)
      .flatMap(({ workload, offeredPerS, durability, putP50Ms, putP99Ms, getP50Ms, getP99Ms }) => {
        const load = `${workload}, ${offeredPerS}/s, ${durability}`;
        return [
          { what: `${load}: write p50`, unit: 'ms', spread: putP50Ms },
          { what: `${load}: write p99`, unit: 'ms', spread: putP99Ms },
          { what: `${load}: read p50`, unit: 'ms', spread: getP50Ms },
          { what: `${load}: read p99`, unit: 'ms', spread: getP99Ms },
        ] as const;
      }),
  ];
}

function outagesOf(preset: PresetFigures, other: PresetFigures | undefined): OutagePair[] {
  return preset.failover.map(({ fault, outage }) => {
    const counterpart = other?.failover.find((one) => one.fault === fault)?.outage;
    const ratio = ratioOf(known(counterpart), known(outage));
    return { engine: preset.label, fault, threads: counterpart, simulation: outage, ratio };
  });
}

/** Of an outage whose end was not seen nothing can be compared. */
const known = (outage: DurationSpread | undefined): number | undefined =>
  outage === undefined || outage.median.censored ? undefined : outage.median.ms;

const ratioOf = (threads: number | undefined, simulation: number | undefined): number | undefined =>
  threads === undefined || simulation === undefined || threads === 0 ? undefined : simulation / threads;

/** By how much of the smaller one the larger one exceeds it. */
export const apart = (ratio: number): number => Math.max(ratio, 1 / ratio) - 1;

/** The outages whose medians lie farthest apart; undefined: none can be compared. */
export function farthestApart(outages: readonly OutagePair[]): (OutagePair & { readonly ratio: number }) | undefined {
  let farthest: (OutagePair & { readonly ratio: number }) | undefined;
  for (const pair of outages) {
    const { ratio } = pair;
    if (ratio !== undefined && (farthest === undefined || apart(ratio) > apart(farthest.ratio))) {
      farthest = { ...pair, ratio };
    }
  }
  return farthest;
}
