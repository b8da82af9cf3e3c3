/** Defects for the engine with many primaries where its versions are revision trees. */
import type { FaultPlan } from '../../faults/fault-plan.ts';
import type { PlantedBug } from './planted-bug.ts';

/** CouchDB's times are minutes; with a hundredth of them a seed is over soon. */
const QUICK = {
  heartbeatMs: 150,
  timeoutMs: 600,
  requestTimeoutMs: 600,
  resendMs: 50,
  replicateAfterMs: 100,
  replicateStepMs: 20,
  replicateRetryMs: 100,
} as const;

/** A copy takes an edit that others refuse, and is not heard when it says so. */
const answersLost: FaultPlan = {
  name: 'answers-lost',
  title: 'most answers to edits are lost on their way',
  steps: [
    { when: { atMs: 0 }, target: 'everyone', do: { kind: 'drop', share: 0.75, type: 'edited' }, forMs: 4000 },
    {
      when: { atMs: 0 },
      target: 'everyone',
      do: { kind: 'reorder', share: 0.5, delayMs: 20, type: 'edits' },
      forMs: 4000,
    },
  ],
};

/** What copies have is long not on their disks, and they lose it. */
const slowToDisk: FaultPlan = {
  name: 'slow-to-disk',
  title: 'disks are slow, and who has answered an edit loses power',
  steps: [
    { when: { atMs: 0 }, target: 'everyone', do: { kind: 'slow-disk', syncMs: 100 }, forMs: 4000 },
    {
      when: { trigger: { on: 'sent', type: 'edited' }, afterMs: 1 },
      target: 'trigger',
      do: { kind: 'vanish', keep: 0 },
      forMs: 5,
      repeat: { times: 30, everyMs: 60 },
    },
  ],
};

const APART = ['convergence', 'Winner', 'Revisions', 'Growing trees', 'no throw'];

export const revisionTreeBugs: readonly PlantedBug[] = [
  {
    id: 'M5b',
    defect: 'of two leaves with chains of the same length the one that comes first wins: the hash breaks no tie',
    preset: 'couchdb',
    options: QUICK,
    changes: [{ file: 'revisions/revision.js', find: 'return one.hash > other.hash;', replace: 'return false;' }],
    killedBy: APART,
  },
  {
    id: 'M8b',
    defect: 'a copy says that it holds an edit before that is on its disk',
    preset: 'couchdb',
    options: QUICK,
    plan: slowToDisk,
    changes: [
      {
        file: 'revisions/post.js',
        find: "this.#host.send(to, { type: 'edited', tag, held, refused, unsure }, logged);",
        replace: "this.#host.send(to, { type: 'edited', tag, held, refused, unsure }, this.#journal.lifePosition);",
      },
    ],
    killedBy: ['durability', ...APART],
  },
  {
    id: 'M8c',
    defect: 'a copy lets a push leave out what it holds and what is not on its disk yet',
    preset: 'couchdb',
    options: QUICK,
    changes: [
      {
        file: 'revisions/post.js',
        find: 'this.#host.send(to, message, this.#journal.lastPosition);',
        replace: 'this.#host.send(to, message, this.#journal.lifePosition);',
      },
    ],
    killedBy: ['convergence'],
  },
  {
    id: 'M10b',
    defect: 'an edit that one copy holds and the others refuse is called a conflict for certain',
    preset: 'couchdb',
    options: QUICK,
    changes: [{ file: 'revisions/edits.js', find: "return 'accepted';", replace: "return 'conflict';" }],
    killedBy: ['definite failure', 'exactly once'],
  },
  {
    id: 'M10c',
    defect: 'a conflict is called certain though a copy that was asked has fallen silent',
    preset: 'couchdb',
    options: { ...QUICK, requestTimeoutMs: 60, resendMs: 20 },
    nodes: 5,
    plan: answersLost,
    changes: [
      {
        file: 'revisions/edits.js',
        find: "return refused > 0 && !isInDoubt ? 'conflict' : 'unknown';",
        replace: "return refused > 0 ? 'conflict' : 'unknown';",
      },
    ],
    killedBy: ['definite failure', 'exactly once'],
  },
  {
    id: 'M10d',
    defect:
      'asked one after the other, the copy that refuses makes a conflict certain, though an earlier one holds the edit',
    preset: 'couchdb-serial',
    options: QUICK,
    changes: [
      {
        file: 'revisions/edits.js',
        find: "return held === 0 && !isInDoubt ? 'conflict' : 'unknown';",
        replace: "return 'conflict';",
      },
    ],
    // An edit that is called refused and stays replaces an acknowledged one.
    killedBy: ['definite failure', 'exactly once', 'durability'],
  },
  {
    id: 'M15b',
    defect: 'a push that is not answered is not tried again',
    preset: 'couchdb',
    options: QUICK,
    changes: [
      {
        file: 'revisions/feed.js',
        find: 'lane.dueAtMs = host.now() + options.replicateRetryMs;',
        replace: 'lane.dueAtMs = undefined;',
      },
    ],
    killedBy: ['convergence'],
  },
  {
    id: 'X6',
    defect: 'a copy that learns of a better leaf lets go of the one that has lost',
    preset: 'couchdb',
    options: QUICK,
    changes: [
      {
        file: 'revisions/documents.js',
        find: 'if (!document.tree.merge(branch))',
        replace:
          'if (document.tree.winner !== undefined && branch.generation > document.tree.winner.generation + 1) { this.#documents.delete(key); document.tree = new RevisionTree(this.#historyLimit); }\n        if (!document.tree.merge(branch))',
      },
    ],
    killedBy: ['durability', ...APART],
  },
  {
    id: 'X7',
    defect: 'a node that has lost its disk is pushed only what changes from then on',
    preset: 'couchdb',
    options: QUICK,
    changes: [{ file: 'revisions/feed.js', find: 'lane.done = 0;', replace: '' }],
    killedBy: ['convergence'],
  },
];
