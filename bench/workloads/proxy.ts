/**
 * A proxy in front of the nodes, one for the clients of each zone, as HAProxy stands on KAZOO's servers: attempts go in turn to
 * the nodes of the own zone that are up. Nodes of other zones are backups, all of them in turn, used while none of the
 * own is up. It knows nothing of leaders: hints are not followed.
 *
 * A round is one try: whoever gets no success waits before the next.
 *
 * Up is what the checks say. Each node is checked every `checkMs`, over the same link as attempts, and a check without
 * an answer by the next one has failed; any answer will do, since the process that gave it is alive. So many failures in a
 * row take a node out, so many successes bring it back. Silent attempts and refusals change nothing, and what is under way to
 * a node that is taken out is waited for. A process that has ended is out at once, as a refused connection tells a real proxy.
 */
import type { Member } from '../../engines/api.ts';
import type { ProxyPolicy } from './plan.ts';
import type { Router } from './router.ts';
import { ordersFrom } from './routing.ts';

/** Sends the check of this number to a node, from the clients of the zone at this place. */
export type SendCheck = (node: number, number: number, place: number) => void;

interface Standing {
  readonly node: number;
  readonly place: number;
  up: boolean;
  /** Checks in a row that spoke against what it is now. */
  against: number;
  dueMs: number;
  /** The check under way, or 0. */
  check: number;
}

interface Group {
  readonly own: readonly number[];
  readonly backups: readonly number[];
  /** By node. */
  readonly standings: readonly Standing[];
  turn: number;
}

export class ZoneProxy implements Router {
  readonly #policy: ProxyPolicy;
  readonly #send: SendCheck;
  readonly #groups: readonly Group[];
  /** By client's place in the zones. */
  readonly #groupOf: readonly Group[];
  readonly #standings: readonly Standing[];
  readonly #dead: boolean[];
  #tried = new Uint8Array(0);
  #checks = 0;
  #dueMs = Number.POSITIVE_INFINITY;

  /** `zones`: where the clients live, in turn. */
  constructor(
    policy: ProxyPolicy,
    members: readonly Member[],
    zones: readonly string[],
    asksWitnesses: boolean,
    send: SendCheck,
  ) {
    this.#policy = policy;
    this.#send = send;
    this.#dead = members.map(() => false);
    const groups = new Map<string, Group>();
    for (const [place, zone] of zones.entries()) {
      if (!groups.has(zone)) groups.set(zone, groupOf(members, zone, asksWitnesses, place));
    }
    this.#groups = [...groups.values()];
    this.#groupOf = zones.map((zone) => groups.get(zone)!);
    this.#standings = this.#groups.flatMap(({ own, backups, standings }) =>
      [...own, ...backups].map((node) => standings[node]!),
    );
  }

  reserve(clients: number): void {
    const tried = new Uint8Array(clients);
    tried.set(this.#tried);
    this.#tried = tried;
  }

  startRound(client: number): void {
    this.#tried[client] = 0;
  }

  choose(client: number): number {
    if (this.#tried[client] === 1) return -1;
    const group = this.#groupOf[client % this.#groupOf.length]!;
    const isUp = (node: number): boolean => group.standings[node]!.up;
    const own = group.own.filter(isUp);
    const from = own.length > 0 ? own : group.backups.filter(isUp);
    if (from.length === 0) return -1;
    this.#tried[client] = 1;
    return from[group.turn++ % from.length]!;
  }

  good(): void {}
  refused(): void {}
  timedOut(): void {}

  setDead(node: number, dead: boolean): void {
    this.#dead[node] = dead;
    if (!dead) return;
    for (const { standings } of this.#groups) {
      const standing = standings[node]!;
      standing.up = false;
      standing.against = 0;
      standing.check = 0;
    }
  }

  // -------------------------------------------------------------------------------------------------------- checks

  /** Forgets the checks under way, and begins to check anew: the nodes one after the other. */
  start(now: number): void {
    const { checkMs } = this.#policy;
    this.#standings.forEach((standing, i) => {
      standing.check = 0;
      standing.dueMs = now + (checkMs * (i + 1)) / this.#standings.length;
    });
    this.#dueMs = this.#firstDueMs();
  }

  /** When `expire` has something to do next. */
  wakeAt(): number {
    return this.#dueMs;
  }

  /** Sends the checks that are due, and counts those before them that had no answer. */
  expire(now: number): void {
    if (now < this.#dueMs) return;
    for (const standing of this.#standings) {
      if (standing.dueMs > now) continue;
      if (standing.check !== 0) this.#see(standing, false);
      standing.dueMs = now + this.#policy.checkMs;
      if (this.#dead[standing.node]) continue;
      standing.check = ++this.#checks;
      this.#send(standing.node, standing.check, standing.place);
    }
    this.#dueMs = this.#firstDueMs();
  }

  /** The check of this number was answered, whatever the answer. */
  answered(number: number): void {
    const standing = this.#standings.find(({ check }) => check === number);
    if (standing === undefined) return;
    standing.check = 0;
    this.#see(standing, true);
  }

  #see(standing: Standing, isAlive: boolean): void {
    if (isAlive === standing.up) {
      standing.against = 0;
      return;
    }
    standing.against++;
    if (standing.against < (standing.up ? this.#policy.downAfter : this.#policy.upAfter)) return;
    standing.up = isAlive;
    standing.against = 0;
  }

  #firstDueMs(): number {
    return this.#standings.reduce((first, { dueMs }) => Math.min(first, dueMs), Number.POSITIVE_INFINITY);
  }
}

function groupOf(members: readonly Member[], zone: string, asksWitnesses: boolean, place: number): Group {
  const nodes = ordersFrom(members, zone, asksWitnesses)[0]!;
  return {
    own: nodes.filter((node) => members[node]!.zone === zone && members[node]!.kind !== 'spare'),
    backups: nodes.filter((node) => members[node]!.zone !== zone || members[node]!.kind === 'spare'),
    standings: members.map((_, node) => ({ node, place, up: true, against: 0, dueMs: 0, check: 0 })),
    turn: 0,
  };
}
