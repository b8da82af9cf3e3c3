/**
 * What a fault plan consists of, as plain data: steps, each a time or a trigger, whom it hits, and an injury or an
 * administrative command. `execution.ts` carries them out; times are milliseconds since it started.
 */
import type { Command, NodeId, Note, Operation } from '../../engines/api.ts';
import type { Fault } from './vocabulary.ts';

export interface Step {
  /**
   * The step's name among all of its plan, its place if left out. Whatever is left to chance is drawn by this name: a step
   * that has one does the same when others are left out.
   */
  readonly id?: string;
  readonly when: When;
  /** Whom the injury hits, or whom the command is given to. `everyone`: each node by itself, and each link once. */
  readonly target: Target | 'everyone';
  readonly do: Injury | Order;
  /** Everything that the step injected is healed so long after it. Left out: at the end, or as the injury itself says. */
  readonly forMs?: number;
  /** In all so many times, so far apart; a trigger is armed again after `everyMs`. */
  readonly repeat?: { readonly times: number; readonly everyMs: number };
  /** Of these times only some are not left out, from 1; the others pass without anything being done. */
  readonly turns?: readonly number[];
  /** It only prepares the ground: the fault that is measured comes later. */
  readonly prepares?: boolean;
  /** In a random trial: it goes on standing when all else is healed, and the rest has to do without. */
  readonly stands?: boolean;
}

export type When = { readonly atMs: number } | OnTrigger;

export interface OnTrigger {
  readonly trigger: Trigger;
  /** So long after it was seen. */
  readonly afterMs?: number;
  /** The how manieth time that it is seen; 1 if left out. */
  readonly nth?: number;
  /** Seen before, it does not count. */
  readonly fromMs?: number;
}

/** What makes a step happen. `by` says which nodes' doing counts; left out: anybody's. */
export type Trigger = { readonly by?: Target } & (
  | { readonly on: 'note'; readonly note: Exclude<Note['kind'], 'trace'> }
  /** A message of this type was delivered: the receiver made the trigger, the sender is its peer. */
  | { readonly on: 'message'; readonly type: string }
  /** A message of this type was sent: the sender made the trigger, the receiver is its peer. */
  | { readonly on: 'sent'; readonly type: string }
  /** A node wrote a block of its log, which is not synced yet. */
  | { readonly on: 'write' }
  /** More of a node's log is durable. */
  | { readonly on: 'durable' }
  /** A node answered a client ok; left out: whatever the operation. */
  | { readonly on: 'answer'; readonly operation?: Operation['kind'] }
  /** A leader is there: an ok write was answered. */
  | { readonly on: 'leader' }
);

/**
 * One node. `leader`: who answered the latest ok write, else who last noted that it leads, else a random one. `random`,
 * `follower`: of the nodes that hold data. `trigger`: who made the trigger. `peer`: whom the trigger's message or note was
 * about. `place`: the how manieth member, from 1. `zone`: a random node of it.
 */
export type Target =
  | 'leader'
  | 'follower'
  | 'random'
  | 'spare'
  | 'trigger'
  | 'peer'
  | { readonly node: NodeId }
  | { readonly zone: string }
  | { readonly place: number };

/** A command with its nodes left to be found when it is given. */
export interface Order {
  readonly kind: 'command';
  readonly command: Command['kind'];
  /** Of `add`, `remove`, `promote` and `replace`: whose membership changes. */
  readonly node?: Target;
  /** Of `replace`: who takes its place. */
  readonly by?: Target;
  /** Of `transfer`: who is to lead; left out, the engine chooses. */
  readonly to?: Target;
}

type Without<Of, Field extends string> = Of extends unknown ? Omit<Of, Field> : never;
type OfKind<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;

/** Which way along a link, as the target sees it. */
export type Way = 'both' | 'out' | 'in';

/** Which clients still reach the nodes that are cut off: none, those of the target's zone, or all. */
export type Clients = 'outside' | 'inside' | 'everywhere';

/** What can be done to a target: a fault of the vocabulary, or several of them that make sense together. */
export type Injury = OneNode | OneZone | { readonly kind: 'power-cut' } | OnLinks | Cuts | Course;

type OneNode = Without<Extract<Fault, { readonly node: NodeId }>, 'node'>;

/** The zone is the target's. */
type OneZone =
  | Without<Extract<Fault, { readonly zone: string }>, 'zone'>
  /** Every node of the zone vanishes: its power is gone. */
  | { readonly kind: 'vanish-zone' }
  /** Everything between the zone and the rest takes longer, each way. The zone's clients go with it, as in a cut. */
  | { readonly kind: 'delay-zone'; readonly delayMs: number };

/** On all links of the target to other nodes, and to clients unless it is for one type of message. */
type OnLinks = Without<OfKind<'delay' | 'drop' | 'duplicate' | 'reorder' | 'hold'>, 'from' | 'to' | 'oneWay'> & {
  readonly way?: Way;
};

type Cuts =
  /** The target hears nobody and nobody hears it; it cannot send (`mute`); it cannot hear (`deaf`). */
  | { readonly kind: 'isolate' | 'mute' | 'deaf'; readonly clients?: Clients }
  /** The nodes fall in two, the target on this side; a random one if left out. */
  | { readonly kind: 'partition'; readonly side?: 'minority' | 'majority'; readonly clients?: Clients }
  /** The nodes fall in two halves, and only the target reaches both. */
  | { readonly kind: 'bridge' }
  /** No two nodes reach each other, but all reach the target. */
  | { readonly kind: 'star' }
  /** The link between the target and one random other. */
  | { readonly kind: 'cut-link'; readonly way?: Way };

/** What takes its time, and heals by itself. */
export type Course =
  /** One node after the other crashes, `everyMs` apart, the target first, and stays down for `downMs`. */
  | { readonly kind: 'crash-storm'; readonly everyMs: number; readonly downMs: number }
  /**
   * One node after the other is restarted, the target first: killed, up again after `downMs`, and then `everyMs` until the
   * next. With `drainMs` it is told to drain, so long before it is killed.
   */
  | {
      readonly kind: 'rolling-restart';
      readonly everyMs: number;
      readonly downMs: number;
      readonly drainMs?: number;
    }
  /** The target is isolated for `downMs` and reached again for `upMs`, so many times. */
  | { readonly kind: 'flapping'; readonly times: number; readonly downMs: number; readonly upMs: number };
