/**
 * SWIM: gossip membership with failure detection at a constant cost a member (Das, Gupta, Motivala 2002), with Lifeguard's
 * remedies against slow members that accuse others (Dadgar, Phillips, Currey: "Lifeguard: Local Health Awareness for More Accurate
 * Failure Detection", 2018).
 *
 * Every `probeMs` a member probes one other. Whoever is silent, for some helpers too, becomes suspect, and dead after a time unless it
 * contradicts by a higher incarnation. Rumours of suspicions, deaths and contradictions travel with the probes and on their own.
 * Lifeguard: a member that misses answers doubts itself (`health.ts`, nacks), a suspicion that nobody confirms takes longer
 * (`suspicions.ts`), and a probe tells its target what it is accused of.
 *
 * Additions to the papers:
 * - A probe tells its target what the prober believes of it in any case, an answer tells the prober if it is thought suspect or dead, and
 *   dead members are still probed. Otherwise two members that hold each other dead stay so for ever, once the rumour that accused
 *   them has been told often enough.
 * - A member that finds its own clock tick late has been asleep: it lets the probe under way go, and gives its suspects that
 *   time again and a probe's period more, in which their contradictions may still come.
 * - A connection that is seen to close proves a death without waiting, and one that opens is probed at once.
 *
 * No message and no tick costs more as the group grows, apart from the full exchange now and then.
 */
import type { NodeId } from '../../api.ts';
import type { Membership, MembershipWorld, Status } from '../membership.ts';
import { Roster } from '../roster.ts';
import { Beliefs } from './beliefs.ts';
import { Errands } from './errands.ts';
import { Health } from './health.ts';
import type { Belief, Rumours, SwimMessage } from './messages.ts';
import type { SwimOptions } from './options.ts';
import { Probing } from './probing.ts';
import { PushPull } from './push-pull.ts';
import { RumourMill } from './rumours.ts';
import { Suspicions } from './suspicions.ts';

/** With a probe or its answer, so that these stay small. */
const RUMOURS_PER_PROBE = 8;
/** In a message of their own. */
const RUMOURS_PER_GOSSIP = 32;
/** So many are greeted by a member that starts; the others hear of it from these. */
const GREETINGS = 5;
/** A helper reports silence after this share of the time-out, so that the report comes within it (Lifeguard, section IV.A). */
const NACK_SHARE = 0.8;

export class Swim implements Membership<SwimMessage> {
  readonly #self: NodeId;
  readonly #options: SwimOptions;
  readonly #world: MembershipWorld<SwimMessage>;
  readonly #roster: Roster;
  readonly #beliefs = new Beliefs();
  readonly #mill: RumourMill;
  readonly #health: Health;
  readonly #suspicions: Suspicions;
  readonly #probing: Probing;
  readonly #errands = new Errands();
  readonly #pushPull: PushPull;
  #incarnation: number;
  #gossipDueMs: number;
  #wakesAtMs = Number.POSITIVE_INFINITY;

