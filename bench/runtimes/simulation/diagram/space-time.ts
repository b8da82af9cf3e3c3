/**
 * The space-time diagram of one simulated trial, as a self-contained SVG: nodes as lines, time flowing down, messages as
 * arrows with their type, and beside the lines what nodes became, what clients asked and which faults there were. The same
 * trace gives the same bytes.
 */
import type { Member } from '../../../../engines/api.ts';
import type { TraceEvent } from '../trace.ts';
import { drawFaultBars, faultBars, labelsOf } from './fault-bars.ts';
import {
  drawGaps,
  drawGapTexts,
  drawLifelines,
  drawMarks,
  drawNames,
  drawRuler,
  drawViolations,
  violationLabels,
} from './ground.ts';
import { drawHeading } from './heading.ts';
import { arrowsOf, drawArrow, drawLabels, drawLosses, lostLabels } from './messages.ts';
import { drawNodeText, labelOf, nodeTexts } from './node-texts.ts';
import { Columns, Room, type Sheet } from './sheet.ts';
import { FONT, PAPER, typeStyles } from './style.ts';
import { element, tooltip } from './svg.ts';
import { TimeScale } from './time-scale.ts';
import { type View, type ViewOptions, viewOf } from './view.ts';

export interface SpaceTimeOptions extends ViewOptions {
  /** From left to right. */
  readonly members: readonly Member[];
  readonly title: string;
  readonly widthPx?: number;
}

/** A message under way for the usual time goes down by so much. */
const FLIGHT_PX = 40;
const FLIGHT_US = 1000;
/** Messages that arrive later than so many usual times behind the view's end do not lengthen it. */
const FLIGHTS_AFTER = 3;

/** The trace has to be in order of time. */
export function spaceTimeDiagram(trace: readonly TraceEvent[], options: SpaceTimeOptions): string {
  const { members, title, widthPx = 1200, highlight = () => false } = options;
  const view = viewOf(trace, options);
  const { events } = view;
  const columns = new Columns(members, widthPx);
  const styles = typeStyles(typesOf(trace));
  const shown = typesOf(events);
  const violations = trace.flatMap((event) => (event.kind === 'violation' ? [event.text] : []));
  const heading = drawHeading(
    { title, extent: view.extent, violations, styles: [...styles].filter(([type]) => shown.has(type)), members },
    columns,
  );

  const flightUs = usualFlightUs(events);
  const texts = nodeTexts(trace, events, columns, highlight);
  const bars = faultBars(trace, view);
  const labels = [...texts.map(labelOf), ...labelsOf(bars, view), ...violationLabels(events)];
  const scale = new TimeScale({
    instantsUs: instantsOf(view, flightUs),
    folds: view.folds,
    labels: [...labels, ...lostLabels(events)],
    pxPerUs: FLIGHT_PX / flightUs,
    topPx: heading.heightPx,
  });
  const sheet: Sheet = { columns, scale, room: new Room() };
  const arrows = arrowsOf(events, sheet, styles, highlight);
  const drawn = [
    ...drawLifelines(trace, members, sheet),
    ...drawGaps(sheet),
    ...drawFaultBars(bars, view, sheet),
    ...drawNames(members, sheet),
    ...arrows.map(drawArrow),
    ...drawGapTexts(arrows, sheet),
    ...drawMarks(events, sheet),
    ...drawViolations(events, sheet),
    ...texts.map((text) => drawNodeText(text, sheet)),
    ...drawLosses(arrows),
    ...drawLabels(arrows, sheet),
    ...drawRuler(new Set(labels.map(({ atUs }) => atUs)), sheet),
  ];
  const height = Math.ceil(scale.bottomPx + 24);
  const content = [
    tooltip(title),
    element('rect', { width: widthPx, height, fill: PAPER }),
    ...heading.svg,
    ...drawn.filter((part) => part !== ''),
  ];
  const size = { width: widthPx, height, viewBox: `0 0 ${widthPx} ${height}`, 'font-family': FONT, role: 'img' };
  return `${element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size }, `\n${content.join('\n')}\n`)}\n`;
}

const typesOf = (events: readonly TraceEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap((event) => (event.kind === 'message' ? [event.message.type] : [])));

/** The middle one of the times for which messages are under way. */
function usualFlightUs(events: readonly TraceEvent[]): number {
  const flights = events.flatMap((event) =>
    event.kind === 'message' && event.arrivesUs !== undefined ? [event.arrivesUs - event.atUs] : [],
  );
  flights.sort((a, b) => a - b);
  return Math.max(1, flights[flights.length >> 1] ?? FLIGHT_US);
}

function instantsOf({ events, fromUs, toUs }: View, flightUs: number): number[] {
  const endUs = toUs + FLIGHTS_AFTER * flightUs;
  return [
    fromUs,
    toUs,
    ...events.flatMap((event) => {
      if (event.kind !== 'message') return [event.atUs];
      const { atUs, arrivesUs } = event;
      return arrivesUs === undefined || arrivesUs > endUs ? [atUs] : [atUs, arrivesUs];
    }),
  ];
}
