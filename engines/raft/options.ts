/** What can be set on Raft, and the presets. Times are in ms. */
import type { Member } from '../api.ts';

export interface RaftOptions {
  /**
   * The shortest silence after which a follower stands for election; each wait is drawn uniformly between this and the
   * maximum. Raising it delays every failover by as much; lowering it towards the heartbeat makes a slow leader look dead.
   * Default 300: six heartbeats.
   */
  readonly electionTimeoutMinMs: number;
  /**
   * The longest wait. A wider range costs recovery time, (max − min) / (survivors + 1) on average; a narrower one makes
   * split votes more likely. Default: twice the minimum, as the Raft paper has it.
   */
  readonly electionTimeoutMaxMs: number;
  /** The leader sends each follower something at least this often. Raising it saves messages and leaves fewer chances before a time-out. */
  readonly heartbeatMs: number;
  /**
   * Ask whether an election could be won before raising the term (Ongaro's thesis, 9.6). Costs one round trip at each
   * election; without it a node that was cut off deposes the leader when it returns.
   */
  readonly preVote: boolean;
  /** Refuse votes while a leader was heard within the minimum election time-out (thesis, 4.2.3). */
  readonly stickiness: boolean;
  /** The leader steps down when it has heard from no majority for `quorumTimeoutMs` (thesis, 6.2). */
  readonly checkQuorum: boolean;
  /** See `checkQuorum`. Lower: a cut-off leader refuses sooner, and more easily without need. Default: the minimum election time-out. */
  readonly quorumTimeoutMs: number;
  /**
   * Take the closing of the leader's connection for its death: the wait for an election shrinks to the random part of the
   * time-out. Off by default, so that presets detect as slowly as the systems they model.
   */
  readonly linkHint: boolean;
  /**
   * How `get` is served. `read-index`: by the leader once a majority confirms it, one round trip and no disk; `log`: as an
   * entry of the log, at the cost of a write; `local`: by the node that is asked, as stale as it is.
   */
  readonly reads: 'read-index' | 'log' | 'local';
  /** Entries in one append. Raising it helps catching up and makes single messages longer, which delays heartbeats behind them. */
  readonly entriesPerAppend: number;
  /** Appends on their way to one follower. 1 is no pipelining; deep pipelines hide the round trip and queue at the slowest part. */
  readonly inFlightAppendsMax: number;
  /**
   * How long the leader waits, after a commit, for another message to tell a follower by the way before it sends one for the
   * purpose; 0: it never waits. Raising it saves up to half of the messages, and local reads on followers lag so much more.
   * The default, 1 ms, is below what a client would notice, and above the pause between two turns under load.
   */
  readonly commitNoticeMs: number;
  /** Send entries while they are still on their way to the leader's own disk; false: only once they are durable there (thesis, 10.2.1). */
  readonly leaderDiskParallel: boolean;
}

const defaults: RaftOptions = {
  electionTimeoutMinMs: 300,
  electionTimeoutMaxMs: 600,
  heartbeatMs: 50,
  preVote: true,
  stickiness: true,
  checkQuorum: true,
  quorumTimeoutMs: 300,
  linkHint: false,
  reads: 'read-index',
  entriesPerAppend: 512,
  inFlightAppendsMax: 32,
  commitNoticeMs: 1,
  leaderDiskParallel: true,
};

/** etcd's defaults: `--election-timeout` 1000 with waits of one to two of it, `--heartbeat-interval` 100, 512 appends in flight, commits told at once. */
const etcd: RaftOptions = {
  ...defaults,
  electionTimeoutMinMs: 1000,
  electionTimeoutMaxMs: 2000,
  heartbeatMs: 100,
  quorumTimeoutMs: 1000,
  inFlightAppendsMax: 512,
  commitNoticeMs: 0,
};

