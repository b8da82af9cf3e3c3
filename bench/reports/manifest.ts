/** `manifest.json`: what was run, on what, and how it ended. Written first, and again when the run ends. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError, parseInput } from '../input.ts';

export const MANIFEST_FILE = 'manifest.json';

const machineSchema = z.object({
  nodeVersion: z.string(),
  v8Version: z.string(),
  os: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
  fileSystem: z.string(),
});

const manifestSchema = z.object({
  /** Version of Replibench. */
  toolVersion: z.string(),
  suite: z.string(),
  title: z.string(),
  /** A quick run has fewer repetitions and says so wherever its figures stand. */
  quick: z.boolean(),
  seed: z.number(),
  /** The whole configuration: the suite as read, with what the command line changed. Plain data. */
  configuration: z.unknown(),
  /** SHA-256 of the configuration with its keys in order, in hexadecimal. */
  configurationDigest: z.string(),
  commandLine: z.array(z.string()),
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  /** UTC, ISO 8601; absent while the run goes on, and for ever if it was killed. */
  finishedAt: z.string().optional(),
  /** The topology, if the run was simulated: then the machine's speed is in no figure. */
  simulated: z.string().optional(),
  machine: machineSchema,
  /** What a synced write of 4 KiB costs on the disk under the logs, in ms. */
  sync: z.object({ p50Ms: z.number(), p99Ms: z.number() }).optional(),
  /** Share of the CPU that the hypervisor took away during the run; absent: the system does not tell. */
  stealShare: z.number().optional(),
  /** As the command line will exit; absent while the run goes on. */
  exitStatus: z.number().optional(),
  interrupted: z.boolean(),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
/** What becomes known only while the run goes on. */
export type ManifestUpdate = Partial<Omit<Manifest, 'configuration' | 'configurationDigest' | 'startedAt'>>;

/** JSON with the keys of every object in order, so that equal configurations give equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export function configurationDigest(configuration: unknown): string {
  return createHash('sha256').update(canonicalJson(configuration)).digest('hex');
}

/** @throws {InputError} if the folder holds no run. */
export function readManifest(directory: string): Manifest {
  const path = join(directory, MANIFEST_FILE);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : (error as Error).message;
    throw new InputError(`${directory}: expected the folder of a run, with its ${MANIFEST_FILE}, but ${why}`);
  }
  return parseInput<Manifest>(path, value, manifestSchema);
}
