/** Figures put into words and columns. Numbers carry no more digits than their repeats support. */
import { faultTitle } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { countText, durationText, medianText, msText, rangeText, shareText, significant } from '../numbers.ts';
import { type DurationSpread, type Spread, spread } from '../statistics.ts';
import type { TableRow } from '../tables.ts';
import type { FailoverFigures, LatencyFigures, PresetFigures, ServiceFigures, ThroughputFigures } from './figures.ts';
import { type Cell, cell, dropEmptyColumns, type Section, type SectionColumn } from './section.ts';

const left = (title: string): SectionColumn => ({ title, align: 'left', rank: 0 });
const right = (title: string, rank = 0): SectionColumn => ({ title, align: 'right', rank });

const median = (spread: Spread | undefined): Cell => cell(spread && medianText(spread));
const range = (spread: Spread | undefined): Cell => cell(spread && spread.n > 1 ? rangeText(spread) : undefined);
const ms = (spread: Spread | undefined): Cell => cell(spread && msText(spread.median));
const share = (spread: Spread | undefined): Cell => cell(spread && shareText(spread.median));
const perOp = (spread: Spread | undefined): Cell => cell(spread && significant(spread.median, 2));
const repeats = (...spreads: (Spread | undefined)[]): Cell => {
  const counts = spreads.filter((one) => one !== undefined).map((one) => one.n);
  return cell(counts.length === 0 ? undefined : String(Math.min(...counts)));
};
const duration = (spread: DurationSpread | undefined): Cell =>
  cell(spread && durationText(spread.median), spread?.median.censored ? 'bad' : undefined);

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** The rate that stands in the middle of those that were offered: the lower one of two. */
export function middleRate(presets: readonly PresetFigures[]): number | undefined {
  const rates = distinct(presets.flatMap((preset) => preset.latency.map((one) => one.offeredPerS))).sort(
    (a, b) => a - b,
  );
  return rates[Math.ceil(rates.length / 2) - 1];
}

const DURABILITIES = ['fsync', 'none'];
function durabilities(names: readonly string[]): string[] {
  return distinct(names).sort((a, b) => DURABILITIES.indexOf(a) - DURABILITIES.indexOf(b) || (a < b ? -1 : 1));
}

function throughputSection(presets: readonly PresetFigures[], workload: string): Section {
  const all = presets.flatMap((preset) => preset.throughput).filter((one) => one.workload === workload);
  const most = Math.max(...all.map((one) => one.clients));
  const fewest = Math.min(...all.map((one) => one.clients));
  const kinds = durabilities(all.map((one) => one.durability));
  const columns = [
    left('engine'),
    ...kinds.flatMap((kind) => [right(kind), right('of floor'), right('range', 3)]),
    ...(fewest < most ? kinds.map((kind) => right(`p50 at ${fewest}, ${kind}`, kind === kinds[0] ? 1 : 2)) : []),
    right('n'),
  ];
  const rows = presets.flatMap((preset) => {
    const find = (kind: string, clients: number): ThroughputFigures | undefined =>
      preset.throughput.find((one) => one.workload === workload && one.durability === kind && one.clients === clients);
    const top = kinds.map((kind) => find(kind, most));
    const single = kinds.map((kind) => find(kind, fewest));
    if ([...top, ...single].every((one) => one === undefined)) return [];
    return [
      [
        cell(preset.label),
        ...top.flatMap((one) => [median(one?.perS), share(one?.floorShare), range(one?.perS)]),
        ...(fewest < most ? single.map((one) => ms(one?.putP50Ms)) : []),
        repeats(...top.map((one) => one?.perS)),
      ],
    ];
  });
  const alone = fewest < most ? `; p50 of a write in ms at ${fewest} client${fewest === 1 ? '' : 's'}` : '';
  return {
    title: 'Throughput',
    note: `${workload}, operations/s at ${countText(most)} closed-loop clients, by durability${alone}`,
    columns,
    rows,
    footnotes: [],
  };
}

