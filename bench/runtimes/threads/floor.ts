/**
 * The floor: what message passing between threads costs by itself. A client, a leader and two followers exchange the
 * messages of a replicated write with no protocol logic, no log and no store. Speeds are stated as shares of it, because
 * absolute figures of a shared machine wander by a factor of two.
 */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { Board } from './board.ts';
import type { FloorFigures, FloorMode, FloorStart } from './floor-worker.ts';

export interface FloorPlan {
  readonly mode: FloorMode;
  readonly clients: number;
  readonly valueBytes: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

/** Throws if a thread fails, or when the signal aborts; all threads have ended by then. */
export async function measureFloor(plan: FloorPlan, signal?: AbortSignal): Promise<FloorFigures> {
  signal?.throwIfAborted();
  const board = Board.create(1).buffers;
  const workers: Worker[] = [];
  let fail = (_: unknown): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const abort = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const start = (role: FloorStart['role'], ports: MessagePort[]): Worker => {
    const workerData: FloorStart = { ...plan, role, board, ports };
    const worker = new Worker(new URL('./floor-worker.js', import.meta.url), { workerData, transferList: ports });
    worker.once('error', fail);
    workers.push(worker);
    return worker;
  };
  const [toClient, toFirst, toSecond] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
  start('follower', [toFirst.port2]);
  start('follower', [toSecond.port2]);
  start('leader', [toClient.port2, toFirst.port1, toSecond.port1]);
  try {
    const [figures] = await Promise.race([once(start('client', [toClient.port1]), 'message'), failed]);
    return figures as FloorFigures;
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
