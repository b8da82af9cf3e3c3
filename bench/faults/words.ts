/** Faults, injuries and commands in a few plain words, as logs, diagrams and transcripts show them. */
import type { Command } from '../../engines/api.ts';
import type { Injury, Step } from './steps.ts';
import type { End, Fault, OnLink } from './vocabulary.ts';

/** A node as it was chosen, such as "n2 (leader)". */
export function victimText(id: string, target: Step['target']): string {
  if (target === 'random' || typeof target !== 'string') return id;
  return `${id} (${target})`;
}

/** An injury as it happened, such as "delay n2 (leader), delayMs 200". */
export function injuryText(injury: Injury, whom: string, faults: readonly Fault[]): string {
  const { kind, ...parameters } = injury;
  const details = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const text = [`${kind} ${whom}`, ...details].join(', ');
  // Who is on which side was left to chance.
  return kind === 'partition' || kind === 'bridge' || kind === 'star' || kind === 'cut-link'
    ? `${text}: ${faultsText(faults)}`
    : text;
}

/** Faults of one kind that belong together: on one node, or on all links between some ends and some others. */
export function faultsText(faults: readonly Fault[]): string {
  const [first] = faults;
  if (first === undefined) return 'nothing';
  return textOf(
    first,
    faults.filter((fault) => 'from' in fault),
  );
}

/** `cut n1 | n2`, `vanish n2`, `drift n3 +200 ppm`. */
export const faultText = (fault: Fault): string => faultsText([fault]);

function textOf(fault: Fault, links: readonly OnLink[]): string {
  switch (fault.kind) {
    case 'vanish':
      return fault.keep === undefined ? `vanish ${fault.node}` : `vanish ${fault.node}, keeping ${fault.keep} unsynced`;
    case 'slow':
      return `slow ${fault.node} +${fault.perInputMs} ms an input`;
    case 'kill-zone':
      return `kill-zone ${fault.zone}`;
    case 'power-cut':
      return 'power-cut';
    case 'cut':
      return `cut ${linkText(links)}`;
    case 'delay':
      return `delay ${linkText(links)} +${fault.delayMs} ms`;
    case 'drop':
    case 'duplicate':
      return `${fault.kind} ${linkText(links)} ${percent(fault.share)}`;
    case 'reorder':
      return `reorder ${linkText(links)} ${percent(fault.share)} up to ${fault.delayMs} ms`;
    case 'hold':
      return `hold ${linkText(links)}`;
    case 'cut-zone':
      return `cut-zone ${fault.zone}${fault.clients === undefined ? '' : `, its clients ${fault.clients}`}`;
    case 'slow-disk':
    case 'scatter-syncs':
      return `${fault.kind} ${fault.node} +${fault.syncMs} ms a sync`;
    case 'skew':
      return `skew ${fault.node} ${signed(fault.skewMs)} ms`;
    case 'drift':
      return `drift ${fault.node} ${signed(fault.ppm)} ppm`;
    default:
      return `${fault.kind} ${fault.node}`;
  }
}

/** `n1 | n2 n3`, or one way `n1 → n2`; then the type of the messages, if only one is meant. */
function linkText(links: readonly OnLink[]): string {
  const { oneWay, type } = links[0]!;
  const [from, to] = (['from', 'to'] as const).map((side) => [...new Set(links.map((link) => endText(link[side])))]);
  const ends = `${from!.join(' ')} ${oneWay ? '→' : '|'} ${to!.join(' ')}`;
  return type === undefined ? ends : `${ends}, ${type} only`;
}

const endText = (end: End): string => ('node' in end ? end.node : `clients-of-${end.clientsOf}`);

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

const signed = (value: number): string => (value < 0 ? `−${-value}` : `+${value}`);

/** `add n4`, `replace n1 by n4`, `transfer to n2`, `drain`. */
export function commandText(command: Command): string {
  switch (command.kind) {
    case 'replace':
      return `replace ${command.node} by ${command.by}`;
    case 'transfer':
      return command.to === undefined ? 'transfer' : `transfer to ${command.to}`;
    case 'drain':
    case 'snapshot':
      return command.kind;
    default:
      return `${command.kind} ${command.node}`;
  }
}

/** Milliseconds to one decimal. */
export const msText = (ms: number): string => String(Number(ms.toFixed(1)));