function latencySection(presets: readonly PresetFigures[]): Section {
  const rate = middleRate(presets);
  const serviceOf = (preset: PresetFigures): ServiceFigures | undefined =>
    preset.service.find((one) => one.durability === 'fsync' && one.operation === 'put') ??
    preset.service.find((one) => one.operation === 'put') ??
    preset.service[0];
  const latencyOf = (preset: PresetFigures): LatencyFigures | undefined =>
    preset.latency.find((one) => one.offeredPerS === rate);
  const shown = presets.filter((preset) => latencyOf(preset) !== undefined || serviceOf(preset) !== undefined);
  const first = shown.map(latencyOf).find((one) => one !== undefined);
  const load =
    first === undefined
      ? 'ms'
      : `${first.workload}, open loop at ${significant(first.offeredPerS, 3)} operations/s, ${first.durability}; ms from intended start`;
  const idle = shown.map(serviceOf).find((one) => one !== undefined);
  return {
    title: 'Latency',
    note: idle === undefined ? load : `${load}; idle: one ${idle.operation} at a time, ${idle.durability}`,
    columns: [
      left('engine'),
      right('write p50'),
      right('p99'),
      right('p99 uncorrected', 3),
      right('read p50'),
      right('p99'),
      right('idle p50', 1),
      right('idle p99', 2),
      right('n'),
    ],
    rows: shown.map((preset) => {
      const one = latencyOf(preset);
      const service = serviceOf(preset);
      return [
        cell(preset.label),
        ms(one?.putP50Ms),
        ms(one?.putP99Ms),
        ms(one?.putP99UncorrectedMs),
        ms(one?.getP50Ms),
        ms(one?.getP99Ms),
        ms(service?.p50Ms),
        ms(service?.p99Ms),
        repeats(one?.putP50Ms ?? one?.getP50Ms),
      ];
    }),
    footnotes: [],
  };
}

/** `210/310/480`; one bound alone when every outage outlasted its observation. */
function outageCell(figures: FailoverFigures): Cell {
  const outage = figures.outage;
  if (outage === undefined) return cell(undefined);
  if (outage.censored === outage.n) return cell(`${durationText(outage.min)} never`, 'bad');
  const text = [outage.min, outage.median, outage.max].map(durationText).join('/');
  return cell(text, outage.censored > 0 ? 'bad' : undefined);
}

function lostCell(lost: number | undefined, acked: number | undefined): Cell {
  if (lost === undefined) return cell(undefined);
  const text = acked === undefined ? countText(lost) : `${countText(lost)}/${countText(acked)}`;
  return cell(text, lost > 0 ? 'bad' : undefined);
}

interface Shown {
  readonly preset: PresetFigures;
  readonly figures: FailoverFigures;
}

/** One sentence that names who was not writable again, in how many of the faults, and how long was waited. */
function neverBack(shown: readonly Shown[]): string[] {
  const gone = shown.filter(({ figures }) => (figures.outage?.censored ?? 0) > 0);
  if (gone.length === 0) return [];
  const names = gone.map(({ preset, figures: { outage } }) => {
    const waited = `${msText(outage!.max.ms)} ms`;
    return `${preset.label} (${outage!.censored} of ${outage!.n}, ${waited} observed)`;
  });
  return [`Not writable again: ${names.join(', ')}.`];
}

/** `place`: the topology, where a run has several. */
function failoverSection(presets: readonly PresetFigures[], kind: FailoverKind, place: string): Section {
  const { fault, topology } = kind;
  const columns = [
    left('engine'),
    right('outage'),
    right('elsewhere', 5),
    right('commit', 2),
    right('RTO'),
    right('lost/acked'),
    right('false'),
    right('rejoin', 3),
    right('not served', 4),
    right('stale', 6),
    right('two prim. ms', 7),
    right('accepted', 8),
    right('n'),
  ];
  const shown: Shown[] = presets.flatMap((preset) => {
    const figures = preset.failover.find((one) => one.fault === fault && one.topology === topology);
    return figures === undefined ? [] : [{ preset, figures }];
  });
  const count = (value: number | undefined): Cell => cell(value === undefined ? undefined : countText(value));
  return {
    title: `${faultTitle(fault)}${place === '' ? '' : `, ${place}`}`,
    note: 'outage: ms without an ok write for the clients worst off, min/median/max; commit, RTO: ms, medians',
    columns,
    rows: shown.map(({ preset, figures }) => [
      cell(preset.label),
      outageCell(figures),
      cell(figures.outageElsewhere && durationText(figures.outageElsewhere.median)),
      duration(figures.firstCommit),
      duration(figures.rto),
      lostCell(figures.ackedLost, figures.acked),
      count(figures.falseFailovers),
      ms(figures.rejoinMs),
      count(figures.lostServiceOps),
      count(figures.staleReads),
      cell(figures.dualPrimaryMs === undefined ? undefined : msText(figures.dualPrimaryMs)),
      (figures.accepted ?? 0) > 0 ? lostCell(figures.acceptedLost, figures.accepted) : cell(undefined),
      cell(String(figures.n)),
    ]),
    footnotes: neverBack(shown),
  };
}

