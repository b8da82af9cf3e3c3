/**
 * A cluster in virtual time: links, two-layer disks, clocks, crashes and cuts, everything drawn from one seed. The same seed
 * gives the same trace hash. Engines are developed and tested here; they run unchanged on threads.
 */
import type { AnyEngine, Command, Member, NodeId, Note, Operation, Request } from '../../../engines/api.ts';
import type { Observation } from '../../faults/execution.ts';
import type { End } from '../../faults/vocabulary.ts';
import { Random } from '../../random.ts';
import { DEFAULT_LINK, DEFAULT_NODE } from '../../topologies/defaults.ts';
import { sampler } from '../../topologies/delays.ts';
import type { LinkModel, NodeModel } from '../../topologies/links.ts';
import type { Answer, Durability } from '../cluster.ts';
import { EventQueue } from './events.ts';
import { type Parcel, SimulatedNetwork } from './network.ts';
import { SimulatedNode } from './simulated-node.ts';
import type { TraceEvent } from './trace.ts';
import { TraceHash } from './trace-hash.ts';

export interface SimulationPlan {
  readonly engine: AnyEngine;
  readonly options: object;
  readonly members: readonly Member[];
  readonly seed: number;
  readonly durability?: Durability;
  /** Where clients live; left out: in the first member's zone. */
  readonly clientZones?: readonly string[];
  /** One model is for all links, but that clients' links lose and double nothing. Left out: as near as threads are. */
  readonly links?: LinkModel | ((from: End, to: End) => LinkModel);
  readonly node?: NodeModel;
  /** Refuses what is not plain data and freezes what is handed over, and so proves that engines share and mutate nothing. */
  readonly strict?: boolean;
  /** Estimates the bytes that nodes send each other: the length of their text, as threads send it. */
  readonly countBytes?: boolean;
  readonly onNote?: (node: NodeId, note: Note) => void;
  readonly onApply?: (node: NodeId, index: number, operation: Operation) => void;
  /** Told of every message as it is delivered. */
  readonly onDeliver?: (from: NodeId, to: NodeId, message: Parcel) => void;
  /** Told of everything; it costs time. */
  readonly onTrace?: (event: TraceEvent) => void;
}

/** An operation or command handed to a node; `answer` is set once it came. */
export interface Submitted {
  answer: Answer | undefined;
  answeredAtMs: number | undefined;
}

/** How long after a process ended its peers see the connection close. */
const CLOSE_DELAY_US = 400;

export class Simulation {
  readonly members: readonly Member[];
  readonly clientZones: readonly string[];
  readonly events = new EventQueue();
  readonly network: SimulatedNetwork;
  readonly trace: ((event: TraceEvent) => void) | undefined;
  readonly #plan: SimulationPlan;
  readonly #nodes: readonly SimulatedNode[];
  readonly #places: ReadonlyMap<NodeId, number>;
  readonly #hash = new TraceHash();
  readonly #roles: string[] = [];
  #submitted = 0;
  /** What triggers of fault plans look at, if anything does; of the kinds in `observed`. */
  onObservation: ((observation: Observation) => void) | undefined;
  /** Left out: all kinds. Of a million messages it costs to tell of each. */
  observed: ReadonlySet<Observation['kind']> | undefined;
  /** Told when a node's process has ended, as its clients see it, or is back. */
  onNode: ((place: number, up: boolean) => void) | undefined;
  /** Told when a node's turn is over, and all that it answers has been answered. */
  onTurnOver: ((node: SimulatedNode) => void) | undefined;

