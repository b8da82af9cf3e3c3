/**
 * A cluster in virtual time: links, two-layer disks, crashes and cuts, everything drawn from one seed. The same seed
 * gives the same trace hash. Engines are developed and tested here; they run unchanged on threads.
 */
import type { AnyEngine, Member, NodeId, Note, Operation, Request } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import type { Answer, Durability } from '../cluster.ts';
import { ReplicaHost, TURN_INPUTS_MAX, type World } from '../host/replica-host.ts';
import { type DiskTiming, SimulatedDisk } from './disk.ts';
import { EventQueue } from './events.ts';
import { type LinkTiming, SimulatedNetwork } from './network.ts';
import { plainCopy } from './plain.ts';

export interface SimulationPlan {
  readonly engine: AnyEngine;
  readonly options: object;
  readonly members: readonly Member[];
  readonly seed: number;
  readonly durability?: Durability;
  readonly links?: LinkTiming;
  readonly disk?: DiskTiming;
  /** Hands over copies that went through JSON, and so proves that nothing is shared and that all is plain data. */
  readonly strict?: boolean;
  readonly onNote?: (node: NodeId, note: Note) => void;
  readonly onApply?: (node: NodeId, index: number, operation: Operation) => void;
  /** Told of every message as it is delivered. */
  readonly onDeliver?: (from: NodeId, to: NodeId, message: { readonly type: string }) => void;
}

/** An operation handed to a node; `answer` is set once it came. */
export interface Submitted {
  answer: Answer | undefined;
  answeredAtMs: number | undefined;
}

const LINKS: LinkTiming = { delayUs: [300, 900], lossShare: 0, duplicateShare: 0 };
const DISK: DiskTiming = { syncUs: [200, 600] };
/** One way between a client and a node. Clients' links lose nothing here. */
const CLIENT_DELAY_US = 250;
/** How long after a process ended its peers see the connection close. */
const CLOSE_DELAY_US = 400;

export class Simulation {
  readonly members: readonly Member[];
  readonly network: SimulatedNetwork;
  readonly events = new EventQueue();
  readonly #plan: SimulationPlan;
  readonly #nodes: ReadonlyMap<NodeId, SimulatedNode>;
  #hash = 0x811c9dc5;

  constructor(plan: SimulationPlan) {
    this.#plan = plan;
    this.members = plan.members;
    const random = new Random(plan.seed);
    this.network = new SimulatedNetwork(this.events, random.fork('links'), plan.links ?? LINKS);
    const spare = plan.members.filter((member) => member.kind === 'spare');
    this.#nodes = new Map(
      plan.members.map((member) => [
        member.id,
        new SimulatedNode(this, plan, member.id, random.fork(member.id), (text) => this.#trace(text)),
      ]),
    );
    for (const node of this.#nodes.values()) {
      node.start(spare.some((member) => member.id === node.id) ? 'join' : 'found');
    }
  }

  get nowMs(): number {
    return this.events.nowUs / 1000;
  }

