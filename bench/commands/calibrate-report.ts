/** What `calibrate` says: threads and simulation side by side, and how far their outages lie apart. */

import { type Agreement, apart, type FigurePair, farthestApart, type OutagePair } from '../reports/agreement.ts';
import { faultTitle } from '../reports/faults.ts';
import { durationText, medianText, msText, shareText } from '../reports/numbers.ts';
import { type Cell, cell, type Section, type SectionColumn } from '../reports/scorecard/section.ts';
import type { DurationSpread } from '../reports/statistics.ts';
import { painter, sectionLines, type TextStyle, wrap } from '../reports/terminal.ts';
import type { Fitted } from '../trials/calibration/fit.ts';

export interface Calibrated extends Agreement {
  /** The topology file. */
  readonly out: string;
  readonly fitted: Fitted;
}

const left = (title: string): SectionColumn => ({ title, align: 'left', rank: 0 });
const right = (title: string): SectionColumn => ({ title, align: 'right', rank: 0 });

const ratioCell = (ratio: number | undefined): Cell => cell(ratio?.toFixed(2));

function figureSection(figures: readonly FigurePair[]): Section {
  const value = (spread: FigurePair['threads'], unit: FigurePair['unit']): Cell =>
    cell(spread && (unit === 'ms' ? msText(spread.median) : medianText(spread)));
  return {
    title: 'The same trials on threads and in the simulation',
    note: 'medians; operations/s in closed loops, elsewhere ms; ratio: simulation by threads',
    columns: [left('figure'), left('engine'), right('threads'), right('simulation'), right('ratio')],
    rows: figures.map(({ what, engine, unit, threads, simulation, ratio }, i) => [
      cell(figures[i - 1]?.what === what ? '' : what),
      cell(engine),
      value(threads, unit),
      value(simulation, unit),
      ratioCell(ratio),
    ]),
    footnotes: [],
  };
}

function outageSection(fault: string, outages: readonly OutagePair[]): Section {
  const spreadCell = (spread: DurationSpread | undefined): Cell =>
    cell(spread && [spread.min, spread.median, spread.max].map(durationText).join('/'));
  return {
    title: faultTitle(fault),
    note: 'outage: ms without an ok write for the clients worst off, min/median/max; ratio: of the medians',
    columns: [left('engine'), right('threads'), right('n'), right('simulation'), right('n'), right('ratio')],
    rows: outages.map(({ engine, threads, simulation, ratio }) => [
      cell(engine),
      spreadCell(threads),
      cell(threads && String(threads.n)),
      spreadCell(simulation),
      cell(simulation && String(simulation.n)),
      ratioCell(ratio),
    ]),
    footnotes: [],
  };
}

export function calibrationText({ figures, outages, fitted, out }: Calibrated, style: TextStyle): string {
  const paint = painter(style.colour);
  const faults = [...new Set(outages.map(({ fault }) => fault))];
  const sections = [
    figureSection(figures),
    ...faults.map((fault) =>
      outageSection(
        fault,
        outages.filter((pair) => pair.fault === fault),
      ),
    ),
  ].filter(({ rows }) => rows.length > 0);
  const { perMessageMs, perOperationMs, perSyncMs } = fitted.node;
  const costs = `Processor time: ${us(perOperationMs)} an operation, ${us(perMessageMs)} a message at either end, ${us(perSyncMs)} a sync.`;
  const paragraphs = [
    ...sections.map((section) => sectionLines(section, style.columns, paint)),
    [...wrap(costs, style.columns), `Topology, for --runtime simulation: ${out}`],
    wrap(verdict(outages), style.columns),
  ];
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const us = (ms: number): string => `${Number((ms * 1000).toPrecision(3))} µs`;

function verdict(outages: readonly OutagePair[]): string {
  const farthest = farthestApart(outages);
  if (farthest === undefined) return 'No outage was measured on both.';
  return `Outage medians agree within ${shareText(apart(farthest.ratio))} (the farthest apart: ${farthest.engine}).`;
}

export function calibrationJson({ out, fitted, figures, outages }: Calibrated): object {
  const farthest = farthestApart(outages);
  return {
    topology: out,
    fitted,
    figures,
    outages,
    ...(farthest && { outageMediansApart: apart(farthest.ratio), farthest: farthest.engine }),
  };
}
