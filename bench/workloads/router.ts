/** What the clients ask of whoever chooses their nodes. Nodes are numbered by their place among the members. */
import type { NodeId } from '../../engines/api.ts';

export interface Router {
  /** Makes room for clients 0 to `clients` − 1. */
  reserve(clients: number): void;
  /** Every node may be asked again by this client. */
  startRound(client: number): void;
  /** The node to ask next, or −1 when the round is over. `hint`: the node that the last refusal pointed to. */
  choose(client: number, now: number, hint: NodeId | undefined, toNearest: boolean): number;
  /** The node carried the operation out. If it was asked for being near, that says nothing of other operations. */
  good(client: number, node: number, now: number, wasNearest: boolean): void;
  /** The node answered that it did not, or not certainly, carry the operation out. */
  refused(client: number, node: number, now: number): void;
  /** An attempt of `sentAt` has timed out. */
  timedOut(client: number, node: number, sentAt: number, now: number): void;
  /** The runtime has said that the node's process has ended, or is back. */
  setDead(node: number, dead: boolean): void;
}
