/** What nodes of this engine say to each other and write down. */
import type { HeartbeatGossipMessage, HeartbeatMessage } from '../parts/heartbeats/messages.ts';
import type { SwimMessage } from '../parts/swim/messages.ts';

export type Message = SwimMessage | HeartbeatMessage | HeartbeatGossipMessage;

/** Each life begins with its number: one above the last, so that news of a former life is not taken for news of this one. */
export interface Entry {
  readonly life: number;
}
