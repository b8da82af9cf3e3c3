/**
 * Membership by gossiped heartbeats, as Cassandra has it (after van Renesse, Minsky, Hayden: "A Gossip-Style Failure Detection Service",
 * 1998): each member counts a version up and, every `gossipRoundMs`, compares what it knows with one other, in three messages. A newer
 * version of a member is a sign of life for its detector, whoever brought it. A member sends a few messages a round however
 * many there are, but each message speaks of all of them.
 *
 * - Who is thought dead is gossiped to as well now and then: with the probability dead / (alive + 1) in a round, as in Cassandra. So two
 *   sides that hold each other dead find together.
 * - Only silence is a verdict: a closed connection says nothing.
 * - After a round that came 5 s late or more this member was asleep, and calls nobody dead for another 5 s
 *   (Cassandra's `max_local_pause`, recalled).
 *
 * Cassandra seeds its gossip with a few members that everyone talks to; here the members are known to all. And it takes the wall clock for the
 * generation; here it is the life. A member that hears of a newer generation of itself outbids it.
 */
import type { NodeId } from '../../api.ts';
import type { Membership, MembershipWorld, Status } from '../membership.ts';
import { Roster } from '../roster.ts';
import type { HeartbeatGossipMessage, Heartbeats } from './messages.ts';
import { Versions } from './versions.ts';
import { Watch, type Watching } from './watch.ts';

const LOCAL_PAUSE_MS = 5000;

export class GossipedHeartbeats implements Membership<HeartbeatGossipMessage> {
  readonly #self: number;
  /** In the order of their names, which is the same everywhere. */
  readonly #nodes: readonly NodeId[];
  readonly #gossipRoundMs: number;
  readonly #world: MembershipWorld<HeartbeatGossipMessage>;
  readonly #watch: Watch;
  readonly #roster: Roster;
  readonly #versions: Versions;
  #nextRoundMs: number;
  #wakesAtMs = Number.POSITIVE_INFINITY;
  #noVerdictBeforeMs = 0;

  /** `life` is above those of all former lives of this member. */
  constructor(
    self: NodeId,
    nodes: readonly NodeId[],
    life: number,
    gossipRoundMs: number,
    detector: Watching,
    world: MembershipWorld<HeartbeatGossipMessage>,
  ) {
    const now = world.now();
    const others = nodes.filter((node) => node !== self);
    this.#nodes = [...nodes].sort();
    this.#self = this.#nodes.indexOf(self);
    this.#gossipRoundMs = gossipRoundMs;
    this.#world = world;
    this.#watch = new Watch(others, detector, now);
    this.#roster = new Roster(others, () => world.random());
    this.#versions = new Versions(nodes.length);
    this.#versions.hear(this.#self, life, 1);
    this.#nextRoundMs = now + gossipRoundMs * world.random();
    this.#wake();
  }

  statusOf(node: NodeId): Status {
    return this.#watch.isDead(node) ? 'dead' : 'alive';
  }

  tick(): void {
    const now = this.#world.now();
    if (now - this.#wakesAtMs >= LOCAL_PAUSE_MS) this.#noVerdictBeforeMs = now + LOCAL_PAUSE_MS;
    if (now >= this.#nextRoundMs) this.#round(now);
    if (now >= this.#noVerdictBeforeMs) {
      for (const node of this.#watch.overdue(now)) {
        this.#roster.setDead(node, true);
        this.#world.changed(node, 'dead', 'alive');
      }
    }
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    this.#wake();
  }

  onMessage(from: NodeId, message: HeartbeatGossipMessage): void {
    switch (message.type) {
      case 'gossip-digests': {
        const newer = this.#versions.newerThan(message.digests);
        const wanted = this.#versions.olderThan(message.digests);
        this.#world.send(from, { type: 'gossip-answer', newer, wanted });
        break;
      }
      case 'gossip-answer':
        if (message.wanted.length > 0) {
          this.#world.send(from, { type: 'gossip-rest', newer: this.#versions.of(message.wanted) });
        }
        this.#hearAll(message.newer);
        break;
      case 'gossip-rest':
        this.#hearAll(message.newer);
    }
    this.#wake();
  }

  linkDown(): void {}

  linkUp(): void {}

  #round(now: number): void {
    this.#nextRoundMs = now + this.#gossipRoundMs;
    this.#versions.beat(this.#self);
    const [peer] = this.#roster.choose(1);
    if (peer !== undefined) this.#gossipTo(peer);
    const dead = this.#roster.size - this.#roster.up;
    if (dead > 0 && this.#world.random() < dead / (this.#roster.up + 1)) this.#gossipTo(this.#roster.chooseDead()!);
  }

  #gossipTo(node: NodeId): void {
    this.#world.send(node, { type: 'gossip-digests', digests: this.#versions.digests() });
  }

  #hearAll(heartbeats: Heartbeats): void {
    const now = this.#world.now();
    for (let i = 0; i + 2 < heartbeats.length; i += 3) {
      const [place, generation, version] = [heartbeats[i]!, heartbeats[i + 1]!, heartbeats[i + 2]!];
      if (place === this.#self) this.#outbid(generation);
      else if (this.#versions.hear(place, generation, version)) this.#heard(this.#nodes[place]!, now);
    }
  }

  #heard(node: NodeId, now: number): void {
    if (!this.#watch.heard(node, now)) return;
    this.#roster.setDead(node, false);
    this.#world.changed(node, 'alive', 'dead');
  }

  #outbid(generation: number): void {
    if (generation > this.#versions.generation(this.#self)) this.#versions.hear(this.#self, generation + 1, 1);
  }

  #wake(): void {
    const verdictMs = Math.max(this.#watch.dueMs, this.#noVerdictBeforeMs);
    const dueMs = Math.min(this.#nextRoundMs, verdictMs);
    if (dueMs >= this.#wakesAtMs) return;
    const now = this.#world.now();
    this.#wakesAtMs = Math.max(now, dueMs);
    this.#world.wakeIn(this.#wakesAtMs - now);
  }
}
