/** Suite files: named sets of trials in YAML, built in or anybody's, checked here. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Varied } from '../faults/fault-plan.ts';
import { type Locate, parseInput, unknownName } from '../input.ts';
import { sourceFolder } from '../paths.ts';
import { openYaml } from '../yaml-file.ts';

const count = z.int('expected a whole number').min(1, 'expected at least 1');
const seconds = z.number('expected a number of seconds').positive('expected more than 0 s');
const rate = z.number('expected a rate per second').positive('expected more than 0 a second');
const text = z.string('expected text');

const some = <Item extends z.ZodType>(item: Item, what: string): z.ZodArray<Item> =>
  z.array(item, `expected a list of ${what}`).min(1, `expected a list of ${what}, not an empty one`);

/** One, or several that are gone through. */
const oneOrSome = <Item extends z.ZodType>(item: Item, what: string) => z.union([item, some(item, what)]);

/** What every kind of trial has. A suite names each once; `quick` changes fields for `--quick`. */
const common = {
  /** In place of what the suite says: one topology or several, and the engines that are measured there. */
  topology: oneOrSome(text, 'topologies').optional(),
  engines: some(text, 'engines').optional(),
  /** In place of the suite's clients. */
  client: text.optional(),
  workload: text.default('ycsb-a'),
  durability: some(z.enum(['fsync', 'none']), 'durabilities').default(['fsync']),
  warmup_operations: z.int('expected a whole number').min(0, 'expected 0 or more').default(4000),
  repeat: count.default(1),
};

const share = z.number('expected a share from 0 to 1').min(0, 'expected at least 0').max(1, 'expected at most 1');

/** Fault plans by name or file: one or several, each as it is or changed. */
const faults = oneOrSome(
  z.union([
    text,
    z.strictObject({
      plan: text,
      for_seconds: oneOrSome(seconds, 'numbers of seconds').optional(),
      /** A parameter of the plan's injuries, and the values that it is given one after the other. */
      vary: z
        .record(z.string(), some(z.number('expected a number'), 'numbers'))
        .refine((fields) => Object.keys(fields).length === 1, 'expected one parameter')
        .optional(),
    }),
  ]),
  'faults',
);

const throughput = z.strictObject({
  measure: z.literal('throughput'),
  ...common,
  /** Closed-loop clients; one trial each. */
  clients: some(count, 'numbers of clients'),
  /** How long the floor is taken before and after each trial. */
  floor_seconds: seconds.default(0.28),
  seconds,
});

const latency = z.strictObject({
  measure: z.literal('latency'),
  ...common,
  /** Open-loop rates, stepped in one trial, each for so many seconds. */
  rates_per_s: some(rate, 'rates'),
  spacing: z.enum(['fixed', 'poisson']).default('poisson'),
  seconds,
});

const serviceTime = z.strictObject({ measure: z.literal('service-time'), ...common, seconds });

/** A number, or the name of the engines' option that says it: an engine without that option has no model. */
const countOrOption = z.union([count, text]);

const failover = z.strictObject({
  measure: z.literal('failover'),
  ...common,
  /** What this part of the suite is about, where it has several: each has tables and charts of its own. */
  part: text.optional(),
  fault: faults.default('kill-leader'),
  /** Faults of each plan an engine. */
  times: count,
  /** Faults in one trial, one after the other, where the engine fails over. */
  times_per_trial: count.default(6),
  rate_per_s: rate,
  /** Of the writes, those that go to the ledger. */
  ledger_share: share.default(0.2),
  /** Load before each fault. */
  settle_seconds: seconds.default(0.4),
  /** A random part of this comes on top, so that the fault meets any phase: at least an engine's heartbeat interval. */
  phase_seconds: seconds.default(0.1),
  /** Without recovery, observation ends after this; shorter for engines that do not fail over. */
  observe_seconds: seconds.default(10),
  observe_dead_seconds: seconds.default(2),
  /** After recovery, observation goes on: it has to last. */
  observe_after_seconds: seconds.default(1.2),
  /** All nodes are up and no client asks for so long before the ledger is audited: what a rejoining node still holds may go. */
  quiet_seconds: z.number('expected a number of seconds').min(0, 'expected 0 or more').default(0),
  /**
   * In simulation, all copies are looked at throughout; and after the load it is waited so long, at most, until they are equal.
   * Left out: nobody looks at them.
   */
  converge_seconds: seconds.optional(),
  /** How many could be elected after the fault, for the model of METRICS.md beside the time without a leader; left out: no model. */
  candidates: count.optional(),
  /** Whether `timeline.csv` and `latency.csv` tell of the trials: of thousands they would tell gigabytes. */
  samples: z.boolean('expected true or false').default(true),
});

