/** Detection in words: who is found dead how soon, who wrongly, at what cost; a column a number of nodes. */
import { faultTitle } from '../faults.ts';
import { countText, durationSecondsText, shareText, significant } from '../numbers.ts';
import { type Cell, cell, type Section } from '../scorecard/section.ts';
import type { Spread } from '../statistics.ts';
import { cellFinder, type Detection, type DetectionCell, faultsWith } from './detection.ts';

export interface DetectionSections {
  readonly main: readonly Section[];
  /** Of every loss but the smallest, what the page alone has room for. */
  readonly details: readonly Section[];
}

/** What a line of a table is about. */
interface Line {
  readonly title: string;
  readonly label: string;
  readonly lossShare: number;
  readonly fault: string;
}

export function detectionSections(detection: Detection | undefined): DetectionSections {
  if (detection === undefined) return { main: [], details: [] };
  const { losses } = detection;
  const found = faultsWith(detection, 'all').flatMap((fault) =>
    losses.map((lossShare) => foundSection(detection, fault, lossShare)),
  );
  const pauses = faultsWith(detection, 'settled');
  const [mildest = [], ...worse] = losses.map((loss) => pauses.map((fault) => pausedSection(detection, fault, loss)));
  const settled = losses.flatMap((loss) => pauses.map((fault) => settledSection(detection, fault, loss)));
  const idle = detection.faults.includes('none')
    ? [idleSection(detection), costSection(detection), stateSection(detection)]
    : [];
  return {
    main: [...found, ...mildest, ...idle, paceSection(detection)].filter(hasRows),
    details: [...worse.flat(), ...settled].filter(hasRows),
  };
}

const hasRows = ({ rows }: Section): boolean => rows.length > 0;

export const lossText = (lossShare: number): string =>
  lossShare === 0 ? 'nothing lost' : `${percent(lossShare)} of messages lost`;

