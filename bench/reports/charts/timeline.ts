/** What clients got back around a fault, second by second: one strip an engine preset, all on one time axis. */
import { shortened } from '../../short-text.ts';
import { type Fault, faultKinds, faultTitle, validFaults } from '../faults.ts';
import { durationText, significant } from '../numbers.ts';
import { groupByPreset } from '../presets.ts';
import { compareDurations } from '../statistics.ts';
import type { TableRow, Tables } from '../tables.ts';
import {
  bareAxis,
  type Chart,
  heading,
  lineAt,
  linearScale,
  type Option,
  renderSvg,
  type Scale,
  textAt,
} from './draw.ts';
import { FAILED, GRID, INK, MUTED, OUTAGE, presetStyles, WIDTH } from './theme.ts';

const LEFT = 245;
const RIGHT = WIDTH - 30;
const TOP = 84;
const STRIP = 84;
const STRIP_GAP = 16;
const BUCKET_MS = 50;
/** No more: in a trial with several faults the one before is not long ago. */
const BEFORE_MS = 300;
/** Strips stop here even if an engine never came back: its strip is empty from the fault on anyway. */
const AFTER_MAX_MS = 15_000;
/** Other faults drawn behind the shown one; more would be a blot. */
const OTHERS_MAX = 11;

interface Bucket {
  /** Counted from the fault. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly completedPerS: number;
  readonly failedPerS: number;
  readonly offeredPerS: number;
}

/**
 * The timeline around a fault, as rates, in buckets of about 50 ms that begin as near to it as the table's own allow. Those
 * that lie outside [fromMs, toMs) as a whole are left out.
 */
export function bucketsAround(
  rows: readonly TableRow<'timeline'>[],
  atMs: number,
  fromMs: number,
  toMs: number,
): Bucket[] {
  const times = rows.map((row) => row.t_ms ?? 0).sort((a, b) => a - b);
  let widthMs = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    if (step > 0) widthMs = Math.min(widthMs, step);
  }
  if (!Number.isFinite(widthMs)) return [];
  const bucketMs = Math.max(BUCKET_MS, widthMs);
  const groups = new Map<number, TableRow<'timeline'>[]>();
  for (const row of rows) {
    // The middle decides: buckets of the table rarely start at the fault.
    const index = Math.floor(((row.t_ms ?? 0) + widthMs / 2 - atMs) / bucketMs);
    const group = groups.get(index);
    if (group === undefined) groups.set(index, [row]);
    else group.push(row);
  }
  return [...groups]
    .sort((a, b) => a[0] - b[0])
    .map(([, group]) => {
      const seconds = (group.length * widthMs) / 1000;
      const rate = (of: (row: TableRow<'timeline'>) => number): number =>
        group.reduce((total, row) => total + of(row), 0) / seconds;
      const starts = group.map((row) => (row.t_ms ?? 0) - atMs);
      return {
        fromMs: Math.min(...starts),
        toMs: Math.max(...starts) + widthMs,
        completedPerS: rate((row) => row.completed ?? 0),
        failedPerS: rate((row) => (row.fail ?? 0) + (row.unknown ?? 0)),
        offeredPerS: rate((row) => row.offered ?? 0),
      };
    })
    .filter((bucket) => bucket.toMs > fromMs && bucket.fromMs < toMs);
}

/** The fault with the middle outage; of two the shorter, since a chart cannot show their mean. */
export function representative(faults: readonly Fault[]): Fault | undefined {
  const measured = faults.filter((fault) => fault.outage !== undefined);
  const sorted = measured.sort((a, b) => compareDurations(a.outage!, b.outage!) || a.atMs - b.atMs);
  return sorted[Math.ceil(sorted.length / 2) - 1];
}

interface Strip {
  readonly label: string;
  readonly fault: Fault;
  readonly others: readonly Fault[];
  readonly n: number;
}

