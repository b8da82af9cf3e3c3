/** What the spec of every trial of a plan has alike, whatever is measured; and who its clients are. */
import type { Topology } from '../topologies/topology.ts';
import type { ClientPolicy } from '../workloads/plan.ts';
import { loadPolicy } from '../workloads/policies.ts';
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

/** The clients of a suite's trial: its own, unless a flag says otherwise. */
export const policyOf = (
  { policy, policyForAll = false }: TrialsPlan,
  { client }: { readonly client?: string | undefined },
): ClientPolicy => (client === undefined || policyForAll ? policy : loadPolicy(client));
