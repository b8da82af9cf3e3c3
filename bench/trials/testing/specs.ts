/** For tests: trials as plain data, with only what matters to the test said. */

import type { Member } from '../../../engines/api.ts';
import { loadFaultPlan } from '../../faults/plans.ts';
import { DEFAULT_NODE } from '../../topologies/defaults.ts';
import { loadPolicy } from '../../workloads/policies.ts';
import { loadWorkload } from '../../workloads/workloads.ts';
import type { FailoverSpec, TrialSpec } from '../spec.ts';

export const MEMBERS: readonly Member[] = [
  { id: 'n1', zone: 'a', kind: 'full' },
  { id: 'n2', zone: 'b', kind: 'full' },
  { id: 'n3', zone: 'c', kind: 'full' },
];

/** A throughput trial of an engine called `fake`. */
export function trialSpec(changes: Partial<TrialSpec> = {}): TrialSpec {
  return {
    trial: 'throughput-8-fake-1',
    suite: 'test',
    measure: 'throughput',
    engine: { module: 'file:///nowhere.js', name: 'fake', preset: 'default', options: {} },
    needs: 'majority',
    deadlines: undefined,
    runtime: 'threads',
    topology: 'three-zones',
    world: { members: [], links: [], node: DEFAULT_NODE },
    members: MEMBERS,
    clientZones: ['a', 'b', 'c'],
    durability: 'none',
    seed: 7,
    workload: loadWorkload('update'),
    policy: loadPolicy('default'),
    warmupOperations: 100,
    clients: 8,
    ratesPerS: [],
    spacing: 'fixed',
    floorMs: 300,
    stepMs: 1000,
    failover: undefined,
    historyFile: undefined,
    attempt: 1,
    ...changes,
  };
}

/** A trial with one kill of the leader. */
export function failoverSpec(failover: Partial<FailoverSpec> = {}, changes: Partial<TrialSpec> = {}): TrialSpec {
  const usual: FailoverSpec = {
    part: undefined,
    plan: loadFaultPlan('kill-leader'),
    times: 1,
    staysDown: false,
    settleMs: 300,
    phaseMaxMs: 100,
    observeMaxMs: 2000,
    observeAfterMs: 500,
    quietMs: 0,
    convergeMs: undefined,
    samples: true,
    model: undefined,
  };
  return trialSpec({
    trial: 'failover-fake-1',
    measure: 'failover',
    clients: undefined,
    ratesPerS: [100],
    stepMs: 0,
    failover: { ...usual, ...failover },
    ...changes,
  });
}
