/** The named client policies. The client is part of every figure, so its policy has a name and stands in the results. */
import { basename, extname } from 'node:path';
import { z } from 'zod';
import { unknownName } from '../input.ts';
import { readYaml } from '../yaml-file.ts';
import type { ClientPolicy } from './plan.ts';

/** The same for all engines, unless a trial says otherwise. */
const DEFAULT: ClientPolicy = {
  name: 'default',
  operationTimeoutMs: 2000,
  attemptTimeoutMs: 500,
  readFrom: 'last-good',
  backoffFirstMs: 10,
  backoffLastMs: 200,
  inFlightMax: 4096,
};

/**
 * Asks as soon as `default` does, and then less often: what an outage of minutes costs to simulate is mostly rounds of nodes
 * without success. Outages are seen as exactly, since each new operation asks at once.
 */
const PATIENT: ClientPolicy = { ...DEFAULT, name: 'patient', backoffFirstMs: 100, backoffLastMs: 1000 };

/** Goes through the nearest node, whether or not it holds data, and waits: where delays have long tails, a slow answer does not send it elsewhere. */
const COORDINATED: ClientPolicy = {
  ...DEFAULT,
  name: 'coordinated',
  operationTimeoutMs: 60_000,
  attemptTimeoutMs: 60_000,
  asksWitnesses: true,
};

/** Lets the nearest node answer reads, for engines in which it can. */
const NEAR: ClientPolicy = { ...DEFAULT, name: 'near', readFrom: 'nearest' };

/** Turns to another node long before most engines have replaced a lost one. */
const HASTY: ClientPolicy = { ...DEFAULT, name: 'hasty', attemptTimeoutMs: 50, backoffFirstMs: 5, backoffLastMs: 20 };

/**
 * KAZOO's way to its BigCouch: a local HAProxy as 2600Hz configures it (nodes of the other zones as backups, 12 s for an answer), its
 * checks with HAProxy's defaults, and on top of it KAZOO's own three tries, which wait 0.1 and 0.2 s between each other, send
 * writes again, take CouchDB's 202 for success and hand a conflict to the application.
 */
const KAZOO_UNCACHED: ClientPolicy = {
  ...DEFAULT,
  name: 'kazoo-uncached',
  proxy: { checkMs: 2000, downAfter: 3, upAfter: 2 },
  attemptsMax: 3,
  attemptTimeoutMs: 12_000,
  operationTimeoutMs: 36_300,
  backoffFirstMs: 100,
  backoffLastMs: 200,
  retriesWrites: true,
  conflictEnds: true,
  takesAcceptedFor: 'success',
};

/** The whole of it: documents are cached for a quarter of an hour. */
const KAZOO: ClientPolicy = { ...KAZOO_UNCACHED, name: 'kazoo', cacheMs: 900_000 };

export const POLICIES: ReadonlyMap<string, ClientPolicy> = new Map(
  [DEFAULT, PATIENT, COORDINATED, NEAR, HASTY, KAZOO_UNCACHED, KAZOO].map((policy) => [policy.name, policy]),
);

const ms = z.number('expected a number of milliseconds').positive('expected more than 0 ms');
const yes = z.boolean('expected true or false');
const count = (what: string) => z.int(`expected a whole number of ${what}`).positive('expected at least 1');

/** Above it a number of attempts would not limit anything. */
const ATTEMPTS_MAX = 255;

/** A policy file: what it leaves out is as in `default`. */
const PolicyFile = z
  .strictObject({
    name: z.string('expected a name').min(1, 'expected a name').optional(),
    operationTimeoutMs: ms.default(DEFAULT.operationTimeoutMs),
    attemptTimeoutMs: ms.default(DEFAULT.attemptTimeoutMs),
    readFrom: z.enum(['last-good', 'nearest'], 'expected last-good or nearest').default(DEFAULT.readFrom),
    asksWitnesses: yes.default(false),
    proxy: z
      .strictObject(
        { checkMs: ms, downAfter: count('checks'), upAfter: count('checks') },
        'expected checkMs, downAfter and upAfter',
      )
      .exactOptional(),
    attemptsMax: count('attempts').max(ATTEMPTS_MAX, `expected at most ${ATTEMPTS_MAX}`).exactOptional(),
    retriesWrites: yes.exactOptional(),
    conflictEnds: yes.exactOptional(),
    takesAcceptedFor: z.enum(['success', 'doubt'], 'expected success or doubt').exactOptional(),
    cacheMs: ms.exactOptional(),
    backoffFirstMs: ms.default(DEFAULT.backoffFirstMs),
    backoffLastMs: ms.default(DEFAULT.backoffLastMs),
    inFlightMax: count('attempts').default(DEFAULT.inFlightMax),
  })
  .refine((policy) => policy.attemptTimeoutMs <= policy.operationTimeoutMs, {
    path: ['attemptTimeoutMs'],
    message: 'expected at most operationTimeoutMs',
  })
  .refine((policy) => policy.backoffFirstMs <= policy.backoffLastMs, {
    path: ['backoffFirstMs'],
    message: 'expected at most backoffLastMs',
  });

/** A built-in policy by its name, or one from a YAML file (a path with a slash, or ending in .yaml or .yml). */
export function loadPolicy(nameOrFile: string): ClientPolicy {
  const known = POLICIES.get(nameOrFile);
  if (known !== undefined) return known;
  if (!isFile(nameOrFile)) throw unknownName('client policy', nameOrFile, [...POLICIES.keys()]);
  const { name = nameOfFile(nameOrFile), ...policy } = readYaml(nameOrFile, PolicyFile);
  return { ...policy, name };
}

export const isFile = (nameOrFile: string): boolean => /[/\\]|\.ya?ml$/.test(nameOrFile);
export const nameOfFile = (path: string): string => basename(path, extname(path));
