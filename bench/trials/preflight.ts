/**
 * Before the first trial: are this machine's timers exact enough for the engines' time-outs? A preset whose time-outs they
 * would miss is refused, since its false failovers would tell of the machine and not of the engine.
 */
import type { FloorGauge } from './floor-gauge.ts';
import type { TrialSpec } from './spec.ts';

/** A time-out must be at least this many times as long as timers were seen to be late. */
const MARGIN = 3;
/** Closed-loop clients of the load under which timers are watched. */
const CLIENTS = 64;
const MEASURE_MS = 280;
/** A disturbance passes, a machine that is too slow stays so: the best of so many measurements counts. */
const MEASUREMENTS_MAX = 3;

/** By engine and preset: the shortest time-out; undefined: no verdict of the preset hangs on time. */
export type Timeouts = ReadonlyMap<string, Readonly<Record<string, number | undefined>>>;

export interface Preflight {
  /** Why this preset cannot be measured on this machine now, in one sentence; undefined: it can. */
  refusal(spec: TrialSpec): string | undefined;
}

export const NOTHING_REFUSED: Preflight = { refusal: () => undefined };

/** Measures timers under the load of the floor, if any of the trials depends on them. */
export async function preflight(
  gauge: FloorGauge,
  specs: readonly TrialSpec[],
  timeouts: Timeouts,
): Promise<Preflight> {
  const needed = specs.flatMap(({ deadlines }) => (deadlines === undefined ? [] : [deadlines.shortestTimeoutMs]));
  let latenessMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < MEASUREMENTS_MAX && MARGIN * latenessMs > Math.min(...needed); i++) {
    const figures = await gauge.measure('batch', CLIENTS, MEASURE_MS);
    if (figures !== undefined) latenessMs = Math.min(latenessMs, figures.timerLatenessMaxMs);
  }
  // The floor could not be measured: then nothing is known against any preset.
  if (latenessMs === Number.POSITIVE_INFINITY) latenessMs = 0;
  return { refusal: (spec) => refusal(spec, latenessMs, timeouts) };
}

function refusal({ engine, deadlines }: TrialSpec, latenessMs: number, timeouts: Timeouts): string | undefined {
  const leastMs = MARGIN * latenessMs;
  if (deadlines === undefined || deadlines.shortestTimeoutMs >= leastMs) return undefined;
  const fit = Object.entries(timeouts.get(engine.name) ?? {}).flatMap(([preset, timeoutMs]) =>
    timeoutMs === undefined || timeoutMs >= leastMs ? [`${engine.name}:${preset}`] : [],
  );
  const advice = fit.length === 0 ? 'none of its presets would do' : `${fit.join(', ')} would do`;
  return (
    `timers were up to ${latenessMs.toFixed(1)} ms late on this machine under load, and ${MARGIN} times that is more than ` +
    `the shortest time-out of ${engine.name}:${engine.preset}, ${deadlines.shortestTimeoutMs} ms; ${advice}`
  );
}
