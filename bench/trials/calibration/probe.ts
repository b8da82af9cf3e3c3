/** Runs a plan's throughput trials shortly, in a simulation made as the fit wants to try it. */
import { presetLabel } from '../../reports/presets.ts';
import type { LinkRule } from '../../topologies/link-rules.ts';
import type { Delay } from '../../topologies/links.ts';
import type { Planned } from '../plan-trials.ts';
import type { TrialSpec } from '../spec.ts';
import type { TrialRunner } from '../trial-process.ts';
import { CannotFit, type Pace, type Simulate } from './fit.ts';

/** Virtual time has no noise to average out, and code that is not compiled yet costs it nothing. */
const STEP_MAX_MS = 200;
const WARMUP_OPERATIONS = 300;

/** One delay for all links, those of clients included. */
export const linksOf = (delay: Delay): LinkRule[] => [{ bothWays: false, sameZone: false, changes: { delay } }];

/** The fit's way to ask what a preset does; the answer comes from the trial that the pace was measured in. */
export function prober(planned: readonly Planned[], runner: TrialRunner, signal: AbortSignal): Simulate {
  let probes = 0;
  return async (pace, { delay, node }) => {
    const spec = specOf(planned, pace);
    const probe: TrialSpec = {
      ...spec,
      trial: `${spec.trial}-probe-${++probes}`,
      world: { ...spec.world, links: linksOf(delay), node },
      stepMs: Math.min(spec.stepMs, STEP_MAX_MS),
      warmupOperations: Math.min(spec.warmupOperations, WARMUP_OPERATIONS),
    };
    const { rows, voidReason } = await runner.trial(probe, '', signal);
    const perS = rows.trials[0]?.throughput_per_s;
    if (voidReason !== undefined || !perS) {
      throw new CannotFit(`${pace.label} cannot be simulated: ${voidReason ?? 'no operation ended ok'}`);
    }
    return perS;
  };
}

function specOf(planned: readonly Planned[], { label, durability, clients }: Pace): TrialSpec {
  for (const each of planned) {
    if (each.kind !== 'trial') continue;
    const { spec } = each;
    if (spec.measure !== 'throughput' || spec.durability !== durability || spec.clients !== clients) continue;
    const { name: engine, preset } = spec.engine;
    if (presetLabel({ engine, preset }) === label) return spec;
  }
  throw new CannotFit(`no trial shows the throughput of ${label} at ${clients} clients with durability ${durability}`);
}