/** Nice round end of the time axis: room behind the longest outage that ended, within what was observed. */
function afterMs(strips: readonly Strip[]): number {
  const ended = strips.flatMap(({ fault, others }) =>
    [fault, ...others].flatMap((one) => (one.outage?.censored === false ? [one.outage.ms + one.outageFromMs] : [])),
  );
  const wanted = Math.max(1000, ...ended.map((ms) => ms * 1.4 + 300));
  const observed = Math.max(...strips.map(({ fault }) => fault.observedMs ?? wanted));
  const step = wanted > 4000 ? 1000 : wanted > 1500 ? 500 : 250;
  return Math.min(Math.ceil(wanted / step) * step, Math.max(1000, observed), AFTER_MAX_MS);
}

/** One chart a kind of fault; none without both a valid fault and its timeline. */
export function timelineCharts(tables: Tables): Chart[] {
  const faults = validFaults(tables);
  const byTrial = new Map<string, TableRow<'timeline'>[]>();
  for (const row of tables.timeline ?? []) {
    const trial = row.trial ?? '';
    const rows = byTrial.get(trial);
    if (rows === undefined) byTrial.set(trial, [row]);
    else rows.push(row);
  }
  const styles = presetStyles(
    [...(tables.trials ?? []), ...faults].map((row) => ({ engine: row.engine ?? '', preset: row.preset ?? 'default' })),
  );
  const kinds = faultKinds(faults);
  return kinds.flatMap((kind) => {
    const drawable = faults.filter((fault) => fault.fault === kind && byTrial.has(fault.trial));
    const strips = groupByPreset(drawable).flatMap(({ label, rows }): Strip[] => {
      const fault = representative(rows);
      if (fault === undefined) return [];
      const others = rows.filter((one) => one !== fault).slice(0, OTHERS_MAX);
      return [{ label, fault, others, n: rows.length }];
    });
    if (strips.length === 0) return [];
    const name = kinds.length === 1 ? 'failover' : `failover-${kind.replace(/[^a-z0-9]+/gi, '-')}`;
    return [timelineChart(name, faultTitle(kind), strips, byTrial, styles)];
  });
}

/** A stepped outline of the buckets, as pixels. */
function outline(buckets: readonly Bucket[], horizontal: Scale, vertical: Scale): number[][] {
  return buckets.flatMap((bucket) => {
    const y = vertical.at(Math.min(bucket.completedPerS, vertical.max));
    return [
      [horizontal.at(Math.max(bucket.fromMs, horizontal.min)), y],
      [horizontal.at(Math.min(bucket.toMs, horizontal.max)), y],
    ];
  });
}

