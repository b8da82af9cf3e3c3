/** What a node may take before its cluster is given up, and the sentence that says so. */

export interface ThreadsLimits {
  /** From a thread's start to the end of its engine's `create`. */
  readonly startMaxMs: number;
  /** A node that has not ended a turn for so long, though nobody paused it, will not come back. */
  readonly handlerMaxMs: number;
  readonly nodeHeapMaxMb: number;
}

export const LIMITS: ThreadsLimits = { startMaxMs: 10_000, handlerMaxMs: 3000, nodeHeapMaxMb: 1024 };

/** Why a thread ended by itself: `error` is whatever it threw. */
export function threw(thread: string, error: unknown, { nodeHeapMaxMb }: ThreadsLimits): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `${thread} used more than ${nodeHeapMaxMb} MB of heap`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // The message and where it came from.
  const firstLines = text.split('\n').slice(0, 2).join(' ').replaceAll(/\s+/g, ' ');
  return `${thread} threw: ${firstLines}`;
}

/** Whether a node has been silent for too long; `seenAliveMs` is the end of its latest turn, of a former life perhaps. */
export function overran(
  node: string,
  nowMs: number,
  startedAtMs: number,
  seenAliveMs: number,
  { startMaxMs, handlerMaxMs }: ThreadsLimits,
): string | undefined {
  if (seenAliveMs < startedAtMs) {
    return nowMs - startedAtMs > startMaxMs ? `${node} has not started within ${startMaxMs} ms` : undefined;
  }
  const silentMs = nowMs - seenAliveMs;
  return silentMs > handlerMaxMs
    ? `${node} has not come back from a handler for ${Math.round(silentMs)} ms`
    : undefined;
}
