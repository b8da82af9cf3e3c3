/** The simulation behind the interface that trials are written against: the same trial runs here and on threads. */
import type { Command, Member, NodeId, Operation, Request } from '../../../engines/api.ts';
import type { End, Fault } from '../../faults/vocabulary.ts';
import type { History } from '../../history.ts';
import type { LinkModel, NodeModel } from '../../topologies/links.ts';
import type { LoadStep } from '../../workloads/plan.ts';
import {
  type Answer,
  type Cluster,
  type ClusterEvent,
  ClusterFailed,
  type ClusterPlan,
  type Copies,
  type Direct,
  type NodeSample,
} from '../cluster.ts';
import { loadEngine } from '../host/load-engine.ts';
import { FaultSwitch } from './fault-switch.ts';
import { SimulatedLoad } from './simulated-load.ts';
import { Simulation, type SimulationPlan } from './simulation.ts';
import { VirtualTime } from './virtual-time.ts';

/** What the simulated machines and links are made of. */
export interface SimulatedWorld {
  readonly links: (from: End, to: End) => LinkModel;
  readonly node: NodeModel;
}

export class SimulatedCluster implements Cluster {
  readonly members: readonly Member[];
  readonly #simulation: Simulation;
  readonly #time: VirtualTime;
  readonly #faults: FaultSwitch;
  readonly #load: SimulatedLoad | undefined;
  readonly #events: ClusterEvent[] = [];
  #failure: string | undefined;
  #isStopped = false;
  #asks = 0;
  #giveUp: ((error: ClusterFailed) => void)[] = [];

  private constructor(simulation: Simulation, plan: ClusterPlan, events: ClusterEvent[]) {
    this.members = plan.members;
    this.#simulation = simulation;
    this.#events = events;
    this.#faults = new FaultSwitch(simulation);
    this.#load = plan.generator && new SimulatedLoad(simulation, plan.generator);
    this.#time = new VirtualTime(simulation.events);
    this.#time.onBroken = (error) => this.#break(error);
  }

  /** @throws {ClusterFailed} if a node cannot start. */
  static async start(plan: ClusterPlan, world: SimulatedWorld): Promise<SimulatedCluster> {
    const engine = await loadEngine(plan.engine.module);
    const events: ClusterEvent[] = [];
    const { members, seed, durability, generator } = plan;
    let nowMs = (): number => 0;
    const simulationPlan: SimulationPlan = {
      engine,
      options: plan.engine.options,
      members,
      seed,
      durability,
      countBytes: true,
      ...world,
      ...(generator && { clientZones: generator.zones }),
      onNote: (node, note) => events.push({ kind: 'note', atMs: nowMs(), node, note }),
    };
    try {
      const simulation = new Simulation(simulationPlan);
      nowMs = () => simulation.nowMs;
      return new SimulatedCluster(simulation, plan, events);
    } catch (error) {
      throw new ClusterFailed(whatThrew(error));
    }
  }

  // ------------------------------------------------------------------------------------------------------ failure

  failure(): string | undefined {
    return this.#failure;
  }

