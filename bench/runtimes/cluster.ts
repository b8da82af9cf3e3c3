/**
 * What a runtime offers. Trials are written against this alone, so that the same trial runs on worker threads, in the
 * simulation, and one day on real systems.
 *
 * All times are milliseconds since the cluster's start (`now()`), on one clock for nodes, clients and faults.
 */
import type { Command, Member, NodeId, Note, Operation, ReplicaStatus, Request, Result } from '../../engines/api.ts';
import type { Observation } from '../faults/execution.ts';
import type { Fault } from '../faults/vocabulary.ts';
import type { History } from '../history.ts';
import type { GeneratorPlan, LoadStep } from '../workloads/plan.ts';

/** Which engine a cluster runs: a module with a default export, one of its presets, and changes to that preset. */
export interface EngineChoice {
  /** A file URL, resolved already. */
  readonly module: string;
  readonly name: string;
  readonly preset: string;
  /** The preset's options with any changes applied. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** How the log is treated before anything that depends on it leaves. `none`: written once a turn, never synced. */
export type Durability = 'fsync' | 'none';

export interface ClusterPlan {
  readonly engine: EngineChoice;
  readonly members: readonly Member[];
  readonly durability: Durability;
  readonly seed: number;
  /** An empty folder for the nodes' logs; only a runtime with real files uses it. */
  readonly directory: string;
  /** Clients of the load generator, if the trial has one. */
  readonly generator?: GeneratorPlan;
}

/** What came back for one submitted operation or command. */
export type Answer =
  | { readonly outcome: 'ok'; readonly result: Result }
  | { readonly outcome: 'fail'; readonly reason: string; readonly leader?: NodeId }
  | { readonly outcome: 'unknown'; readonly reason: string };

/** What a node sent to other nodes of one type of messages. Brackets and commas around messages that left together are nobody's. */
export interface SentOfType {
  readonly type: string;
  readonly messages: number;
  readonly bytes: number;
}

/** A node's counters since its cluster's start, over all its lives. Empty where the runtime cannot know. */
export interface NodeSample {
  readonly node: NodeId;
  readonly up: boolean;
  readonly status?: ReplicaStatus;
  /** CPU time of the node's thread. */
  readonly cpuMs?: number;
  readonly heapBytes?: number;
  /** Messages, and estimated bytes, sent to other nodes; those dropped because a link's queue was full. */
  readonly messages: number;
  readonly bytes: number;
  /** The same by the engine's own types of messages; only where a runtime counts them apart. */
  readonly sent?: readonly SentOfType[];
  readonly dropped: number;
  readonly syncs: number;
  readonly answered: number;
  /** The latest that a deadline was handled since the last sample was taken: due against handled. */
  readonly latenessMaxMs: number;
}

/** Something that happened in the cluster, at a time. */
export type ClusterEvent =
  | { readonly atMs: number; readonly kind: 'note'; readonly node: NodeId; readonly note: Note }
  | { readonly atMs: number; readonly kind: 'fault'; readonly fault: Fault; readonly lateMs: number }
  | { readonly atMs: number; readonly kind: 'heal'; readonly fault: Fault }
  /** A command from its order, at `atMs`, to its answer. */
  | {
      readonly atMs: number;
      readonly kind: 'command';
      readonly node: NodeId;
      readonly command: Command;
      readonly answer: Answer;
      readonly answeredMs: number;
    };

/** What one live node holds, read where it is. */
export interface Copies {
  readonly node: NodeId;
  get(key: string): string | null;
  keys(): Iterable<string>;
  /** Whether the node is one of the key's owners: copies elsewhere are not looked at. */
  holds(key: string): boolean;
}

/** What only a runtime in virtual time can offer: to act at an exact instant, and to see everything as it happens. */
export interface Direct {
  /** Within the action, a fault that is injected or healed takes effect before the call returns its promise. */
  after(delayMs: number, action: () => void): void;
  /** Returns what ends it. */
  watch(kinds: ReadonlySet<Observation['kind']>, see: (observation: Observation) => void): () => void;
  /** What every full node that is up, and does not stand still, holds: to be read at once, since it changes with the nodes. */
  copies(): readonly Copies[];
}

export interface Cluster {
  readonly members: readonly Member[];
  now(): number;
  sleepUntil(timeMs: number): Promise<void>;
  /** Runs one step of load to its end and hands over the step's history. */
  load(step: LoadStep): Promise<History>;
  /** Ends the step under way early; its history holds what was done. */
  stopLoad(): void;
  /** Asks one node, all operations at once. Answers come in the same order; silence ends `unknown` after `timeoutMs`. */
  ask(node: NodeId, operations: readonly Operation[], read: Request['read'], timeoutMs: number): Promise<Answer[]>;
  /** What came back is an event too. */
  command(node: NodeId, command: Command, timeoutMs: number): Promise<Answer>;
  /** The latest ok write of the load as its client saw it: who answered, and when it ended. */
  latestWrite(): { readonly node: NodeId; readonly endMs: number } | undefined;
  readonly direct?: Direct;
  /** Takes effect before this resolves; the event says when, and how long after the call. */
  inject(fault: Fault): Promise<ClusterEvent>;
  heal(fault: Fault): Promise<ClusterEvent>;
  sample(): Promise<readonly NodeSample[]>;
  /** What every live node's store holds, for audits that must see what no read shows. */
  stores(): Promise<ReadonlyMap<NodeId, ReadonlyMap<string, string>>>;
  events(): readonly ClusterEvent[];
  /** The reason for which figures of this cluster mean nothing: a node threw, ran out of memory, never came back. */
  failure(): string | undefined;
  stop(): Promise<void>;
}

/** Thrown out of whatever waits for a cluster that cannot be measured any more, because a node has failed. */
export class ClusterFailed extends Error {}
