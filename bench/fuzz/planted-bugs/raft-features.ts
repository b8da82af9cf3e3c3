/** Defects for what Raft has beyond elections and replication: leases, membership, snapshots, sessions. */
import type { PlantedBug } from './planted-bug.ts';
import { forgetful, handedOverAndCutOff, lateAnswers, shrinking, slowClock } from './raft-plans.ts';
import { COPIES, ELECTIONS, SEEN_BY_CLIENTS } from './raft-properties.ts';

/** Snapshots all the time, of several parts, with hardly anything kept behind them. */
const SHORT = { snapshotEntries: 4, trailingEntries: 1, pairsPerPart: 2 };
/** A lease that is out just when elections begin, leaders that go on while they are cut off, and clocks that are off by much. */
const LEASE = {
  reads: 'lease',
  leaseMs: 900,
  driftPpm: 50_000,
  electionTimeoutMinMs: 900,
  electionTimeoutMaxMs: 1000,
  checkQuorum: false,
};

export const RAFT_FEATURES: readonly PlantedBug[] = [
  {
    id: 'R14',
    defect: 'the lease is counted from when a majority has answered, and not from when it was asked',
    options: LEASE,
    plan: lateAnswers,
    changes: [
      {
        file: 'leadership.js',
        find: 'this.#lease?.sent(this.#round, this.#node.host.now());',
        replace: '',
      },
      {
        file: 'leadership.js',
        find: 'this.#lease?.confirmed(this.#confirmedRound());',
        replace:
          'const round = this.#confirmedRound(); if (round > (this.confirmed ?? 0)) { this.confirmed = round; this.#lease?.sent(round, this.#node.host.now()); this.#lease?.confirmed(round); }',
      },
    ],
    killedBy: ['linearizability'],
  },
  {
    id: 'R14b',
    defect: 'a leader uses its lease to the end of its own clock, whatever other clocks do',
    options: { ...LEASE, leaseMs: 5000 },
    plan: slowClock,
    changes: [{ file: 'lease.js', find: '(leaseMs * (1 - drift)) / (1 + drift)', replace: 'leaseMs' }],
    killedBy: ['linearizability'],
  },
  {
    id: 'R14c',
    defect: 'a leader keeps its lease when it asks another to take its place',
    options: LEASE,
    plan: handedOverAndCutOff,
    changes: [{ file: 'transfer.js', find: 'leadership.giveUpLease();', replace: '' }],
    killedBy: ['linearizability'],
  },
  {
    id: 'R14d',
    defect: 'a restarted voter forgets the word that its former life has given',
    options: LEASE,
    nodes: 3,
    plan: forgetful,
    changes: [{ file: 'election-clock.js', find: "host.boot === 'restart'", replace: 'false' }],
    killedBy: ['linearizability'],
  },
  {
    id: 'R15',
    defect: 'a follower answers reads before it has applied what the leader said',
    options: { followerReads: true },
    changes: [{ file: 'follower-reads.js', find: ' && index <= machine.applied', replace: '' }],
    killedBy: ['linearizability'],
  },
  {
    id: 'R16',
    defect: 'a configuration is proposed while another is not committed yet',
    plan: shrinking,
    changes: [{ file: 'membership.js', find: '!this.#leadership.isSettled', replace: 'false' }],
    killedBy: [...ELECTIONS, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R18',
    defect: 'during a change a majority of old and new voters taken together decides',
    changes: [
      {
        file: '../parts/joint-quorum.js',
        find: 'return outgoing.length === 0 ? reached : Math.min(reached, reachedByMajority(outgoing.map(of)));',
        replace:
          'return outgoing.length === 0 ? reached : reachedByMajority([...new Set([...voters, ...outgoing])].map(of));',
      },
    ],
    killedBy: [...ELECTIONS, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R18b',
    defect: 'learners count as voters do when entries are counted',
    changes: [
      {
        file: 'leadership.js',
        find: 'return reachedByBoth(configuration, (id) => {',
        replace:
          'return reachedByBoth({ ...configuration, voters: [...configuration.voters, ...configuration.learners] }, (id) => {',
      },
      {
        file: 'leadership.js',
        find: 'votes(configuration, id) && admits(configuration, id, progress.disk)',
        replace:
          'configuration.learners.includes(id) || (votes(configuration, id) && admits(configuration, id, progress.disk))',
      },
    ],
    killedBy: [...ELECTIONS, ...SEEN_BY_CLIENTS, 'liveness'],
  },
  {
    id: 'R20',
    defect: 'an installed snapshot leaves the configuration as it was',
    options: SHORT,
    changes: [{ file: 'log.js', find: 'this.configurations.begin(index, configuration);', replace: '' }],
    killedBy: [...ELECTIONS, ...COPIES, 'liveness'],
  },
  {
    id: 'R21',
    defect: 'a voter that has lost its disk goes on as if it had not',
    changes: [{ file: 'recovery.js', find: "recovered.length === 0 && host.boot !== 'found'", replace: 'false' }],
    killedBy: [...ELECTIONS, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R30',
    defect: 'who has an entry of whatever term at the place of a snapshot keeps its log instead',
    options: SHORT,
    changes: [{ file: 'following.js', find: 'log.termAt(at.index) !== at.term', replace: 'log.last < at.index' }],
    killedBy: [...COPIES, 'liveness'],
  },
  {
    id: 'R30b',
    defect: 'a follower whose next entry is forgotten is sent nothing',
    options: SHORT,
    changes: [{ file: 'replication.js', find: 'progress.suspected || this.#node.machine.isLoading', replace: 'true' }],
    killedBy: ['liveness', 'convergence'],
  },
  {
    id: 'R31',
    defect: 'chunks are put together whatever snapshots they are of',
    options: SHORT,
    changes: [{ file: 'installing.js', find: ' && from[0] === term && from[1] === id', replace: '' }],
    killedBy: COPIES,
  },
  {
    id: 'R31b',
    defect: 'a snapshot that was not whole when the node died is taken for one that is',
    options: SHORT,
    changes: [
      {
        file: 'recovery.js',
        find: 'folded.finish();',
        replace:
          'if (unfinished !== undefined && unfinished.at.index > folded.base) { folded.cover(unfinished.at.index, true); snapshot = unfinished; } folded.finish();',
      },
    ],
    killedBy: COPIES,
  },
  {
    id: 'R32',
    defect: 'a snapshot says that its last entry is not in it, which is applied once more in the next life',
    options: { ...SHORT, sessions: false },
    changes: [
      {
        file: 'snapshots.js',
        find: 'const at = { index: machine.applied, term: log.termAt(machine.applied) };',
        replace:
          'const place = Math.max(log.base.index, machine.applied - 1); const at = { index: place, term: log.termAt(place) };',
      },
    ],
    killedBy: ['exactly once', ...COPIES],
  },
  {
    id: 'R36',
    defect: 'a retry takes effect again',
    changes: [{ file: 'machine.js', find: "session === ''", replace: 'true' }],
    killedBy: ['exactly once', ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R36b',
    defect: 'a snapshot leaves out which requests of the sessions have taken effect',
    options: SHORT,
    changes: [
      { file: '../parts/state-machine.js', find: 'this.#sessionsRead < this.#sessions.length', replace: 'false' },
    ],
    killedBy: ['exactly once', ...COPIES],
  },
];