  constructor(plan: SimulationPlan) {
    this.#plan = plan;
    this.members = plan.members;
    this.clientZones = [...new Set(plan.clientZones ?? [plan.members[0]!.zone])];
    this.trace = plan.onTrace;
    const random = new Random(plan.seed);
    const { links = DEFAULT_LINK } = plan;
    const ends = [
      ...plan.members.map(({ id, zone }) => ({ end: { node: id }, zone })),
      ...this.clientZones.map((zone) => ({ end: { clientsOf: zone }, zone })),
    ];
    const modelOf = typeof links === 'function' ? links : alike(links);
    this.network = new SimulatedNetwork(this.events, random.fork('links'), ends, modelOf);
    if (plan.onTrace !== undefined) this.#watchLinks(plan.onTrace);
    this.#places = new Map(plan.members.map(({ id }, place) => [id, place]));
    this.#nodes = plan.members.map(
      ({ id }, place) => new SimulatedNode(this, plan, place, plan.node ?? DEFAULT_NODE, random.fork(id)),
    );
    const { start } = plan.node ?? DEFAULT_NODE;
    const startsInUs = start && sampler(start, random.fork('start'));
    for (const [place, { kind }] of plan.members.entries()) {
      const begin = (): void => this.#nodes[place]!.start(kind === 'spare' ? 'join' : 'found');
      if (startsInUs === undefined) begin();
      else this.events.after(startsInUs(), begin);
    }
  }

  get nowMs(): number {
    return this.events.nowUs / 1000;
  }

  /** A digest of everything delivered, answered, crashed and restarted so far. */
  get traceHash(): string {
    return this.#hash.text;
  }

  /** Lets virtual time pass. */
  run(forMs: number): void {
    this.events.runUntil(this.events.nowUs + Math.round(forMs * 1000));
  }

  place(id: NodeId): number {
    const place = this.#places.get(id);
    if (place === undefined) throw new Error(`no node ${id}`);
    return place;
  }

  node(id: NodeId): SimulatedNode {
    return this.#nodes[this.place(id)]!;
  }

  nodes(): readonly SimulatedNode[] {
    return this.#nodes;
  }

  // ------------------------------------------------------------------------------------------------------ clients

  /** The end of the links that a zone's clients have. */
  clientEnd(zone: string): number {
    const at = this.clientZones.indexOf(zone);
    if (at < 0) throw new Error(`no clients live in zone ${zone}`);
    return this.members.length + at;
  }

  /**
   * Submits an operation as a client of a zone would; left out: the first. A killed node's client is told: `unknown` where the
   * request had arrived, `refused` where it had not. Nothing comes back from a node that vanished or stays silent.
   */
  submit(
    to: NodeId,
    operation: Operation,
    more: Partial<Omit<Request, 'id' | 'operation'>> = {},
    zone: string = this.clientZones[0]!,
  ): Submitted {
    const submitted: Submitted = { answer: undefined, answeredAtMs: undefined };
    // Requests of one session, none of them a retry of another.
    const serial = ++this.#submitted;
    const request = { operation, read: 'default', session: 'test', serial, settled: 0, ...more } as const;
    this.ask(this.clientEnd(zone), to, request, (answer) => {
      submitted.answer = answer;
      submitted.answeredAtMs = this.nowMs;
    });
    return submitted;
  }

  /** The same, with a call for each answer that arrives: a request that was doubled on its way may get two. */
  ask(end: number, to: NodeId, request: Omit<Request, 'id'>, answered: (answer: Answer) => void): void {
    this.askTogether(end, to, [request], (_, answer) => answered(answer));
  }

  /** Several requests that travel together. */
  askTogether(
    end: number,
    to: NodeId,
    requests: readonly Omit<Request, 'id'>[],
    answered: (place: number, answer: Answer) => void,
  ): void {
    const node = this.node(to);
    const parcels = requests.map((_, place) => ({ type: 'request', place }));
    this.network.carry(end, node.place, parcels, 0, (arrived) => {
      for (const { place } of arrived as typeof parcels) {
        const reply = (answer: Answer, leavesInUs: number): void =>
          this.network.carry(node.place, end, [{ type: 'answer' }], leavesInUs, () => answered(place, answer));
        if (node.up) node.request(requests[place]!, reply, true);
        else if (node.down === 'kill') reply({ outcome: 'fail', reason: 'refused' }, 0);
      }
      node.turnSoon();
    });
  }

  /** An administrator's command: there at once, and its answer back at once. */
  command(to: NodeId, command: Command): Submitted {
    const submitted: Submitted = { answer: undefined, answeredAtMs: undefined };
    const node = this.node(to);
    if (!node.up) return { answer: { outcome: 'fail', reason: 'refused' }, answeredAtMs: this.nowMs };
    node.command(command, (answer, leavesInUs) => {
      this.events.after(leavesInUs, () => {
        submitted.answer = answer;
        submitted.answeredAtMs = this.nowMs;
      });
    });
    return submitted;
  }

  // ------------------------------------------------------------------------------------------------------- faults

  /**
   * Ends a node's life. `vanish`: peers and clients see nothing, and unsynced entries may be lost, also those of a node
   * that had been killed before; with `keep` so many stay. `kill`: connections close.
   */
  crash(id: NodeId, how: 'kill' | 'vanish', keep?: number): void {
    const node = this.node(id);
    if (!node.up && how === 'kill') return;
    this.#hash.add(how === 'kill' ? 1 : 2, node.place, this.events.nowUs);
    node.crash(how, keep);
    if (how === 'kill') this.#tellOthers(node, false);
  }

  restart(id: NodeId): void {
    const node = this.node(id);
    if (node.up) return;
    this.#hash.add(3, node.place, this.events.nowUs);
    node.start('restart');
    this.#tellOthers(node, true);
  }

  #tellOthers(node: SimulatedNode, up: boolean): void {
    const { life, place } = node;
    this.events.after(CLOSE_DELAY_US, () => {
      // News of a former life is no news.
      if (node.life !== life) return;
      this.onNode?.(place, up);
      for (const peer of this.#nodes) {
        // A peer behind a cut hears nothing.
        if (peer === node || this.network.isCut(place, peer.place)) continue;
        peer.input((host) => host.link(node.id, up));
      }
    });
  }

  /** Cuts every link between two groups, both ways. */
  cut(some: readonly NodeId[], others: readonly NodeId[]): void {
    for (const a of some) {
      for (const b of others) {
        this.network.cut(this.place(a), this.place(b));
        this.network.cut(this.place(b), this.place(a));
      }
    }
  }

  /** Looks at the engine's own invariants; returns the broken one in a sentence. */
  brokenInvariant(): string | undefined {
    if (this.#plan.engine.invariants === undefined) return undefined;
    const views = new Map<NodeId, unknown>();
    for (const node of this.#nodes) if (node.up) views.set(node.id, node.host.inspect());
    return this.#plan.engine.invariants(views);
  }

  // ------------------------------------------------------------------------------------- what nodes tell as they go

  transmit(from: SimulatedNode, to: number, messages: readonly Parcel[], leavesInUs: number): void {
    const peer = this.#nodes[to]!;
    const { onDeliver } = this.#plan;
    if (this.#observes('sent')) {
      for (const { type } of messages) this.onObservation?.({ kind: 'sent', from: from.id, to: peer.id, type });
    }
    this.network.carry(from.place, to, messages, leavesInUs, (arrived) => {
      if (!peer.up) return false;
      this.#hash.addMessages(from.place, to, arrived, this.events.nowUs);
      if (onDeliver !== undefined) for (const message of arrived) onDeliver(from.id, peer.id, message);
      peer.deliver(from.id, arrived);
      if (this.#observes('message')) {
        for (const { type } of arrived) this.onObservation?.({ kind: 'message', from: from.id, to: peer.id, type });
      }
      return true;
    });
  }

  #observes(kind: Observation['kind']): boolean {
    return this.onObservation !== undefined && this.observed?.has(kind) !== false;
  }

  onAnswer(node: SimulatedNode, ticket: number, answer: Answer, operation: Operation['kind'] | undefined): void {
    this.#hash.addAnswer(node.place, ticket, answer, this.events.nowUs);
    this.trace?.({ kind: 'answer', atUs: this.events.nowUs, node: node.id, ticket, answer });
    if (operation === undefined) return;
    this.onObservation?.({ kind: 'answer', node: node.id, operation, ok: answer.outcome === 'ok' });
  }

  onWrite(node: SimulatedNode, entries: readonly unknown[]): void {
    this.onObservation?.({ kind: 'write', node: node.id, entries: entries.length });
  }

  onDurable(node: SimulatedNode): void {
    this.onObservation?.({ kind: 'durable', node: node.id });
  }

  onNote(node: SimulatedNode, note: Note): void {
    this.trace?.({ kind: 'note', atUs: this.events.nowUs, node: node.id, note });
    this.#plan.onNote?.(node.id, note);
    this.onObservation?.({ kind: 'note', node: node.id, note });
  }

  /** A write found no room: the process ends, and whoever filled the disk has it restarted. */
  diskFull(node: SimulatedNode): void {
    this.crash(node.id, 'kill');
  }

  afterTurn(node: SimulatedNode): void {
    this.onTurnOver?.(node);
    if (this.trace === undefined) return;
    const { role, epoch } = node.host.status();
    const shown = `${role} ${epoch}`;
    if (this.#roles[node.place] === shown) return;
    this.#roles[node.place] = shown;
    const more = epoch === undefined ? {} : { epoch };
    this.trace({ kind: 'role', atUs: this.events.nowUs, node: node.id, role, ...more });
  }

  #watchLinks(trace: (event: TraceEvent) => void): void {
    const idOf = (end: number): NodeId | undefined => this.members[end]?.id;
    this.network.watch = (fromEnd, toEnd, message, atUs, arrivesUs) => {
      const [from, to] = [idOf(fromEnd), idOf(toEnd)];
      if (from === undefined || to === undefined) return { arrivesUs };
      const event = { kind: 'message' as const, atUs, from, to, arrivesUs, message };
      trace(event);
      return event;
    };
  }
}

function alike(model: LinkModel): (from: End, to: End) => LinkModel {
  const ofClients = { ...model, lossShare: 0, duplicateShare: 0 };
  return (from, to) => ('node' in from && 'node' in to ? model : ofClients);
}
