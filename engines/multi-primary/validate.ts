/** What cannot work, in whole sentences. */
import type { Member } from '../api.ts';
import { validateMembership } from '../parts/membership-options.ts';
import type { Options } from './options.ts';
import { NAMED_QUORUMS } from './quorums.ts';

/** The values of options that are words. */
const WORDS: { readonly [Name in keyof Options]?: readonly Options[Name][] } = {
  answers: ['strict', 'accepting'],
  acknowledgesOn: ['durable', 'receipt'],
  readsAsk: ['quorum', 'all'],
  versions: ['last-writer', 'siblings'],
  clock: ['hybrid', 'wall'],
  appends: ['merge', 'rewrite'],
  counters: ['merge', 'rewrite'],
  missingCopies: ['nothing', 'hints', 'stand-ins'],
  readRepair: ['before', 'behind', 'none'],
};

const FLAGS = ['zoneAware', 'localFirst', 'tombstonesConfirmed'] as const;

const TIMES = ['writeTimeoutMs', 'readTimeoutMs', 'spareReadMs', 'retransmitMs'] as const;

export function validate(options: Options, members: readonly Member[]): readonly string[] {
  const wrong: string[] = [];
  const expect = (name: keyof Options, isRight: boolean, expected: string): void => {
    if (!isRight) wrong.push(`${name}: expected ${expected}, got ${options[name]}.`);
  };
  const isWhole = (value: unknown, least: number, most: number): boolean =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  const full = members.filter((member) => member.kind === 'full').length;

  expect('copies', isWhole(options.copies, 1, full), `a whole number from 1 to ${full} (the members that hold data)`);
  for (const name of ['writeQuorum', 'readQuorum'] as const) {
    const isNamed = NAMED_QUORUMS.includes(options[name]);
    const most = isWhole(options.copies, 1, full) ? options.copies : full;
    const names = NAMED_QUORUMS.join(', ');
    expect(name, isNamed || isWhole(options[name], 1, most), `a whole number from 1 to ${most} (copies) or ${names}`);
  }
  for (const [name, words] of Object.entries(WORDS) as [keyof Options, readonly unknown[]][]) {
    expect(name, words.includes(options[name]), words.join(' or '));
  }
  for (const name of FLAGS) expect(name, typeof options[name] === 'boolean', 'true or false');
  for (const name of TIMES) expect(name, options[name] > 0, 'a time above 0 ms');
  const isOrdered = options.versions !== 'siblings' || options.clock === 'hybrid';
  expect('clock', isOrdered, 'hybrid with versions siblings, so that what a write replaces has an earlier time');
  expect('antiEntropyMs', isTime(options.antiEntropyMs), 'a time above 0 ms, or 0 for never');
  expect('checkpointVersions', isWhole(options.checkpointVersions, 1, 1e9), 'a whole number from 1 to 1000000000');
  expect(
    'hintAfterMs',
    options.hintAfterMs >= options.retransmitMs,
    `at least retransmitMs (${options.retransmitMs} ms)`,
  );
  expect(
    'hintWindowMs',
    options.hintWindowMs >= options.hintAfterMs,
    `at least hintAfterMs (${options.hintAfterMs} ms)`,
  );
  // An older version that a hint, a late parcel or a read's repair brings after the deletion is forgotten would be back for good.
  const { hintWindowMs, readTimeoutMs, writeTimeoutMs } = options;
  const longest = Math.max(hintWindowMs, readTimeoutMs, writeTimeoutMs);
  expect(
    'tombstoneGraceMs',
    options.tombstoneGraceMs >= longest || Number.isNaN(longest),
    `at least hintWindowMs, readTimeoutMs and writeTimeoutMs (${longest} ms)`,
  );
  return [...wrong, ...validateMembership(options)];
}

const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0;
