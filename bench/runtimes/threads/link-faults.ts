/** The faults on the links of one thread: the rules that are on the board, and what they make of the frames that arrive. */
import { Random } from '../../random.ts';
import { copiesUs, type LinkRule } from './link-rules.ts';
import type { SharedText } from './shared-text.ts';

/** Neighbours of one frame that are equally late. */
export interface Run {
  readonly items: readonly unknown[];
  /** `HELD`: until the rules change. */
  readonly lateUs: number;
}

const NO_RULES: readonly LinkRule[] = [];

export class LinkFaults {
  readonly #posted: SharedText;
  readonly #seed: string;
  #version = 0;
  #rules = new Map<string, LinkRule[]>();
  /** What each link draws from, whatever faults come and go. */
  readonly #draws = new Map<string, Random>();

  constructor(posted: SharedText, seed: string) {
    this.#posted = posted;
    this.#seed = seed;
  }

  /** Looks at the board; returns whether the rules have changed since the last look. */
  look(): boolean {
    if (this.#posted.version() === this.#version) return false;
    const { version, text } = this.#posted.read();
    this.#version = version;
    this.#rules = new Map();
    for (const rule of JSON.parse(text) as readonly LinkRule[]) {
      const link = nameOf(rule.from, rule.to);
      const others = this.#rules.get(link);
      if (others === undefined) this.#rules.set(link, [rule]);
      else others.push(rule);
    }
    return true;
  }

  /** Whether there is any fault on any link, as of the last look. */
  get any(): boolean {
    return this.#rules.size > 0;
  }

  on(from: number, to: number): readonly LinkRule[] {
    return this.#rules.get(nameOf(from, to)) ?? NO_RULES;
  }

  /** What becomes of items that arrive together. A delay of everything leaves them together, and costs little. */
  runs(from: number, to: number, items: readonly unknown[]): Run[] {
    const rules = this.on(from, to);
    if (rules.length === 0) return [{ items, lateUs: 0 }];
    const random = this.#drawsOn(from, to);
    const runs: { readonly items: unknown[]; readonly lateUs: number }[] = [];
    const put = (item: unknown, lateUs: number): void => {
      const last = runs.at(-1);
      if (last?.lateUs === lateUs) last.items.push(item);
      else runs.push({ items: [item], lateUs });
    };
    for (const item of items) {
      const [lateUs, ...more] = copiesUs(rules, item, random);
      if (lateUs !== undefined) put(item, lateUs);
      // Messages are values: what an engine does to one copy must not be seen in another.
      for (const copyUs of more) put(structuredClone(item), copyUs);
    }
    return runs;
  }

  #drawsOn(from: number, to: number): Random {
    const link = nameOf(from, to);
    let random = this.#draws.get(link);
    if (random === undefined) {
      random = new Random(`${this.#seed}/${link}`);
      this.#draws.set(link, random);
    }
    return random;
  }
}

const nameOf = (from: number, to: number): string => `${from}>${to}`;
