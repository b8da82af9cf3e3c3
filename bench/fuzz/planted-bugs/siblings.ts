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
    id: 'M12c',
    defect: 'a stand-in names all its writes alike, also when it has handed off those that came before',
    options: { versions: 'siblings', missingCopies: 'stand-ins', copies: 1, writeQuorum: 1, readQuorum: 1 },
    changes: [{ file: 'causal-writes.js', find: 'placement.holds(key) ?', replace: 'true ?' }],
    killedBy: ['durability', ...APART],
  },
  {
    id: 'M14',
    defect: 'clocks are pruned to three actors, the last by name',
    options: { versions: 'siblings' },
    changes: [
      {
        file: 'siblings.js',
        find: 'clock: joinClocks(seen, [actor, time]),',
        replace: 'clock: joinClocks(seen, [actor, time]).slice(-6),',
      },
      {
        file: 'siblings.js',
        find: 'clock: joinClocks(a.clock, b.clock),',
        replace: 'clock: joinClocks(a.clock, b.clock).slice(-6),',
      },
    ],
    killedBy: APART,
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
    id: 'M17c',
    defect: 'a forwarded request that comes twice is carried out twice',
    options: { versions: 'siblings' },
    nodes: 5,
    changes: [{ file: 'forwards.js', find: 'number <= done.floor || done.numbers.has(number)', replace: 'false' }],
    // Who is told that the first time was refused does not know of the second.
    killedBy: ['exactly once', 'durability', 'definite failure'],
  },
  {
    id: 'M17d',
    defect: 'a delete removes what has come to its coordinator since its session has read the key',
    options: { versions: 'siblings' },
    changes: [
      {
        file: 'causal-writes.js',
        find: 'this.#write(ticket, key, seen, written);',
        replace: 'this.#write(ticket, key, value === null ? clockOf(this.#reads.held(key)) : seen, written);',
      },
    ],
    killedBy: ['durability'],
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
