/** Defects for the engine with many primaries where concurrent writes are siblings, copies have stand-ins, or counters merge. */
import type { PlantedBug } from './planted-bug.ts';

/** Riak's times are minutes; with a hundredth of them a seed is over soon. Copies answer when they have it on their disks, or nothing is promised. */
const QUICK = {
  acknowledgesOn: 'durable',
  heartbeatMs: 150,
  timeoutMs: 600,
  writeTimeoutMs: 600,
  readTimeoutMs: 600,
  retransmitMs: 100,
  hintAfterMs: 200,
  antiEntropyMs: 300,
} as const;

const APART = ['convergence', 'Growing versions', 'Stamps', 'no throw'];

export const siblingBugs: readonly PlantedBug[] = [
  {
    id: 'M1',
    defect: 'stand-ins count towards W, and reads of the copies themselves are taken to meet such writes',
    options: { missingCopies: 'stand-ins' },
    nodes: 5,
    changes: [{ file: 'placement.js', find: "if (missingCopies === 'stand-ins')", replace: 'if (false)' }],
    killedBy: ['read-your-writes', 'monotonic-reads'],
  },
  {
    id: 'M12',
    defect: 'the context of an edit covers what has come to its coordinator since, which its client has not read',
    preset: 'riak',
    options: QUICK,
    changes: [
      {
        file: 'causal-writes.js',
        find: 'const all = merge(found, this.#reads.held(key));',
        replace: 'const all = found; const come = this.#reads.held(key);',
      },
      {
        file: 'causal-writes.js',
        find: 'this.#write(ticket, key, clockOf(all), (time, actor) => options',
        replace: 'this.#write(ticket, key, clockOf(come), (time, actor) => options',
      },
    ],
    killedBy: ['durability', ...APART],
  },
  {
    id: 'M12b',
    defect: 'siblings have no dots: the clock of a copy that has seen a later write of their writer covers them all',
    preset: 'riak',
    options: QUICK,
    changes: [
      {
        file: 'siblings.js',
        find: 'shared(sibling, b.living) !== undefined || !covers(b.clock, sibling)',
        replace: '!covers(b.clock, sibling)',
      },
      {
        file: 'siblings.js',
        find: 'shared(sibling, a.living) === undefined && !covers(a.clock, sibling)',
        replace: '!covers(a.clock, sibling)',
      },
    ],
    killedBy: ['durability', ...APART],
  },
  {
    id: 'M17b',
    defect: 'a newer total of a writer is summed with its older one',
    changes: [
      {
        file: 'counters.js',
        find: 'if (isTotal(triples[i + 2]) && newest.get(triples[i + 1]) !== i)',
        replace: 'if (false)',
      },
    ],
    killedBy: ['exactly once', ...APART],
  },
  {
    id: 'X8',
    defect: 'a merge keeps only siblings that both copies have',
    preset: 'riak',
    options: QUICK,
    changes: [{ file: 'siblings.js', find: ' || !covers(b.clock, sibling)', replace: '' }],
    killedBy: ['durability', ...APART],
  },
];
