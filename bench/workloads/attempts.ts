/** What clients and nodes say to each other. */
import type { NodeId, Request, Result } from '../../engines/api.ts';

/** One attempt. `id` is unique in its generator; the other fields are those of the engines' contract. */
export interface ClientRequest extends Omit<Request, 'id'> {
  readonly id: number;
}

/** What a node's host says to one attempt. */
export interface ClientAnswer {
  readonly id: number;
  readonly outcome: 'ok' | 'fail' | 'unknown';
  readonly result?: Result;
  readonly reason?: string;
  readonly leader?: NodeId;
  /** When the host let the answer leave, in the cluster's ms. */
  readonly atMs: number;
  /** The node answered while it handled an input that came from another zone than its own. */
  readonly crossed: boolean;
}

/**
 * `broken`: the connection has closed just now; what was under way may or may not have been carried out. `refused`:
 * nothing under way to the node was ever delivered to it. After both, the node is known to be dead until `up`.
 */
export type NodeState = 'up' | 'refused' | 'broken';

export type Send = (node: number, attempt: ClientRequest, client: number) => void;
