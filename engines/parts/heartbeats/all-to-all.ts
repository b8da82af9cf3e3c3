/**
 * Membership by heartbeats from everyone to everyone: each member watches each other by itself, with any detector. Simple, quick,
 * and each member sends as many messages as there are others: what SWIM's authors set out to avoid.
 *
 * Nobody asks anybody else, so two members may differ for as long as a link between them is bad.
 */
import type { NodeId } from '../../api.ts';
import type { Membership, MembershipWorld, Status } from '../membership.ts';
import type { HeartbeatMessage } from './messages.ts';
import { Watch, type Watching } from './watch.ts';

export class AllToAllHeartbeats implements Membership<HeartbeatMessage> {
  readonly #others: readonly NodeId[];
  readonly #life: number;
  readonly #heartbeatMs: number;
  readonly #world: MembershipWorld<HeartbeatMessage>;
  readonly #watch: Watch;
  /** The life in which a member was last heard, and of those whose connection closed the life that ended. */
  readonly #lives = new Map<NodeId, number>();
  readonly #ended = new Map<NodeId, number>();
  #nextBeatMs: number;
  #wakesAtMs = Number.POSITIVE_INFINITY;

  /** `life` differs from those of all former lives of this member. Greets everyone at once. */
  constructor(
    self: NodeId,
    nodes: readonly NodeId[],
    life: number,
    heartbeatMs: number,
    detector: Watching,
    world: MembershipWorld<HeartbeatMessage>,
  ) {
    const now = world.now();
    this.#others = nodes.filter((node) => node !== self);
    this.#life = life;
    this.#heartbeatMs = heartbeatMs;
    this.#world = world;
    this.#watch = new Watch(this.#others, detector, now);
    // A random phase, so that members which start together do not beat in step.
    this.#nextBeatMs = now + heartbeatMs * world.random();
    for (const node of this.#others) this.#beat(node);
    this.#wake();
  }

  statusOf(node: NodeId): Status {
    return this.#watch.isDead(node) ? 'dead' : 'alive';
  }

  tick(): void {
    const now = this.#world.now();
    if (now >= this.#nextBeatMs) {
      this.#nextBeatMs = now + this.#heartbeatMs;
      for (const node of this.#others) this.#beat(node);
    }
    for (const node of this.#watch.overdue(now)) this.#world.changed(node, 'dead', 'alive');
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    this.#wake();
  }

  onMessage(from: NodeId, { life }: HeartbeatMessage): void {
    // A heartbeat may be overtaken by the news that its sender is gone.
    if (!this.#watch.has(from) || this.#ended.get(from) === life) return;
    this.#lives.set(from, life);
    if (this.#watch.heard(from, this.#world.now())) this.#world.changed(from, 'alive', 'dead');
    this.#wake();
  }

  linkDown(node: NodeId): void {
    const life = this.#lives.get(node);
    if (life !== undefined) this.#ended.set(node, life);
    if (this.#watch.ended(node)) this.#world.changed(node, 'dead', 'alive');
  }

  /**
   * Whoever is back hears at once that this member is there. Had its new life been heard before the old one was seen to end, the
   * new one would be taken for ended.
   */
  linkUp(node: NodeId): void {
    this.#ended.delete(node);
    if (this.#watch.has(node)) this.#beat(node);
  }

  #beat(to: NodeId): void {
    this.#world.send(to, { type: 'heartbeat', life: this.#life });
  }

  #wake(): void {
    const dueMs = Math.min(this.#nextBeatMs, this.#watch.dueMs);
    if (dueMs >= this.#wakesAtMs) return;
    const now = this.#world.now();
    this.#wakesAtMs = Math.max(now, dueMs);
    this.#world.wakeIn(this.#wakesAtMs - now);
  }
}
