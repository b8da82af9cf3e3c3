/** All planted bugs. */
import { membership } from './membership.ts';
import { multiPrimary } from './multi-primary.ts';
import type { PlantedBugs } from './planted-bug.ts';
import { primaryReplica } from './primary-replica.ts';
import { raft } from './raft.ts';

export const PLANTED_BUGS: readonly PlantedBugs[] = [raft, primaryReplica, multiPrimary, membership];