  /**
   * `incarnation` is 0 in a member's first life, and must be above all that its former lives had in a later one, or the first
   * messages are spent on clearing its name.
   */
  constructor(
    self: NodeId,
    nodes: readonly NodeId[],
    incarnation: number,
    options: SwimOptions,
    world: MembershipWorld<SwimMessage>,
  ) {
    const now = world.now();
    const others = nodes.filter((node) => node !== self);
    this.#self = self;
    this.#options = options;
    this.#world = world;
    this.#incarnation = incarnation;
    this.#roster = new Roster(others, () => world.random());
    this.#mill = new RumourMill(nodes.length);
    this.#health = new Health(options.healthMax);
    const suspicionMs = options.suspicionMs * Math.max(1, Math.log10(nodes.length));
    this.#suspicions = new Suspicions(suspicionMs, suspicionMs * options.suspicionMaxFactor);
    this.#probing = new Probing(
      others,
      options,
      this.#health,
      {
        random: () => world.random(),
        isDead: (node) => this.statusOf(node) === 'dead',
        helpers: (count, except) => this.#roster.choose(count, except),
        ping: (to, probe) => this.#ping(to, probe),
        ask: (to, probe, target) => world.send(to, { type: 'swim-ask', probe, target, you: this.#beliefs.get(target) }),
        silent: (node) => this.#accuse(node),
      },
      now,
    );
    this.#pushPull = new PushPull(options.pushPullMs, nodes.length, world.random(), now);
    this.#gossipDueMs = now + options.gossipMs;
    this.#enter();
    this.#wake();
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  statusOf(node: NodeId): Status {
    return this.#beliefs.get(node).status;
  }

  tick(): void {
    const now = this.#world.now();
    const lateMs = now - this.#wakesAtMs;
    if (lateMs > this.#options.probeTimeoutMs && this.#options.healthMax > 0) {
      this.#probing.letGo(now);
      this.#suspicions.postpone(lateMs + this.#options.probeMs);
    }
    this.#probing.tick(now);
    for (const { for: asker, probe } of this.#errands.silent(now)) {
      this.#world.send(asker, { type: 'swim-nack', probe });
    }
    for (const node of this.#suspicions.overdue(now)) {
      this.#hear(node, { status: 'dead', incarnation: this.#beliefs.get(node).incarnation }, this.#self);
    }
    if (this.#hasGossip && now >= this.#gossipDueMs) this.#gossip(now);
    if (this.#pushPull.begins(now)) this.#push();
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    this.#wake();
  }

  onMessage(from: NodeId, message: SwimMessage): void {
    this.#take(from, message);
    this.#wake();
  }

  /** The member's process is seen to have ended: it is dead in the incarnation known. */
  linkDown(node: NodeId): void {
    this.#hear(node, { status: 'dead', incarnation: this.#beliefs.get(node).incarnation }, this.#self);
    this.#wake();
  }

  /** The member's process is back: its answer will bring its new incarnation. */
  linkUp(node: NodeId): void {
    if (this.#roster.has(node)) this.#ping(node, this.#probing.number());
  }

  /** A new life is told to a few, who pass it on, and asks one of them what has happened meanwhile. */
  #enter(): void {
    if (this.#incarnation > 0) this.#spreadSelf();
    for (const node of this.#roster.choose(GREETINGS)) this.#ping(node, this.#probing.number());
    if (this.#incarnation > 0 && this.#options.pushPullMs > 0) this.#push();
  }

  get #hasGossip(): boolean {
    return this.#mill.size > 0 && this.#options.gossipNodes > 0 && this.#roster.up > 0;
  }

  /** Has the timer set if something became due before it fires. */
  #wake(): void {
    const gossipMs = this.#hasGossip ? this.#gossipDueMs : Number.POSITIVE_INFINITY;
    const dueMs = Math.min(
      gossipMs,
      this.#probing.dueMs,
      this.#errands.dueMs,
      this.#suspicions.dueMs,
      this.#pushPull.dueMs,
    );
    if (dueMs >= this.#wakesAtMs) return;
    const now = this.#world.now();
    this.#wakesAtMs = Math.max(now, dueMs);
    this.#world.wakeIn(this.#wakesAtMs - now);
  }

  #take(from: NodeId, message: SwimMessage): void {
    switch (message.type) {
      case 'swim-ping':
        this.#hearAll(message.rumours);
        this.#hear(this.#self, message.you, from);
        this.#hear(from, { status: 'alive', incarnation: message.me }, from);
        this.#ack(from, message.probe, this.#self, this.#incarnation);
        break;
      case 'swim-ack':
        this.#hearAll(message.rumours);
        this.#onAck(message.probe, message.of, message.incarnation);
        break;
      case 'swim-ask':
        this.#onAsk(from, message.probe, message.target, message.you);
        break;
      case 'swim-nack':
        this.#probing.nacked(message.probe);
        break;
      case 'swim-gossip':
        this.#hearAll(message.rumours);
        break;
      case 'swim-push':
        this.#world.send(from, { type: 'swim-pull', beliefs: this.#allBeliefs() });
        this.#merge(message.beliefs);
        break;
      case 'swim-pull':
        this.#merge(message.beliefs);
    }
  }

  #onAsk(asker: NodeId, probe: number, target: NodeId, you: Belief): void {
    const now = this.#world.now();
    const { probeMs, probeTimeoutMs, healthMax } = this.#options;
    // Who never doubts itself has no use for reports of silence, and its helpers are like it.
    const nackAtMs = healthMax > 0 ? now + NACK_SHARE * probeTimeoutMs : Number.POSITIVE_INFINITY;
    const number = this.#probing.number();
    const expiresAtMs = now + 2 * probeMs;
    this.#errands.add(number, { for: asker, probe, nackAtMs, expiresAtMs });
    this.#ping(target, number, you);
  }

  #onAck(probe: number, of: NodeId, incarnation: number): void {
    this.#hear(of, { status: 'alive', incarnation }, of);
    this.#probing.answered(probe);
    const errand = this.#errands.settle(probe);
    if (errand !== undefined) this.#ack(errand.for, errand.probe, of, incarnation);
  }

  #ping(to: NodeId, probe: number, you: Belief = this.#beliefs.get(to)): void {
    const rumours = this.#mill.take(RUMOURS_PER_PROBE);
    this.#world.send(to, { type: 'swim-ping', probe, me: this.#incarnation, you, rumours });
  }

  #ack(to: NodeId, probe: number, of: NodeId, incarnation: number): void {
    const told = this.#mill.take(RUMOURS_PER_PROBE);
    const { status, incarnation: known } = this.#beliefs.get(to);
    const rumours = status === 'alive' ? told : [to, status, known, this.#self, ...told];
    this.#world.send(to, { type: 'swim-ack', probe, of, incarnation, rumours });
  }

  #gossip(now: number): void {
    this.#gossipDueMs = now + this.#options.gossipMs;
    for (const node of this.#roster.choose(this.#options.gossipNodes)) {
      const rumours = this.#mill.take(RUMOURS_PER_GOSSIP);
      if (rumours.length > 0) this.#world.send(node, { type: 'swim-gossip', rumours });
    }
  }

  #push(): void {
    const [node] = this.#roster.choose(1);
    if (node !== undefined) this.#world.send(node, { type: 'swim-push', beliefs: this.#allBeliefs() });
  }

