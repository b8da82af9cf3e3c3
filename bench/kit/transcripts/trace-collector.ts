/** Gathers what happens in a simulation as trace events, from what the simulation tells and from an ear at the engine. */
import type { AnyEngine, NodeId } from '../../../engines/api.ts';
import type { Simulation, SimulationPlan, Submitted } from '../../runtimes/simulation/simulation.ts';
import type { TraceEvent } from '../../runtimes/simulation/trace.ts';
import { watchEngine } from '../watch.ts';

/** One way, in a world without noise. */
const LINK_US = 500;
const SYNC_US = 300;
/** What the simulation takes from a node to its client. */
const CLIENT_US = 250;

export class TraceCollector {
  #events: TraceEvent[] = [];
  #simulation: Simulation | undefined;
  #waiting: { readonly node: NodeId; readonly asked: string; readonly submitted: Submitted }[] = [];
  readonly #tickets = new Map<string, number>();

  /** The parts of a plan that make a simulation free of noise, and let it be heard. */
  plan(engine: AnyEngine): Pick<SimulationPlan, 'engine' | 'links' | 'node' | 'onNote' | 'onDeliver'> {
    return {
      engine: this.#watched(engine),
      links: (from, to) => ({
        delay: { kind: 'constant', ms: ('node' in from && 'node' in to ? LINK_US : CLIENT_US) / 1000 },
        lossShare: 0,
        duplicateShare: 0,
        reorderShare: 0,
      }),
      node: {
        sync: { kind: 'constant', ms: SYNC_US / 1000 },
        append: { kind: 'constant', ms: 0 },
        perMessageMs: 0,
        perOperationMs: 0,
        perSyncMs: 0,
      },
      onNote: (node, note) => this.add({ kind: 'note', atUs: this.#nowUs, node, note }),
      onDeliver: (from, to, message) => {
        const arrivesUs = this.#nowUs;
        this.add({ kind: 'message', atUs: arrivesUs - LINK_US, from, to, arrivesUs, message });
      },
    };
  }

  attach(simulation: Simulation): void {
    this.#simulation = simulation;
  }

  get #nowUs(): number {
    return this.#simulation === undefined ? 0 : Math.round(this.#simulation.nowMs * 1000);
  }

  add(event: TraceEvent): void {
    this.#events.push(event);
  }

  #watched(engine: AnyEngine): AnyEngine {
    return watchEngine(engine, {
      onRequest: (node, { id: ticket, session, serial, operation }) => {
        this.#tickets.set(`${session}/${serial}`, ticket);
        this.add({ kind: 'request', atUs: this.#nowUs, node, session, serial, ticket, operation });
      },
      onAppend: (node, entry) => {
        const atUs = this.#nowUs;
        const block = this.#events.findLast((event) => event.kind === 'write' && event.node === node);
        if (block?.kind === 'write' && block.atUs === atUs) (block.entries as unknown[]).push(entry);
        else this.add({ kind: 'write', atUs, node, entries: [entry] });
      },
      onDurable: (node, position) => this.add({ kind: 'durable', atUs: this.#nowUs, node, position }),
    });
  }

  /** Looks after an operation until it is answered. */
  expect(node: NodeId, session: string, serial: number, submitted: Submitted): void {
    this.#waiting.push({ node, asked: `${session}/${serial}`, submitted });
  }

  /** What has happened since the last time. */
  take(): TraceEvent[] {
    this.#waiting = this.#waiting.filter(({ node, asked, submitted: { answer, answeredAtMs } }) => {
      if (answer === undefined || answeredAtMs === undefined) return true;
      const ticket = this.#tickets.get(asked);
      // Of a connection that closed, the node knows nothing.
      const isClosed = answer.outcome !== 'ok' && (answer.reason === 'broken' || answer.reason === 'refused');
      if (ticket !== undefined && !isClosed) {
        this.add({ kind: 'answer', atUs: Math.round(answeredAtMs * 1000) - CLIENT_US, node, ticket, answer });
      }
      return false;
    });
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
