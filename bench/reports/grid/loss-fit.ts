/**
 * How well the terms of a loss explain it: lost writes against rate × (lag + unfenced time), a point a fault and client
 * zone in which a primary was deposed, and a line through them for each preset.
 */
import { faultRows } from '../faults.ts';
import { countText, secondsText, significant } from '../numbers.ts';
import { groupByPreset } from '../presets.ts';
import { type Cell, cell, type Section, type SectionColumn } from '../scorecard/section.ts';
import { type LinearFit, linearFit, spread } from '../statistics.ts';
import type { TableRow, Tables } from '../tables.ts';

type Row = TableRow<'failovers'>;

/** With fewer points a line says nothing. */
const POINTS_MIN = 10;

export interface LossFit {
  readonly label: string;
  /** Faults and client zones in which a primary was deposed. */
  readonly rows: readonly Row[];
  readonly lost: number;
  /** Undefined: too few points, or all of one x. */
  readonly fit: LinearFit | undefined;
}

export const expectedLoss = ({ ledger_per_s = 0, lag_ms = 0, unfenced_ms = 0 }: Row): number =>
  (ledger_per_s * (lag_ms + unfenced_ms)) / 1000;

/** By preset; and at last of all presets that lost anything together, if there are several. */
export function lossFits(tables: Tables): LossFit[] {
  const deposed = faultRows(tables)
    .filter(({ valid }) => valid)
    .flatMap(({ rows }) => rows.filter((row) => row.unfenced_ms !== undefined && row.acked_lost !== undefined));
  const fits = groupByPreset(deposed).map(({ label, rows }) => fitOf(label, rows));
  const losers = fits.filter(({ lost }) => lost > 0);
  const together =
    losers.length > 1
      ? [
          fitOf(
            'all that lost',
            losers.flatMap(({ rows }) => rows),
          ),
        ]
      : [];
  return losers.length === 0 ? [] : [...fits, ...together];
}

function fitOf(label: string, rows: readonly Row[]): LossFit {
  const points = rows.map((row) => [expectedLoss(row), row.acked_lost!] as const);
  const lost = points.reduce((sum, [, y]) => sum + y, 0);
  return { label, rows, lost, fit: points.length < POINTS_MIN ? undefined : linearFit(points) };
}

const right = (title: string, rank = 0): SectionColumn => ({ title, align: 'right', rank });

/** Nothing where nobody lost anything. */
export function lossFitSection(tables: Tables): Section[] {
  const fits = lossFits(tables);
  if (fits.length === 0) return [];
  return [
    {
      title: 'What a failover loses: rate × (lag + unfenced time)',
      note: 'lost = intercept + slope × expected, by least squares; n: faults and client zones in which another node took over; rate, lag and unfenced: medians',
      columns: [
        { title: 'engine', align: 'left', rank: 0 },
        right('rate/s', 1),
        right('lag ms', 2),
        right('lag max ms', 2),
        right('unfenced s', 3),
        right('unfenced max s'),
        right('expected'),
        right('lost'),
        right('slope'),
        right('intercept', 4),
        right('R²'),
        right('n'),
      ],
      rows: fits.map(fitCells),
      footnotes: [
        'rate: acknowledged ledger writes of the clients of one zone before the fault. unfenced: how long the old primary went on acknowledging theirs, unless it stood still.',
      ],
    },
  ];
}

/** An answer that left in the instant of the fault is none after it. */
const wholeMs = (ms: number): string => secondsText(Math.round(ms));

function fitCells({ label, rows, lost, fit }: LossFit): Cell[] {
  const lag = spread(rows.map((row) => row.lag_ms))!;
  const unfenced = spread(rows.map((row) => row.unfenced_ms))!;
  const rate = spread(rows.map((row) => row.ledger_per_s));
  const expected = rows.reduce((sum, row) => sum + expectedLoss(row), 0);
  const line = (of: (fit: LinearFit) => number): Cell => cell(fit && lost > 0 ? significant(of(fit), 3) : undefined);
  return [
    cell(label),
    cell(rate && significant(rate.median, 2)),
    cell(significant(lag.median, 2)),
    cell(significant(lag.max, 2)),
    cell(wholeMs(unfenced.median)),
    cell(wholeMs(unfenced.max)),
    cell(countText(Math.round(expected))),
    cell(countText(lost), lost > 0 ? 'bad' : undefined),
    line(({ slope }) => slope),
    line(({ intercept }) => intercept),
    line(({ r2 }) => r2),
    cell(countText(rows.length)),
  ];
}
