/** What travels between the threads of a cluster: the shapes on the ports, and how answers are written on a link. */
import type { MessagePort } from 'node:worker_threads';
import type {
  Command,
  Failure,
  Member,
  Note,
  Operation,
  ReplicaStatus,
  Request,
  Result,
} from '../../../engines/api.ts';
import type { GeneratorPlan, LoadStep } from '../../workloads/plan.ts';
import type { Answer, Durability, EngineChoice } from '../cluster.ts';
import type { BoardBuffers } from './board.ts';
import type { Epoch } from './clock.ts';

/** What a node's thread is started with. */
export interface NodeStart {
  readonly place: number;
  readonly members: readonly Member[];
  readonly engine: EngineChoice;
  readonly durability: Durability;
  readonly seed: number;
  readonly epoch: Epoch;
  readonly board: BoardBuffers;
  readonly logPath: string;
  readonly life: number;
  readonly boot: 'found' | 'join' | 'restart';
  /** Ports to the other nodes by place, and to the load generator behind them. */
  readonly ports: readonly (MessagePort | undefined)[];
}

/** From the cluster to a node. */
export type NodeOrder =
  | { readonly kind: 'connect'; readonly place: number; readonly port: MessagePort }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly operations: readonly Operation[];
      readonly read: Request['read'];
    }
  | { readonly kind: 'command'; readonly id: number; readonly command: Command }
  | { readonly kind: 'store' | 'sample'; readonly id: number }
  /** Look at the board. */
  | { readonly kind: 'look' };

/** From a node to the cluster. */
export type NodeReport =
  | { readonly kind: 'started' }
  | { readonly kind: 'note'; readonly atMs: number; readonly note: Note }
  | { readonly kind: 'answers'; readonly id: number; readonly answers: readonly Answer[] }
  | { readonly kind: 'store'; readonly id: number; readonly entries: readonly (readonly [string, string])[] }
  | { readonly kind: 'sample'; readonly id: number; readonly status: ReplicaStatus };

export interface GeneratorStart {
  readonly plan: GeneratorPlan;
  readonly members: readonly Member[];
  readonly epoch: Epoch;
  readonly board: BoardBuffers;
  readonly ports: readonly MessagePort[];
}

export type GeneratorOrder =
  | { readonly kind: 'connect'; readonly place: number; readonly port: MessagePort }
  | { readonly kind: 'step'; readonly step: LoadStep }
  | { readonly kind: 'stop' };

/** One attempt on the wire: [id, zone, session, serial, settled, read, operation, context?]. */
export type WireRequest = [
  id: number,
  zone: number,
  session: string,
  serial: number,
  settled: number,
  read: Request['read'],
  operation: Operation,
  context?: string,
];

/** One answer on the wire: [id, zone, when it left in ms, 1 if it `crossed` zones, a result, or a failure as text]. */
export type WireAnswer = [
  id: number,
  zone: number,
  atMs: number,
  crossed: 0 | 1,
  result: Result | null,
  failure?: Failure,
];
