/** The messages as arrows: one colour a type, the type beside it where there is room, a cross where one was lost. */

import { shortened, shortMessage } from '../../../short-text.ts';
import type { TraceEvent } from '../trace.ts';
import { type EventOf, msText } from './event-text.ts';
import type { Box, Sheet } from './sheet.ts';
import { FAILED, PAPER, type TypeStyle } from './style.ts';
import { type Attributes, element, lineAt, pixels, textAt, textWidth, tooltip } from './svg.ts';
import type { Label } from './time-scale.ts';

export interface Arrow {
  readonly message: EventOf<'message'>;
  readonly style: TypeStyle;
  readonly strong: boolean;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** From the middle of a node's line. */
const REACH = 5;
const HEAD = 7;
/** A lost message comes so far of its way, and so far down: when it was lost is not known. */
const LOST_SHARE = 0.6;
const LOST_PX = 24;
const LABEL_SIZE = 10;
const LABEL_CHARACTERS = 22;
/** Other arrows that may pass below a label. */
const CROSSINGS_MAX = 1;

export function arrowsOf(
  events: readonly TraceEvent[],
  sheet: Sheet,
  styles: ReadonlyMap<string, TypeStyle>,
  isStrong: (event: TraceEvent) => boolean,
): Arrow[] {
  const { columns, scale } = sheet;
  return events.flatMap((event): Arrow[] => {
    if (event.kind !== 'message' || !columns.has(event.from) || !columns.has(event.to)) return [];
    const from = columns.x(event.from);
    const to = columns.x(event.to);
    const side = Math.sign(to - from) * REACH;
    const x1 = from + side;
    const y1 = scale.y(event.atUs);
    const isLost = event.arrivesUs === undefined;
    const x2 = isLost ? x1 + LOST_SHARE * (to - side - x1) : to - side;
    const y2 = isLost ? y1 + LOST_PX : scale.y(event.arrivesUs);
    const style = styles.get(event.message.type)!;
    return [{ message: event, style, strong: isStrong(event), x1, y1, x2, y2 }];
  });
}

/** `vote (granted)`, `append [2]`: the type, the flags that are set, and how many records a message carries. */
function messageLabel(message: { readonly type: string }): string {
  const fields = Object.entries<unknown>(message);
  const flags = fields.filter(([, value]) => value === true).map(([name]) => name);
  const records = fields.find(([, value]) => Array.isArray(value) && typeof value[0] === 'object')?.[1];
  const label = [message.type];
  if (flags.length > 0) label.push(`(${flags.join(', ')})`);
  if (Array.isArray(records)) label.push(`[${records.length}]`);
  return shortened(label.join(' '), LABEL_CHARACTERS);
}

/** Room for the crosses of lost messages. */
export const lostLabels = (events: readonly TraceEvent[]): Label[] =>
  events.flatMap((event, i) =>
    event.kind === 'message' && event.arrivesUs === undefined
      ? [{ atUs: event.atUs, column: `lost ${i}`, heightPx: LOST_PX + 8 }]
      : [],
  );

export function drawArrow(arrow: Arrow): string {
  const { message, style, strong, x1, y1, x2, y2 } = arrow;
  const { from, to, atUs, arrivesUs } = message;
  const stroke: Attributes = { stroke: style.colour, 'stroke-width': strong ? 2.6 : 1.3 };
  const end = arrivesUs === undefined ? 'lost' : `arrives ${msText(arrivesUs)} ms`;
  const parts = [tooltip(`${from} → ${to}  ${shortMessage(message.message)}\n${msText(atUs)} ms, ${end}`)];
  const [ux, uy] = direction(arrow);
  if (x1 === x2) {
    const curve = `M${pixels(x1)} ${pixels(y1)}C${pixels(x1 + 34)} ${pixels(y1)} ${pixels(x2 + 34)} ${pixels(y2)} ${pixels(x2 + 5)} ${pixels(y2)}`;
    parts.push(element('path', { d: curve, fill: 'none', ...stroke }));
  } else {
    const tip = arrivesUs === undefined ? 0 : HEAD - 1;
    parts.push(lineAt(x1, y1, x2 - ux * tip, y2 - uy * tip, { ...stroke, 'stroke-dasharray': style.dash }));
  }
  if (arrivesUs !== undefined) parts.push(element('path', { d: head(x2, y2, ux, uy), fill: style.colour }));
  return element('g', { class: arrivesUs === undefined ? 'message lost' : 'message' }, ...parts);
}

/** Apart from the arrows, since no text may hide them. */
export const drawLosses = (arrows: readonly Arrow[]): string[] =>
  arrows.filter(({ message }) => message.arrivesUs === undefined).map(({ x2, y2 }) => cross(x2, y2, 4.5));

export function cross(x: number, y: number, reach: number): string {
  const [left, right, top, bottom] = [x - reach, x + reach, y - reach, y + reach].map(pixels);
  const d = `M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`;
  return element('path', { d, stroke: FAILED, 'stroke-width': 2, fill: 'none' });
}

function direction({ x1, y1, x2, y2 }: Arrow): readonly [x: number, y: number] {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  return x1 === x2 ? [-1, 0] : [(x2 - x1) / length, (y2 - y1) / length];
}

function head(x: number, y: number, ux: number, uy: number): string {
  const corner = (along: number, aside: number): string =>
    `${pixels(x - ux * along - uy * aside)} ${pixels(y - uy * along + ux * aside)}`;
  return `M${corner(0, 0)}L${corner(HEAD, 3)}L${corner(HEAD, -3)}Z`;
}

/** The labels that find room, those first that stand out. */
export function drawLabels(arrows: readonly Arrow[], sheet: Sheet): string[] {
  const order = [...arrows].sort((a, b) => Number(b.strong) - Number(a.strong));
  return order.flatMap((arrow) => {
    if (arrow.x1 === arrow.x2) return [];
    const label = messageLabel(arrow.message.message);
    const place = placeOf(arrow, textWidth(label, LABEL_SIZE), arrows, sheet);
    if (place === undefined) return [];
    sheet.room.take(...place.boxes);
    const { colour } = arrow.style;
    return [
      textAt(place.x, place.y, label, {
        size: LABEL_SIZE,
        colour,
        bold: arrow.strong,
        anchor: 'middle',
        turn: place.turn,
        halo: PAPER,
      }),
    ];
  });
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly boxes: readonly Box[];
}

/** Along the arrow, a little above it, between two nodes' lines: where it crosses least. */
function placeOf(arrow: Arrow, width: number, arrows: readonly Arrow[], sheet: Sheet): Place | undefined {
  const { x1, y1, x2, y2 } = arrow;
  const [ux, uy] = direction(arrow);
  const spans = Math.max(1, Math.round(Math.abs(x2 - x1) / sheet.columns.spacingPx));
  const spanPx = Math.abs(x2 - x1) / spans;
  if (width * Math.abs(ux) > spanPx - 8) return undefined;
  // Text runs from left to right, also on arrows that do not.
  const [tx, ty] = ux < 0 ? [-ux, -uy] : [ux, uy];
  const near = arrows.filter(
    (other) => other !== arrow && other.y1 < y2 + LABEL_SIZE * 2 && other.y2 > y1 - LABEL_SIZE * 2,
  );
  let best: Place | undefined;
  let fewest = CROSSINGS_MAX + 1;
  for (const within of [0.5, 0.36, 0.64]) {
    for (let span = 0; span < spans; span++) {
      const share = (span + within) / spans;
      const x = x1 + share * (x2 - x1) + ty * 7;
      const y = y1 + share * (y2 - y1) - tx * 7;
      if (width * Math.abs(ux) > 2 * spanPx * Math.min(within, 1 - within)) continue;
      const boxes = boxesAlong(x, y, tx, ty, width);
      if (!boxes.every((box) => sheet.room.isFree(box))) continue;
      const crossings = near.filter((other) => boxes.some((box) => passes(other, box))).length;
      if (crossings >= fewest) continue;
      fewest = crossings;
      best = { x, y, turn: (Math.atan2(ty, tx) * 180) / Math.PI, boxes };
    }
  }
  return best;
}

/** Turned text as a row of upright squares. */
function boxesAlong(x: number, y: number, tx: number, ty: number, width: number): Box[] {
  const count = Math.max(2, Math.ceil(width / 9));
  const half = LABEL_SIZE / 2;
  return Array.from({ length: count }, (_, i) => {
    const along = (i / (count - 1) - 0.5) * (width - LABEL_SIZE);
    const [cx, cy] = [x + tx * along, y + ty * along];
    return { left: cx - half, right: cx + half, top: cy - half, bottom: cy + half };
  });
}

/** Whether the arrow's line touches a box. */
export function passes({ x1, y1, x2, y2 }: Arrow, { left, right, top, bottom }: Box): boolean {
  const from = Math.max(left, Math.min(x1, x2));
  const to = Math.min(right, Math.max(x1, x2));
  if (from > to || x1 === x2) return false;
  const at = (x: number): number => y1 + ((x - x1) / (x2 - x1)) * (y2 - y1);
  return Math.max(at(from), at(to)) > top && Math.min(at(from), at(to)) < bottom;
}
