/** What nodes of this engine say to each other and write down. */
import type { MembershipMessage } from '../parts/membership-kinds.ts';

export type Message = MembershipMessage;

/** Each life begins with its number: one above the last, so that news of a former life is not taken for news of this one. */
export interface Entry {
  readonly life: number;
}
