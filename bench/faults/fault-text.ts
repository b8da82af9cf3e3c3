/** A fault in a few plain words, as diagrams and logs show it. */
import type { End, Fault } from './vocabulary.ts';

const endText = (end: End): string => ('node' in end ? end.node : `clients of ${end.clientsOf}`);

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

const signed = (value: number): string => (value < 0 ? `−${-value}` : `+${value}`);

/** `n1 | n2`, or one way `n1 → n2`; then the type of the messages, if only one is meant. */
function linkText(link: {
  readonly from: End;
  readonly to: End;
  readonly oneWay?: boolean;
  readonly type?: string;
}): string {
  const ends = `${endText(link.from)} ${link.oneWay ? '→' : '|'} ${endText(link.to)}`;
  return link.type === undefined ? ends : `${ends}, ${link.type} only`;
}

/** `cut n1 | n2`, `vanish n2`, `drift n3 +200 ppm`. */
export function faultText(fault: Fault): string {
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
      return `cut ${linkText(fault)}`;
    case 'delay':
      return `delay ${linkText(fault)} +${fault.delayMs} ms`;
    case 'drop':
    case 'duplicate':
      return `${fault.kind} ${linkText(fault)} ${percent(fault.share)}`;
    case 'reorder':
      return `reorder ${linkText(fault)} ${percent(fault.share)} up to ${fault.delayMs} ms`;
    case 'hold':
      return `hold ${linkText(fault)}`;
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
