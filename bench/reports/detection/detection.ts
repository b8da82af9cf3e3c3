/** What `detections.csv` says: a cell for each preset, topology, number of nodes, loss and fault, over its seeds. */
import { groupBy } from '../grouping.ts';
import { groupByPreset, presetLabel, presetOf } from '../presets.ts';
import { type Duration, type DurationSpread, durationSpread, mean, type Spread, spread, sum } from '../statistics.ts';
import type { TableRow, Tables } from '../tables.ts';

type Row = TableRow<'detections'>;

export interface DetectionCell {
  readonly label: string;
  readonly nodes: number;
  readonly lossShare: number;
  /** `none`: nothing happened. */
  readonly fault: string;
  readonly n: number;
  /** From the fault to the first verdict, and until all had reached it; undefined: no node was down. */
  readonly first: DurationSpread | undefined;
  readonly all: DurationSpread | undefined;
  /** From the end of the fault until everybody trusted everybody; undefined: no fault ended. */
  readonly settled: DurationSpread | undefined;
  /** Verdicts about nodes to which nothing had happened: a trial in the mean, and a node and hour. */
  readonly falseVerdicts: number | undefined;
  readonly falsePerNodeHour: number | undefined;
  /** Of the nodes to which nothing happened, those that reached one. */
  readonly blamersShare: number | undefined;
  /** Verdicts about nodes that stood still, or had and were back: a trial, in the mean. */
  readonly aboutPaused: number | undefined;
  readonly messagesPerS: Spread | undefined;
  readonly bytesPerS: Spread | undefined;
  /** Those of the two that carry all that a node knows. */
  readonly stateMessagesPerS: Spread | undefined;
  readonly stateBytesPerS: Spread | undefined;
  /** Simulated seconds in a second of processor time. */
  readonly pace: number | undefined;
}

export interface Detection {
  /** Presets in the order in which they are shown: by their engines' names, and on their topologies, if there are several. */
  readonly labels: readonly string[];
  /** The engine, if there is only one. */
  readonly engine: string | undefined;
  /** Smallest first. */
  readonly sizes: readonly number[];
  readonly losses: readonly number[];
  /** In the order in which they were measured. */
  readonly faults: readonly string[];
  readonly cells: readonly DetectionCell[];
}

/** Undefined: nothing valid was measured. */
export function detectionOf(tables: Tables): Detection | undefined {
  const rows = (tables.detections ?? []).filter(({ valid }) => valid !== false);
  if (rows.length === 0) return undefined;
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  const isAlone = engines.length === 1;
  const isOnePlace = new Set(rows.map(({ topology }) => topology)).size === 1;
  const labelOf = (row: Row): string => {
    const label = isAlone ? (row.preset ?? 'default') : presetLabel(presetOf(row));
    return isOnePlace ? label : `${label} on ${row.topology}`;
  };
  const lines = groupByPreset(rows).flatMap((preset) => groupBy(preset.rows, labelOf));
  const cells = lines.flatMap((line) =>
    groupBy(line, ({ nodes, loss_share, fault }) => `${nodes}/${loss_share}/${fault}`).map((group) =>
      cellOf(labelOf(group[0]!), group),
    ),
  );
  return {
    labels: lines.map(([row]) => labelOf(row!)),
    engine: isAlone ? engines[0] : undefined,
    sizes: sorted(rows.map(({ nodes = 0 }) => nodes)),
    losses: sorted(rows.map(({ loss_share = 0 }) => loss_share)),
    faults: [...new Set(rows.map(({ fault = 'none' }) => fault))],
    cells,
  };
}

const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

function cellOf(label: string, rows: readonly Row[]): DetectionCell {
  const { nodes = 0, loss_share = 0, fault = 'none' } = rows[0]!;
  const healthyHours = sum(rows.map(({ healthy = 0, observed_s = 0 }) => (healthy * observed_s) / 3600)) ?? 0;
  const healthy = sum(rows.map((row) => row.healthy)) ?? 0;
  const perHealthy = (total: number | undefined, over: number): number | undefined =>
    total === undefined || over === 0 ? undefined : total / over;
  return {
    label,
    nodes,
    lossShare: loss_share,
    fault,
    n: rows.length,
    first: durationSpread(rows.flatMap((row) => firstOf(row) ?? [])),
    all: durationSpread(rows.flatMap((row) => awaited(row.dissemination_ms, row.dissemination_censored) ?? [])),
    settled: durationSpread(rows.flatMap((row) => awaited(row.settled_ms, row.settled_censored) ?? [])),
    falseVerdicts: mean(rows.map((row) => row.false_positives)),
    falsePerNodeHour: perHealthy(sum(rows.map((row) => row.false_positives)), healthyHours),
    blamersShare: perHealthy(sum(rows.map((row) => row.false_blamers)), healthy),
    aboutPaused: mean(rows.map(({ about_paused = 0, about_returned = 0 }) => about_paused + about_returned)),
    messagesPerS: spread(rows.map((row) => row.messages_per_node_s)),
    bytesPerS: spread(rows.map((row) => row.bytes_per_node_s)),
    stateMessagesPerS: spread(rows.map((row) => row.state_messages_per_node_s)),
    stateBytesPerS: spread(rows.map((row) => row.state_bytes_per_node_s)),
    pace: perHealthy(sum(rows.map((row) => row.simulated_s)), sum(rows.map((row) => row.cpu_s ?? row.wall_s)) ?? 0),
  };
}

const awaited = (ms: number | undefined, censored = false): Duration | undefined =>
  ms === undefined ? undefined : { ms, censored };

/** Whom nobody found was looked for until the end of observation. */
function firstOf({ first_detection_ms, survivors, observed_s = 0 }: Row): Duration | undefined {
  if (first_detection_ms !== undefined) return { ms: first_detection_ms, censored: false };
  return survivors === undefined ? undefined : { ms: observed_s * 1000, censored: true };
}

/** The cells of one loss and fault, by preset and number of nodes. */
export const cellFinder =
  ({ cells }: Detection) =>
  (label: string, nodes: number, lossShare: number, fault: string): DetectionCell | undefined =>
    cells.find(
      (cell) => cell.label === label && cell.nodes === nodes && cell.lossShare === lossShare && cell.fault === fault,
    );

/** Faults in which nodes went down, and those in which nothing went down but something ended. */
export const faultsWith = ({ faults, cells }: Detection, what: 'all' | 'settled'): string[] =>
  faults.filter((fault) => cells.some((cell) => cell.fault === fault && cell[what] !== undefined));
