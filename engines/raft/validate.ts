/** What is wrong with options on given members, in whole sentences. */
import type { Member } from '../api.ts';
import type { RaftOptions } from './options.ts';

const READS: readonly string[] = ['read-index', 'lease', 'log', 'local'];
const READMISSIONS: readonly string[] = ['automatic', 'operator'];
const TIMES = ['electionTimeoutMinMs', 'electionTimeoutMaxMs', 'heartbeatMs', 'quorumTimeoutMs', 'leaseMs'] as const;
const WAITS = ['commitNoticeMs', 'diskStallMs'] as const;
const COUNTS = ['entriesPerAppend', 'inFlightAppendsMax', 'pairsPerPart'] as const;
const SIZES = ['inFlightBytesMax', 'snapshotEntries'] as const;
const SWITCHES = [
  'preVote',
  'stickiness',
  'checkQuorum',
  'linkHint',
  'followerReads',
  'leaderDiskParallel',
  'lazySync',
  'sessions',
] as const;

export function validate(options: RaftOptions, members: readonly Member[]): readonly string[] {
  const wrong: string[] = [];
  const say = (field: keyof RaftOptions, expected: string) =>
    wrong.push(`Option ${field} must be ${expected}, not ${JSON.stringify(options[field])}.`);
  const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
  for (const field of TIMES) {
    const value = options[field];
    if (!(Number.isFinite(value) && value > 0)) say(field, 'a number of milliseconds above 0');
  }
  for (const field of WAITS) {
    const value = options[field];
    if (!(Number.isFinite(value) && value >= 0)) say(field, 'a number of milliseconds, 0 or more');
  }
  for (const field of COUNTS) {
    if (!(isWhole(options[field], 1) && options[field] <= 65_536)) say(field, 'a whole number from 1 to 65536');
  }
  for (const field of SIZES) if (!isWhole(options[field], 1)) say(field, 'a whole number above 0');
  if (!isWhole(options.trailingEntries, 0)) say('trailingEntries', 'a whole number, 0 or more');
  for (const field of SWITCHES) if (typeof options[field] !== 'boolean') say(field, 'true or false');
  if (!READS.includes(options.reads)) say('reads', `one of ${READS.join(', ')}`);
  if (!READMISSIONS.includes(options.readmission)) say('readmission', `one of ${READMISSIONS.join(', ')}`);
  if (!(options.driftPpm >= 0 && options.driftPpm < 1e6)) {
    say('driftPpm', 'a number of parts in a million, 0 or more and below 1000000');
  }
  wrong.push(...wrongTogether(options));
  if (!members.some((member) => member.kind === 'full')) {
    wrong.push(
      `Raft needs at least one member of kind full, which can lead, but none of the ${members.length} members is.`,
    );
  }
  return wrong;
}

function wrongTogether(options: RaftOptions): string[] {
  const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatMs, quorumTimeoutMs, leaseMs } = options;
  const wrong: string[] = [];
  const say = (field: keyof RaftOptions, expected: string) =>
    wrong.push(`Option ${field} must be ${expected}, not ${JSON.stringify(options[field])}.`);
  if (electionTimeoutMaxMs < electionTimeoutMinMs) {
    say('electionTimeoutMaxMs', `at least electionTimeoutMinMs (${electionTimeoutMinMs})`);
  }
  if (heartbeatMs >= electionTimeoutMinMs) say('heartbeatMs', `below electionTimeoutMinMs (${electionTimeoutMinMs})`);
  if (options.checkQuorum === true && quorumTimeoutMs <= heartbeatMs) {
    say('quorumTimeoutMs', `above heartbeatMs (${heartbeatMs}) while checkQuorum is on`);
  }
  if (options.reads === 'lease' && leaseMs <= heartbeatMs) {
    say('leaseMs', `above heartbeatMs (${heartbeatMs}), or the lease is out before it can be renewed`);
  }
  return wrong;
}