  #allBeliefs(): Rumours {
    const beliefs: (NodeId | Status | number)[] = [this.#self, 'alive', this.#incarnation, this.#self];
    for (const [node, { status, incarnation }] of this.#beliefs.heard()) {
      beliefs.push(node, status, incarnation, this.#suspicions.accuserOf(node) ?? this.#self);
    }
    return beliefs;
  }

  /** A death that is told in a full exchange may be long out of date: it is a suspicion here, which the member may contradict. */
  #merge(beliefs: Rumours): void {
    for (const [node, { status, incarnation }, by] of each(beliefs)) {
      this.#hear(node, { status: status === 'dead' ? 'suspect' : status, incarnation }, by);
    }
  }

  #hearAll(rumours: Rumours): void {
    for (const [node, news, by] of each(rumours)) this.#hear(node, news, by);
  }

  #accuse(node: NodeId): void {
    this.#hear(node, { status: 'suspect', incarnation: this.#beliefs.get(node).incarnation }, this.#self);
  }

  #hear(node: NodeId, news: Belief, by: NodeId): void {
    if (node === this.#self) {
      this.#hearOfSelf(news);
      return;
    }
    if (!this.#roster.has(node)) return;
    const before = this.#beliefs.get(node);
    if (!this.#beliefs.hear(node, news)) {
      if (news.status === 'suspect' && news.incarnation === before.incarnation && this.#suspicions.confirm(node, by)) {
        this.#mill.spread(node, news, by);
      }
      return;
    }
    this.#roster.setDead(node, news.status === 'dead');
    this.#suspicions.end(node);
    if (news.status === 'suspect') this.#suspicions.begin(node, by, this.#roster.up - 1, this.#world.now());
    this.#mill.spread(node, news, by);
    if (before.status !== news.status) this.#world.changed(node, news.status, before.status);
  }

  /** Contradicts an accusation, and outbids a former life that had come further. */
  #hearOfSelf(news: Belief): void {
    const accused = news.status !== 'alive' && news.incarnation >= this.#incarnation;
    if (!accused && news.incarnation <= this.#incarnation) return;
    // A member that others could not hear may have been too slow to answer.
    if (accused) this.#health.raise();
    this.#incarnation = news.incarnation + 1;
    this.#spreadSelf();
  }

  #spreadSelf(): void {
    this.#mill.spread(this.#self, { status: 'alive', incarnation: this.#incarnation }, this.#self);
  }
}

function* each(rumours: Rumours): Generator<readonly [node: NodeId, news: Belief, by: NodeId]> {
  for (let i = 0; i + 3 < rumours.length; i += 4) {
    const news: Belief = { status: rumours[i + 1] as Status, incarnation: rumours[i + 2] as number };
    yield [rumours[i] as NodeId, news, rumours[i + 3] as NodeId];
  }
}
