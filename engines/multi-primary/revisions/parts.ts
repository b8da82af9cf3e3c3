/** The rooms of one node, as those who coordinate see them. */
import type { Host } from '../../api.ts';
import type { Peers } from '../peers.ts';
import type { Placement } from '../placement.ts';
import type { Documents } from './documents.ts';
import type { Journal } from './journal.ts';
import type { RevisionEntry, RevisionMessage } from './messages.ts';
import type { RevisionOptions } from './options.ts';
import type { Post } from './post.ts';

export interface RevisionParts {
  readonly host: Host<RevisionMessage, RevisionEntry>;
  readonly options: RevisionOptions;
  readonly documents: Documents;
  readonly journal: Journal;
  readonly post: Post;
  readonly placement: Placement;
  readonly peers: Peers;
}
