/** What is wrong with options on given members, in whole sentences: fields by themselves, then what cannot be sound together. */
import type { Member } from '../api.ts';
import type { Options } from './options.ts';
import { Voices } from './voices.ts';

const WORDS: { readonly [Field in keyof Options]?: readonly Options[Field][] } = {
  answer: ['async', 'semi-sync', 'sync'],
  copyCounts: ['received', 'durable', 'applied'],
  detection: ['fixed', 'phi', 'observers'],
  authority: ['majority', 'standby', 'manual'],
  voters: ['members', 'witnesses'],
  choice: ['any', 'highest', 'complete'],
  fencing: ['lease', 'epochs', 'none'],
  reads: ['primary', 'replicas'],
  linkHint: [true, false],
  forwards: [true, false],
};

const AT_LEAST: readonly (readonly [field: keyof Options, least: number, unit: string, whole: boolean])[] = [
  ['copies', 0, '', true],
  ['fallBackMs', 1, ' ms', false],
  ['minReplicas', 0, '', true],
  ['replicaSilenceMs', 1, ' ms', false],
  ['heartbeatMs', 1, ' ms', false],
  ['detectionMs', 1, ' ms', false],
  ['phiThreshold', 0.1, '', false],
  ['observersQuorum', 0, '', true],
  ['spreadMs', 0, ' ms', false],
  ['retryMs', 1, ' ms', false],
  ['candidacyMs', 1, ' ms', false],
  ['promotionDelayMs', 0, ' ms', false],
  ['lagRecordsMost', 0, '', true],
  ['leaseMs', 1, ' ms', false],
  ['driftPpm', 0, ' ppm', false],
  ['isolationMs', 0, ' ms', false],
  ['recordsPerMessage', 1, '', true],
  ['windowRecords', 1, '', true],
  ['waitingMax', 1, '', true],
  ['logRecordsMax', 1, '', true],
];

export function validate(options: Options, members: readonly Member[]): string[] {
  if (!members.some((member) => member.kind === 'full')) {
    return ['members must hold at least one full member, but none holds data.'];
  }
  const fields = wrongFields(options);
  // What follows reckons with them.
  return fields.length > 0
    ? fields
    : [...wrongCopies(options, members), ...wrongTimes(options), ...wrongPairs(options)];
}

function wrongFields(options: Options): string[] {
  const wrong: string[] = [];
  for (const [field, words] of Object.entries(WORDS) as [keyof Options, readonly unknown[]][]) {
    if (words.includes(options[field])) continue;
    const listed = words.map((word) => JSON.stringify(word));
    const expected = `${listed.slice(0, -1).join(', ')} or ${listed.at(-1)}`;
    wrong.push(`${field} must be ${expected}, but is ${JSON.stringify(options[field])}.`);
  }
  for (const [field, least, unit, whole] of AT_LEAST) {
    const value = options[field];
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least || (whole && !Number.isInteger(value))) {
      const kind = whole ? 'a whole number' : 'a number';
      wrong.push(`${field} must be ${kind} of at least ${least}${unit}, but is ${JSON.stringify(value)}.`);
    }
  }
  if (options.driftPpm > 100_000) wrong.push(`driftPpm must be at most 100000 ppm, but is ${options.driftPpm}.`);
  return wrong;
}

function wrongCopies(options: Options, members: readonly Member[]): string[] {
  const { answer, copies, choice, minReplicas, windowRecords, recordsPerMessage } = options;
  const wrong: string[] = [];
  const voices = new Voices(options, members);
  const full = voices.full.length;
  if (answer !== 'async' && full < 2) {
    wrong.push(`answer "${answer}" needs at least two full members, but there is ${full}.`);
  } else if (answer !== 'async' && copies > full - 1) {
    wrong.push(`copies must be at most ${full - 1} with ${full} full members, but is ${copies}.`);
  }
  if (minReplicas > full - 1) {
    wrong.push(`minReplicas must be at most ${full - 1} with ${full} full members, but is ${minReplicas}.`);
  }
  if (choice === 'complete' && (answer !== 'sync' || options.copyCounts === 'received')) {
    wrong.push(
      'choice "complete" needs answer "sync" and copies that count when they are durable or applied: without, nobody is known to hold every acknowledged write.',
    );
  }
  if (options.observersQuorum > voices.voters.length) {
    wrong.push(
      `observersQuorum must be at most ${voices.voters.length}, the number of voters, but is ${options.observersQuorum}.`,
    );
  }
  if (windowRecords < recordsPerMessage) {
    wrong.push(`windowRecords must be at least recordsPerMessage (${recordsPerMessage}), but is ${windowRecords}.`);
  }
  return wrong;
}

function wrongTimes(options: Options): string[] {
  const { heartbeatMs, leaseMs, detectionMs, promotionDelayMs, isolationMs } = options;
  const wrong: string[] = [];
  if (options.authority !== 'manual' && detectionMs <= heartbeatMs) {
    wrong.push(`detectionMs must exceed heartbeatMs (${heartbeatMs} ms), but is ${detectionMs} ms.`);
  }
  if (isolationMs !== 0 && isolationMs < 2 * heartbeatMs) {
    wrong.push(
      `isolationMs must be 0 or at least two heartbeats (${2 * heartbeatMs} ms), or one lost heartbeat ends a reign, but is ${isolationMs} ms.`,
    );
  }
  if (options.fencing !== 'lease') return wrong;
  if (leaseMs < 2 * heartbeatMs) {
    wrong.push(
      `leaseMs must be at least two heartbeats (${2 * heartbeatMs} ms), or one lost heartbeat ends the lease, but is ${leaseMs} ms.`,
    );
  }
  if (options.detection !== 'phi' && detectionMs + promotionDelayMs < leaseMs) {
    wrong.push(
      `detectionMs + promotionDelayMs must be at least leaseMs (${leaseMs} ms), before which nobody can be promoted, but is ${detectionMs + promotionDelayMs} ms.`,
    );
  }
  return wrong;
}

function wrongPairs({ authority, choice, fencing, detection }: Options): string[] {
  const wrong: string[] = [];
  if (authority === 'standby' && fencing === 'lease') {
    wrong.push('fencing "lease" needs authority "majority": a standby that asks nobody waits for no lease.');
  }
  if (authority === 'standby' && choice !== 'any') {
    wrong.push(`choice must be "any" with authority "standby", which compares itself with nobody, but is "${choice}".`);
  }
  if (authority === 'standby' && detection === 'observers') {
    wrong.push('detection "observers" needs authority "majority": a standby that decides by itself asks nobody.');
  }
  if (authority === 'majority' && fencing === 'none') {
    wrong.push(
      'fencing "none" needs authority "standby" or "manual": the epochs that a majority grants are a fence already.',
    );
  }
  if (authority === 'manual' && fencing === 'lease') {
    wrong.push('fencing "lease" needs authority "majority": where nobody promotes there is nobody to grant one.');
  }
  return wrong;
}
