/** What the members of a SWIM group say to each other. */
import type { NodeId } from '../../api.ts';

/** What one member believes of another. `dead` means: treat as down. It is not for ever: the member may say otherwise. */
export type Status = 'alive' | 'suspect' | 'dead';

/**
 * A status and the incarnation of the member that it is about. Only the member itself raises its incarnation: to contradict what is
 * said of it, or because it starts a new life.
 */
export interface Belief {
  readonly status: Status;
  readonly incarnation: number;
}

/** Beliefs passed on with other messages: flat triples. */
export type Rumours = readonly (NodeId | Status | number)[];

export type SwimMessage =
  /** `you` is what the sender believes of the receiver, so that an accused member learns of it from the accuser itself. */
  | {
      readonly type: 'swim-ping';
      readonly probe: number;
      readonly me: number;
      readonly you: Belief;
      readonly rumours: Rumours;
    }
  /** `of` is alive in this incarnation: the sender itself, or a member that the sender probed for the receiver. */
  | {
      readonly type: 'swim-ack';
      readonly probe: number;
      readonly of: NodeId;
      readonly incarnation: number;
      readonly rumours: Rumours;
    }
  /** Please probe this member for me, and tell it what I believe of it. */
  | { readonly type: 'swim-ask'; readonly probe: number; readonly target: NodeId; readonly you: Belief };
