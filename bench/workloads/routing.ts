/**
 * Where a client sends its next attempt, by what its like have learned.
 *
 * Clients of one zone that begin at the same node share what they know: which node was good last, and which is silent. So
 * the news that a node is gone is found out once and not by each of 64 clients. What they do not share is the waiting: an
 * attempt that is under way when its node vanishes times out on its own, because nothing tells a real client that the
 * silence another one met is the same silence.
 *
 * The order: the node that a refusal pointed to; the last good node, unless the nearest is preferred; the nodes of the own
 * zone, then of the next zones, then spares. A node is asked once a round. Dead nodes (the runtime said so) are passed over.
 *
 * A silent node, one of which nothing was heard since an attempt that timed out, is passed over too, hints included:
 * after a leader has vanished, the others go on naming it until they have elected another, and whoever follows them every
 * time waits out one time-out after another. But hints may be right again, as after a pause. So one attempt in each attempt
 * time-out may try a silent node, and where no node answers at all, the one is tried that has been left alone longest.
 */
import type { Member, NodeId } from '../../engines/api.ts';
import type { Router } from './router.ts';

export class Routing implements Router {
  readonly #nodes: number;
  readonly #indexOf: ReadonlyMap<NodeId, number>;
  readonly #zoneCount: number;
  readonly #probeMs: number;
  /** By place in the zones' list: the number of its first group, and how many it has. */
  readonly #firstGroup: number[] = [];
  readonly #groupCount: number[] = [];
  /** By group: nodes in the order in which they are tried. */
  readonly #order: number[][] = [];
  /** By group: the last good node, or −1. */
  readonly #good: number[] = [];
  /** By group and node. */
  readonly #heardAt: Float64Array;
  readonly #silent: Uint8Array;
  readonly #triedAt: Float64Array;
  readonly #probeAt: Float64Array;
  readonly #dead: Uint8Array;
  /** By client and node: asked in this round. By client: whether this round brought an answer. */
  #tried = new Uint8Array(0);
  #answered = new Uint8Array(0);