const staleness = z.strictObject({
  measure: z.literal('staleness'),
  ...common,
  /** Open-loop arrivals at random. With the workload it says how long after their writes keys are read. */
  rate_per_s: rate,
  seconds,
  /** What the model of METRICS.md takes the engines to do; left out: no model. How far nodes are apart, the topology says. */
  model: z
    .strictObject({
      /** Acknowledgements that end a write, responses that end a read, and copies that a read is sent to: all if left out. */
      write_quorum: countOrOption,
      read_quorum: countOrOption,
      asked: countOrOption.optional(),
      /** The engine's own names of the messages, as the topology's delays are told apart. */
      messages: z
        .strictObject({
          write: text.default('write'),
          acknowledgement: text.default('ack'),
          read: text.default('read'),
          response: text.default('answers'),
        })
        .prefault({}),
    })
    .optional(),
});

/** Who is found to be dead, and who is wrongly: without clients and load, in simulation alone. */
const detection = z.strictObject({
  measure: z.literal('detection'),
  topology: common.topology,
  engines: common.engines,
  /** In place of the topology's own: one cluster each. */
  nodes: some(z.int('expected a whole number').min(2, 'expected at least 2'), 'numbers of nodes'),
  /** Of the messages between nodes, the share that is lost; one cluster each. */
  loss: some(
    z.number('expected a share from 0 to 1').min(0, 'expected at least 0').lt(1, 'expected less than 1'),
    'shares',
  ).default([0]),
  /** `none` stands for a trial in which nothing happens. */
  fault: faults,
  /** Trials of each fault, number of nodes and loss an engine, a seed each. */
  times: count,
  /** From the start of the nodes: they get to know each other. */
  settle_seconds: seconds.default(10),
  /** A random part of this comes on top, so that the fault meets any phase: at least the longest interval between probes. */
  phase_seconds: seconds.default(1),
  /** Observation after the fault, or after its end if it has one. */
  seconds,
});

/** What becomes of edits to shared documents: appends of unique elements, at random times, to documents drawn uniformly. In simulation alone. */
const conflicts = z.strictObject({
  measure: z.literal('conflicts'),
  topology: common.topology,
  engines: common.engines,
  client: common.client,
  /** How many documents share the edits: contention. One cluster each. */
  documents: some(count, 'numbers of documents'),
  /** Of the operations, those that delete a document. Where there are any, it is judged what becomes of deletes, and not of edits. */
  delete_share: share.default(0),
  /** `none` stands for a trial in which nothing happens. */
  fault: faults,
  /** Trials of each fault and number of documents an engine, a seed each. */
  times: count,
  rate_per_s: rate,
  /** Load before the fault; a random part of `phase_seconds` comes on top. */
  settle_seconds: seconds.default(5),
  phase_seconds: seconds.default(1),
  /** Load from then on, where no fault stands for a time of its own: edits end with the fault, and then all is healed. */
  seconds,
  /** After the heal, when no edit is under way any more: the copies have so long to become equal before they are read. */
  converge_seconds: seconds,
});

const floor = z.strictObject({
  measure: z.literal('floor'),
  modes: some(z.enum(['single', 'batch']), 'modes').default(['single', 'batch']),
  clients: some(count, 'numbers of clients'),
  seconds,
  repeat: count.default(1),
});

const kinds = {
  throughput,
  latency,
  'service-time': serviceTime,
  failover,
  staleness,
  detection,
  conflicts,
  floor,
} as const;
type Measure = keyof typeof kinds;

