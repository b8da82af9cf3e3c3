/** The faults by name. A fault is plain data, so that it can stand in a suite file and in a result. */
import type { NodeId } from '../../engines/api.ts';

/** One end of a link: a node, or all clients of a zone. */
export type End = { readonly node: NodeId } | { readonly clientsOf: string };

export type Fault =
  /** The process dies: written bytes survive, peers and clients see the connection close. Heals by restarting. */
  | { readonly kind: 'kill'; readonly node: NodeId }
  /** Power or cable: silence, and the log is cut somewhere between last synced and last written. Heals by restarting. */
  | { readonly kind: 'vanish'; readonly node: NodeId }
  /** The node's thread stands still. Heals by going on; what waited comes first, then the due timers. */
  | { readonly kind: 'pause'; readonly node: NodeId }
  /** The link carries nothing from one end to the other; both ways unless `oneWay`. */
  | { readonly kind: 'cut'; readonly from: End; readonly to: End; readonly oneWay?: boolean }
  /** Everything on the link arrives later; both ways unless `oneWay`. Whole milliseconds: timers cannot do less. */
  | {
      readonly kind: 'delay';
      readonly from: End;
      readonly to: End;
      readonly delayMs: number;
      readonly oneWay?: boolean;
    }
  /** All links between the zone and the rest are cut. The zone's clients go with it unless `clients` is `outside`. */
  | { readonly kind: 'cut-zone'; readonly zone: string; readonly clients?: 'inside' | 'outside' }
  /** Every node of the zone is killed. */
  | { readonly kind: 'kill-zone'; readonly zone: string }
  /** Every node vanishes at once. */
  | { readonly kind: 'power-cut' };

export type FaultKind = Fault['kind'];
export const FAULT_KINDS: readonly FaultKind[] = [
  'kill',
  'vanish',
  'pause',
  'cut',
  'delay',
  'cut-zone',
  'kill-zone',
  'power-cut',
];
