/**
 * Shrinks a failing random trial to one that a person can read: the fewest faults, nodes and clients, the plainest
 * surroundings and the shortest time with which the same property still breaks. Each attempt is a trial of its own.
 */
import type { AnyEngine } from '../../engines/api.ts';
import { PLAIN, type Plain, type RandomTrial } from './request.ts';
import { type RandomVerdict, runRandomTrial } from './trial.ts';

export interface Shrunk {
  readonly trial: RandomTrial;
  readonly verdict: RandomVerdict;
  /** How many trials it took. */
  readonly runs: number;
}

const RUNS_MAX = 300;
/** Fewer replicate nothing. */
const NODES_MIN = 2;
/** Of the time that is left. */
const TIME_SHARES = [0.25, 0.5, 0.75, 1];
/** A trial as short as this needs not be shorter. */
const TIME_MIN_MS = 100;

export interface ShrinkLimits {
  /** Trials. */
  readonly runsMax?: number;
  /** Told when one begins. */
  readonly onRun?: () => void;
}

/** `verdict` is the trial's, and has a breach. The same trial always shrinks to the same one. */
export function shrink(
  engine: AnyEngine,
  trial: RandomTrial,
  verdict: RandomVerdict,
  limits: ShrinkLimits = {},
): Shrunk {
  const shrinker = new Shrinker(engine, trial, verdict, limits);
  // What has become less in one respect lets more be left out in another.
  for (let before = -1; before !== shrinker.successes; ) {
    before = shrinker.successes;
    shrinker.shorten();
    shrinker.dropFaults();
    shrinker.dropNodes();
    shrinker.makePlain();
    shrinker.dropClients();
  }
  return { trial: shrinker.trial, verdict: shrinker.verdict, runs: shrinker.runs };
}

class Shrinker {
  readonly #engine: AnyEngine;
  readonly #property: string;
  readonly #runsMax: number;
  readonly #onRun: () => void;
  trial: RandomTrial;
  verdict: RandomVerdict;
  runs = 0;
  successes = 0;

  constructor(engine: AnyEngine, trial: RandomTrial, verdict: RandomVerdict, limits: ShrinkLimits) {
    this.#engine = engine;
    this.#property = verdict.breach!.property;
    this.#runsMax = limits.runsMax ?? RUNS_MAX;
    this.#onRun = limits.onRun ?? (() => {});
    this.trial = { ...trial, only: verdict.happened };
    this.verdict = verdict;
  }

  /** Keeps the change if the property still breaks. */
  #attempt(change: Partial<RandomTrial>, isBetter: (verdict: RandomVerdict) => boolean = () => true): boolean {
    if (this.runs >= this.#runsMax) return false;
    this.runs++;
    this.#onRun();
    const verdict = this.#run({ ...this.trial, ...change });
    if (verdict?.breach?.property !== this.#property || !isBetter(verdict)) return false;
    this.successes++;
    this.verdict = verdict;
    this.trial = { ...this.trial, ...change, only: verdict.happened };
    return true;
  }

  /** Undefined: the engine refuses these surroundings. */
  #run(trial: RandomTrial): RandomVerdict | undefined {
    try {
      return runRandomTrial(this.#engine, trial);
    } catch {
      return undefined;
    }
  }

  /** By halves, quarters and so on down to single faults, and these until none can be spared any more. */
  dropFaults(): void {
    let size = this.verdict.happened.length;
    while (size >= 1) {
      const before = this.verdict.happened.length;
      for (let from = 0; from < this.verdict.happened.length; ) {
        const { happened } = this.verdict;
        if (!this.#attempt({ only: [...happened.slice(0, from), ...happened.slice(from + size)] })) from += size;
      }
      if (size > 1) size = (size + 1) >> 1;
      else if (this.verdict.happened.length === before) return;
    }
  }

  dropNodes(): void {
    // A plan may name nodes.
    if (this.trial.steps !== undefined || this.trial.plan !== undefined) return;
    const { members } = this.verdict.environment;
    for (let nodes = NODES_MIN; nodes < members.length; nodes++) if (this.#attempt({ nodes })) return;
  }

  makePlain(): void {
    const left = PLAIN.filter((what) => !this.trial.plain?.includes(what));
    const makePlain = (more: readonly Plain[]): boolean =>
      this.#attempt({ plain: [...(this.trial.plain ?? []), ...more] });
    if (left.length === 0 || makePlain(left)) return;
    if (left.length > 1) for (const what of left) makePlain([what]);
  }

  dropClients(): void {
    const { habits } = this.verdict.environment;
    for (let clients = 1; clients < habits.clients; clients++) if (this.#attempt({ clients })) return;
  }

  /** Nothing that happens after the breach matters; one that shows only when all is quiet may have come about early. */
  shorten(): void {
    const { safetyMs = this.verdict.environment.safetyMs } = this.trial;
    const { atMs } = this.verdict;
    const lengthMs = Math.min(safetyMs, Math.ceil(atMs));
    const lengths = TIME_SHARES.map((share) => Math.ceil(share * lengthMs));
    const isShorter = lengths.some(
      (shorterMs) =>
        shorterMs < safetyMs &&
        shorterMs >= TIME_MIN_MS &&
        // Or else something is left to the phases that follow.
        this.#attempt({ safetyMs: shorterMs }, (verdict) => verdict.atMs <= atMs),
    );
    if (isShorter) this.shorten();
  }
}
