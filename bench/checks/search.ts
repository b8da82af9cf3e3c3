/**
 * The search checker: looks for an order of one key's operations that explains what they returned. For values that repeat,
 * deletes, appends, adds and failed swaps that told nothing.
 *
 * After Wing and Gong (1993): next comes any operation that began before every outstanding one ended. A configuration, that is the
 * operations done and the state behind them, is not gone on from twice (Lowe 2017); it is told relative to the first operation not
 * done, so nothing is carried past a quiescent point but the state. The search goes deep first, which finds most orders
 * soon; if that takes long it begins again with the configurations that spent the fewest optional writes, which is the
 * better way to show that there is no order. What need not be tried:
 * - an observer that fits the state goes first, since it changes nothing;
 * - an optional write is of use only right before an operation that hangs on the state;
 * - a state that is still to be seen is not left if nothing can bring it back;
 * - adds to a counter need no order where none of what could come next looks at it;
 * - of operations that do the same, the one that must end first goes first;
 * - a configuration leads no further than one that spent only some of its optional writes.
 */
import { UNSEEN } from './columns.ts';
import { IMPOSSIBLE, isBound, isGrowth, isObserver, type Step, type Steps } from './search-steps.ts';

export type SearchVerdict = 'linearizable' | 'not-linearizable' | 'unknown';

export interface Budget {
  /** How many configurations may be looked at; they are all remembered. */
  readonly configurationsMax: number;
  /** How many before the search begins again, thriftily; 50,000. */
  readonly deepMax?: number;
  /** Asked now and then: whether time is up. */
  readonly spent?: () => boolean;
}

const ASKED_EVERY = 256;

/** Which configuration is looked at next: the newest, or the newest of those that spent the fewest optional steps. */
type Order = 'deep' | 'thrifty';

/** What has been done on the way from the beginning. */
interface Configuration {
  readonly state: number;
  /** The first required step that is not done. */
  readonly first: number;
  /** From there on, 16 bits a character: what is done. */
  readonly required: string;
  /** The same for all optional steps, 32 bits a number. */
  readonly optional: Int32Array;
  readonly spent: number;
  /** What starts later has to wait, and is not done. */
  readonly latestStart: number;
}

/** One step to be taken from a configuration. */
interface Branch {
  readonly from: Configuration;
  readonly step: number;
}

export function search(steps: Steps, budget: Budget): SearchVerdict {
  const { configurationsMax, deepMax = 50_000 } = budget;
  const deep = { ...budget, configurationsMax: Math.min(deepMax, configurationsMax) };
  const found = new Search(steps).run('deep', deep);
  return found === 'unknown' ? new Search(steps).run('thrifty', budget) : found;
}

class Search {
  readonly #grow: Steps['grow'];
  readonly #initial: number;
  /** The required ones first. */
  readonly #steps: readonly Step[];
  readonly #requiredCount: number;
  readonly #listsWriters: boolean;
  readonly #commutes: boolean;
  /** By step: those that do the same have the same number. */
  readonly #effects: readonly number[];
  readonly #done: Uint8Array;
  /** The optional steps done, 32 bits a number, and how many they are. */
  readonly #optional: Int32Array;
  #spent = 0;
  /** The first required step that is not done. */
  #first = 0;
  /** The earliest end of what is required and not done, as of the last `#candidates`: what starts later must wait. */
  #latestStart = 0;
  /** Required steps not done that can stand behind some states only: without them any order will do. */
  #boundLeft = 0;
  /** By state: required steps not done that need it, and steps not done that write it. */
  readonly #seersLeft = new Map<number, number>();
  readonly #writersLeft = new Map<number, number>();
  /** By state and required steps done: what optional ones were done with them. */
  readonly #reached = new Map<string, Int32Array[]>();
  #reachedCount = 0;

