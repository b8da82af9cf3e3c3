/** Which properties the defects of Raft break. */

export const COMMITTED = ['Commitment', 'Leader completeness', 'State-machine safety', 'Log matching', 'no throw'];
export const SEEN_BY_CLIENTS = ['durability', 'linearizability'];
export const ELECTIONS = ['One vote a term', 'Growing terms', 'Election safety', 'no throw', ...COMMITTED];

/** Of snapshots, or of what they carry. */
export const COPIES = ['convergence', 'replicas apply the same', ...COMMITTED, ...SEEN_BY_CLIENTS];