/** A share that was chosen has no digits to be doubted. */
const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`;

function section(
  detection: Detection,
  title: string,
  note: string,
  lines: readonly Line[],
  show: (found: DetectionCell) => Cell,
): Section {
  const { sizes, engine } = detection;
  const find = cellFinder(detection);
  const shown = lines.map(({ title: first, label, lossShare, fault }) => {
    const cells = sizes.map((nodes) => {
      const found = find(label, nodes, lossShare, fault);
      return found === undefined ? cell(undefined) : show(found);
    });
    return [cell(first), ...cells];
  });
  return {
    title,
    note: `${note}; by nodes`,
    columns: [
      { title: engine ?? 'engine', align: 'left', rank: 0 },
      ...sizes.map((nodes) => ({ title: countText(nodes), align: 'right' as const, rank: 0 })),
    ],
    rows: shown.filter(([, ...cells]) => cells.some((one) => one.tone !== 'dim')),
    footnotes: [],
  };
}

function foundSection(detection: Detection, fault: string, lossShare: number): Section {
  const lines = detection.labels.map((label) => ({ title: label, label, lossShare, fault }));
  return section(
    detection,
    `${faultTitle(fault)}, ${lossText(lossShare)}`,
    's until the first node has noted it / until all have, medians; self-reported',
    lines,
    ({ first, all }) => {
      if (first === undefined || all === undefined) return cell(undefined);
      return cell(
        `${durationSecondsText(first.median)}/${durationSecondsText(all.median)}`,
        all.censored > 0 ? 'bad' : undefined,
      );
    },
  );
}

function pausedSection(detection: Detection, fault: string, lossShare: number): Section {
  const lines = detection.labels.map((label) => ({ title: label, label, lossShare, fault }));
  return section(
    detection,
    `${faultTitle(fault)}, ${lossText(lossShare)}`,
    'verdicts about others, which were well / about those that stood still; a trial, means; self-reported',
    lines,
    ({ falseVerdicts, aboutPaused }) => {
      if (falseVerdicts === undefined) return cell(undefined);
      const text = `${countOf(falseVerdicts)}/${countOf(aboutPaused ?? 0)}`;
      return cell(text, falseVerdicts > 0 ? 'bad' : undefined);
    },
  );
}

function settledSection(detection: Detection, fault: string, lossShare: number): Section {
  const lines = detection.labels.map((label) => ({ title: label, label, lossShare, fault }));
  return section(
    detection,
    `${faultTitle(fault)}, ${lossText(lossShare)}: until all trust all again`,
    's from the end of the last pause, medians; share of the other nodes that blamed one of themselves',
    lines,
    ({ settled, blamersShare }) => {
      if (settled === undefined) return cell(undefined);
      const blamers = blamersShare === undefined ? '' : `, ${shareText(blamersShare)}`;
      return cell(`${durationSecondsText(settled.median)}${blamers}`, settled.median.censored ? 'bad' : undefined);
    },
  );
}

const countOf = (value: number): string => significant(value, value >= 100 ? 3 : 2);

/** A line each preset and loss: they differ by nothing else. */
function idleSection(detection: Detection): Section {
  const { labels, losses } = detection;
  const lines = labels.flatMap((label) =>
    losses.map((lossShare): Line => ({ title: `${label}, ${percent(lossShare)}`, label, lossShare, fault: 'none' })),
  );
  return section(
    detection,
    'While nothing happens: held dead though alive',
    'verdicts a node and hour, by share of messages lost; self-reported',
    lines,
    ({ falsePerNodeHour }) => {
      if (falsePerNodeHour === undefined) return cell(undefined);
      return cell(significant(falsePerNodeHour, 2), falsePerNodeHour > 0 ? 'bad' : undefined);
    },
  );
}

function costSection(detection: Detection): Section {
  const lossShare = detection.losses[0]!;
  const lines = detection.labels.map((label) => ({ title: label, label, lossShare, fault: 'none' }));
  return section(
    detection,
    'While nothing happens: what a node sends in a second',
    `messages/kB, medians, ${lossText(lossShare)}`,
    lines,
    ({ messagesPerS, bytesPerS }) => sentCell(messagesPerS, bytesPerS),
  );
}

function sentCell(messages: Spread | undefined, bytes: Spread | undefined): Cell {
  if (messages === undefined || bytes === undefined) return cell(undefined);
  return cell(`${significant(messages.median, 2)}/${significant(bytes.median / 1000, 2)}`);
}

/** Only of presets of which some node sent such a message. */
function stateSection(detection: Detection): Section {
  const lossShare = detection.losses[0]!;
  const isSent = (label: string): boolean =>
    detection.cells.some((one) => one.label === label && (one.stateMessagesPerS?.max ?? 0) > 0);
  const lines = detection.labels.filter(isSent).map((label) => ({ title: label, label, lossShare, fault: 'none' }));
  return section(
    detection,
    'Of these the messages that carry all that a node knows',
    `messages/kB, medians, ${lossText(lossShare)}`,
    lines,
    ({ stateMessagesPerS, stateBytesPerS }) => sentCell(stateMessagesPerS, stateBytesPerS),
  );
}

/** Of all trials of a preset and number of nodes the slowest cell: a thousand nodes are simulated at least so fast. */
function paceSection(detection: Detection): Section {
  const { labels, sizes, engine, cells } = detection;
  return {
    title: 'Pace of the simulation',
    note: 'simulated seconds in a second of processor time of one core, of the slowest trials; by nodes',
    columns: [
      { title: engine ?? 'engine', align: 'left', rank: 0 },
      ...sizes.map((nodes) => ({ title: countText(nodes), align: 'right' as const, rank: 0 })),
    ],
    rows: labels.map((label) => [
      cell(label),
      ...sizes.map((nodes) => {
        const paces = cells.flatMap((one) => (one.label === label && one.nodes === nodes ? (one.pace ?? []) : []));
        return cell(paces.length === 0 ? undefined : significant(Math.min(...paces), 2));
      }),
    ]),
    footnotes: [],
  };
}
