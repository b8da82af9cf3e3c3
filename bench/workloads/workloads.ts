/**
 * The built-in workloads, and workloads from YAML files.
 *
 * The mixes `ycsb-a` to `ycsb-f` are the core workloads of YCSB (Cooper, Silberstein, Tam, Ramakrishnan and Sears,
 * "Benchmarking cloud serving systems with YCSB", SoCC 2010, table 2, and the files workloada to workloadf of its
 * release). Workload E needs range scans, which the engines' contract does not have.
 */
import { z } from 'zod';
import { unknownName } from '../input.ts';
import { readYaml } from '../yaml-file.ts';
import type { Mix, Workload } from './plan.ts';
import { isFile, nameOfFile } from './policies.ts';

const NOTHING: Mix = { read: 0, update: 0, insert: 0, add: 0, readModifyWrite: 0, append: 0, delete: 0 };

const USUAL: Omit<Workload, 'name' | 'mix'> = {
  keys: 'zipfian',
  theta: 0.99,
  keyCount: 1000,
  valueBytes: 100,
  ledgerShare: 0,
  documents: 8,
};

function workload(name: string, mix: Partial<Mix>, more: Partial<Workload> = {}): [string, Workload] {
  return [name, { ...USUAL, name, mix: { ...NOTHING, ...mix }, ...more }];
}

export const WORKLOADS: ReadonlyMap<string, Workload> = new Map([
  workload('ycsb-a', { read: 0.5, update: 0.5 }),
  workload('ycsb-b', { read: 0.95, update: 0.05 }),
  workload('ycsb-c', { read: 1 }),
  workload('ycsb-d', { read: 0.95, insert: 0.05 }, { keys: 'latest' }),
  workload('ycsb-f', { read: 0.5, readModifyWrite: 0.5 }),
  workload('insert', { insert: 1 }),
  workload('update', { update: 1 }),
  // A store that takes a while to copy.
  workload('many-keys', { read: 0.5, update: 0.5 }, { keys: 'uniform', keyCount: 100_000 }),
  // Few keys, so that hardly any read comes long after a write of its key.
  workload('hot-keys', { read: 0.5, update: 0.5 }, { keys: 'uniform', keyCount: 8 }),
  // Balances, or circuits in use: what several clients add to and take from at once.
  workload('counters', { read: 0.5, add: 0.5 }, { keys: 'uniform', keyCount: 8 }),
  // As many reads as new keys, mostly of the newest: how old a key is when it is read, from less than the time between two inserts to
  // the whole of the load, is spread over the powers of ten about evenly.
  workload('latest-keys', { read: 0.5, insert: 0.5 }, { keys: 'latest', keyCount: 16 }),
  // Writes for trials whose ledger takes them all: hardly any key of its own has to be filled first.
  workload('ledger', { update: 1 }, { keyCount: 16 }),
  // What people and programs do to shared documents: whoever edits one adds to what is there. How many there are sets the contention.
  workload('edits', { append: 1 }, { keyCount: 1, documents: 100 }),
]);

const share = z.number('expected a share from 0 to 1').min(0, 'expected at least 0').max(1, 'expected at most 1');
const count = z.int('expected a whole number').positive('expected at least 1');

/** A workload file: what it leaves out is as in the built-in workloads; shares that the mix leaves out are 0. */
const WorkloadFile = z.strictObject({
  name: z.string('expected a name').min(1, 'expected a name').optional(),
  mix: z
    .strictObject(
      {
        read: share.default(0),
        update: share.default(0),
        insert: share.default(0),
        add: share.default(0),
        readModifyWrite: share.default(0),
        append: share.default(0),
        delete: share.default(0),
      },
      { error: (issue) => (issue.code === 'invalid_type' ? 'expected shares by kind' : undefined) },
    )
    .refine((mix) => Math.abs(Object.values(mix).reduce((sum, share) => sum + share, 0) - 1) < 1e-9, {
      message: 'expected shares that add up to 1',
    })
    .refine((mix) => mix.add === 0 || mix.update + mix.insert + mix.readModifyWrite === 0, {
      message: 'expected only read beside add, since keys that are put are no counters',
    }),
  keys: z.enum(['zipfian', 'uniform', 'latest'], 'expected zipfian, uniform or latest').default(USUAL.keys),
  theta: z
    .number('expected a number between 0 and 1')
    .gt(0, 'expected more than 0')
    .lt(1, 'expected less than 1')
    .default(USUAL.theta),
  keyCount: count.default(USUAL.keyCount),
  valueBytes: count.default(USUAL.valueBytes),
  ledgerShare: share.default(USUAL.ledgerShare),
  documents: count.default(USUAL.documents),
  retry: z.boolean('expected true or false').default(false),
});

/** A built-in workload by its name, or one from a YAML file (a path with a slash, or ending in .yaml or .yml). */
export function loadWorkload(nameOrFile: string): Workload {
  const known = WORKLOADS.get(nameOrFile);
  if (known !== undefined) return known;
  if (!isFile(nameOrFile)) throw unknownName('workload', nameOrFile, [...WORKLOADS.keys()]);
  const read = readYaml(nameOrFile, WorkloadFile);
  return { ...read, name: read.name ?? nameOfFile(nameOrFile) };
}
