/** Defects for the engine with many primaries, by the rows of VERIFICATION.md. */
import type { FaultPlan } from '../../faults/fault-plan.ts';
import type { PlantedBugs } from './planted-bug.ts';
import { revisionTreeBugs } from './revision-trees.ts';
import { siblingBugs } from './siblings.ts';

const SESSIONS = ['monotonic-reads', 'read-your-writes'];
const APART = ['convergence', 'Stamps', 'Growing versions', 'no throw'];

/** A read meets a write that few copies have, and the next one meets the others: unless the first has brought it there. */
const halfWritten: FaultPlan = {
  name: 'half-written',
  title: 'most writes are lost on their way to the other copies, and most repairs too',
  steps: ['write', 'copy'].map((type) => ({
    when: { atMs: 0 },
    target: 'everyone',
    do: { kind: 'drop', share: 0.75, type },
    forMs: 4000,
  })),
};

/** Acknowledgements come when who asked for them has begun a new life, whose writes hardly get through; then it is cut off. */
const lateForLife: FaultPlan = {
  name: 'late-for-life',
  title: 'a node restarts twice before it is answered, its new writes are lost on their way, and it is cut off',
  steps: [
    // Parcels of a young life have low numbers, as the next one's will.
    { when: { atMs: 40 }, target: 'leader', do: { kind: 'kill' }, forMs: 5, repeat: { times: 6, everyMs: 700 } },
    {
      when: { atMs: 46 },
      target: 'everyone',
      do: { kind: 'hold', way: 'in', type: 'ack' },
      forMs: 110,
      repeat: { times: 6, everyMs: 700 },
    },
    { when: { atMs: 100 }, target: 'leader', do: { kind: 'kill' }, forMs: 5, repeat: { times: 6, everyMs: 700 } },
    {
      when: { atMs: 106 },
      target: 'everyone',
      do: { kind: 'drop', share: 0.9, type: 'write' },
      forMs: 100,
      repeat: { times: 6, everyMs: 700 },
    },
    {
      when: { atMs: 170 },
      target: 'leader',
      do: { kind: 'isolate', clients: 'everywhere' },
      forMs: 300,
      repeat: { times: 6, everyMs: 700 },
    },
  ],
};

/** What copies have is long not on their disks, and they lose it. */
const slowToDisk: FaultPlan = {
  name: 'slow-to-disk',
  title: 'disks are slow, most writes are lost on their way, and who has answered a read loses power',
  steps: [
    { when: { atMs: 0 }, target: 'everyone', do: { kind: 'slow-disk', syncMs: 100 }, forMs: 4000 },
    { when: { atMs: 0 }, target: 'everyone', do: { kind: 'drop', share: 0.7, type: 'write' }, forMs: 4000 },
    {
      when: { trigger: { on: 'sent', type: 'answers' }, afterMs: 1 },
      target: 'trigger',
      do: { kind: 'vanish', keep: 0 },
      forMs: 5,
      repeat: { times: 30, everyMs: 60 },
    },
  ],
};