function timelineChart(
  name: string,
  title: string,
  strips: readonly Strip[],
  byTrial: ReadonlyMap<string, readonly TableRow<'timeline'>[]>,
  styles: ReturnType<typeof presetStyles>,
): Chart {
  const until = afterMs(strips);
  const horizontal = linearScale(-BEFORE_MS, until, LEFT, RIGHT);
  const tickStep = until > 6000 ? 2000 : until > 3000 ? 1000 : until > 1200 ? 500 : 250;
  const bottom = TOP + strips.length * (STRIP + STRIP_GAP) - STRIP_GAP;
  const height = bottom + 62;
  const behind: Option[] = [];
  const front: Option[] = [];
  const series: Option[] = [];
  for (let tick = -Math.floor(BEFORE_MS / tickStep) * tickStep; tick <= until; tick += tickStep) {
    const x = horizontal.at(tick);
    behind.push(lineAt(x, TOP, x, bottom, GRID));
    front.push(
      textAt(x, bottom + 14, significant(tick, String(Math.abs(tick)).length), {
        size: 11.5,
        colour: MUTED,
        align: 'center',
      }),
    );
  }
  front.push(textAt((LEFT + RIGHT) / 2, bottom + 38, 'ms since the fault', { colour: MUTED, align: 'center' }));

  let offered = 0;
  strips.forEach((strip, index) => {
    const top = TOP + index * (STRIP + STRIP_GAP);
    const base = top + STRIP;
    const { colour } = styles.get(strip.label)!;
    // After its observation a fault is healed, and the next one may follow: neither belongs to this one's picture.
    const around = (fault: Fault): Bucket[] =>
      bucketsAround(byTrial.get(fault.trial)!, fault.atMs, -BEFORE_MS, Math.min(until, fault.observedMs ?? until));
    const shown = around(strip.fault);
    const rates = shown.map((bucket) => bucket.offeredPerS).sort((a, b) => a - b);
    const rate = rates[Math.floor(rates.length / 2)] || Math.max(1, ...shown.map((bucket) => bucket.completedPerS));
    offered = Math.max(offered, rate);
    const vertical = linearScale(0, rate * 2, base, top);
    const line = (data: readonly (readonly number[])[], style: Option): Option => ({
      type: 'line',
      silent: true,
      clip: false,
      symbol: 'none',
      data,
      ...style,
    });
    series.push(
      line(outline(shown, horizontal, vertical), {
        z: 3,
        lineStyle: { color: colour, width: 1.6 },
        areaStyle: { color: colour, opacity: 0.28, origin: base },
      }),
    );
    for (const other of strip.others) {
      series.push(
        line(outline(around(other), horizontal, vertical), {
          z: 2,
          lineStyle: { color: colour, width: 0.7, opacity: 0.45 },
        }),
      );
    }
    for (const bucket of shown.filter((one) => one.failedPerS > 0)) {
      const left = horizontal.at(Math.max(bucket.fromMs, -BEFORE_MS));
      const width = horizontal.at(Math.min(bucket.toMs, until)) - left;
      const barTop = vertical.at(Math.min(bucket.failedPerS, vertical.max));
      front.push({
        type: 'rect',
        silent: true,
        z: 4,
        shape: {
          x: left + 0.5,
          y: barTop,
          width: Math.max(1, width - 1),
          height: base - barTop,
        },
        style: { fill: FAILED, opacity: 0.5 },
      });
    }
    const outage = strip.fault.outage!;
    const from = horizontal.at(Math.max(strip.fault.outageFromMs, -BEFORE_MS));
    const to = outage.censored ? RIGHT : Math.min(RIGHT, horizontal.at(strip.fault.outageFromMs + outage.ms));
    behind.push({
      type: 'rect',
      silent: true,
      z: 0,
      shape: { x: from, y: top, width: Math.max(1.5, to - from), height: STRIP },
      style: { fill: OUTAGE },
    });
    const words = `${durationText(outage)} ms${outage.censored ? ', never within observation' : ''}`;
    const inside = to - from > words.length * 7.2 + 12;
    front.push(
      textAt(inside ? (from + to) / 2 : to + 6, top + 11, words, {
        size: 12.5,
        bold: true,
        align: inside ? 'center' : 'left',
        halo: !inside,
      }),
    );
    behind.push(lineAt(LEFT, base, RIGHT, base, MUTED, 0.8));
    front.push(textAt(24, top + STRIP / 2 - 8, shortened(strip.label, 24), { size: 13, bold: true, colour }));
    front.push(
      textAt(24, top + STRIP / 2 + 10, `n = ${strip.n} fault${strip.n === 1 ? '' : 's'}`, {
        size: 11.5,
        colour: MUTED,
      }),
    );
    front.push(
      textAt(LEFT - 6, vertical.at(rate), `${significant(rate, 2)}/s`, { size: 11, colour: MUTED, align: 'right' }),
    );
    behind.push(lineAt(LEFT, vertical.at(rate), RIGHT, vertical.at(rate), GRID));
  });
  front.push(lineAt(horizontal.at(0), TOP - 6, horizontal.at(0), bottom, INK, 1.2));
  const caption = `${title}: operations that ended ok per second around the fault with the middle outage of each of ${strips.length} engine presets; the outages shown are: ${strips.map(({ label, fault }) => `${label} ${durationText(fault.outage!)} ms`).join(', ')}.`;
  front.push(
    ...heading(
      `${title}: what clients got back`,
      `area: operations that ended ok, around the fault with the middle outage (thin lines: the others); red: failed or unknown; cut at twice the rate`,
    ),
  );
  return renderSvg(name, caption, height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic: [...behind.map((one) => ({ ...one, z: -1, zlevel: 0 })), ...front],
    series,
  });
}
