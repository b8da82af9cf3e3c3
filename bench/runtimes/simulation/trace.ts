/** What a simulation tells of itself as it goes: the material of space-time diagrams and logs. Times in µs. */
import type { Command, NodeId, Note, Operation } from '../../../engines/api.ts';
import type { Fault } from '../../faults/vocabulary.ts';
import type { Answer } from '../cluster.ts';

export type TraceEvent =
  /**
   * A message: when it left, and when it arrives; undefined: never, or where nobody was. One that arrives twice is two of
   * these. `arrivesUs` is what is known so far: it changes if the message is lost on its way, or was held and is released.
   */
  | {
      readonly kind: 'message';
      readonly atUs: number;
      readonly from: NodeId;
      readonly to: NodeId;
      readonly arrivesUs: number | undefined;
      readonly message: { readonly type: string };
    }
  /** A life begins, and ends. */
  | {
      readonly kind: 'start';
      readonly atUs: number;
      readonly node: NodeId;
      readonly boot: 'found' | 'join' | 'restart';
    }
  | { readonly kind: 'end'; readonly atUs: number; readonly node: NodeId; readonly how: 'kill' | 'vanish' | 'stop' }
  | { readonly kind: 'note'; readonly atUs: number; readonly node: NodeId; readonly note: Note }
  /** The engine's own word for what the node is now, whenever it changes. */
  | {
      readonly kind: 'role';
      readonly atUs: number;
      readonly node: NodeId;
      readonly role: string;
      readonly epoch?: number;
    }
  | { readonly kind: 'fault' | 'heal'; readonly atUs: number; readonly fault: Fault }
  /** Entries were written, so many in one block; the log is durable up to a position. */
  | { readonly kind: 'write'; readonly atUs: number; readonly node: NodeId; readonly entries: readonly unknown[] }
  | { readonly kind: 'durable'; readonly atUs: number; readonly node: NodeId; readonly position: number }
  /** A client's attempt reaches a node; the node's answer leaves it. */
  | {
      readonly kind: 'request';
      readonly atUs: number;
      readonly node: NodeId;
      readonly session: string;
      readonly serial: number;
      readonly ticket: number;
      readonly operation: Operation;
    }
  | {
      readonly kind: 'answer';
      readonly atUs: number;
      readonly node: NodeId;
      readonly ticket: number;
      readonly answer: Answer;
    }
  | {
      readonly kind: 'command';
      readonly atUs: number;
      readonly node: NodeId;
      readonly ticket: number;
      readonly command: Command;
    }
  /** What was found to be wrong. */
  | { readonly kind: 'violation'; readonly atUs: number; readonly text: string };