  /**
   * `zones`: where the clients live, in turn. `probeMs`: how often a silent node may be tried. `asksWitnesses`: as full nodes.
   */
  constructor(members: readonly Member[], zones: readonly string[], probeMs: number, asksWitnesses = false) {
    this.#nodes = members.length;
    this.#indexOf = new Map(members.map((member, index) => [member.id, index]));
    this.#zoneCount = zones.length;
    this.#probeMs = probeMs;
    const groupsOf = new Map<string, number[][]>();
    const firstOf = new Map<string, number>();
    for (const zone of zones) {
      if (!groupsOf.has(zone)) {
        groupsOf.set(zone, ordersFrom(members, zone, asksWitnesses));
        firstOf.set(zone, this.#order.length);
        this.#order.push(...groupsOf.get(zone)!);
      }
      this.#firstGroup.push(firstOf.get(zone)!);
      this.#groupCount.push(groupsOf.get(zone)!.length);
    }
    this.#good = this.#order.map(() => -1);
    const cells = this.#order.length * this.#nodes;
    this.#heardAt = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
    this.#silent = new Uint8Array(cells);
    this.#triedAt = new Float64Array(cells);
    this.#probeAt = new Float64Array(cells);
    this.#dead = new Uint8Array(this.#nodes);
  }

  reserve(clients: number): void {
    const tried = new Uint8Array(clients * this.#nodes);
    tried.set(this.#tried);
    this.#tried = tried;
    const answered = new Uint8Array(clients);
    answered.set(this.#answered);
    this.#answered = answered;
  }

  startRound(client: number): void {
    const from = client * this.#nodes;
    for (let i = from; i < from + this.#nodes; i++) this.#tried[i] = 0;
    this.#answered[client] = 0;
  }

  choose(client: number, now: number, hint: NodeId | undefined, toNearest = false): number {
    const group = this.#groupOf(client);
    const node = this.#find(client, group, now, hint, toNearest);
    if (node >= 0) {
      this.#tried[client * this.#nodes + node] = 1;
      const cell = group * this.#nodes + node;
      this.#triedAt[cell] = now;
      if (this.#silent[cell] === 1) this.#probeAt[cell] = now + this.#probeMs;
    }
    return node;
  }

  good(client: number, node: number, now: number, wasNearest = false): void {
    this.#heard(client, node, now);
    if (this.#dead[node] === 0 && !wasNearest) this.#good[this.#groupOf(client)] = node;
  }

  refused(client: number, node: number, now: number): void {
    this.#heard(client, node, now);
    this.#forget(this.#groupOf(client), node);
  }

  /** If the node has spoken since, it is alive and only that attempt is lost. */
  timedOut(client: number, node: number, sentAt: number, now: number): void {
    const group = this.#groupOf(client);
    const cell = group * this.#nodes + node;
    if (this.#heardAt[cell]! > sentAt || this.#silent[cell] === 1) return;
    this.#silent[cell] = 1;
    this.#probeAt[cell] = now + this.#probeMs;
    this.#forget(group, node);
  }

  setDead(node: number, dead: boolean): void {
    this.#dead[node] = dead ? 1 : 0;
    for (let group = 0; group < this.#order.length; group++) {
      if (dead) this.#forget(group, node);
      else this.#silent[group * this.#nodes + node] = 0;
    }
  }

  #groupOf(client: number): number {
    const place = client % this.#zoneCount;
    return this.#firstGroup[place]! + (((client - place) / this.#zoneCount) % this.#groupCount[place]!);
  }

  #find(client: number, group: number, now: number, hint: NodeId | undefined, toNearest: boolean): number {
    if (hint !== undefined) {
      const named = this.#indexOf.get(hint);
      if (named !== undefined && this.#open(client, named) && this.#worthwhile(group, named, now)) {
        // Believed for the whole group: if it is wrong, its own refusal or silence corrects it.
        if (this.#silent[group * this.#nodes + named] === 0) this.#good[group] = named;
        return named;
      }
    }
    const good = this.#good[group]!;
    if (good >= 0 && !toNearest && this.#open(client, good)) return good;
    const order = this.#order[group]!;
    for (const node of order) {
      if (this.#open(client, node) && this.#silent[group * this.#nodes + node] === 0) return node;
    }
    const open = order.filter((node) => this.#open(client, node));
    if (this.#answered[client] === 1) return open.find((node) => this.#worthwhile(group, node, now)) ?? -1;
    // In turn: a write that meets silence is not tried elsewhere, and the first node may stay silent for good.
    const triedAt = (node: number): number => this.#triedAt[group * this.#nodes + node]!;
    return open.reduce((first, node) => (first < 0 || triedAt(node) < triedAt(first) ? node : first), -1);
  }

  #open(client: number, node: number): boolean {
    return this.#dead[node] === 0 && this.#tried[client * this.#nodes + node] === 0;
  }

  #worthwhile(group: number, node: number, now: number): boolean {
    const cell = group * this.#nodes + node;
    return this.#silent[cell] === 0 || now >= this.#probeAt[cell]!;
  }

  #heard(client: number, node: number, now: number): void {
    const cell = this.#groupOf(client) * this.#nodes + node;
    this.#heardAt[cell] = now;
    this.#silent[cell] = 0;
    this.#answered[client] = 1;
  }

  #forget(group: number, node: number): void {
    if (this.#good[group] === node) this.#good[group] = -1;
  }
}

/**
 * For each node of the zone that a client may begin at: all nodes in the order in which that client tries them. Clients of
 * a zone without nodes begin in the first zone. Witnesses hold no data and are not asked, unless the clients' policy says so;
 * spares come last, since they answer for something only after a command has added them.
 */
export function ordersFrom(members: readonly Member[], zone: string, asksWitnesses: boolean): number[][] {
  const indices = members.map((_, index) => index);
  const isAsked = ({ kind }: Member): boolean => kind === 'full' || (asksWitnesses && kind === 'witness');
  const asked = indices.filter((index) => isAsked(members[index]!));
  const spares = indices.filter((index) => members[index]!.kind === 'spare');
  const zones = [...new Set(members.map((member) => member.zone))];
  const own = Math.max(0, zones.indexOf(zone));
  const inTurn = [...zones.slice(own), ...zones.slice(0, own)];
  const byZone = inTurn.map((name) => asked.filter((index) => members[index]!.zone === name));
  const [home = [], ...others] = byZone;
  const elsewhere = [...others.flat(), ...spares];
  if (home.length === 0) return [elsewhere];
  return home.map((_, start) => [...home.slice(start), ...home.slice(0, start), ...elsewhere]);
}
