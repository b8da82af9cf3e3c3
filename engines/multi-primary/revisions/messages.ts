/** What nodes say to each other about revision trees, and what a node writes to its log. */
import type { MembershipMessage } from '../../parts/membership-kinds.ts';
import type { Branch } from './revision.ts';

/** A document's key and one of its branches. */
export type KeyedBranch = readonly [key: string, branch: Branch];

/** An edit: its number, and the new leaf with its parent, if it has one. */
export type NumberedEdit = readonly [number: number, key: string, edit: Branch];

/** What a copy holds of a document: the branch of the winner, or of every leaf; none: it has never heard of it. */
export type NumberedBranches = readonly [number: number, branches: readonly Branch[]];

/**
 * `tag` is the name of one life of the node that asks. It comes back with every answer, so that what was meant for a former life is not
 * taken for this one's. All that one turn has for a node of one kind stands in one message.
 */
export type RevisionMessage =
  | MembershipMessage
  /** Please take these edits, if their parents are leaves. */
  | { readonly type: 'edits'; readonly tag: string; readonly edits: readonly NumberedEdit[] }
  /** These are held here durably, these were refused, and of these nobody here knows (`Verdict`). */
  | {
      readonly type: 'edited';
      readonly tag: string;
      readonly held: readonly number[];
      readonly refused: readonly number[];
      readonly unsure: readonly number[];
    }
  /** What do you hold of these documents: the winner, or every leaf? */
  | {
      readonly type: 'opens';
      readonly tag: string;
      readonly opens: readonly (readonly [number: number, key: string, every: boolean])[];
    }
  | { readonly type: 'opened'; readonly tag: string; readonly answers: readonly NumberedBranches[] }
  /** Branches that the receiver may lack, by the number of a repair, or, below 0, of a push; 0: not to be answered. */
  | {
      readonly type: 'branches';
      readonly tag: string;
      readonly number: number;
      readonly branches: readonly KeyedBranch[];
    }
  | { readonly type: 'merged'; readonly tag: string; readonly numbers: readonly number[] }
  /**
   * Documents that have changed here, each with the hashes of its leaves. `disk` names what this node stores on: it changes when that is
   * lost.
   */
  | {
      readonly type: 'changes';
      readonly tag: string;
      readonly number: number;
      readonly disk: number;
      readonly changes: readonly (readonly [key: string, leaves: readonly string[]])[];
    }
  /** I lack these leaves of them. */
  | {
      readonly type: 'missing';
      readonly tag: string;
      readonly number: number;
      readonly disk: number;
      readonly missing: readonly (readonly [key: string, leaves: readonly string[]])[];
    };

export type RevisionMessageOf<Type extends RevisionMessage['type']> = Extract<RevisionMessage, { readonly type: Type }>;

/** One turn of a node, as logged. Branches fold in any order and repeated. */
export interface RevisionEntry {
  /** A new life has begun, on this disk. */
  readonly life?: number;
  readonly disk?: number;
  readonly branches?: readonly KeyedBranch[];
  /** Hashes of edits that were refused since their parents were not known. */
  readonly refused?: readonly string[];
}
