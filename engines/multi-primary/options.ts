/** What can be set, what it costs, and what cannot work. */
import type { Member } from '../api.ts';
import { type SwimOptions, validateSwim } from '../parts/swim/options.ts';

export interface Options extends SwimOptions {
  /** Copies of each key (N). Raising it costs messages, disks and syncs with every write. 3: one in each of three zones. */
  readonly copies: number;
  /** Copies that must hold a write durably before it is acknowledged (W). Raising it costs write latency and availability. */
  readonly writeQuorum: number;
  /** Copies that must answer a read (R). With R + W > N a read meets every acknowledged write. Raising it costs read latency and availability. */
  readonly readQuorum: number;
  /** After this time a write without W acknowledgements ends `unknown`, in ms. 1,000: twice the default client's attempt time-out. */
  readonly writeTimeoutMs: number;
  /** After this time a read without R answers is refused, in ms. */
  readonly readTimeoutMs: number;
  /** A read asks one copy more when an answer is this late, in ms. Lowering it costs reads at every hiccup; raising it, latency at every loss. */
  readonly spareReadMs: number;
  /** A batch of writes that is not acknowledged is sent once more after this time, in ms. Above the usual round trip and sync, or everything is sent twice. */
  readonly retransmitMs: number;
  /** Then a hint is kept for the silent copy after this time, in ms. Raising it risks what a coordinator's crash forgets; anti-entropy finds that later. */
  readonly hintAfterMs: number;
  /** A node compares hash trees with one other this often, in ms. Lowering it costs messages and hashing while the load goes on. */
  readonly antiEntropyMs: number;
  /** The log is cut after this many logged versions, or four times the keys held if these are more. Lowering it costs rewriting the keys held more often; raising it, log and recovery time. */
  readonly checkpointVersions: number;
}

const soundQuorums: Options = {
  copies: 3,
  writeQuorum: 2,
  readQuorum: 2,
  writeTimeoutMs: 1000,
  readTimeoutMs: 1000,
  spareReadMs: 40,
  retransmitMs: 100,
  hintAfterMs: 300,
  antiEntropyMs: 1000,
  checkpointVersions: 100_000,
  // A fifth to a quarter of the times that memberlist uses on a local network: this is a small cluster, and a second counts.
  probeMs: 250,
  probeTimeoutMs: 120,
  indirectProbes: 3,
  suspicionMs: 1000,
  // A node that is cut off alone has no one to confirm: with memberlist's 6 it would begin writes for 6 s that nobody can acknowledge.
  suspicionMaxFactor: 3,
  healthMax: 8,
  gossipMs: 50,
  gossipNodes: 3,
  pushPullMs: 7500,
};

export const presets = {
  /** Three copies, one a zone; two acknowledge, two answer. */
  default: soundQuorums,
  /** The same, but one copy is enough for a write and for a read: fast, and an acknowledged write may die with its node. */
  one: { ...soundQuorums, writeQuorum: 1, readQuorum: 1 },
} as const;

/** Whether every read quorum meets every write quorum and every other read quorum. */
export const readsMeet = ({ copies, writeQuorum, readQuorum }: Options): boolean =>
  readQuorum + writeQuorum > copies && 2 * readQuorum > copies;

export function validate(options: Options, members: readonly Member[]): readonly string[] {
  const wrong: string[] = [];
  const full = members.filter((member) => member.kind === 'full').length;
  const whole = (name: keyof Options, least: number, most: number, meaning: string): void => {
    const value = options[name];
    if (!Number.isInteger(value) || value < least || value > most) {
      wrong.push(`${name}: expected a whole number from ${least} to ${most}${meaning}, got ${value}.`);
    }
  };
  whole('copies', 1, full, ' (the members that hold data)');
  whole('writeQuorum', 1, options.copies, ' (copies)');
  whole('readQuorum', 1, options.copies, ' (copies)');
  whole('checkpointVersions', 1, 1e9, '');
  for (const name of ['writeTimeoutMs', 'readTimeoutMs', 'spareReadMs', 'retransmitMs', 'antiEntropyMs'] as const) {
    if (!(options[name] > 0)) wrong.push(`${name}: expected a time above 0 ms, got ${options[name]}.`);
  }
  if (!(options.hintAfterMs >= options.retransmitMs)) {
    wrong.push(`hintAfterMs: expected at least retransmitMs (${options.retransmitMs} ms), got ${options.hintAfterMs}.`);
  }
  return [...wrong, ...validateSwim(options)];
}
