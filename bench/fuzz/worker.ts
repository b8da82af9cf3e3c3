/**
 * What is done in a thread of the pool: engines of others may loop for ever, exit or eat all memory there. Of each trial that
 * begins the thread that waits is told, so that it knows which one does not end.
 */

import { InputError } from '../input.ts';
import { loadEngine } from '../runtimes/host/load-engine.ts';
import type { TraceEvent } from '../runtimes/simulation/trace.ts';
import type { Breach, Counts } from './demands.ts';
import { type Picture, picture } from './picture.ts';
import type { RandomTrial, Subject } from './request.ts';
import { type Shrunk, shrink } from './shrink.ts';
import { type CopiesAtTheEnd, type RandomVerdict, runRandomTrial } from './trial.ts';

/** With each order: how many trials have begun, and one more, since loading the engine comes first. */
export interface Watched {
  readonly beats: Int32Array;
}

export interface SeedsOrder {
  readonly subject: Subject;
  readonly first: number;
  readonly last: number;
}

export interface SeedOutcome {
  readonly seed: number;
  readonly breach: Breach | undefined;
  readonly counts: Counts;
  readonly copies: CopiesAtTheEnd;
  readonly isBeyond: boolean;
}

export interface TrialOrder {
  readonly module: string;
  readonly trial: RandomTrial;
}

/** What a thread answers: a user's mistake is no error, but a sentence. */
export type Answer<Value> = { readonly value: Value } | { readonly problem: string };

// What an engine prints would get between the lines of the report, and what ends its thread would look like a mystery.
process.stdout.write = () => true;
process.stderr.write = () => true;
process.exit = () => {
  throw new Error('the engine ended its process');
};

const beat = ({ beats }: Watched): void => void Atomics.add(beats, 0, 1);

async function answer<Value>(work: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}

export function runSeeds({ subject, first, last, ...watched }: SeedsOrder & Watched): Promise<Answer<SeedOutcome[]>> {
  return answer(async () => {
    beat(watched);
    const engine = await loadEngine(subject.module);
    const outcomes: SeedOutcome[] = [];
    for (let seed = first; seed <= last; seed++) {
      beat(watched);
      const { breach, counts, copies, isBeyond } = runRandomTrial(engine, { ...subject.trial, seed });
      outcomes.push({ seed, breach, counts, copies, isBeyond });
    }
    return outcomes;
  });
}

export interface ShrunkTrial extends Shrunk {
  /** How many had happened before. */
  readonly faults: number;
}

/** Of a trial that fails. */
export function shrinkTrial({ module, trial, ...watched }: TrialOrder & Watched): Promise<Answer<ShrunkTrial>> {
  return answer(async () => {
    beat(watched);
    const engine = await loadEngine(module);
    beat(watched);
    const failed = runRandomTrial(engine, trial);
    return { ...shrink(engine, trial, failed, { onRun: () => beat(watched) }), faults: failed.happened.length };
  });
}

export interface Retraced {
  readonly verdict: RandomVerdict;
  readonly picture: Picture;
}

/** Once again, and drawn. */
export function retrace({
  module,
  trial,
  title,
  ...watched
}: TrialOrder & Watched & { readonly title: string }): Promise<Answer<Retraced>> {
  return answer(async () => {
    beat(watched);
    const engine = await loadEngine(module);
    beat(watched);
    const trace: TraceEvent[] = [];
    const verdict = runRandomTrial(engine, trial, (event) => trace.push(event));
    return { verdict, picture: picture(trace, verdict, title) };
  });
}