export const presets = {
  default: defaults,
  /** The paper's own example: waits of 150–300 ms (its section 9.3), none of the later remedies, and commits told with the next append or heartbeat. */
  paper: {
    ...defaults,
    electionTimeoutMinMs: 150,
    electionTimeoutMaxMs: 300,
    heartbeatMs: 75,
    preVote: false,
    stickiness: false,
    checkQuorum: false,
    quorumTimeoutMs: 150,
    commitNoticeMs: 75,
  },
  etcd,
  /** etcd 3.4, which had pre-vote switched off. */
  'etcd-3.4': { ...etcd, preVote: false },
  /**
   * HashiCorp's library: `HeartbeatTimeout` and `ElectionTimeout` 1000, each wait one to two of it; the leader's lease of
   * 500 is a check-quorum, not a lease for reads; 64 entries an append, 2 appends in flight; own disk first;
   * `CommitTimeout` 50, after which followers are told a commit without an append to tell it by the way.
   */
  hashicorp: {
    ...defaults,
    electionTimeoutMinMs: 1000,
    electionTimeoutMaxMs: 2000,
    heartbeatMs: 100,
    quorumTimeoutMs: 500,
    entriesPerAppend: 64,
    inFlightAppendsMax: 2,
    commitNoticeMs: 50,
    leaderDiskParallel: false,
  },
  /** For zones oceans apart: several round trips of 200–300 ms fit into the minimum. */
  wan: {
    ...defaults,
    electionTimeoutMinMs: 1500,
    electionTimeoutMaxMs: 3000,
    heartbeatMs: 300,
    quorumTimeoutMs: 1500,
  },
} satisfies { default: RaftOptions; [preset: string]: RaftOptions };

const READS: readonly string[] = ['read-index', 'log', 'local'];
const TIMES = ['electionTimeoutMinMs', 'electionTimeoutMaxMs', 'heartbeatMs', 'quorumTimeoutMs'] as const;
const COUNTS = ['entriesPerAppend', 'inFlightAppendsMax'] as const;
const SWITCHES = ['preVote', 'stickiness', 'checkQuorum', 'linkHint', 'leaderDiskParallel'] as const;

/** What is wrong with these options on these members, in whole sentences. */
export function validate(options: RaftOptions, members: readonly Member[]): readonly string[] {
  const wrong: string[] = [];
  const say = (field: keyof RaftOptions, expected: string) =>
    wrong.push(`Option ${field} must be ${expected}, not ${JSON.stringify(options[field])}.`);
  for (const field of TIMES) {
    const value = options[field];
    if (!(Number.isFinite(value) && value > 0)) say(field, 'a number of milliseconds above 0');
  }
  const notice = options.commitNoticeMs;
  if (!(Number.isFinite(notice) && notice >= 0)) say('commitNoticeMs', 'a number of milliseconds, 0 or more');
  for (const field of COUNTS) {
    const value = options[field];
    if (!(Number.isInteger(value) && value >= 1 && value <= 65_536)) say(field, 'a whole number from 1 to 65536');
  }
  for (const field of SWITCHES) {
    if (typeof options[field] !== 'boolean') say(field, 'true or false');
  }
  if (!READS.includes(options.reads)) say('reads', `one of ${READS.join(', ')}`);
  if (options.electionTimeoutMaxMs < options.electionTimeoutMinMs) {
    say('electionTimeoutMaxMs', `at least electionTimeoutMinMs (${options.electionTimeoutMinMs})`);
  }
  if (options.heartbeatMs >= options.electionTimeoutMinMs) {
    say('heartbeatMs', `below electionTimeoutMinMs (${options.electionTimeoutMinMs})`);
  }
  if (options.checkQuorum === true && options.quorumTimeoutMs <= options.heartbeatMs) {
    say('quorumTimeoutMs', `above heartbeatMs (${options.heartbeatMs}) while checkQuorum is on`);
  }
  if (!members.some((member) => member.kind === 'full')) {
    wrong.push(
      `Raft needs at least one member of kind full, which can lead, but none of the ${members.length} members is.`,
    );
  }
  return wrong;
}
