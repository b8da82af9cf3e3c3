/** What members say to each other that know each other by signs of life alone. */

export type HeartbeatMessage =
  /** The sender lives, in this life of it. */
  { readonly type: 'heartbeat'; readonly life: number };

/**
 * How new what a member knows is: for each member, in the order of their names, the generation and the version of the newest
 * heartbeat known of it. A later life has a higher generation, a later heartbeat of one life a higher version.
 */
export type Digests = readonly number[];

/** Heartbeats: flat groups of three: the member's place in the order of names, generation, version. */
export type Heartbeats = readonly number[];

/** One exchange of gossip; each message brings both sides closer. */
export type HeartbeatGossipMessage =
  | { readonly type: 'gossip-digests'; readonly digests: Digests }
  /** What is newer here, and the places of the members of whom something newer is wanted. */
  | { readonly type: 'gossip-answer'; readonly newer: Heartbeats; readonly wanted: readonly number[] }
  | { readonly type: 'gossip-rest'; readonly newer: Heartbeats };
