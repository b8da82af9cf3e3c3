/** How a node tells a dead primary from a slow one, by its heartbeats. */
import type { Detector } from '../parts/detectors/detector.ts';
import { FixedTimeout } from '../parts/detectors/fixed-timeout.ts';
import { PhiAccrual } from '../parts/detectors/phi-accrual.ts';
import type { Options } from './options.ts';

/** Phi: heartbeats remembered, as many as in the paper's experiments. */
const SAMPLES_MAX = 1000;
/** Phi: heartbeats that have come like clockwork are still allowed to be late by shares of their interval. */
const DEVIATION_SHARE = 0.5;

export function detectorOf(options: Options, nowMs: number): Detector {
  const { detection, detectionMs, phiThreshold, heartbeatMs } = options;
  if (detection !== 'phi') return new FixedTimeout(detectionMs, nowMs);
  return new PhiAccrual(
    {
      threshold: phiThreshold,
      expectedMs: heartbeatMs,
      minDeviationMs: DEVIATION_SHARE * heartbeatMs,
      samplesMax: SAMPLES_MAX,
      distribution: 'normal',
    },
    nowMs,
  );
}

/** The silence after which a primary is suspected whose heartbeats have come regularly, ms. */
export function expectedSilenceMs(options: Options): number {
  const detector = detectorOf(options, 0);
  for (let beat = 1; beat <= SAMPLES_MAX; beat++) detector.heard(beat * options.heartbeatMs);
  return detector.dueMs - SAMPLES_MAX * options.heartbeatMs;
}
