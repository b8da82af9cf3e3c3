/**
 * SWIM: gossip membership with failure detection at a constant cost a member (Das, Gupta, Motivala 2002).
 *
 * Every `probeMs` a member probes one other, going round in a shuffled order. No answer within `probeTimeoutMs`: it asks
 * `indirectProbes` others to probe the same one. No answer by the period's end: the member is suspect, and dead after a further
 * `suspicionMs` unless it contradicts. Suspicions, deaths and contradictions travel with the probes.
 *
 * Three additions to the paper:
 * - A probe tells its target what the prober believes of it, and dead members are still probed. Otherwise two members that
 *   hold each other dead stay so for ever, once the rumour that accused them has been told often enough.
 * - A member that finds its own clock tick late has been asleep: it blames itself, lets the probe under way go, and
 *   gives its suspects that time again (the idea of Lifeguard's self-distrust).
 * - A connection that is seen to close proves a death without waiting, and one that opens is probed at once.
 *
 * The component has no timer of its own: call `tick` when it said, and hand it every `SwimMessage`.
 */
import type { NodeId } from '../../api.ts';
import { overrides, RumourMill } from './beliefs.ts';
import type { Belief, Rumours, Status, SwimMessage } from './messages.ts';

export interface SwimOptions {
  /** Time between two probes, in ms. A dead member is found after about (members − 1) × this in the worst case. */
  readonly probeMs: number;
  /** Wait for a direct answer before others are asked, in ms; at most half of `probeMs` leaves the others time. */
  readonly probeTimeoutMs: number;
  /** How many others are asked. */
  readonly indirectProbes: number;
  /** How long a suspect may contradict, in ms. Raising it costs detection time and saves slow members from being called dead. */
  readonly suspicionMs: number;
}

/** What the component needs of whoever uses it. */
export interface SwimWorld {
  /** Monotonic, ms. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  send(to: NodeId, message: SwimMessage): void;
  /** What is believed of a member has changed its status. */
  changed(node: NodeId, status: Status, before: Status): void;
}

const RUMOURS_PER_MESSAGE = 8;

interface Other {
  belief: Belief;
  /** When a suspect will be called dead; ms. */
  deadlineMs: number;
}

interface Probe {
  readonly number: number;
  readonly target: NodeId;
  readonly timeoutAtMs: number;
  asked: boolean;
}

/** A probe made for another member. */
interface Errand {
  readonly for: NodeId;
  readonly probe: number;
  readonly expiresAtMs: number;
}

export class Swim {
  readonly #self: NodeId;
  readonly #options: SwimOptions;
  readonly #world: SwimWorld;
  readonly #others = new Map<NodeId, Other>();
  readonly #mill: RumourMill;
  readonly #errands = new Map<number, Errand>();
  #incarnation: number;
  #round: NodeId[] = [];
  #probes = 0;
  #probe: Probe | undefined;
  #periodEndsAtMs: number;
  #expectedTickAtMs: number;

