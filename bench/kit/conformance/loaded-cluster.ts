/** A simulated cluster under load: every node is asked to write, each time under a key of its own, so that no loss can hide. */
import type { NodeId } from '../../../engines/api.ts';
import type { End } from '../../faults/vocabulary.ts';
import { Simulation, type SimulationPlan, type Submitted } from '../../runtimes/simulation/simulation.ts';
import { DEFAULT_NODE } from '../../topologies/defaults.ts';
import { evenLink, type LinkModel, NO_SERVICE_TIME, type NodeModel } from '../../topologies/links.ts';
import type { Setting } from './check.ts';

export interface Write extends Submitted {
  readonly key: string;
  readonly node: NodeId;
}

const EVERY_MS = 5;
/** So dense that at its end writes are in every stage of their way. */
export const BURST_MS = 20;
export const BURST_EVERY_MS = 0.5;
/** While the cluster is only waited for. */
const SELDOM_MS = 50;
/** Longer than any engine takes to find out what has happened and to go on. */
const SERVICE_LIMIT_MS = 60_000;
/** After the last write: for what is under way to arrive and to be applied everywhere. */
const SETTLE_MS = 3000;

/** Slow enough that answers which do not wait for them are found out. */
const LINKS = evenLink(0.3, 0.9);
const CLIENT_LINKS: LinkModel = { ...LINKS, delay: { kind: 'constant', ms: 0.25 } };
const links = (from: End, to: End): LinkModel => ('node' in from && 'node' in to ? LINKS : CLIENT_LINKS);
const NODE: NodeModel = {
  ...DEFAULT_NODE,
  ...NO_SERVICE_TIME,
  sync: { kind: 'uniform', lowMs: 0.5, highMs: 1.5 },
};

export class LoadedCluster {
  readonly simulation: Simulation;
  readonly writes: Write[] = [];
  readonly ids: readonly NodeId[];
  readonly #stores: boolean;

  constructor({ engine, options, members }: Setting, seed: number, more: Partial<SimulationPlan> = {}) {
    this.simulation = new Simulation({ engine, options, members, seed, links, node: NODE, ...more });
    this.ids = members.map((member) => member.id);
    this.#stores = engine.stores !== false;
  }

  /** Lets time pass under load. */
  load(forMs: number, everyMs = EVERY_MS): void {
    for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
      for (const node of this.simulation.nodes()) if (node.up) this.write(node.id);
      this.simulation.run(everyMs);
    }
  }

  write(node: NodeId): Write {
    const key = `key-${this.writes.length}`;
    const submitted = this.simulation.submit(node, { kind: 'put', key, value: key });
    const write = Object.assign(submitted, { key, node });
    this.writes.push(write);
    return write;
  }

  /** Waits until a fresh write is acknowledged, and returns it; undefined: none was in a minute, or none ever will. */
  service(): Write | undefined {
    if (!this.#stores) {
      this.simulation.run(SETTLE_MS);
      return undefined;
    }
    const first = this.writes.length;
    for (let passedMs = 0; passedMs < SERVICE_LIMIT_MS; passedMs += SELDOM_MS) {
      this.load(SELDOM_MS, SELDOM_MS);
      const served = this.writes.slice(first).find(isAcknowledged);
      if (served !== undefined) return served;
    }
    return undefined;
  }

  /** Waits until writes are acknowledged again, and then for everything that is under way. */
  settle(): void {
    this.service();
    this.simulation.run(SETTLE_MS);
  }

  crash(ids: readonly NodeId[], how: 'kill' | 'vanish'): void {
    // Of a power loss the worst: nothing that was not synced is left.
    for (const id of ids) this.simulation.crash(id, how, 0);
  }

  restart(ids: readonly NodeId[] = this.ids): void {
    for (const id of ids) this.simulation.restart(id);
  }

  isolate(id: NodeId): void {
    this.simulation.cut(
      [id],
      this.ids.filter((other) => other !== id),
    );
  }

  /** Whether any node that is up has the key. */
  has(key: string): boolean {
    return [...this.simulation.nodes()].some((node) => node.up && node.host.store.get(key) !== null);
  }

  /** Acknowledged writes that no node has. */
  lost(): Write[] {
    return this.writes.filter((write) => isAcknowledged(write) && !this.has(write.key));
  }
}

/** `accepted` is less than the engine's options promise. */
export const isAcknowledged = ({ answer }: Submitted): boolean =>
  answer?.outcome === 'ok' && answer.result.ack !== 'accepted';