  constructor({ grow, initial, required, optional, growsWhole, commutes }: Steps) {
    this.#grow = grow;
    this.#initial = initial;
    this.#steps = [...required, ...optional];
    this.#requiredCount = required.length;
    this.#listsWriters = !growsWhole;
    this.#commutes = commutes;
    this.#done = new Uint8Array(this.#steps.length);
    this.#optional = new Int32Array((optional.length + 31) >> 5);
    for (const step of this.#steps) this.#count(step, 1);
    const effects = new Map<string, number>();
    this.#effects = this.#steps.map(({ sees, writes, appends, adds }) => {
      const effect = `${sees} ${writes} ${appends} ${adds}`;
      const number = effects.get(effect) ?? effects.size;
      effects.set(effect, number);
      return number;
    });
  }

  run(order: Order, { configurationsMax, spent }: Budget): SearchVerdict {
    if (this.#lacksWriters()) return 'not-linearizable';
    /** By what they spend, if that matters. */
    const open: Branch[][] = [[]];
    let state: number | undefined = this.#initial;
    for (let round = 1; ; round++) {
      const branches = state === undefined ? [] : this.#enter(state);
      if (branches === 'explained') return 'linearizable';
      for (const branch of branches) {
        const spends = order === 'deep' ? 0 : branch.from.spent + (this.#steps[branch.step]!.optional ? 1 : 0);
        while (open.length <= spends) open.push([]);
        open[spends]!.push(branch);
      }
      const next = open.find((waiting) => waiting.length > 0)?.pop();
      if (next === undefined) return 'not-linearizable';
      if (this.#reachedCount > configurationsMax || (round % ASKED_EVERY === 0 && spent?.())) return 'unknown';
      state = this.#take(next);
    }
  }

  /** Returns to a configuration and takes a step; the state behind it, or undefined if that leads nowhere. */
  #take({ from, step }: Branch): number | undefined {
    this.#restore(from);
    const behind = this.#behind(this.#steps[step]!, from.state);
    if (!this.#steps[step]!.repeatable) this.#setDone(step, 1);
    return behind !== from.state && this.#isStillNeeded(from.state) ? undefined : behind;
  }

  /** Does what fits the state and changes nothing; then what can be done next, the most promising last. */
  #enter(state: number): Branch[] | 'explained' {
    let candidates: number[];
    let fitting: number[];
    do {
      candidates = this.#candidates();
      fitting = candidates.filter((i) => isObserver(this.#steps[i]!) && this.#behind(this.#steps[i]!, state) === state);
      for (const i of fitting) this.#setDone(i, 1);
    } while (fitting.length > 0);
    if (this.#boundLeft === 0) return 'explained';
    const from = this.#configuration(state);
    if (this.#isHopeless(from)) return [];
    return this.#worthTaking(candidates, state)
      .map((step) => ({ from, step }))
      .reverse();
  }

  /** What may come next: everything not done that began before all outstanding required steps ended; what ends first comes first. */
  #candidates(): number[] {
    const steps = this.#steps;
    const found: number[] = [];
    let latest = Number.POSITIVE_INFINITY;
    while (this.#done[this.#first] === 1 && this.#first < this.#requiredCount) this.#first++;
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

  /** Of candidates that do the same the first; an optional one only if something that hangs on the state can follow it. */
  #worthTaking(candidates: readonly number[], state: number): number[] {
    const different = new Map<number, number>();
    const needed = new Set<number>();
    let indifferent = 0;
    for (const i of candidates) {
      const step = this.#steps[i]!;
      if (!different.has(this.#effects[i]!)) different.set(this.#effects[i]!, i);
      if (step.sees !== UNSEEN) needed.add(step.sees);
      else if (step.unlike !== UNSEEN || isGrowth(step)) indifferent++;
    }
    // Nothing that could come next looks at the sum, and what looks later has to wait for the add that must end first.
    if (this.#commutes && needed.size === 0) return candidates.slice(0, 1);
    return [...different.values()].filter((i) => {
      const step = this.#steps[i]!;
      const behind = this.#behind(step, state);
      if (behind === IMPOSSIBLE) return false;
      return !step.optional || needed.has(behind) || indifferent > (isGrowth(step) ? 1 : 0);
    });
  }

  /** The state behind a step, or IMPOSSIBLE. */
  #behind(step: Step, state: number): number {
    const { sees, unlike, writes } = step;
    if (unlike === state || (sees !== UNSEEN && sees !== state)) return IMPOSSIBLE;
    if (isGrowth(step)) return this.#grow(state, step);
    return writes === UNSEEN ? state : writes;
  }

  #isStillNeeded(state: number): boolean {
    return this.#listsWriters && (this.#seersLeft.get(state) ?? 0) > 0 && (this.#writersLeft.get(state) ?? 0) === 0;
  }

  /** Whether something saw what cannot have come about at all. */
  #lacksWriters(): boolean {
    const grows = this.#steps.some(isGrowth);
    const canComeAbout = (state: number): boolean =>
      state !== IMPOSSIBLE && (grows || state === this.#initial || this.#writersLeft.has(state));
    const seen = [...this.#seersLeft.keys()];
    return seen.length > 0 && (this.#initial === IMPOSSIBLE || !seen.every(canComeAbout));
  }

  #setDone(i: number, done: 0 | 1): void {
    if (this.#done[i] === done) return;
    this.#done[i] = done;
    const by = done === 1 ? -1 : 1;
    this.#count(this.#steps[i]!, by);
    const bit = i - this.#requiredCount;
    if (bit < 0) return;
    this.#optional[bit >> 5]! ^= 1 << (bit & 31);
    this.#spent -= by;
  }

  #count(step: Step, by: number): void {
    const { sees, writes } = step;
    if (!step.optional && isBound(step)) this.#boundLeft += by;
    if (!step.optional && sees !== UNSEEN) this.#seersLeft.set(sees, (this.#seersLeft.get(sees) ?? 0) + by);
    if (writes !== UNSEEN) this.#writersLeft.set(writes, (this.#writersLeft.get(writes) ?? 0) + by);
  }

  /** Whether this configuration, or one that spent less, was reached before; it is remembered if not. */
  #isHopeless({ state, first, required, optional }: Configuration): boolean {
    const place = String.fromCharCode(state >> 16, state, first >> 16, first) + required;
    const before = this.#reached.get(place) ?? [];
    if (before.some((fewer) => isSubset(fewer, optional))) return true;
    if (before.length === 0) this.#reached.set(place, before);
    before.push(optional);
    this.#reachedCount++;
    return false;
  }

  #configuration(state: number): Configuration {
    const first = this.#first;
    let required = '';
    // All that are done began before the latest start.
    for (let i = first; i < this.#requiredCount && this.#steps[i]!.start <= this.#latestStart; i += 16) {
      let bits = 0;
      for (let bit = 0; bit < 16 && i + bit < this.#requiredCount; bit++) bits |= this.#done[i + bit]! << bit;
      required += String.fromCharCode(bits);
    }
    const latestStart = this.#latestStart;
    return { state, first, required, optional: this.#optional.slice(), spent: this.#spent, latestStart };
  }

  #restore({ first, required, optional, latestStart }: Configuration): void {
    for (let i = this.#first; i < first; i++) this.#setDone(i, 1);
    // Behind the windows of both configurations nothing is done.
    const told = first + required.length * 16;
    for (let i = first; i < this.#requiredCount && (i < told || this.#steps[i]!.start <= this.#latestStart); i++) {
      const bits = i < told ? required.charCodeAt((i - first) >> 4) : 0;
      this.#setDone(i, ((bits >> ((i - first) & 15)) & 1) as 0 | 1);
    }
    for (let word = 0; word < optional.length; word++) {
      for (let differs = this.#optional[word]! ^ optional[word]!; differs !== 0; differs &= differs - 1) {
        const bit = 31 - Math.clz32(differs & -differs);
        this.#setDone(this.#requiredCount + word * 32 + bit, ((optional[word]! >> bit) & 1) as 0 | 1);
      }
    }
    this.#first = first;
    this.#latestStart = latestStart;
  }
}

/** Whether all bits of one are set in the other. */
function isSubset(one: Int32Array, other: Int32Array): boolean {
  for (let i = 0; i < one.length; i++) if ((one[i]! & ~other[i]!) !== 0) return false;
  return true;
}
