/**
 * The search checker: looks for an order of one key's operations that explains what they returned. For values that repeat,
 * deletes, appends and failed swaps that told nothing.
 *
 * Depth first, after Wing and Gong (1993): next comes any operation that began before every outstanding one ended. What
 * was reached once, the same operations done with the same state behind them, is not tried again (Lowe 2017); it is written relative to the
 * first operation not done, so nothing is carried past a quiescent point but the state. What need not be tried:
 * - an observer that fits the state goes first, since it changes nothing;
 * - a write that need not have happened is of use only right before an operation that hangs on the state;
 * - a state that is still to be seen is not left if nothing can bring it back.
 */
import { UNSEEN } from './columns.ts';
import { IMPOSSIBLE, isBound, isDependent, isObserver, type Step, type Steps } from './search-steps.ts';

export type SearchVerdict = 'linearizable' | 'not-linearizable' | 'unknown';

export interface Budget {
  /** How many configurations may be looked at; they are all remembered. */
  readonly configurationsMax: number;
  /** Asked now and then: whether time is up. */
  readonly spent?: () => boolean;
}

const ASKED_EVERY = 256;

/** A configuration on the way from the first to the present one. */
interface Frame {
  readonly state: number;
  readonly first: number;
  readonly trailLength: number;
  readonly candidates: readonly number[];
  next: number;
}

export function search(steps: Steps, budget: Budget): SearchVerdict {
  return new Search(steps).run(budget);
}

class Search {
  readonly #grow: Steps['grow'];
  readonly #initial: number;
  /** The required ones first. */
  readonly #steps: readonly Step[];
  readonly #requiredCount: number;
  readonly #listsWriters: boolean;
  readonly #done: Uint8Array;
  /** What is done, in order. */
  readonly #trail: number[] = [];
  /** The first required step that is not done. */
  #first = 0;
  /** The earliest end of what is required and not done, as of the last `#candidates`: what starts later must wait. */
  #latestStart = 0;
  /** Required steps not done that can stand behind some states only: without them any order will do. */
  #boundLeft = 0;
  /** By state: required steps not done that need it, and steps not done that write it. */
  readonly #seersLeft = new Map<number, number>();
  readonly #writersLeft = new Map<number, number>();
  readonly #reached = new Set<string>();