export const multiPrimary: PlantedBugs = {
  engine: 'multi-primary',
  bugs: [
    {
      id: 'M2',
      defect: 'a read is answered after one answer fewer than R',
      changes: [
        {
          file: 'reads.js',
          find: 'if (read.add(from))',
          replace: 'if (read.add(from) || read.answered.size >= read.owners.read.least - 1)',
        },
      ],
      killedBy: SESSIONS,
    },
    {
      id: 'M2b',
      defect: 'what a read has found is not written back before it is answered',
      plan: halfWritten,
      changes: [
        {
          file: 'reads.js',
          find: "this.#writesBack = options.readRepair === 'before' && placement.readsMeet",
          replace: 'this.#writesBack = false',
        },
      ],
      killedBy: SESSIONS,
    },
    {
      id: 'M4',
      defect: 'writes are stamped by the time of day alone, whatever has been seen',
      changes: [
        {
          file: 'replica.js',
          find: 'const clock = isHybrid ? new HybridClock',
          replace: 'const clock = false ? new HybridClock',
        },
      ],
      killedBy: ['durability', ...SESSIONS],
    },
    {
      id: 'M5',
      defect: 'of two writes with the same time the one that comes first is kept: the writer breaks no tie',
      changes: [
        {
          file: '../parts/hybrid-clock.js',
          find: 'time > thanTime || (time === thanTime && writer > thanWriter)',
          replace: 'time > thanTime',
        },
      ],
      killedBy: ['exactly once', ...APART],
    },
    {
      id: 'M6',
      defect: 'a deletion is forgotten when it is due, though some copy may have missed it',
      options: { hintWindowMs: 400, readTimeoutMs: 500, writeTimeoutMs: 500, tombstoneGraceMs: 500 },
      changes: [{ file: 'tombstones.js', find: 'if (!this.#parts.options.tombstonesConfirmed)', replace: 'if (true)' }],
      killedBy: ['durability', ...APART, ...SESSIONS],
    },
    {
      id: 'M8',
      defect: 'a hint counts towards W, and a write is begun however few copies are up',
      changes: [
        { file: 'writes.js', find: 'up.length === 0 : !owners.write.isMetBy(up)', replace: 'up.length === 0 : false' },
        {
          file: 'writes.js',
          find: 'hints.add(insteadOf ?? node, key, versionOf(written, time, writer));',
          replace:
            'hints.add(insteadOf ?? node, key, versionOf(written, time, writer)); waiting?.asks(); waiting?.arrived(node);',
        },
      ],
      killedBy: ['durability', ...SESSIONS],
    },
    {
      id: 'M10',
      defect: 'a write that too few copies acknowledged in time is called failed, and some copies keep it',
      changes: [
        {
          file: 'writes.js',
          find: "this.#end(this.#isAccepted ? 'accepted' : 'unknown')",
          replace: "this.#end(this.#isAccepted ? 'accepted' : 'refused')",
        },
      ],
      killedBy: ['definite failure', 'exactly once'],
    },
    {
      id: 'M15',
      defect: 'there is no anti-entropy: what a dead coordinator had still to send never arrives',
      changes: [
        {
          file: 'anti-entropy.js',
          find: "this.#send(peer, { type: 'tree-root', root: [...this.#parts.copies.tree.root(shared)] });",
          replace: '',
        },
      ],
      killedBy: ['convergence'],
    },
    {
      id: 'M16',
      defect: 'digests cover keys and not their versions',
      // What hints repair, digests need not find.
      options: { missingCopies: 'nothing' },
      plan: halfWritten,
      changes: [
        {
          file: 'copies.js',
          find: 'mixStamp(hashText(key, seed), time, writer, seed)',
          replace: 'hashText(key, seed)',
        },
      ],
      killedBy: ['convergence', 'durability'],
    },
    {
      id: 'M17',
      defect: 'an appended element that comes twice is taken twice',
      changes: [
        {
          file: 'copies.js',
          find: 'at > 1 && content[at - 3] === time && content[at - 2] === writer',
          replace: 'false',
        },
      ],
      killedBy: ['exactly once', ...APART],
    },
    {
      id: 'M18',
      defect: 'every life begins with the same incarnation, and accusations of former lives are not outbid',
      changes: [
        { file: '../parts/membership-kinds.js', find: '(life - 1) * INCARNATIONS_PER_LIFE', replace: '0' },
        { file: '../parts/swim/swim.js', find: 'this.#incarnation = news.incarnation + 1;', replace: '' },
      ],
      killedBy: ['liveness', 'convergence'],
    },
    {
      id: 'M20',
      defect: 'who was called dead once stays so: its contradiction is not heard',
      changes: [
        {
          file: '../parts/swim/beliefs.js',
          find: 'news.incarnation > belief.incarnation ||',
          replace: "(news.incarnation > belief.incarnation && belief.status !== 'dead') ||",
        },
      ],
      // A copy that is never asked again still has what was deleted.
      killedBy: ['liveness', 'convergence', 'durability'],
    },
    {
      id: 'M22',
      defect: "the session's token is not looked at by the next coordinator",
      changes: [{ file: 'replica.js', find: 'if (context !== undefined)', replace: 'if (false)' }],
      killedBy: ['durability', ...SESSIONS],
    },
    {
      id: 'X1',
      defect: "the coordinator's own copy counts towards W before it is on its disk",
      changes: [
        {
          file: 'writes.js',
          find: 'this.#undurable.push(journal.lastPosition, own.waiting);',
          replace: 'for (const write of own.waiting) write.arrived(host.self);',
        },
      ],
      killedBy: ['durability', ...SESSIONS],
    },
    {
      id: 'X2',
      defect: 'a copy acknowledges versions before they are on its disk',
      changes: [
        {
          file: 'outbox.js',
          find: "this.#host.send(node, { type: 'ack', tag, ranges }, when)",
          replace: "this.#host.send(node, { type: 'ack', tag, ranges }, 'now')",
        },
      ],
      killedBy: ['durability', ...SESSIONS],
    },
    {
      id: 'X3',
      defect: 'acknowledgements of parcels of a former life count for those of the same number in this one',
      plan: lateForLife,
      changes: [{ file: 'outbox.js', find: 'if (tag !== this.#tag)\n            return;', replace: '' }],
      killedBy: ['durability', ...SESSIONS],
    },
    {
      id: 'X4',
      defect: 'copies answer reads with versions that are not on their disks yet',
      plan: slowToDisk,
      nodes: 5,
      changes: [
        {
          file: 'replica.js',
          find: "{ type: 'answers', tag, answers }, onReceipt ? journal.lifePosition : position)",
          replace: "{ type: 'answers', tag, answers }, 'now')",
        },
      ],
      killedBy: [...SESSIONS, ...APART],
    },
    ...siblingBugs,
    ...revisionTreeBugs,
  ],
};