function costSection(presets: readonly PresetFigures[]): Section {
  const all = presets.flatMap((preset) => preset.throughput);
  const most = Math.max(...all.map((one) => one.clients));
  const kind = durabilities(all.map((one) => one.durability))[0]!;
  const costOf = (preset: PresetFigures): ThroughputFigures | undefined =>
    preset.throughput.find((one) => one.clients === most && one.durability === kind);
  const shown = presets.filter((preset) => costOf(preset) !== undefined);
  return {
    title: 'Cost of an acknowledged operation',
    note: `${costOf(shown[0]!)?.workload ?? ''} at ${countText(most)} closed-loop clients, ${kind}; all nodes together`,
    columns: [left('engine'), right('messages'), right('bytes'), right('syncs'), right('CPU ms'), right('n')],
    rows: shown.map((preset) => {
      const one = costOf(preset);
      return [
        cell(preset.label),
        perOp(one?.messagesPerOp),
        perOp(one?.bytesPerOp),
        perOp(one?.syncsPerOp),
        perOp(one?.cpuMsPerOp),
        repeats(one?.messagesPerOp ?? one?.syncsPerOp ?? one?.perS),
      ];
    }),
    footnotes: [],
  };
}

function floorSection(rows: readonly TableRow<'floor'>[]): Section {
  return {
    title: 'Floor',
    note: 'bare messages between client, leader and two followers; batch: one a turn, single: one an operation',
    columns: [left('mode'), right('clients'), right('operations/s'), right('range', 1), right('p50 ms'), right('n')],
    rows: groupBy(rows, (row) => `${row.mode}/${row.clients}`).map((group) => {
      const perS = spread(group.map((row) => row.ops_per_s));
      return [
        cell(group[0]!.mode),
        cell(String(group[0]!.clients)),
        median(perS),
        range(perS),
        ms(spread(group.map((row) => row.p50_ms))),
        repeats(perS),
      ];
    }),
    footnotes: [],
  };
}

type FailoverKind = Pick<FailoverFigures, 'fault' | 'topology'>;

/** A section each kind of fault and topology. */
export function failoverSections(presets: readonly PresetFigures[]): Section[] {
  const kinds = groupBy(
    presets.flatMap(({ failover }) => failover),
    ({ fault, topology }) => `${topology}/${fault}`,
  ).map((group) => group[0]!);
  const hasPlaces = new Set(kinds.map(({ topology }) => topology)).size > 1;
  return finished(kinds.map((kind) => failoverSection(presets, kind, hasPlaces ? kind.topology : '')));
}

const finished = (sections: readonly Section[]): Section[] =>
  sections.map(dropEmptyColumns).filter((section) => section.rows.length > 0);

/** The sections for which there is anything to say, in reading order; those of faults are given. */
export function buildSections(
  presets: readonly PresetFigures[],
  floor: readonly TableRow<'floor'>[],
  ofFaults: readonly Section[],
): Section[] {
  const workloads = distinct(presets.flatMap((preset) => preset.throughput.map((one) => one.workload)));
  const sections: Section[] = [];
  for (const workload of workloads) sections.push(throughputSection(presets, workload));
  if (presets.some((preset) => preset.latency.length > 0 || preset.service.length > 0)) {
    sections.push(latencySection(presets));
  }
  sections.push(...ofFaults);
  if (workloads.length > 0) sections.push(costSection(presets));
  sections.push(floorSection(floor));
  return finished(sections);
}