  /** An engine that throws has crashed, and what was measured means nothing. */
  #break(error: unknown): void {
    this.#failure = whatThrew(error);
    this.#endWaits();
  }

  /** Why nothing is worth waiting for any more. */
  get #whyOver(): string | undefined {
    return this.#failure ?? (this.#isStopped ? 'the cluster was stopped' : undefined);
  }

  #endWaits(): void {
    for (const giveUp of this.#giveUp) giveUp(new ClusterFailed(this.#whyOver));
  }

  /** Waits in virtual time, and no longer than the cluster lives. */
  async #wait<T>(waiting: () => Promise<T>): Promise<T> {
    if (this.#whyOver !== undefined) throw new ClusterFailed(this.#whyOver);
    let giveUp: ((error: ClusterFailed) => void) | undefined;
    const broken = new Promise<never>((_, reject) => {
      giveUp = reject;
      this.#giveUp.push(reject);
    });
    try {
      return await Promise.race([waiting(), broken]);
    } finally {
      this.#giveUp = this.#giveUp.filter((other) => other !== giveUp);
    }
  }

  // --------------------------------------------------------------------------------------------------------- time

  now(): number {
    return this.#simulation.nowMs;
  }

  sleepUntil(timeMs: number): Promise<void> {
    return this.#wait(() => this.#time.until(timeMs));
  }

  // --------------------------------------------------------------------------------------------------------- load

  async load(step: LoadStep): Promise<History> {
    const load = this.#load;
    if (load === undefined) throw new Error('this cluster has no load generator');
    return this.#wait(() => this.#time.wait((finished) => load.start(step, finished)));
  }

  stopLoad(): void {
    this.#load?.stop();
  }

  latestWrite(): { readonly node: NodeId; readonly endMs: number } | undefined {
    const latest = this.#load?.latestWrite();
    return latest && { node: this.members[latest.node]!.id, endMs: latest.endMs };
  }

  // -------------------------------------------------------------------------------------------------------- nodes

  /** As a client of the first zone. */
  ask(node: NodeId, operations: readonly Operation[], read: Request['read'], timeoutMs: number): Promise<Answer[]> {
    const end = this.#simulation.clientEnd(this.#simulation.clientZones[0]!);
    const session = `ask-${++this.#asks}`;
    const requests = operations.map((operation, i) => ({ operation, read, session, serial: i + 1, settled: 0 }));
    return this.#askAll(operations.length, timeoutMs, (answered) =>
      this.#simulation.askTogether(end, node, requests, answered),
    );
  }

  async command(node: NodeId, command: Command, timeoutMs: number): Promise<Answer> {
    const atMs = this.now();
    const [answer] = await this.#askAll(1, timeoutMs, (answered) => {
      const asked = this.#simulation.node(node);
      // As an event: an engine that throws at it breaks the simulation, and not this call.
      this.#simulation.events.after(0, () => {
        if (asked.up) asked.command(command, (given) => answered(0, given));
      });
    });
    this.#events.push({ atMs, kind: 'command', node, command, answer: answer!, answeredMs: this.now() });
    return answer!;
  }

  /** Waits until all is answered, or time is over: silence is `unknown`. */
  async #askAll(
    count: number,
    timeoutMs: number,
    ask: (answered: (place: number, answer: Answer) => void) => void,
  ): Promise<Answer[]> {
    const answers: Answer[] = Array.from({ length: count }, () => ({ outcome: 'unknown', reason: 'silence' }));
    if (count === 0) return answers;
    const { events } = this.#simulation;
    let open = count;
    return this.#wait(() =>
      this.#time.wait<Answer[]>((wake) => {
        let over = false;
        const finish = (): void => {
          if (!over) wake(answers);
          over = true;
        };
        events.after(timeoutMs * 1000, finish);
        ask((place, answer) => {
          answers[place] = answer;
          if (--open === 0) events.after(0, finish);
        });
      }),
    );
  }

  async stores(): Promise<ReadonlyMap<NodeId, ReadonlyMap<string, string>>> {
    const up = this.#simulation.nodes().filter((node) => node.up && !node.paused);
    return new Map(up.map((node) => [node.id, new Map(node.host.store.entries())]));
  }

  async sample(): Promise<readonly NodeSample[]> {
    return this.#simulation.nodes().map((node) => {
      const { counts, disk } = node;
      const sample: NodeSample = {
        node: node.id,
        up: node.up,
        ...(node.up && { status: node.host.status() }),
        messages: counts.messages,
        bytes: counts.bytes,
        sent: [...node.sent].map(([type, { messages, bytes }]) => ({ type, messages, bytes })),
        dropped: 0,
        syncs: disk.syncs,
        answered: counts.answered,
        latenessMaxMs: counts.latenessMaxUs / 1000,
      };
      counts.latenessMaxUs = 0;
      return sample;
    });
  }

  // ------------------------------------------------------------------------------------------------------- faults

  readonly direct: Direct = {
    after: (delayMs, action) => this.#simulation.events.after(Math.round(delayMs * 1000), action),
    watch: (kinds, see) => {
      this.#simulation.observed = kinds;
      this.#simulation.onObservation = (observation) => {
        if (kinds.has(observation.kind)) see(observation);
      };
      return () => {
        this.#simulation.onObservation = undefined;
        this.#simulation.observed = undefined;
      };
    },
    copies: () =>
      this.#simulation.nodes().flatMap((node): Copies[] => {
        if (!node.up || node.paused || this.members[node.place]!.kind !== 'full') return [];
        const { host } = node;
        const { store } = host;
        return [
          { node: node.id, get: (key) => store.get(key), keys: () => store.keys(), holds: (key) => host.holds(key) },
        ];
      }),
  };

  events(): readonly ClusterEvent[] {
    return this.#events;
  }

  async inject(fault: Fault): Promise<ClusterEvent> {
    this.#faults.inject(fault);
    const event: ClusterEvent = { atMs: this.now(), kind: 'fault', fault, lateMs: 0 };
    this.#events.push(event);
    return event;
  }

  async heal(fault: Fault): Promise<ClusterEvent> {
    try {
      this.#faults.heal(fault);
    } catch (error) {
      // An engine may throw as soon as it is restarted.
      this.#break(error);
      throw new ClusterFailed(this.#failure);
    }
    const event: ClusterEvent = { atMs: this.now(), kind: 'heal', fault };
    this.#events.push(event);
    return event;
  }

  async stop(): Promise<void> {
    this.#time.end();
    this.#isStopped = true;
    this.#endWaits();
  }
}

const whatThrew = (error: unknown): string =>
  `a node threw: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`;