  /** A digest of everything delivered, answered, crashed and restarted so far. */
  get traceHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  #trace(text: string): void {
    let hash = this.#hash;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    this.#hash = Math.imul(hash ^ this.events.nowUs, 0x01000193);
  }

  /** Lets virtual time pass. */
  run(forMs: number): void {
    this.events.runUntil(this.events.nowUs + Math.round(forMs * 1000));
  }

  node(id: NodeId): SimulatedNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  nodes(): Iterable<SimulatedNode> {
    return this.#nodes.values();
  }

  /** Submits an operation as a client would. Nothing comes back from a node that crashes or stays silent. */
  submit(to: NodeId, operation: Operation, more: Partial<Omit<Request, 'id' | 'operation'>> = {}): Submitted {
    const submitted: Submitted = { answer: undefined, answeredAtMs: undefined };
    const answered = (answer: Answer): void => {
      this.events.after(CLIENT_DELAY_US, () => {
        submitted.answer = answer;
        submitted.answeredAtMs = this.nowMs;
      });
    };
    this.events.after(CLIENT_DELAY_US, () => {
      const node = this.node(to);
      if (node.up) {
        node.request({ operation, read: 'default', session: 'test', serial: 0, settled: 0, ...more }, answered);
      } else answered({ outcome: 'fail', reason: 'refused' });
    });
    return submitted;
  }

  /** Ends a node's life. `vanish`: peers see nothing, and unsynced entries may be lost. `kill`: the connection closes. */
  crash(id: NodeId, how: 'kill' | 'vanish'): void {
    const node = this.node(id);
    if (!node.up) return;
    this.#trace(`${how} ${id}`);
    node.crash(how === 'vanish');
    if (how === 'kill') this.#tellPeers(id, false);
  }

  restart(id: NodeId): void {
    const node = this.node(id);
    if (node.up) return;
    this.#trace(`restart ${id}`);
    node.start('restart');
    this.#tellPeers(id, true);
  }

  #tellPeers(id: NodeId, up: boolean): void {
    const { life } = this.node(id);
    this.events.after(CLOSE_DELAY_US, () => {
      for (const peer of this.#nodes.values()) {
        // A peer behind a cut hears nothing, and news of a former life is no news.
        if (peer.id === id || this.network.isCut(id, peer.id) || this.node(id).life !== life) continue;
        peer.input((host) => host.link(id, up));
      }
    });
  }

  /** Cuts every link between two groups, both ways. */
  cut(some: readonly NodeId[], others: readonly NodeId[]): void {
    for (const a of some) {
      for (const b of others) {
        this.network.cut(a, b);
        this.network.cut(b, a);
      }
    }
  }

  /** Looks at the engine's own invariants; returns the broken one in a sentence. */
  brokenInvariant(): string | undefined {
    if (this.#plan.engine.invariants === undefined) return undefined;
    const views = new Map<NodeId, unknown>();
    for (const node of this.#nodes.values()) if (node.up) views.set(node.id, node.host.inspect());
    return this.#plan.engine.invariants(views);
  }
}

export class SimulatedNode {
  readonly id: NodeId;
  readonly disk: SimulatedDisk;
  life = -1;
  readonly #simulation: Simulation;
  readonly #plan: SimulationPlan;
  readonly #random: Random;
  readonly #trace: (text: string) => void;
  #host: ReplicaHost | undefined;
  #inbox: ((host: ReplicaHost) => void)[] = [];
  #turnScheduled = false;
  #timerAtUs = Number.POSITIVE_INFINITY;
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  constructor(
    simulation: Simulation,
    plan: SimulationPlan,
    id: NodeId,
    random: Random,
    trace: (text: string) => void,
  ) {
    this.#simulation = simulation;
    this.#plan = plan;
    this.id = id;
    this.#random = random;
    this.#trace = trace;
    const disk = plan.disk ?? DISK;
    this.disk = new SimulatedDisk(simulation.events, random.fork('disk'), disk, plan.durability ?? 'fsync');
  }

  get up(): boolean {
    return this.#host !== undefined;
  }

  /** The host of the present life. */
  get host(): ReplicaHost {
    if (this.#host === undefined) throw new Error(`${this.id} is down`);
    return this.#host;
  }

  start(boot: 'found' | 'join' | 'restart'): void {
    this.life++;
    this.#timerAtUs = Number.POSITIVE_INFINITY;
    const recovered = this.disk.entries.slice();
    const life = {
      self: this.id,
      members: this.#plan.members,
      boot,
      number: this.life,
      recovered: this.#plan.strict ? plainCopy(recovered) : recovered,
    };
    const { onApply, engine, options } = this.#plan;
    const applied = onApply && ((index: number, operation: Operation) => onApply(this.id, index, operation));
    this.#host = new ReplicaHost(engine, options, life, this.#world(), applied);
    this.#scheduleTurn();
  }

  crash(powerLoss: boolean): void {
    this.#host = undefined;
    this.#inbox = [];
    this.disk.crash(powerLoss);
    for (const answer of this.#waiting.values()) answer({ outcome: 'unknown', reason: 'broken' });
    this.#waiting.clear();
  }

  request(request: Omit<Request, 'id'>, answered: (answer: Answer) => void): void {
    this.input((host) => {
      const id = host.ticket();
      this.#waiting.set(id, answered);
      host.request({ ...request, id });
    });
  }

  /** Puts an input into the node's inbox, if it is up. */
  input(input: (host: ReplicaHost) => void): void {
    if (this.#host === undefined) return;
    this.#inbox.push(input);
    this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    this.#simulation.events.after(0, () => {
      this.#turnScheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    const host = this.#host;
    if (host === undefined) return;
    const inputs = this.#inbox.splice(0, TURN_INPUTS_MAX);
    for (const input of inputs) input(host);
    host.fireDue();
    host.endTurn();
    if (this.#inbox.length > 0) this.#scheduleTurn();
    this.#scheduleTimer(host);
  }

  #scheduleTimer(host: ReplicaHost): void {
    const dueUs = host.nextDeadlineUs();
    if (dueUs >= this.#timerAtUs) return;
    this.#timerAtUs = dueUs;
    this.#simulation.events.at(dueUs, () => {
      if (this.#timerAtUs !== dueUs || this.#host !== host) return;
      this.#timerAtUs = Number.POSITIVE_INFINITY;
      this.#turn();
    });
  }

  #world(): World {
    const { events, network } = this.#simulation;
    const { members } = this.#plan;
    const { life } = this;
    const random = this.#random.fork(life);
    return {
      nowUs: () => events.nowUs,
      wallClockMs: () => events.nowUs / 1000,
      random: () => random.next(),
      transmit: (to, messages) => {
        const peer = this.#simulation.node(members[to]!.id);
        for (const sent of messages) {
          const message = this.#plan.strict ? plainCopy(sent) : sent;
          network.carry(this.id, peer.id, () => {
            this.#trace(`${this.id}>${peer.id} ${(message as { type: string }).type}`);
            this.#plan.onDeliver?.(this.id, peer.id, message as { type: string });
            peer.input((host) => host.message(this.id, message));
          });
        }
      },
      answer: (ticket, answer) => {
        const waiting = this.#waiting.get(ticket);
        if (waiting === undefined) return;
        this.#waiting.delete(ticket);
        this.#trace(`${this.id} answers ${ticket}`);
        if ('result' in answer) waiting({ outcome: 'ok', result: answer.result });
        else if (answer.failure.effect === 'unknown') waiting({ outcome: 'unknown', reason: answer.failure.reason });
        else waiting({ outcome: 'fail', ...answer.failure });
      },
      write: (entries) =>
        this.disk.write(this.#plan.strict ? plainCopy(entries) : entries, (position) => {
          if (this.life === life) this.input((host) => host.durable(position));
        }),
      discard: (before) => this.disk.discard(before),
      note: (note) => this.#plan.onNote?.(this.id, note),
      late: () => {},
    };
  }
}
