/** What the members of a SWIM group say to each other. */
import type { NodeId } from '../../api.ts';
import type { Status } from '../membership.ts';

/**
 * A status and the incarnation of the member that it is about. Only the member itself raises its incarnation: to contradict what is
 * said of it, or because it starts a new life.
 */
export interface Belief {
  readonly status: Status;
  readonly incarnation: number;
}

/** Beliefs passed on: flat groups of four: of whom, status, incarnation, and who says so (who accuses, of a suspicion). */
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
  | { readonly type: 'swim-ask'; readonly probe: number; readonly target: NodeId; readonly you: Belief }
  /** I was asked to probe a member, and it is silent. So the asker knows that at least its own messages pass. */
  | { readonly type: 'swim-nack'; readonly probe: number }
  /** Rumours on their own. */
  | { readonly type: 'swim-gossip'; readonly rumours: Rumours }
  /** All that the sender believes apart from "alive as in the first life"; the receiver answers with the same. */
  | { readonly type: 'swim-push'; readonly beliefs: Rumours }
  | { readonly type: 'swim-pull'; readonly beliefs: Rumours };