  /**
   * `incarnation` must be above every one of this member's former lives, or the first messages are spent on clearing
   * its name. Greets every other member at once.
   */
  constructor(self: NodeId, nodes: readonly NodeId[], incarnation: number, options: SwimOptions, world: SwimWorld) {
    this.#self = self;
    this.#options = options;
    this.#world = world;
    this.#incarnation = incarnation;
    for (const node of nodes) {
      if (node !== self) this.#others.set(node, { belief: { status: 'alive', incarnation: 0 }, deadlineMs: 0 });
    }
    this.#mill = new RumourMill(nodes.length);
    this.#mill.spread(self, { status: 'alive', incarnation });
    const now = world.now();
    // A random phase, so that members which start together do not probe in step.
    this.#periodEndsAtMs = now + options.probeMs * world.random();
    this.#expectedTickAtMs = this.#periodEndsAtMs;
    for (const node of this.#others.keys()) this.#ping(node, ++this.#probes);
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  statusOf(node: NodeId): Status {
    return this.#others.get(node)?.belief.status ?? 'alive';
  }

  beliefOf(node: NodeId): Belief {
    return this.#others.get(node)?.belief ?? { status: 'alive', incarnation: this.#incarnation };
  }

  /** Does what is due and returns after how many ms to call again. */
  tick(): number {
    const now = this.#world.now();
    const lateMs = now - this.#expectedTickAtMs;
    if (lateMs > this.#options.probeTimeoutMs) this.#forgive(lateMs, now);
    if (this.#probe !== undefined && !this.#probe.asked && now >= this.#probe.timeoutAtMs) this.#askOthers(this.#probe);
    if (now >= this.#periodEndsAtMs) this.#nextPeriod(now);
    for (const [node, other] of this.#others) {
      if (other.belief.status === 'suspect' && now >= other.deadlineMs) {
        this.#hear(node, { status: 'dead', incarnation: other.belief.incarnation });
      }
    }
    for (const [number, errand] of this.#errands) {
      if (now >= errand.expiresAtMs) this.#errands.delete(number);
    }
    this.#expectedTickAtMs = this.#nextDueMs();
    return Math.max(0, this.#expectedTickAtMs - now);
  }

  onMessage(from: NodeId, message: SwimMessage): void {
    if (message.type === 'swim-ask') {
      const number = ++this.#probes;
      this.#errands.set(number, {
        for: from,
        probe: message.probe,
        expiresAtMs: this.#world.now() + 2 * this.#options.probeMs,
      });
      this.#ping(message.target, number, message.you);
      return;
    }
    this.#hearAll(message.rumours);
    if (message.type === 'swim-ping') {
      this.#hear(this.#self, message.you);
      this.#hear(from, { status: 'alive', incarnation: message.me });
      this.#ack(from, message.probe, this.#self, this.#incarnation);
      return;
    }
    this.#hear(message.of, { status: 'alive', incarnation: message.incarnation });
    if (message.probe === this.#probe?.number) this.#probe = undefined;
    const errand = this.#errands.get(message.probe);
    if (errand !== undefined && message.of === from) {
      this.#errands.delete(message.probe);
      this.#ack(errand.for, errand.probe, message.of, message.incarnation);
    }
  }

  /** The member's process is seen to have ended: it is dead in the incarnation known. */
  linkDown(node: NodeId): void {
    const other = this.#others.get(node);
    if (other !== undefined) this.#hear(node, { status: 'dead', incarnation: other.belief.incarnation });
  }

  /** The member's process is back: its answer will bring its new incarnation. */
  linkUp(node: NodeId): void {
    if (this.#others.has(node)) this.#ping(node, ++this.#probes);
  }

  #nextDueMs(): number {
    let due = this.#periodEndsAtMs;
    if (this.#probe !== undefined && !this.#probe.asked) due = Math.min(due, this.#probe.timeoutAtMs);
    for (const other of this.#others.values()) {
      if (other.belief.status === 'suspect') due = Math.min(due, other.deadlineMs);
    }
    return due;
  }

  #forgive(lateMs: number, now: number): void {
    this.#probe = undefined;
    this.#periodEndsAtMs = Math.max(this.#periodEndsAtMs, now);
    for (const other of this.#others.values()) other.deadlineMs += lateMs;
  }

  #nextPeriod(now: number): void {
    const silent = this.#probe?.target;
    if (silent !== undefined) {
      const { belief } = this.#others.get(silent)!;
      if (belief.status === 'alive') this.#hear(silent, { status: 'suspect', incarnation: belief.incarnation });
    }
    this.#probe = undefined;
    this.#periodEndsAtMs = now + this.#options.probeMs;
    const target = this.#nextTarget();
    if (target === undefined) return;
    const number = ++this.#probes;
    this.#probe = { number, target, timeoutAtMs: now + this.#options.probeTimeoutMs, asked: false };
    this.#ping(target, number);
  }

  #nextTarget(): NodeId | undefined {
    if (this.#round.length === 0) this.#round = this.#shuffled([...this.#others.keys()]);
    return this.#round.pop();
  }

  #shuffled(nodes: NodeId[]): NodeId[] {
    for (let i = nodes.length - 1; i > 0; i--) {
      const j = Math.floor(this.#world.random() * (i + 1));
      [nodes[i], nodes[j]] = [nodes[j]!, nodes[i]!];
    }
    return nodes;
  }

  #askOthers(probe: Probe): void {
    probe.asked = true;
    const you = this.#others.get(probe.target)!.belief;
    if (you.status === 'dead') return;
    const helpers = [...this.#others].filter(([node, { belief }]) => node !== probe.target && belief.status !== 'dead');
    for (const node of this.#shuffled(helpers.map(([node]) => node)).slice(0, this.#options.indirectProbes)) {
      this.#world.send(node, { type: 'swim-ask', probe: probe.number, target: probe.target, you });
    }
  }

  #ping(to: NodeId, probe: number, you: Belief = this.beliefOf(to)): void {
    const rumours = this.#mill.take(RUMOURS_PER_MESSAGE);
    this.#world.send(to, { type: 'swim-ping', probe, me: this.#incarnation, you, rumours });
  }

  #ack(to: NodeId, probe: number, of: NodeId, incarnation: number): void {
    this.#world.send(to, { type: 'swim-ack', probe, of, incarnation, rumours: this.#mill.take(RUMOURS_PER_MESSAGE) });
  }

  #hearAll(rumours: Rumours): void {
    for (let i = 0; i + 2 < rumours.length; i += 3) {
      this.#hear(rumours[i] as NodeId, { status: rumours[i + 1] as Status, incarnation: rumours[i + 2] as number });
    }
  }

  #hear(node: NodeId, news: Belief): void {
    if (node === this.#self) {
      this.#hearOfSelf(news);
      return;
    }
    const other = this.#others.get(node);
    if (other === undefined || !overrides(news, other.belief)) return;
    const before = other.belief.status;
    other.belief = news;
    if (news.status === 'suspect') other.deadlineMs = this.#world.now() + this.#options.suspicionMs;
    this.#mill.spread(node, news);
    if (before !== news.status) this.#world.changed(node, news.status, before);
  }

  /** Contradicts an accusation, and outbids a former life that had come further. */
  #hearOfSelf(news: Belief): void {
    const accused = news.status !== 'alive' && news.incarnation >= this.#incarnation;
    if (!accused && news.incarnation <= this.#incarnation) return;
    this.#incarnation = news.incarnation + 1;
    this.#mill.spread(this.#self, { status: 'alive', incarnation: this.#incarnation });
  }
}