export type SuiteEntry = z.infer<(typeof kinds)[Measure]>;
export type EntryOf<Kind extends Measure> = Extract<SuiteEntry, { measure: Kind }>;

/** A fault of a suite's trial: a plan, how long it stands if not as the plan says, and what else is not as the plan says. */
export interface NamedFault {
  readonly plan: string;
  readonly forSeconds: number | undefined;
  readonly varied: Varied | undefined;
}

/** The faults of a trial, one after the other. */
export function faultsOf({ fault }: Pick<EntryOf<'failover'>, 'fault'>): NamedFault[] {
  return listOf(fault).flatMap((one): NamedFault[] => {
    if (typeof one === 'string') return [{ plan: one, forSeconds: undefined, varied: undefined }];
    const { plan, for_seconds, vary = {} } = one;
    const variations = Object.entries(vary).flatMap(([parameter, values]) =>
      values.map((value) => ({ parameter, value })),
    );
    return (variations.length === 0 ? [undefined] : variations).flatMap((varied) =>
      listOf(for_seconds).map((forSeconds) => ({ plan, forSeconds, varied })),
    );
  });
}

export const listOf = <T>(given: T | readonly T[]): readonly T[] => (Array.isArray(given) ? given : [given as T]);

const schema = z.strictObject({
  title: z.string('expected a title'),
  topology: text.default('three-zones'),
  client: text.default('default'),
  /** Left out: whatever `--runtime` says, or threads. */
  runtime: z.enum(['threads', 'simulation']).optional(),
  /** Left out: all built-in engines with their default presets. */
  engines: some(text, 'engines').optional(),
  /** The fields of each kind are looked at one by one, below. */
  trials: some(
    z.looseObject(
      {
        measure: z.enum(Object.keys(kinds) as [Measure, ...Measure[]]),
        quick: z.looseObject({ measure: z.never('expected no other measure').optional() }).optional(),
      },
      'expected a trial with its fields',
    ),
    'trials',
  ),
});

export interface Suite {
  readonly name: string;
  readonly title: string;
  readonly topology: string;
  readonly client: string;
  /** What alone can carry its trials; undefined: any. */
  readonly runtime?: 'threads' | 'simulation' | undefined;
  readonly engines: readonly string[] | undefined;
  readonly trials: readonly SuiteEntry[];
}

const folder = sourceFolder('bench/suites');

export function suiteNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * A built-in suite by its name, or one from a YAML file; `quick` applies the changes that its trials state for that.
 *
 * @throws {InputError} that names file and field. What `quick` would change is checked in any case.
 */
export function loadSuite(nameOrFile: string, quick: boolean): Suite {
  const isName = suiteNames().includes(nameOrFile);
  if (!isName && !existsSync(nameOrFile)) throw unknownName('--suite', nameOrFile, suiteNames());
  const path = isName ? `${folder}/${nameOrFile}.yaml` : nameOrFile;
  const file = openYaml(path);
  const { title, topology, client, runtime, engines, trials } = parseInput(file.at, file.value, schema);
  const usual = trials.map(({ quick: _, ...fields }, i) =>
    parseEntry((field) => `${file.at(['trials', i, ...field])}: trials.${i}`, fields),
  );
  const hurried = trials.map(({ quick: changes, ...fields }, i) =>
    parseEntry((field) => `${file.at(['trials', i, 'quick', ...field])}: trials.${i}, with --quick`, {
      ...fields,
      ...changes,
      measure: fields.measure,
    }),
  );
  return { name: basename(path, '.yaml'), title, topology, client, runtime, engines, trials: quick ? hurried : usual };
}

/** A suite as a run recorded it; fields that are newer than the run are as if left out. */
export function parseSuite(where: string, recorded: unknown): Suite {
  const { trials, ...rest } = parseInput(where, recorded, schema.extend({ name: text }));
  return {
    ...rest,
    engines: rest.engines,
    trials: trials.map((fields, i) => parseEntry(() => `${where}: suite.trials.${i}`, fields)),
  };
}

const parseEntry = (at: Locate, fields: { readonly measure: Measure }): SuiteEntry =>
  parseInput<SuiteEntry>(at, fields, kinds[fields.measure]);
