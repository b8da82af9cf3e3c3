/** One clock for all threads of a trial: microseconds since the cluster's start. */
const NS_PER_US = 1000;
const CALIBRATIONS = 16;

/** The start that every thread counts from, to be handed to each. */
export type Epoch = bigint;

export const newEpoch = (): Epoch => process.hrtime.bigint();

/** Returns this thread's reading of the clock. `performance.now()` is the cheapest source; it differs by an offset per thread. */
export function startClock(epoch: Epoch): () => number {
  const offsetUs = measureOffsetUs(epoch);
  return () => Math.round(performance.now() * 1000 + offsetUs);
}

/** A thread may lose its core between two readings: of several, the one that took the shortest time is the best. */
function measureOffsetUs(epoch: Epoch): number {
  let bestNs = Number.POSITIVE_INFINITY;
  let offsetUs = 0;
  for (let i = 0; i < CALIBRATIONS; i++) {
    const beforeNs = process.hrtime.bigint();
    const nowMs = performance.now();
    const tookNs = Number(process.hrtime.bigint() - beforeNs);
    if (tookNs >= bestNs) continue;
    bestNs = tookNs;
    offsetUs = (Number(beforeNs - epoch) + tookNs / 2) / NS_PER_US - nowMs * 1000;
  }
  return offsetUs;
}
