/** Suite files: named sets of trials in YAML, built in or anybody's, checked here. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { parseInput, readYaml, unknownName } from '../input.ts';
import { sourceFolder } from '../paths.ts';

const count = (name: string): z.ZodInt => z.int(`${name} must be a whole number`).min(1, `${name} must be at least 1`);
const seconds = z.number('must be a number of seconds').positive('must be more than 0 s');
const rate = z.number('must be a rate per second').positive('must be more than 0 a second');
const durability = z.enum(['fsync', 'none'], 'must be fsync or none');

/** What every kind of trial has. A suite names each once; `quick` changes fields for `--quick`. */
const common = {
  workload: z.string().default('ycsb-a'),
  durability: z.array(durability).min(1).default(['fsync']),
  warmup_operations: z.int('must be a whole number').min(0).default(4000),
  repeat: count('repeat').default(1),
};

const throughput = z.strictObject({
  measure: z.literal('throughput'),
  ...common,
  /** Closed-loop clients; one trial each. */
  clients: z.array(count('clients')).min(1),
  seconds,
});

const latency = z.strictObject({
  measure: z.literal('latency'),
  ...common,
  /** Open-loop rates, stepped in one trial, each for so many seconds. */
  rates_per_s: z.array(rate).min(1),
  spacing: z.enum(['fixed', 'poisson']).default('poisson'),
  seconds,
});

const serviceTime = z.strictObject({ measure: z.literal('service-time'), ...common, seconds });

const failover = z.strictObject({
  measure: z.literal('failover'),
  ...common,
  /** A fault plan, by name or file. */
  fault: z.string().default('kill-leader'),
  /** Faults an engine. */
  times: count('times'),
  /** Faults in one trial, one after the other, where the engine fails over. */
  times_per_trial: count('times_per_trial').default(6),
  rate_per_s: rate,
  /** Of the writes, those that go to the ledger. */
  ledger_share: z.number().min(0).max(1).default(0.2),
  /** Load before each fault. */
  settle_seconds: seconds.default(0.4),
  /** Without recovery, observation ends after this; shorter for engines that do not fail over. */
  observe_seconds: seconds.default(10),
  observe_dead_seconds: seconds.default(2),
  /** After recovery, observation goes on: it has to last. */
  observe_after_seconds: seconds.default(1.2),
});

const floor = z.strictObject({
  measure: z.literal('floor'),
  modes: z.array(z.enum(['single', 'batch'])).default(['single', 'batch']),
  clients: z.array(count('clients')).min(1),
  seconds,
  repeat: count('repeat').default(1),
});

const kinds = { throughput, latency, 'service-time': serviceTime, failover, floor } as const;
const entry = z.discriminatedUnion('measure', [throughput, latency, serviceTime, failover, floor]);

export type SuiteEntry = z.infer<typeof entry>;
export type EntryOf<Kind extends SuiteEntry['measure']> = Extract<SuiteEntry, { measure: Kind }>;

const schema = z.strictObject({
  title: z.string('a title is needed'),
  topology: z.string().default('three-zones'),
  client: z.string().default('default'),
  /** Left out: all built-in engines with their default presets. */
  engines: z.array(z.string()).min(1).optional(),
  trials: z.array(z.looseObject({ measure: z.enum(Object.keys(kinds) as (keyof typeof kinds)[]) })).min(1),
});

export interface Suite {
  readonly name: string;
  readonly title: string;
  readonly topology: string;
  readonly client: string;
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

/** A built-in suite by its name, or one from a YAML file; `quick` applies the changes that its trials state for that. */
export function loadSuite(nameOrFile: string, quick: boolean): Suite {
  const isName = suiteNames().includes(nameOrFile);
  if (!isName && !existsSync(nameOrFile)) throw unknownName('--suite', nameOrFile, suiteNames());
  const path = isName ? `${folder}/${nameOrFile}.yaml` : nameOrFile;
  const file = readYaml(path, schema);
  const trials = file.trials.map(({ quick: changes, ...rest }, i) => {
    const changed = quick ? { ...rest, ...(changes as object | undefined) } : rest;
    return parseEntry(`${path}: trials.${i}`, changed);
  });
  return {
    name: basename(path, '.yaml'),
    title: file.title,
    topology: file.topology,
    client: file.client,
    engines: file.engines,
    trials,
  };
}

function parseEntry(source: string, value: unknown): SuiteEntry {
  return parseInput(source, value, entry);
}
