/** The faults, right of the nodes: a bar from each fault to its end, its words, and a thin line to the nodes. */
import { faultText } from '../../../faults/words.ts';
import { shortened } from '../../../short-text.ts';
import type { TraceEvent } from '../trace.ts';
import type { Columns, Sheet } from './sheet.ts';
import { FAILED, HEALED } from './style.ts';
import { element, lineAt, textAt, textWidth, tooltip } from './svg.ts';
import type { Label } from './time-scale.ts';
import type { View } from './view.ts';

export interface FaultBar {
  readonly text: string;
  readonly fromUs: number;
  /** Infinite: never healed. */
  readonly toUs: number;
  /** Bars side by side have different lanes. */
  readonly lane: number;
}

const LANE_PX = 8;
const BAR_PX = 5;
/** More bars at once share the last lane. */
const LANES_MAX = 8;
const LINE_PX = 13;
const MARGIN_PX = 12;

/** The faults that are there at any time of the view. */
export function faultBars(trace: readonly TraceEvent[], { fromUs, toUs }: View): FaultBar[] {
  const bars: { text: string; fromUs: number; toUs: number }[] = [];
  for (const event of trace) {
    if (event.kind !== 'fault' && event.kind !== 'heal') continue;
    const text = faultText(event.fault);
    const open = bars.find((bar) => bar.text === text && bar.toUs === Number.POSITIVE_INFINITY);
    if (event.kind === 'fault' && open === undefined) {
      bars.push({ text, fromUs: event.atUs, toUs: Number.POSITIVE_INFINITY });
    }
    if (event.kind === 'heal' && open !== undefined) open.toUs = event.atUs;
  }
  const freeFromUs: number[] = [];
  return bars
    .filter((bar) => bar.toUs >= fromUs && bar.fromUs <= toUs)
    .map((bar) => {
      const free = freeFromUs.findIndex((us) => us < bar.fromUs);
      const lane = Math.min(LANES_MAX - 1, free === -1 ? freeFromUs.length : free);
      freeFromUs[lane] = bar.toUs;
      return { ...bar, lane };
    });
}

/** What stands where in words: each fault's begin and end, if in view. What began before the view is told at its top. */
function wordsOf(bar: FaultBar, view: View): { atUs: number; text: string; colour: string }[] {
  const began = bar.fromUs < view.fromUs ? ` (since ${(bar.fromUs / 1000).toFixed(1)} ms)` : '';
  const words = [{ atUs: Math.max(bar.fromUs, view.fromUs), text: `${bar.text}${began}`, colour: FAILED }];
  if (bar.toUs <= view.toUs) words.push({ atUs: bar.toUs, text: `healed: ${bar.text}`, colour: HEALED });
  return words;
}

export const labelsOf = (bars: readonly FaultBar[], view: View): Label[] =>
  bars.flatMap((bar) => wordsOf(bar, view).map(({ atUs }) => ({ atUs, column: 'faults', heightPx: LINE_PX })));

export function drawFaultBars(bars: readonly FaultBar[], view: View, { columns, scale }: Sheet): string[] {
  const left = columns.right + MARGIN_PX;
  const lanes = Math.max(0, ...bars.map(({ lane }) => lane + 1));
  const textX = left + lanes * LANE_PX + 4;
  const characters = Math.floor((columns.widthPx - textX - 4) / textWidth('x'));
  /** Words at one instant stand below each other. */
  const rows = new Map<number, number>();
  return bars.flatMap((bar) => {
    const x = left + bar.lane * LANE_PX;
    const top = scale.y(Math.max(bar.fromUs, view.fromUs));
    const bottom = bar.toUs <= view.toUs ? scale.y(bar.toUs) : scale.bottomPx;
    const attributes = {
      x,
      y: top,
      width: BAR_PX,
      height: Math.max(2, bottom - top),
      fill: FAILED,
      opacity: 0.55,
      rx: 2,
    };
    const drawn = [element('g', { class: 'fault' }, tooltip(bar.text), element('rect', attributes))];
    for (const { atUs, text, colour } of wordsOf(bar, view)) {
      const y = scale.y(atUs);
      const row = rows.get(atUs) ?? 0;
      rows.set(atUs, row + 1);
      if (atUs !== view.fromUs || bar.fromUs >= view.fromUs) drawn.push(crossLine(columns, y, x, colour));
      const words = textAt(textX, y + row * LINE_PX, shortened(text, characters), { colour, bold: colour === FAILED });
      drawn.push(element('g', {}, tooltip(text), words));
    }
    return drawn;
  });
}

const crossLine = (columns: Columns, y: number, toX: number, colour: string): string =>
  lineAt(columns.left, y, toX, y, { stroke: colour, 'stroke-width': 1, 'stroke-dasharray': '2 3', opacity: 0.6 });
