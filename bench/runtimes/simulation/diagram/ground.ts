/** What lies below the messages: the nodes' lines, gaps in the paper, names, times, and the marks of each node's log. */
import type { Member } from '../../../../engines/api.ts';
import type { TraceEvent } from '../trace.ts';
import { msText } from './event-text.ts';
import { foldText } from './fold.ts';
import { lifelines, type Stretch } from './lifelines.ts';
import { type Arrow, cross, passes } from './messages.ts';
import type { Box, Sheet } from './sheet.ts';
import { FAILED, GAP_PAPER, INK, MUTED, PAPER, roleStyle } from './style.ts';
import { element, lineAt, textAt, textWidth, tooltip } from './svg.ts';
import type { Gap, Label } from './time-scale.ts';

const GAP_HEIGHT = 15;
const GAP_SIZE = 10.5;
const TIME_SIZE = 10;
const VIOLATION_PX = 16;
/** Between the middles of two times of the ruler. */
const TIME_STEP_PX = 14;

export function drawLifelines(trace: readonly TraceEvent[], members: readonly Member[], sheet: Sheet): string[] {
  const lines = lifelines(trace, members);
  return members.flatMap(({ id }) => lines.get(id)!.map((stretch) => drawStretch(stretch, sheet.columns.x(id), sheet)));
}

function drawStretch({ fromUs, toUs, state, role }: Stretch, x: number, { scale }: Sheet): string {
  const [top, bottom] = [scale.y(fromUs), scale.y(toUs)];
  if (bottom <= top) return '';
  if (state === 'down') {
    return lineAt(x, top, x, bottom, { stroke: MUTED, 'stroke-width': 1.2, 'stroke-dasharray': '3 5', opacity: 0.7 });
  }
  const { colour, width } = roleStyle(role);
  const line = lineAt(x, top, x, bottom, {
    stroke: colour,
    'stroke-width': width,
    'stroke-dasharray': state === 'paused' ? '2 3' : undefined,
  });
  return element('g', {}, tooltip(state === 'paused' ? 'paused' : (role ?? 'up')), line);
}

export function drawGaps({ columns, scale }: Sheet): string[] {
  return scale.gaps.map((gap) => {
    const paper = {
      x: columns.left,
      y: gap.yPx - GAP_HEIGHT / 2,
      width: columns.right - columns.left,
      height: GAP_HEIGHT,
      fill: GAP_PAPER,
    };
    return element('rect', paper);
  });
}

/** Apart from the gaps themselves, which lie below the messages: in the middle, or where fewer messages pass. */
export function drawGapTexts(arrows: readonly Arrow[], { columns, scale, room }: Sheet): string[] {
  return scale.gaps.map((gap) => {
    const text = gapText(gap);
    const y = gap.yPx;
    const halfWidth = textWidth(text, GAP_SIZE) / 2;
    const boxAt = (x: number): Box => ({ left: x - halfWidth, right: x + halfWidth, top: y - 6, bottom: y + 6 });
    const near = arrows.filter(({ y1, y2 }) => y1 < y + 6 && y2 > y - 6);
    const crossings = (x: number): number => near.filter((arrow) => passes(arrow, boxAt(x))).length;
    const places = [0.5, 0.25, 0.75].map((share) => columns.left + share * (columns.right - columns.left));
    const x = places.reduce((best, place) => (crossings(place) < crossings(best) ? place : best));
    room.take(boxAt(x));
    return textAt(x, y, text, { size: GAP_SIZE, colour: MUTED, anchor: 'middle', halo: GAP_PAPER });
  });
}

const gapText = ({ fold, fromUs, toUs }: Gap): string =>
  fold === undefined ? `${((toUs - fromUs) / 1000).toFixed(1)} ms` : foldText(fold);

/** The nodes' names on their lines, for whoever has scrolled far from the top. */
export function drawNames(members: readonly Member[], { columns, scale }: Sheet): string[] {
  return scale.nameRows.flatMap((y) =>
    members.map(({ id }) => {
      const x = columns.x(id);
      const width = textWidth(id) + 10;
      const back = { x: x - width / 2, y: y - 8, width, height: 16, rx: 4, fill: PAPER, stroke: MUTED };
      return element('rect', back) + textAt(x, y, id, { colour: MUTED, anchor: 'middle' });
    }),
  );
}

/** Times at the left, those that matter first, the others where there is room. */
export function drawRuler(matteringUs: ReadonlySet<number>, { columns, scale }: Sheet): string[] {
  const written: number[] = [];
  const isFree = (y: number): boolean => written.every((other) => Math.abs(other - y) >= TIME_STEP_PX);
  const instants = scale.instantsUs;
  const order = [...instants.filter((us) => matteringUs.has(us)), ...instants.filter((us) => !matteringUs.has(us))];
  const x = columns.left - 10;
  return order.flatMap((us) => {
    const y = scale.y(us);
    if (!isFree(y)) return [];
    written.push(y);
    const style = { size: TIME_SIZE, colour: matteringUs.has(us) ? INK : MUTED, anchor: 'end' } as const;
    return [textAt(x, y, msText(us), style)];
  });
}

/** The ends and beginnings of lives, and what the node's log does: a dash for what is written, a dot once it is durable. */
export function drawMarks(events: readonly TraceEvent[], { columns, scale }: Sheet): string[] {
  return events.flatMap((event) => {
    if (!('node' in event) || !columns.has(event.node)) return [];
    const [x, y] = [columns.x(event.node), scale.y(event.atUs)];
    switch (event.kind) {
      case 'end':
        return [cross(x, y, 6)];
      case 'start':
        return [element('circle', { cx: x, cy: y, r: 4.5, fill: PAPER, stroke: INK, 'stroke-width': 2 })];
      case 'write':
        return [lineAt(x - 10, y, x - 4, y, { stroke: INK, 'stroke-width': 1.6 })];
      case 'durable':
        return [element('circle', { cx: x - 8, cy: y, r: 2.4, fill: INK })];
      default:
        return [];
    }
  });
}

/** A red line through all nodes at each violation. */
export const violationLabels = (events: readonly TraceEvent[]): Label[] =>
  events
    .filter(({ kind }) => kind === 'violation')
    .map(({ atUs }) => ({ atUs, column: 'faults', heightPx: VIOLATION_PX }));

export function drawViolations(events: readonly TraceEvent[], { columns, scale }: Sheet): string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'violation') return [];
    const y = scale.y(event.atUs);
    const line = lineAt(columns.left, y, columns.right + 8, y, { stroke: FAILED, 'stroke-width': 2 });
    const word = textAt(columns.right + 12, y, 'violation', { colour: FAILED, bold: true, halo: PAPER });
    return [element('g', { class: 'violation' }, tooltip(event.text), line, word)];
  });
}
