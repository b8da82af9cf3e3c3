/** Many seeds of one preset, spread over the cores. What is told does not depend on which thread is faster. */
import type { Breach, Counts } from './demands.ts';
import type { TrialPool } from './pool.ts';
import type { Subject } from './request.ts';
import { NO_COUNTS } from './trial.ts';
import type { SeedOutcome } from './worker.ts';

export interface SweepPlan {
  readonly subject: Subject;
  readonly first: number;
  readonly last: number;
  /** Goes on after the first broken seed. */
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
  /** Told how many seeds are over. */
  readonly onProgress: (seeds: number) => void;
}

export interface Broken {
  readonly seed: number;
  readonly breach: Breach;
  /** The thread was lost with it: there is nothing that could be shrunk or drawn. */
  readonly isLost: boolean;
}

export interface Apart {
  readonly seed: number;
  /** Keys whose copies differed or were missing. */
  readonly keys: number;
  readonly why: string;
}

/** Of all seeds from the first on until one broke, or to the last. */
export interface Swept {
  readonly seeds: number;
  readonly counts: Counts;
  readonly broken: readonly Broken[];
  /** Seeds at whose end copies were not equal. */
  readonly apart: readonly Apart[];
  /** In so many of them the faults went beyond what the engine claims to stand. */
  readonly beyond: number;
  readonly isInterrupted: boolean;
}

const SEEDS_PER_ORDER = 5;
/** Each of them costs a thread and all patience: an engine that always hangs would take for ever. */
const LOST_MAX = 3;

/** @throws {InputError} if the engine cannot be loaded, or refuses what is asked of it. */
export async function sweep(pool: TrialPool, plan: SweepPlan): Promise<Swept> {
  const { first, last, keepGoing, onProgress } = plan;
  const enough = new AbortController();
  const signal = AbortSignal.any([plan.signal, enough.signal]);
  const size = Math.min(SEEDS_PER_ORDER, Math.ceil((last - first + 1) / pool.threads));
  const ahead: Promise<Stretch>[] = [];
  const broken: Broken[] = [];
  const apart: Apart[] = [];
  let [seeds, beyond, counts, isInterrupted, from] = [0, 0, NO_COUNTS, false, first];
  try {
    for (;;) {
      for (; from <= last && ahead.length < 2 * pool.threads; from += size) {
        ahead.push(runStretch(pool, { ...plan, signal, first: from, last: Math.min(last, from + size - 1) }));
        // Told when its turn comes.
        ahead.at(-1)!.catch(() => {});
      }
      const stretch = await ahead.shift();
      if (stretch === undefined) break;
      for (const outcome of stretch.outcomes) {
        seeds++;
        if (outcome.isBeyond) beyond++;
        counts = sum(counts, outcome.counts);
        const { seed, breach, isLost, copies } = outcome;
        if (copies?.equal === false) apart.push({ seed, keys: copies.keys, why: copies.why });
        if (breach !== undefined) broken.push({ seed, breach, isLost });
        if (breach !== undefined && !keepGoing) break;
      }
      onProgress(seeds);
      isInterrupted = stretch.isInterrupted;
      const isOver = broken.length > 0 && !keepGoing;
      if (isOver || isInterrupted || broken.filter(({ isLost }) => isLost).length >= LOST_MAX) break;
    }
  } finally {
    enough.abort();
    await Promise.allSettled(ahead);
  }
  return { seeds, counts, broken, apart, beyond, isInterrupted };
}

type Outcome = SeedOutcome & { readonly isLost: boolean };

interface Stretch {
  readonly outcomes: readonly Outcome[];
  readonly isInterrupted: boolean;
}

/** In one thread, or in several if some are lost. */
async function runStretch(pool: TrialPool, { subject, first, last, keepGoing, signal }: SweepPlan): Promise<Stretch> {
  const outcomes: Outcome[] = [];
  const left: (Outcome | { readonly first: number; readonly last: number })[] = [{ first, last }];
  let losses = 0;
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    if ('seed' in next) outcomes.push(next);
    if ('seed' in next || next.first > next.last) continue;
    const came = await pool.run('runSeeds', { subject, ...next }, signal);
    if ('interrupted' in came) return { outcomes, isInterrupted: true };
    if ('value' in came) outcomes.push(...came.value.map((outcome) => ({ ...outcome, isLost: false })));
    if ('value' in came) continue;
    const seed = next.first + Math.max(0, came.inTrial - 1);
    const after = keepGoing && ++losses < LOST_MAX ? [{ first: seed + 1, last: next.last }] : [];
    // What the thread had found out by then is gone with it.
    left.unshift(
      { first: next.first, last: seed - 1 },
      { seed, breach: came.lost, counts: NO_COUNTS, copies: undefined, isBeyond: false, isLost: true },
      ...after,
    );
  }
  return { outcomes, isInterrupted: false };
}

function sum(a: Counts, b: Counts): Counts {
  const total = Object.entries(a).map(([name, value]: [string, number]) => [name, value + b[name as keyof Counts]]);
  return Object.fromEntries(total) as unknown as Counts;
}
