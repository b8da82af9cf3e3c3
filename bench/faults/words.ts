/** Injuries, faults and commands in words, for logs that people read. */
import type { Command } from '../../engines/api.ts';
import type { Injury, Step } from './steps.ts';
import type { End, Fault } from './vocabulary.ts';

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
  return kind === 'partition' || kind === 'bridge' || kind === 'cut-link' ? `${text}: ${faultsText(faults)}` : text;
}

/** Faults of one kind that belong together: on one node, or on all links between some ends and some others. */
export function faultsText(faults: readonly Fault[]): string {
  const [first] = faults;
  if (first === undefined) return 'nothing';
  if (!('from' in first)) return 'node' in first ? `${first.kind} ${first.node}` : first.kind;
  const links = faults.filter((fault) => 'from' in fault);
  const from = [...new Set(links.map((fault) => endText(fault.from)))];
  const to = [...new Set(links.map((fault) => endText(fault.to)))];
  return `${first.kind} ${from.join(' ')} ${first.oneWay === true ? 'to' : 'and'} ${to.join(' ')}`;
}

const endText = (end: End): string => ('node' in end ? end.node : `clients-of-${end.clientsOf}`);

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
