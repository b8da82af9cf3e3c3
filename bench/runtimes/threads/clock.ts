/** One clock for all threads of a trial: microseconds since the cluster's start. */
const NS_PER_US = 1000n;

/** The start that every thread counts from, to be handed to each. */
export type Epoch = bigint;

export const newEpoch = (): Epoch => process.hrtime.bigint();

/** Returns this thread's reading of the clock. `performance.now()` is the cheapest source; it differs by an offset per thread. */
export function startClock(epoch: Epoch): () => number {
  const sinceEpochMs = Number((process.hrtime.bigint() - epoch) / NS_PER_US) / 1000;
  const offsetMs = sinceEpochMs - performance.now();
  return () => Math.round((performance.now() + offsetMs) * 1000);
}
