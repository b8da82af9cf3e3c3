/**
 * Who of a fixed set of nodes is up, in the eyes of one of them. Every kind of membership implements this, so an engine can be
 * run with any of them.
 *
 * A membership has no timer of its own: whoever uses it keeps one, sets it when `wakeIn` says, and calls `tick` when it fires.
 */
import type { NodeId } from '../api.ts';

/**
 * What one node believes of another. `suspect` is a doubt that the other may still clear up. `dead` means: treat as down. It is
 * never for ever: any later sign of life may take it back.
 */
export type Status = 'alive' | 'suspect' | 'dead';

export interface Membership<Message> {
  /** What is believed of a node; `alive` of this node itself. */
  statusOf(node: NodeId): Status;
  /** Does what is due. A call that comes too early does no harm. */
  tick(): void;
  onMessage(from: NodeId, message: Message): void;
  /** The connection to the node was seen to close: its process has ended. */
  linkDown(node: NodeId): void;
  /** A connection to the node was opened: a process of it runs. */
  linkUp(node: NodeId): void;
}

/** What a membership needs of whoever uses it. */
export interface MembershipWorld<Message> {
  /** Monotonic, ms. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  send(to: NodeId, message: Message): void;
  /** `tick` is to be called after so many ms. One timer is enough: a later call replaces an earlier one. */
  wakeIn(delayMs: number): void;
  /** What is believed of a node has changed its status. */
  changed(node: NodeId, status: Status, before: Status): void;
}
