/**
 * A cluster in virtual time: links, two-layer disks, crashes and cuts, everything drawn from one seed. The same seed
 * gives the same trace hash. Engines are developed and tested here; they run unchanged on threads.
 */
import type { AnyEngine, Member, NodeId, Note, Operation, Request } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import type { Answer, Durability } from '../cluster.ts';
import type { DiskTiming } from './disk.ts';
import { EventQueue } from './events.ts';
import { type LinkTiming, SimulatedNetwork } from './network.ts';
import { SimulatedNode } from './simulated-node.ts';

export interface SimulationPlan {
  readonly engine: AnyEngine;
  readonly options: object;
  readonly members: readonly Member[];
  readonly seed: number;
  readonly durability?: Durability;
  readonly links?: LinkTiming;
  readonly disk?: DiskTiming;
  /** Refuses what is not plain data and freezes what is handed over, and so proves that engines share and mutate nothing. */
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
    this.#nodes = new Map(
      plan.members.map((member) => [
        member.id,
        new SimulatedNode(this, plan, member.id, random.fork(member.id), (text) => this.#trace(text)),
      ]),
    );
    for (const { id, kind } of plan.members) this.node(id).start(kind === 'spare' ? 'join' : 'found');
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

  /**
   * Submits an operation as a client would. A killed node's client is told: `unknown` where the request had arrived,
   * `refused` where it had not. Nothing comes back from a node that vanished or stays silent.
   */
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
      } else if (node.down === 'kill') answered({ outcome: 'fail', reason: 'refused' });
    });
    return submitted;
  }

  /**
   * Ends a node's life. `vanish`: peers and clients see nothing, and unsynced entries may be lost, also those of a node
   * that had been killed before. `kill`: connections close.
   */
  crash(id: NodeId, how: 'kill' | 'vanish'): void {
    const node = this.node(id);
    if (!node.up && how === 'kill') return;
    this.#trace(`${how} ${id}`);
    node.crash(how);
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
