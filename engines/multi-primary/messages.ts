/** What nodes say to each other, and what a node writes to its log. Lists are flat, since every write passes through three of them. */
import type { Failure, NodeId, Request, Result } from '../api.ts';
import type { MembershipMessage } from '../parts/membership-kinds.ts';
import type { Content, Written } from './version.ts';

/** What stands in a flat list. */
export type Cell = number | Content | Written;
type Flat = readonly Cell[];

/** One writer's writes: triples of key, what is written (`Written`: an append is its element alone) and time, counted from `base`. */
export type Batch = readonly [writer: string, base: number, items: Flat];

/** Versions of several writers: fours of key, content, and the base's time and writer. */
export type Versions = Flat;

/**
 * `tag` is the writer name of one life of the sender. It comes back with every acknowledgement and answer, so that what was
 * meant for a former life is not taken for this one's.
 */
export type Message =
  | MembershipMessage
  /** Parcel `parcel` of new writes; the tag is the batch's writer. `insteadOf`: to be held for that node, which is believed down. */
  | { readonly type: 'write'; readonly parcel: number; readonly batch: Batch; readonly insteadOf?: NodeId }
  /** Versions that the receiver may lack. Parcel 0: not to be acknowledged. */
  | { readonly type: 'copy'; readonly tag: string; readonly parcel: number; readonly versions: Versions }
  /** The parcels in these ranges are durable: pairs of first and last. */
  | { readonly type: 'ack'; readonly tag: string; readonly ranges: readonly number[] }
  /** Pairs of the read's number and the key. */
  | { readonly type: 'read'; readonly tag: string; readonly reads: Flat }
  /** Fours of the read's number, content, and the base's time and writer. Content null and time 0: never heard of. */
  | { readonly type: 'answers'; readonly tag: string; readonly answers: Flat }
  /**
   * A client's request, for a node to coordinate that holds the key. It is carried out at most once, and only by the life that the tag
   * `by` names.
   */
  | {
      readonly type: 'forward';
      readonly tag: string;
      readonly by: string;
      readonly number: number;
      readonly asked: Asked;
    }
  /** Its answer. */
  | {
      readonly type: 'forwarded';
      readonly tag: string;
      readonly number: number;
      readonly answer: { readonly result: Result } | { readonly failure: Failure } | { readonly life: string };
    }
  /** Digest over all partitions that sender and receiver share. */
  | { readonly type: 'tree-root'; readonly root: readonly number[] }
  /** Digests that differ or may differ: triples of index and two lanes. */
  | { readonly type: 'tree-branches'; readonly digests: readonly number[] }
  | { readonly type: 'tree-leaves'; readonly digests: readonly number[] }
  /**
   * All that the sender holds in these leaves: fours of key, the base's time and writer, and the digest of the elements, those left
   * out that are still under way at the wall time `atMs`.
   */
  | { readonly type: 'tree-keys'; readonly atMs: number; readonly leaves: readonly number[]; readonly keys: Flat }
  /** Please send your versions of these keys. */
  | { readonly type: 'tree-want'; readonly keys: readonly string[] }
  /** These deletions are old: threes of key, time and writer. Of which of them do you hold nothing older? */
  | { readonly type: 'graves'; readonly round: number; readonly graves: Flat }
  /** Of these keys. */
  | { readonly type: 'graves-settled'; readonly round: number; readonly keys: readonly string[] };

/** What a coordinator has to know of a request. */
export type Asked = Pick<Request, 'operation' | 'context'>;

export type MessageOf<Type extends Message['type']> = Extract<Message, { readonly type: Type }>;

/** One turn of a node, as logged. Values and hints fold in any number of repetitions; what is left out did not happen. */
export interface Entry {
  /** A new life has begun. */
  readonly life?: number;
  readonly batches?: readonly Batch[];
  readonly versions?: Versions;
  /** These nodes lack my version of these keys: pairs of node and key. */
  readonly hints?: readonly string[];
  /** These nodes lack versions that I do not hold myself: a node, then a version's four. */
  readonly guests?: Flat;
  /** Hints that have been delivered, or are too old: pairs of node and key. */
  readonly settled?: readonly string[];
  /** Deletions that need not be remembered any more: threes of key, time and writer. */
  readonly forgotten?: Flat;
}

/** Names one life of a node. */
export const writerName = (node: NodeId, life: number): string => `${node}#${life}`;
