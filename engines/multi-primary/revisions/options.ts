/** What can be set where versions are revision trees, and what cannot work. */
import type { Member } from '../../api.ts';
import { type MembershipOptions, validateMembership } from '../../parts/membership-options.ts';

export interface RevisionOptions extends MembershipOptions {
  readonly versions: 'revision-trees';
  /** Copies of each document (N). Raising it costs messages, disks and syncs with every edit. */
  readonly copies: number;
  /** Whether a document's copies are spread over zones as evenly as can be. False: they stand where the ring says. */
  readonly zoneAware: boolean;
  /** Copies that must accept an edit before it is committed (W). Raising it costs latency, and more edits are merely accepted. */
  readonly writeQuorum: number | 'majority' | 'all';
  /** Copies that must say the same before a read is answered at once (R). Raising it costs latency, and more reads wait for repair. */
  readonly readQuorum: number | 'majority' | 'all';
  /**
   * `parallel`: an edit goes to all copies at once. `serial`: to one after the other, in an order that is the same for all coordinators, and the
   * first that refuses decides. Serial costs the sum of W round trips, and a silent first copy stops its documents; it leaves fewer conflicts.
   */
  readonly start: 'parallel' | 'serial';
  /** An edit or a read that no copy has answered for this long is over, in ms. Raising it costs waiting; lowering it, answers that come late. */
  readonly requestTimeoutMs: number;
  /** What a copy has not answered is sent again after this time, then after twice as long each time, in ms: it stands for the network's own retransmission. */
  readonly resendMs: number;
  /** So many ancestors of each leaf are kept, itself counted. Lowering it saves memory; a copy farther behind takes old revisions for branches of their own. */
  readonly historyLimit: number;
  /** A changed document is pushed to its other copies after this time, in ms. Raising it leaves what an edit has missed apart for longer. */
  readonly replicateAfterMs: number;
  /** Changes within a step of this length are pushed together, in ms. */
  readonly replicateStepMs: number;
  /** A push that is not answered is tried again after this time, in ms. */
  readonly replicateRetryMs: number;
  /** Whether a node that is seen again is pushed at once all that it lacks. False: with the next change. */
  readonly replicatesOnReconnection: boolean;
  /** The log is cut after this many logged branches and refusals, or four times the leaves held if these are more. */
  readonly checkpointBranches: number;
}

const TIMES = ['requestTimeoutMs', 'resendMs', 'replicateAfterMs', 'replicateStepMs', 'replicateRetryMs'] as const;

export function validateRevisions(options: RevisionOptions, members: readonly Member[]): string[] {
  const wrong: string[] = [];
  const expect = (name: keyof RevisionOptions, isRight: boolean, expected: string): void => {
    if (!isRight) wrong.push(`${name}: expected ${expected}, got ${options[name]}.`);
  };
  const isWhole = (value: unknown, least: number, most: number): boolean =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  const full = members.filter((member) => member.kind === 'full').length;

  expect('copies', isWhole(options.copies, 1, full), `a whole number from 1 to ${full} (the members that hold data)`);
  const most = isWhole(options.copies, 1, full) ? options.copies : full;
  for (const name of ['writeQuorum', 'readQuorum'] as const) {
    const isNamed = options[name] === 'majority' || options[name] === 'all';
    expect(
      name,
      isNamed || isWhole(options[name], 1, most),
      `a whole number from 1 to ${most} (copies), majority or all`,
    );
  }
  expect('start', options.start === 'parallel' || options.start === 'serial', 'parallel or serial');
  for (const name of ['zoneAware', 'replicatesOnReconnection'] as const) {
    expect(name, typeof options[name] === 'boolean', 'true or false');
  }
  for (const name of TIMES) expect(name, options[name] > 0, 'a time above 0 ms');
  for (const name of ['historyLimit', 'checkpointBranches'] as const) {
    expect(name, isWhole(options[name], 1, 1e9), 'a whole number from 1 to 1000000000');
  }
  return [...wrong, ...validateMembership(options)];
}
