/** Defects for Raft, by the rows of VERIFICATION.md. */
import type { PlantedBug, PlantedBugs } from './planted-bug.ts';
import { RAFT_FEATURES } from './raft-features.ts';
import { figure8, standing, tails } from './raft-plans.ts';
import { COMMITTED, ELECTIONS, SEEN_BY_CLIENTS } from './raft-properties.ts';

const CORE: readonly PlantedBug[] = [
  {
    id: 'R1',
    defect: "entries of earlier terms are committed by counting their copies, without one of the leader's own term",
    options: {
      entriesPerAppend: 1,
      inFlightAppendsMax: 1,
      preVote: false,
      checkQuorum: false,
      stickiness: false,
    },
    nodes: 5,
    plan: figure8,
    changes: [{ file: 'leadership.js', find: ' && log.termAt(index) === this.#term', replace: '' }],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R2',
    defect: 'the term is written to disk, and the vote in it is not',
    changes: [
      {
        file: 'ballot.js',
        find: 'this.#host.log.append(state)',
        replace: 'this.#host.log.append({ ...state, vote: null })',
      },
    ],
    killedBy: ELECTIONS,
  },
  {
    id: 'R2b',
    defect: 'a vote is sent before it is on disk',
    changes: [
      {
        file: 'elections.js',
        find: 'voteIn(ballot.term), this.#node.when(ballot.position))',
        replace: "voteIn(ballot.term), 'now')",
      },
    ],
    killedBy: ELECTIONS,
  },
  {
    id: 'R2c',
    defect: 'a candidate counts its own vote, and leads, before it is on disk',
    changes: [{ file: 'campaign.js', find: "this.#node.when(ballot.position) === 'now'", replace: 'true' }],
    killedBy: ELECTIONS,
  },
  {
    id: 'R4',
    defect: 'who takes on a higher term from a candidate grants it the vote by that, whatever its log',
    preset: 'paper',
    changes: [
      {
        file: 'elections.js',
        find: 'mayVote(from, asked, ballot, log);',
        replace: 'mayVote(from, asked, ballot, log) || (!asked.pre && asked.term > ballot.term);',
      },
    ],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R5',
    defect: 'whether a log is up to date is judged by its length first, and by its last term only then',
    options: { checkQuorum: false },
    plan: tails,
    changes: [
      {
        file: 'voting.js',
        find: 'return lastTerm === log.lastTerm ? lastIndex >= log.last : lastTerm > log.lastTerm;',
        replace: 'return lastIndex === log.last ? lastTerm >= log.lastTerm : lastIndex > log.last;',
      },
    ],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS, 'liveness'],
  },
  {
    id: 'R6',
    defect: 'a follower acknowledges entries before they are on its disk',
    changes: [{ file: 'following.js', find: 'ack, when)', replace: "ack, 'now')" }],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R7',
    defect: 'a leader counts its own entry before it is on its disk',
    changes: [{ file: 'leadership.js', find: 'options.lazySync ? log.last : log.durableIndex', replace: 'log.last' }],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R9',
    defect: 'a client is told that its put is done as soon as the leader has appended it',
    changes: [
      {
        file: 'leadership.js',
        find: 'machine.tickets.push(request);',
        replace:
          "if (request.operation.kind === 'put') { this.#node.host.reply(request, {}); machine.tickets.push(null); } else machine.tickets.push(request);",
      },
    ],
    killedBy: SEEN_BY_CLIENTS,
  },
  {
    id: 'R11',
    defect: 'a leader answers reads without asking whether it still leads',
    preset: 'paper',
    changes: [
      {
        file: 'leadership.js',
        find: 'this.#reads.take(this.#confirmedRound(), machine.applied)',
        replace: 'this.#reads.take(Infinity, machine.applied)',
      },
    ],
    killedBy: ['linearizability'],
  },
  {
    id: 'R12',
    defect: 'a new leader answers reads before an entry of its own term is committed',
    changes: [
      {
        file: 'leadership.js',
        find: 'Math.max(this.#node.machine.commit, this.#firstIndex)',
        replace: 'this.#node.machine.commit',
      },
    ],
    killedBy: ['linearizability'],
  },
  {
    id: 'R22',
    defect: 'two of five are taken for a majority',
    nodes: 5,
    changes: [
      {
        file: '../parts/quorum.js',
        find: 'Math.floor(size / 2) + 1',
        replace: '(size === 5 ? 2 : Math.floor(size / 2) + 1)',
      },
    ],
    killedBy: [...ELECTIONS, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R22b',
    defect: 'acknowledged indexes are compared as texts when the one that a majority has reached is sought',
    changes: [
      {
        file: '../parts/quorum.js',
        find: 'other > value',
        replace: 'String(other) > String(value)',
      },
    ],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R24',
    defect: 'entries are taken behind whatever stands before them: its term is not compared',
    changes: [{ file: 'following.js', find: 'log.termAt(prev) !== prevTerm', replace: 'false' }],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R25',
    defect: "a follower commits up to the leader's commit index, though its own log is not known to agree so far",
    changes: [
      {
        file: 'following.js',
        find: 'Math.min(this.#leaderCommit, this.#verified)',
        replace: 'Math.min(this.#leaderCommit, this.#node.log.last)',
      },
    ],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R28',
    defect: 'who has voted, for itself even, votes for another in the same term',
    changes: [
      { file: 'voting.js', find: 'ballot.vote !== null && ballot.vote !== candidate', replace: 'false' },
      { file: 'ballot.js', find: 'oldVote !== null && vote !== oldVote', replace: 'false' },
    ],
    killedBy: ELECTIONS,
  },
  {
    id: 'R35',
    defect: 'a leader applies, and answers, what is not committed',
    changes: [
      {
        file: 'machine.js',
        find: 'Math.min(this.#commit, this.#applied',
        replace: 'Math.min(this.tickets.size > 0 ? this.#log.last : this.#commit, this.#applied',
      },
    ],
    killedBy: ['Order of indexes', 'State-machine safety', ...SEEN_BY_CLIENTS],
  },
  {
    id: 'R37',
    defect: 'election waits are all of one length, and begin anew with every request for a vote, refused or not',
    preset: 'paper',
    changes: [
      { file: 'election-clock.js', find: 'min + this.#host.random() * (max - min)', replace: 'min' },
      {
        file: 'elections.js',
        find: 'if (granted)\n            this.#clock.gaveVote();',
        replace: 'this.#clock.gaveVote();',
      },
    ],
    killedBy: ['liveness'],
  },
  {
    id: 'R39',
    defect: 'a leader goes on though it hears nobody',
    plan: standing('deaf-leader', 'a leader can send, and hears no other node', {
      kind: 'deaf',
      clients: 'everywhere',
    }),
    changes: [{ file: 'leadership.js', find: 'options.checkQuorum && ', replace: 'false && ' }],
    killedBy: ['liveness'],
  },
  {
    id: 'R40',
    defect: 'a leader whose disk stands still goes on sending heartbeats, and nothing else',
    options: { leaderDiskParallel: false },
    plan: standing('hung-disk', 'the disk of a leader stands still', { kind: 'stall-disk' }),
    changes: [{ file: 'leadership.js', find: 'options.diskStallMs > 0 && ', replace: 'false && ' }],
    killedBy: ['liveness'],
  },
  {
    id: 'R42',
    defect: 'the next index does not go back when a follower says that an append did not fit',
    changes: [
      {
        file: 'progress.js',
        find: 'this.next = Math.max(1, match + 1, Math.min(meet, conflict.prev))',
        replace: 'this.next = Math.max(this.next, match + 1, meet > 0 ? 1 : 0)',
      },
    ],
    killedBy: ['liveness', 'convergence'],
  },
  {
    id: 'R43',
    defect: 'a leader begins its term without an entry of its own, so that reads wait for the next write',
    changes: [
      { file: 'leadership.js', find: 'log.append(noopEntry(this.#firstIndex, this.#term));', replace: '' },
      {
        file: 'leadership.js',
        find: 'machine.tickets.push(null);\n        this.#beginRound();',
        replace: 'this.#beginRound();',
      },
    ],
    killedBy: ['liveness'],
  },
  {
    id: 'X1',
    defect: 'what was on disk of entries that were replaced since counts as if it were the new ones',
    changes: [{ file: 'log.js', find: 'this.#durableIndex = Math.min(this.#durableIndex, index - 1);', replace: '' }],
    killedBy: [...COMMITTED, ...SEEN_BY_CLIENTS],
  },
];

const numberOf = ({ id }: PlantedBug): number => Number(/^R(\d+)/.exec(id)?.[1] ?? Number.MAX_SAFE_INTEGER);

export const raft: PlantedBugs = {
  engine: 'raft',
  bugs: [...CORE, ...RAFT_FEATURES].toSorted((a, b) => numberOf(a) - numberOf(b)),
};
