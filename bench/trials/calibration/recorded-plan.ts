/** The trials that a run has gone through, from its manifest, so that they can be gone through again elsewhere. */
import { z } from 'zod';
import type { FaultPlan } from '../../faults/fault-plan.ts';
import { InputError, parseInput } from '../../input.ts';
import { MANIFEST_FILE } from '../../reports/manifest.ts';
import type { Run } from '../../reports/run.ts';
import { parseSuite } from '../../suites/suite-file.ts';
import { DEFAULT_NODE } from '../../topologies/defaults.ts';
import type { Topology } from '../../topologies/topology.ts';
import type { ClientPolicy, Workload } from '../../workloads/plan.ts';
import type { TrialsPlan } from '../plan-trials.ts';

/** What is handed on as it was recorded. */
const taken = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null, 'expected an object');

const text = z.string('expected text');

const Configuration = z.object({
  suite: z.unknown(),
  engines: z.array(z.object({ name: text, preset: text, options: z.record(z.string(), z.unknown()) })),
  topology: z.object({
    name: text,
    title: text,
    members: z.array(z.object({ id: text, zone: text, kind: z.enum(['full', 'witness', 'spare']) })),
    clientZones: z.array(text),
  }),
  policy: taken<ClientPolicy>(),
  workload: taken<Workload>().optional(),
  fault: taken<FaultPlan>().optional(),
  repeat: z.number().optional(),
});

export interface RecordedPlan extends Omit<TrialsPlan, 'contestants' | 'runtime'> {
  readonly engines: readonly {
    readonly name: string;
    readonly preset: string;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
}

/** @throws {InputError} if the run's configuration is not one that this version can go through. */
export function recordedPlan({ directory, manifest }: Run): RecordedPlan {
  const where = `${directory}/${MANIFEST_FILE}`;
  if (manifest.simulated !== undefined) {
    throw new InputError(`--from must be a run on threads, but ${directory} was simulated`);
  }
  const { suite, topology, workload, fault, repeat, ...rest } = parseInput(
    where,
    manifest.configuration,
    Configuration,
  );
  return {
    ...rest,
    suite: parseSuite(where, suite),
    // Links, disks and processors are what is looked for.
    topology: {
      ...(topology as Pick<Topology, 'name' | 'title' | 'members' | 'clientZones'>),
      links: [],
      node: DEFAULT_NODE,
    },
    workload,
    fault,
    repeat,
    seed: manifest.seed,
  };
}
