/** Throughput of a measured window. */
import { FAIL, GET, type History, OK } from '../history.ts';
import { type KindGroup, zoneNumber } from './selection.ts';

/** A stretch of time. An operation belongs to it if it **ended** in it: from < end ≤ to. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Throughput {
  readonly measuredS: number;
  readonly ok: number;
  readonly fail: number;
  readonly unknown: number;
  /** ok ÷ measuredS; undefined for an empty window. */
  readonly throughputPerS: number | undefined;
}

/** From the first intended start to the last end; undefined for an empty history. */
export function spanOf(history: History): Window | undefined {
  if (history.length === 0) return undefined;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < history.length; row++) {
    fromMs = Math.min(fromMs, history.intended[row]!);
    toMs = Math.max(toMs, history.end[row]!);
  }
  return { fromMs, toMs };
}

/**
 * Counts by end, since throughput is what came out: an operation under way at either edge is counted in exactly one of two
 * adjoining windows. Warm-up is left out by beginning the window after it.
 */
export function throughput(
  history: History,
  window: Window,
  only: { readonly group?: KindGroup; readonly zone?: string } = {},
): Throughput {
  const zone = only.zone === undefined ? -1 : zoneNumber(history, only.zone);
  let ok = 0;
  let fail = 0;
  let unknown = 0;
  for (let row = 0; row < history.length; row++) {
    const end = history.end[row]!;
    if (end <= window.fromMs || end > window.toMs) continue;
    if (zone >= 0 && history.zone[row] !== zone) continue;
    if (only.group !== undefined && (history.kind[row] === GET) !== (only.group === 'get')) continue;
    const outcome = history.outcome[row];
    if (outcome === OK) ok++;
    else if (outcome === FAIL) fail++;
    else unknown++;
  }
  const measuredS = Math.max(0, window.toMs - window.fromMs) / 1000;
  return { measuredS, ok, fail, unknown, throughputPerS: measuredS > 0 ? ok / measuredS : undefined };
}