  constructor({ grow, initial, required, optional, growsWhole }: Steps) {
    this.#grow = grow;
    this.#initial = initial;
    this.#steps = [...required, ...optional];
    this.#requiredCount = required.length;
    this.#listsWriters = !growsWhole;
    this.#done = new Uint8Array(this.#steps.length);
    for (const step of this.#steps) this.#count(step, 1);
  }

  run({ configurationsMax, spent }: Budget): SearchVerdict {
    if (this.#lacksWriters()) return 'not-linearizable';
    const frames: Frame[] = [];
    let entered = this.#enter(this.#initial);
    for (let round = 1; ; round++) {
      if (entered === 'explained') return 'linearizable';
      if (entered !== 'dead end') frames.push(entered);
      const frame = frames.at(-1);
      if (frame === undefined) return 'not-linearizable';
      if (this.#reached.size > configurationsMax || (round % ASKED_EVERY === 0 && spent?.())) return 'unknown';

      this.#undoTo(frame);
      const candidate = frame.candidates[frame.next++];
      if (candidate === undefined) frames.pop();
      entered = candidate === undefined ? 'dead end' : this.#take(candidate, frame.state);
    }
  }

  /** Does one operation, and whatever then fits the state that it leaves behind. */
  #take(candidate: number, state: number): Frame | 'explained' | 'dead end' {
    const behind = this.#behind(this.#steps[candidate]!, state);
    this.#finish(candidate);
    if (behind !== state && this.#isStillNeeded(state)) return 'dead end';
    return this.#enter(behind);
  }

  #enter(state: number): Frame | 'explained' | 'dead end' {
    let candidates: number[];
    let fitting: number[];
    do {
      candidates = this.#candidates();
      fitting = candidates.filter((i) => isObserver(this.#steps[i]!) && this.#behind(this.#steps[i]!, state) === state);
      for (const i of fitting) this.#finish(i);
    } while (fitting.length > 0);
    if (this.#boundLeft === 0) return 'explained';

    const configuration = this.#configuration(state);
    if (this.#reached.has(configuration)) return 'dead end';
    this.#reached.add(configuration);
    return {
      state,
      first: this.#first,
      trailLength: this.#trail.length,
      candidates: candidates.filter((i) => this.#isWorthTaking(i, state, candidates)),
      next: 0,
    };
  }

  /** What can come next: everything not done that began before all outstanding required steps ended, those that end first in front. */
  #candidates(): number[] {
    const steps = this.#steps;
    const found: number[] = [];
    let latest = Number.POSITIVE_INFINITY;
    for (let i = this.#first; i < this.#requiredCount && steps[i]!.start <= latest; i++) {
      if (this.#done[i] === 1) continue;
      latest = Math.min(latest, steps[i]!.end);
      found.push(i);
    }
    this.#latestStart = latest;
    found.sort((a, b) => steps[a]!.end - steps[b]!.end);
    for (let i = this.#requiredCount; i < steps.length && steps[i]!.start <= latest; i++) {
      if (this.#done[i] === 0) found.push(i);
    }
    return found;
  }

  #isWorthTaking(candidate: number, state: number, candidates: readonly number[]): boolean {
    const step = this.#steps[candidate]!;
    const behind = this.#behind(step, state);
    if (behind === IMPOSSIBLE) return false;
    if (!step.optional) return true;
    return candidates.some((other) => {
      const follower = this.#steps[other]!;
      return other !== candidate && isDependent(follower) && this.#behind(follower, behind) !== IMPOSSIBLE;
    });
  }

  /** The state behind a step, or IMPOSSIBLE. */
  #behind({ sees, unlike, writes, appends }: Step, state: number): number {
    if (unlike === state || (sees !== UNSEEN && sees !== state)) return IMPOSSIBLE;
    if (appends !== UNSEEN) return this.#grow(state, appends);
    return writes === UNSEEN ? state : writes;
  }

  #isStillNeeded(state: number): boolean {
    return this.#listsWriters && (this.#seersLeft.get(state) ?? 0) > 0 && (this.#writersLeft.get(state) ?? 0) === 0;
  }

  /** Whether something saw what cannot have come about at all. */
  #lacksWriters(): boolean {
    const grows = this.#steps.some(({ appends }) => appends !== UNSEEN);
    for (const state of this.#seersLeft.keys()) {
      if (
        state === IMPOSSIBLE ||
        this.#initial === IMPOSSIBLE ||
        (!grows && state !== this.#initial && !this.#writersLeft.has(state))
      )
        return true;
    }
    return false;
  }

  #finish(i: number): void {
    this.#done[i] = 1;
    this.#trail.push(i);
    this.#count(this.#steps[i]!, -1);
    while (this.#first < this.#requiredCount && this.#done[this.#first] === 1) this.#first++;
  }

  #undoTo({ trailLength, first }: Frame): void {
    while (this.#trail.length > trailLength) {
      const i = this.#trail.pop()!;
      this.#done[i] = 0;
      this.#count(this.#steps[i]!, 1);
    }
    this.#first = first;
  }

  #count(step: Step, by: number): void {
    const { sees, writes } = step;
    if (!step.optional && isBound(step)) this.#boundLeft += by;
    if (!step.optional && sees !== UNSEEN) this.#seersLeft.set(sees, (this.#seersLeft.get(sees) ?? 0) + by);
    if (writes !== UNSEEN) this.#writersLeft.set(writes, (this.#writersLeft.get(writes) ?? 0) + by);
  }

  /** The state and what is done, as a text: one bit a step behind the first that is not done. */
  #configuration(state: number): string {
    const required = this.#bits(this.#first, this.#requiredCount);
    const optional = this.#bits(this.#requiredCount, this.#steps.length);
    const head = String.fromCharCode(state >> 16, state, this.#first >> 16, this.#first, required.length);
    return head + required + optional;
  }

  /** All steps that are done began before `#latestStart`, so bits behind it need not be told. */
  #bits(from: number, to: number): string {
    let text = '';
    let bits = 0;
    let count = 0;
    for (let i = from; i < to && this.#steps[i]!.start <= this.#latestStart; i++) {
      bits = (bits << 1) | this.#done[i]!;
      if (++count % 16 === 0) {
        text += String.fromCharCode(bits);
        bits = 0;
      }
    }
    return count % 16 === 0 ? text : text + String.fromCharCode(bits);
  }
}
