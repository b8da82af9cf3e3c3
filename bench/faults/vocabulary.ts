/**
 * The faults by name. A fault is plain data, so that it can stand in a plan, in a schedule and in a result. Each is injected
 * and healed; what healing means stands beside it. `WHERE` says which runtimes know it.
 */
import type { NodeId } from '../../engines/api.ts';

/** One end of a link: a node, or all clients of a zone. */
export type End = { readonly node: NodeId } | { readonly clientsOf: string };

/** Some messages between two ends, both ways unless `oneWay`: all of them, or those of one type of the engine's own. */
export interface OnLink {
  readonly from: End;
  readonly to: End;
  readonly oneWay?: boolean;
  readonly type?: string;
}

export type Fault = ProcessFault | LinkFault | DiskFault | ClockFault;

export type ProcessFault =
  /** The process dies: written bytes survive, peers and clients see the connection close. Heals by restarting. */
  | { readonly kind: 'kill'; readonly node: NodeId }
  /**
   * Power or cable: silence, and the log is cut somewhere between last synced and last written, perhaps within a record. With
   * `keep` the cut is not drawn: so many unsynced entries stay. Heals by restarting.
   */
  | { readonly kind: 'vanish'; readonly node: NodeId; readonly keep?: number }
  /** The node stands still. Heals by going on; what waited comes first, then the due timers. */
  | { readonly kind: 'pause'; readonly node: NodeId }
  /** The node takes so much longer for each input. Heals by being fast again. */
  | { readonly kind: 'slow'; readonly node: NodeId; readonly perInputMs: number }
  /** Every node of the zone is killed. Heals by restarting them. */
  | { readonly kind: 'kill-zone'; readonly zone: string }
  /** Every node vanishes at once. Heals by restarting them. */
  | { readonly kind: 'power-cut' };

export type LinkFault =
  /** The link carries nothing. Heals by carrying what is sent from then on. */
  | ({ readonly kind: 'cut' } & Omit<OnLink, 'type'>)
  /** Everything arrives later. Whole milliseconds: timers of real threads cannot do less. */
  | ({ readonly kind: 'delay'; readonly delayMs: number } & OnLink)
  /** Each message is lost with this probability. */
  | ({ readonly kind: 'drop'; readonly share: number } & OnLink)
  /** Each message arrives a second time with this probability. */
  | ({ readonly kind: 'duplicate'; readonly share: number } & OnLink)
  /** Each message is held up with this probability, for up to `delayMs`, and later ones pass it. */
  | ({ readonly kind: 'reorder'; readonly share: number; readonly delayMs: number } & OnLink)
  /** Messages are kept back. Heals by handing all of them over, however old they are by then. */
  | ({ readonly kind: 'hold' } & OnLink)
  /** All links between the zone and the rest are cut. The zone's clients go with it unless `clients` is `outside`. */
  | { readonly kind: 'cut-zone'; readonly zone: string; readonly clients?: 'inside' | 'outside' };

export type DiskFault =
  /** Each sync takes so much longer. */
  | { readonly kind: 'slow-disk'; readonly node: NodeId; readonly syncMs: number }
  /** No sync completes. Heals by completing them. */
  | { readonly kind: 'stall-disk'; readonly node: NodeId }
  /** Several syncs are under way at once, each takes up to `syncMs` longer, and they finish out of order. */
  | { readonly kind: 'scatter-syncs'; readonly node: NodeId; readonly syncMs: number }
  /** No room is left: the node's next write ends it, as a kill does. Heals by room and a restart. */
  | { readonly kind: 'fill-disk'; readonly node: NodeId }
  /** The log cannot be read: the node ends, as by a kill, and stays down. Heals by a disk that is whole, and a restart. */
  | { readonly kind: 'read-error'; readonly node: NodeId }
  /** The node vanishes, and the last record that was synced is damaged: recovery stops before it. Heals by restarting. */
  | { readonly kind: 'corrupt-log'; readonly node: NodeId }
  /** The node vanishes and its disk is replaced by an empty one. Heals by restarting under the same name. */
  | { readonly kind: 'wipe'; readonly node: NodeId };

export type ClockFault =
  /** The time of day is so far off, from then on; in the midst of a trial that is a jump. Heals by jumping back. */
  | { readonly kind: 'skew'; readonly node: NodeId; readonly skewMs: number }
  /** All the node's clocks and timers run fast (above 0) or slow by so many millionths. Heals by running true. */
  | { readonly kind: 'drift'; readonly node: NodeId; readonly ppm: number };

export type FaultKind = Fault['kind'];

const DOWN: readonly FaultKind[] = [
  'kill',
  'vanish',
  'kill-zone',
  'power-cut',
  'fill-disk',
  'read-error',
  'corrupt-log',
  'wipe',
];

/** Whether nodes are down under this fault, or will be once they write, until its heal restarts them. */
export const takesDown = ({ kind }: Fault): boolean => DOWN.includes(kind);

/** By fault: where it makes sense. Threads have the machine's own clocks and disk, and cannot bend all of them. */
export const WHERE: { readonly [Kind in FaultKind]: 'everywhere' | 'simulation' } = {
  kill: 'everywhere',
  vanish: 'everywhere',
  pause: 'everywhere',
  slow: 'everywhere',
  'kill-zone': 'everywhere',
  'power-cut': 'everywhere',
  cut: 'everywhere',
  delay: 'everywhere',
  drop: 'everywhere',
  duplicate: 'everywhere',
  reorder: 'everywhere',
  hold: 'everywhere',
  'cut-zone': 'everywhere',
  'slow-disk': 'everywhere',
  'stall-disk': 'everywhere',
  'scatter-syncs': 'simulation',
  'fill-disk': 'everywhere',
  'read-error': 'everywhere',
  'corrupt-log': 'everywhere',
  wipe: 'everywhere',
  skew: 'everywhere',
  drift: 'everywhere',
};

export const FAULT_KINDS = Object.keys(WHERE) as readonly FaultKind[];
