/** What a load trial is asked about staleness: whether reads see the write before them, and what theory says of that. */
import type { History } from '../history.ts';
import { agedReads, visibilityBins } from '../measures/visibility.ts';
import { type WarsDelays, type WarsQuorums, warsModel } from '../measures/wars-model.ts';
import { shareText } from '../reports/numbers.ts';
import { wilsonInterval } from '../reports/statistics.ts';
import type { TableRow } from '../reports/tables.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';
import type { EntryOf } from '../suites/suite-file.ts';
import { linkBetween } from '../topologies/link-rules.ts';
import type { Topology } from '../topologies/topology.ts';
import type { Options } from './engines.ts';
import type { Stretch } from './rows.ts';
import type { Runtime, StalenessSpec, TrialSpec } from './spec.ts';

type Model = NonNullable<EntryOf<'staleness'>['model']>;

/**
 * The model is about a coordinator that holds no copy, in a world whose delays are known: a witness where the first clients
 * are, which they ask first, and copies on all full nodes. Of other topologies, and of threads, it says nothing.
 */
export function stalenessSpec(
  { model }: EntryOf<'staleness'>,
  { options }: Pick<EngineChoice, 'options'>,
  topology: Topology,
  runtime: Runtime,
): StalenessSpec {
  const copies = model === undefined || runtime !== 'simulation' ? undefined : copiesOf(model, topology);
  const quorums = copies && quorumsOf(model!, options as Options, copies.length);
  return { model: copies && quorums && { copies, quorums } };
}

function copiesOf({ messages }: Model, topology: Topology): WarsDelays[] | undefined {
  const { members, clientZones } = topology;
  const full = members.filter(({ kind }) => kind === 'full');
  const coordinator = members.find(({ kind, zone }) => kind === 'witness' && zone === clientZones[0]);
  if (coordinator === undefined || full.some(({ zone }) => clientZones.includes(zone))) return undefined;
  return full.map(({ id }) => {
    const there = linkBetween(topology, { node: coordinator.id }, { node: id });
    const back = linkBetween(topology, { node: id }, { node: coordinator.id });
    return {
      write: there.byType?.[messages.write] ?? there.delay,
      acknowledgement: back.byType?.[messages.acknowledgement] ?? back.delay,
      read: there.byType?.[messages.read] ?? there.delay,
      response: back.byType?.[messages.response] ?? back.delay,
    };
  });
}

/** Undefined if the engine has not the options that are named, or what they say is no number of these copies. */
function quorumsOf(model: Model, options: Options, copies: number): WarsQuorums | undefined {
  const words: Options = { all: copies, majority: Math.floor(copies / 2) + 1 };
  const countOf = (stated: number | string, more: Options = {}): number => {
    const value = typeof stated === 'string' ? options[stated] : stated;
    const count = typeof value === 'string' ? { ...words, ...more }[value] : value;
    return typeof count === 'number' && count <= copies ? count : Number.NaN;
  };
  const write = countOf(model.write_quorum);
  const read = countOf(model.read_quorum);
  const asked = model.asked === undefined ? copies : countOf(model.asked, { quorum: read });
  return write >= 1 && read >= 1 && read <= asked ? { write, read, asked } : undefined;
}

/** Drawing one takes a second, and all seeds of a configuration have the same. */
const models = new Map<string, (ageMs: number) => number>();

function modelOf({ model }: StalenessSpec): ((ageMs: number) => number) | undefined {
  if (model === undefined) return undefined;
  const known = JSON.stringify(model);
  const drawn = models.get(known) ?? warsModel(model.copies, model.quorums);
  models.set(known, drawn);
  return drawn;
}

/** None if the trial is not asked. */
export function stalenessRows(spec: TrialSpec, history: History, stretch: Stretch): TableRow<'staleness'>[] {
  const { trial, engine, topology, seed, staleness } = spec;
  if (staleness === undefined) return [];
  return visibilityBins(agedReads(history, stretch), modelOf(staleness)).map((bin) => {
    const { fromMs, toMs, reads, consistent, modelShare } = bin;
    const [low, high] = wilsonInterval(consistent, reads);
    return {
      trial,
      engine: engine.name,
      preset: engine.preset,
      topology,
      seed,
      from_ms: fromMs,
      to_ms: toMs,
      reads,
      consistent,
      share: consistent / reads,
      share_low: low,
      share_high: high,
      model_share: modelShare,
    };
  });
}

/** In a few words, for who watches the run. */
export function stalenessSummary(rows: readonly TableRow<'staleness'>[]): string {
  const [reads, consistent] = (['reads', 'consistent'] as const).map((column) =>
    rows.reduce((sum, row) => sum + (row[column] ?? 0), 0),
  ) as [number, number];
  return reads === 0 ? 'no reads to judge' : `${shareText(consistent / reads)} of reads saw the write before them`;
}
