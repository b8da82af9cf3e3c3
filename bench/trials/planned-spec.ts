/** What the spec of every trial of a plan has alike, whatever is measured. */
import type { Topology } from '../topologies/topology.ts';
import type { Contestant, TrialsPlan } from './plan-trials.ts';
import type { Measure, TrialSpec } from './spec.ts';

type Alike = Pick<
  TrialSpec,
  'suite' | 'measure' | 'engine' | 'needs' | 'deadlines' | 'runtime' | 'topology' | 'world' | 'members' | 'clientZones'
>;

export function plannedSpec(
  plan: TrialsPlan,
  measure: Measure,
  { engine, claims }: Contestant,
  { name, members, clientZones, links, node }: Topology,
): Alike {
  return {
    suite: plan.suite.name,
    measure,
    engine,
    needs: claims.needs,
    deadlines: claims.deadlines,
    runtime: plan.runtime,
    topology: name,
    world: { members, links, node },
    members,
    clientZones,
  };
}
