/**
 * One member after the other is probed, one in each period, going round in a shuffled order: so everyone is probed within two rounds,
 * and not just with high probability (Das, Gupta, Motivala 2002, section 4.3). No answer in time: some others are asked to
 * probe the same one. No answer by the period's end: the member is silent.
 */
import type { NodeId } from '../../api.ts';
import type { Health } from './health.ts';
import type { SwimOptions } from './options.ts';

export interface ProbingWorld {
  random(): number;
  isDead(node: NodeId): boolean;
  /** Some members that are not believed dead. */
  helpers(count: number, except: NodeId): NodeId[];
  ping(to: NodeId, probe: number): void;
  ask(helper: NodeId, probe: number, target: NodeId): void;
  /** The member has not answered, neither this member nor the helpers. */
  silent(node: NodeId): void;
}

interface Probe {
  readonly number: number;
  readonly target: NodeId;
  readonly timeoutAtMs: number;
  asked: boolean;
  /** Helpers who have neither passed on an answer nor said that there is none. */
  unheard: number;
  helpers: number;
}

export class Probing {
  readonly #options: SwimOptions;
  readonly #health: Health;
  readonly #world: ProbingWorld;
  /** This round's order: those before `#next` have been probed. */
  readonly #order: NodeId[];
  #next = 0;
  #numbers = 0;
  #probe: Probe | undefined;
  #periodEndsAtMs: number;

  constructor(others: readonly NodeId[], options: SwimOptions, health: Health, world: ProbingWorld, nowMs: number) {
    this.#options = options;
    this.#health = health;
    this.#world = world;
    this.#order = [...others];
    // A random phase, so that members which start together do not probe in step.
    this.#periodEndsAtMs = nowMs + options.probeMs * world.random();
  }

  get dueMs(): number {
    const probe = this.#probe;
    return probe === undefined || probe.asked
      ? this.#periodEndsAtMs
      : Math.min(this.#periodEndsAtMs, probe.timeoutAtMs);
  }

  /** For a probe outside the rounds: a number that no other probe of this life has. */
  number(): number {
    return ++this.#numbers;
  }

  tick(nowMs: number): void {
    const probe = this.#probe;
    if (probe !== undefined && !probe.asked && nowMs >= probe.timeoutAtMs) this.#askOthers(probe);
    if (nowMs < this.#periodEndsAtMs) return;
    if (this.#probe !== undefined) this.#fail(this.#probe);
    this.#begin(nowMs);
  }

  answered(number: number): void {
    if (this.#probe?.number !== number) return;
    this.#probe = undefined;
    this.#health.lower();
  }

  /** A helper says that the target is silent for it too. */
  nacked(number: number): void {
    if (this.#probe?.number === number && this.#probe.unheard > 0) this.#probe.unheard--;
  }

  /** Draws no conclusion from the probe under way, and begins the next one now if that is due. */
  letGo(nowMs: number): void {
    this.#probe = undefined;
    this.#periodEndsAtMs = Math.max(this.#periodEndsAtMs, nowMs);
  }

  #begin(nowMs: number): void {
    this.#probe = undefined;
    this.#periodEndsAtMs = nowMs + this.#health.stretched(this.#options.probeMs);
    const target = this.#nextTarget();
    if (target === undefined) return;
    const timeoutAtMs = nowMs + this.#health.stretched(this.#options.probeTimeoutMs);
    const probe = { number: this.number(), target, timeoutAtMs, asked: false, unheard: 0, helpers: 0 };
    this.#probe = probe;
    this.#world.ping(target, probe.number);
  }

  /** The rest of the round is shuffled as it is walked: no step costs more than another. */
  #nextTarget(): NodeId | undefined {
    if (this.#next === this.#order.length) this.#next = 0;
    const drawn = this.#next + Math.floor(this.#world.random() * (this.#order.length - this.#next));
    const target = this.#order[drawn];
    if (target === undefined) return undefined;
    this.#order[drawn] = this.#order[this.#next]!;
    this.#order[this.#next++] = target;
    return target;
  }

  #askOthers(probe: Probe): void {
    probe.asked = true;
    // Whoever is believed dead is probed only to find out that it is back: its own answer is awaited, no one else's.
    if (this.#world.isDead(probe.target)) return;
    const helpers = this.#world.helpers(this.#options.indirectProbes, probe.target);
    probe.helpers = helpers.length;
    probe.unheard = helpers.length;
    for (const helper of helpers) this.#world.ask(helper, probe.number, probe.target);
  }

  /**
   * Helpers that say nothing at all speak against this member, not against the target. Without helpers there is only the
   * failure itself to go by.
   */
  #fail({ target, helpers, unheard }: Probe): void {
    if (this.#world.isDead(target)) return;
    this.#health.raise(helpers === 0 ? 1 : unheard);
    this.#world.silent(target);
  }
}
