/**
 * A cluster of worker threads: each node a thread with a real log file, links of message ports between all of them, the
 * load generator a thread of its own. This runs in a trial's child process.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Command, Member, NodeId, Operation, Request } from '../../../engines/api.ts';
import type { Fault } from '../../faults/vocabulary.ts';
import type { History } from '../../history.ts';
import type { GeneratorPlan, LoadStep } from '../../workloads/plan.ts';
import { unpackHistory } from '../../workloads/recorder.ts';
import {
  type Answer,
  type Cluster,
  type ClusterEvent,
  ClusterFailed,
  type ClusterPlan,
  type NodeSample,
} from '../cluster.ts';
import { Board } from './board.ts';
import { type Epoch, newEpoch, startClock } from './clock.ts';
import { FaultSwitch } from './fault-switch.ts';
import { Lifetime } from './lifetime.ts';
import { LIMITS, overran, type ThreadsLimits, threw } from './limits.ts';
import { fullMesh } from './mesh.ts';
import type { GeneratorOrder, GeneratorStart, NodeOrder, NodeReport, NodeStart } from './wire.ts';

const WATCH_EVERY_MS = 250;
const STAND_STILL_LOOK_EVERY_MS = 1;
/** Memory of the whole trial, buffers included: beyond this something eats it. */
const RESIDENT_MAX_BYTES = 8 * 2 ** 30;
const SAMPLE_TIMEOUT_MS = 1000;

interface NodeThread {
  worker: Worker | undefined;
  /** We end it ourselves: its exit is no failure. */
  ending: boolean;
  startedAtMs: number;
}

export class ThreadsCluster implements Cluster {
  readonly members: readonly Member[];
  readonly #plan: ClusterPlan;
  readonly #limits: ThreadsLimits;
  readonly #epoch: Epoch;
  readonly #nowUs: () => number;
  readonly #board: Board;
  readonly #nodes: NodeThread[];
  readonly #faults: FaultSwitch;
  readonly #events: ClusterEvent[] = [];
  readonly #waiting = new Map<number, (report: NodeReport) => void>();
  #generator: Worker | undefined;
  #nextId = 1;
  readonly #lifetime = new Lifetime();
  #watch: NodeJS.Timeout | undefined;

  private constructor(plan: ClusterPlan, limits: ThreadsLimits) {
    this.#plan = plan;
    this.#limits = limits;
    this.members = plan.members;
    this.#epoch = newEpoch();
    this.#nowUs = startClock(this.#epoch);
    const zones = plan.generator?.zones ?? [];
    this.#board = Board.create(plan.members.length);
    this.#nodes = plan.members.map(() => ({ worker: undefined, ending: false, startedAtMs: 0 }));
    this.#faults = new FaultSwitch(this.#board, plan.members, zones, plan.seed, {
      logPath: (place) => this.#logPath(place),
      end: (place) => this.#end(place),
      restart: (places) => this.#restart(places),
      standStill: (place) => this.#standStill(place),
      look: () => this.#lookAtBoard(),
      now: () => this.now(),
    });
  }

  /** Starts all nodes and the generator. Resolves when they run, or when one of them failed: ask `failure()`. */
  static async start(plan: ClusterPlan, limits: Partial<ThreadsLimits> = {}): Promise<ThreadsCluster> {
    const cluster = new ThreadsCluster(plan, { ...LIMITS, ...limits });
    await cluster.#startAll();
    return cluster;
  }

  async #startAll(): Promise<void> {
    const { members, generator } = this.#plan;
    const { ports, generatorPorts } = fullMesh(members.length, generator !== undefined);
    const started = ports.map((ends, place) => this.#startNode(place, ends, this.#bootOf(place)));
    if (generator !== undefined) started.push(this.#startGenerator(generator, generatorPorts));
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY_MS);
    await this.#lifetime.unlessOver(Promise.all(started));
  }

  #bootOf(place: number): 'found' | 'join' {
    return this.members[place]!.kind === 'spare' ? 'join' : 'found';
  }

  #logPath(place: number): string {
    return join(this.#plan.directory, `${this.members[place]!.id}.log`);
  }

  async #startNode(place: number, ports: (MessagePort | undefined)[], boot: NodeStart['boot']): Promise<void> {
    this.#board.unpause(place);
    const start: NodeStart = {
      place,
      members: this.members,
      engine: this.#plan.engine,
      durability: this.#plan.durability,
      seed: this.#plan.seed,
      epoch: this.#epoch,
      board: this.#board.buffers,
      logPath: this.#logPath(place),
      life: boot === 'restart' ? this.#board.nextLife(place) : 0,
      boot,
      ports: Array.from({ length: this.members.length + 1 }, (_, end) => ports[end]),
    };
    const worker = new Worker(new URL('./node-worker.js', import.meta.url), {
      workerData: start,
      transferList: start.ports.filter((port) => port !== undefined),
      name: this.members[place]!.id,
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.nodeHeapMaxMb },
    });
    const node: NodeThread = { worker, ending: false, startedAtMs: this.now() };
    this.#nodes[place] = node;
    const { id } = this.members[place]!;
    worker.on('error', (error: unknown) => {
      if (node.ending) return;
      this.#lifetime.fail(threw(id, error, this.#limits));
    });
    worker.on('exit', () => {
      node.worker = undefined;
      if (!node.ending && !this.#board.endedByFullDisk(place)) this.#lifetime.fail(`${id} ended its own process`);
    });
    await new Promise<void>((resolve) => {
      worker.on('exit', () => resolve());
      worker.on('message', (report: NodeReport) => {
        if (report.kind === 'started') resolve();
        else if (report.kind === 'note') this.#events.push({ ...report, node: id });
        else this.#waiting.get(report.id)?.(report);
      });
    });
  }

  async #startGenerator(plan: GeneratorPlan, ports: MessagePort[]): Promise<void> {
    const start: GeneratorStart = {
      plan,
      members: this.members,
      epoch: this.#epoch,
      board: this.#board.buffers,
      ports,
    };
    this.#generator = new Worker(new URL('./generator-worker.js', import.meta.url), {
      workerData: start,
      transferList: ports,
      name: 'generator',
    });
    this.#generator.on('error', (error) => this.#lifetime.fail(threw('the load generator', error, this.#limits)));
    await once(this.#generator, 'message');
  }

  // ------------------------------------------------------------------------------------------------------ failure

  failure(): string | undefined {
    return this.#lifetime.failure;
  }

  #look(): void {
    for (const [place, node] of this.#nodes.entries()) {
      if (node.worker === undefined || node.ending) continue;
      if (this.#board.stands(place)) {
        this.#board.setCounter(place, 'seenAliveMs', this.now());
        continue;
      }
      const { id } = this.members[place]!;
      const reason = overran(id, this.now(), node.startedAtMs, this.#board.counter(place, 'seenAliveMs'), this.#limits);
      if (reason !== undefined) this.#lifetime.fail(reason);
      this.#order(place, { kind: 'look' });
    }
    const resident = process.memoryUsage.rss();
    if (resident > RESIDENT_MAX_BYTES)
      this.#lifetime.fail(`the cluster used ${Math.round(resident / 2 ** 20)} MB of memory`);
  }

  // --------------------------------------------------------------------------------------------------------- time

  now(): number {
    return this.#nowUs() / 1000;
  }

  async sleepUntil(timeMs: number): Promise<void> {
    for (;;) {
      const waitMs = timeMs - this.now();
      // Timers count whole ms, and may fire up to one too early.
      if (waitMs > 0) await this.#lifetime.sleep(waitMs);
      // Whoever goes on sleeping in a loop would never get to the end of it.
      if (this.#lifetime.isEnded) throw new ClusterFailed(this.#lifetime.whyOver);
      if (this.now() >= timeMs || this.#lifetime.isOver) return;
    }
  }

  // --------------------------------------------------------------------------------------------------------- load

  async load(step: LoadStep): Promise<History> {
    const generator = this.#generator;
    if (generator === undefined) throw new Error('this cluster has no load generator');
    if (this.#lifetime.isOver) throw new ClusterFailed(this.#lifetime.whyOver);
    const done = once(generator, 'message');
    this.#orderGenerator({ kind: 'step', step });
    const message = await this.#lifetime.unlessOver(done);
    if (message === undefined) throw new ClusterFailed(this.#lifetime.whyOver);
    return unpackHistory(message[0]);
  }

  stopLoad(): void {
    this.#orderGenerator({ kind: 'stop' });
  }

  #orderGenerator(order: GeneratorOrder): void {
    this.#generator?.postMessage(order, order.kind === 'connect' ? [order.port] : []);
    this.#board.ring();
  }

  latestWrite(): { readonly node: NodeId; readonly endMs: number } | undefined {
    const latest = this.#board.latestWrite();
    return latest && { node: this.members[latest.node]!.id, endMs: latest.endMs };
  }

  // -------------------------------------------------------------------------------------------------------- nodes

  #place(node: NodeId): number {
    const place = this.members.findIndex((member) => member.id === node);
    if (place < 0) throw new Error(`no node ${node}`);
    return place;
  }

  #order(place: number, order: NodeOrder): void {
    this.#nodes[place]?.worker?.postMessage(order, order.kind === 'connect' ? [order.port] : []);
  }

  /** Gives an order that is answered; undefined: nothing came back in time. */
  async #call<Kind extends NodeReport['kind']>(
    place: number,
    order: (id: number) => NodeOrder,
    kind: Kind,
    timeoutMs: number,
  ): Promise<Extract<NodeReport, { kind: Kind }> | undefined> {
    if (this.#nodes[place]?.worker === undefined) return undefined;
    const id = this.#nextId++;
    const report = new Promise<NodeReport>((resolve) => this.#waiting.set(id, resolve));
    this.#order(place, order(id));
    const came = await this.#lifetime.within(report, timeoutMs);
    this.#waiting.delete(id);
    return came?.kind === kind ? (came as Extract<NodeReport, { kind: Kind }>) : undefined;
  }

  async ask(
    node: NodeId,
    operations: readonly Operation[],
    read: Request['read'],
    timeoutMs: number,
  ): Promise<Answer[]> {
    const order = (id: number): NodeOrder => ({ kind: 'ask', id, operations, read });
    const report = await this.#call(this.#place(node), order, 'answers', timeoutMs);
    if (report !== undefined) return [...report.answers];
    return operations.map(() => ({ outcome: 'unknown', reason: 'silence' }));
  }

  async command(node: NodeId, command: Command, timeoutMs: number): Promise<Answer> {
    const order = (id: number): NodeOrder => ({ kind: 'command', id, command });
    const atMs = this.now();
    const report = await this.#call(this.#place(node), order, 'answers', timeoutMs);
    const answer = report?.answers[0] ?? { outcome: 'unknown', reason: 'silence' };
    this.#events.push({ atMs, kind: 'command', node, command, answer, answeredMs: this.now() });
    return answer;
  }

  async stores(): Promise<ReadonlyMap<NodeId, ReadonlyMap<string, string>>> {
    const stores = new Map<NodeId, ReadonlyMap<string, string>>();
    for (const [place, { id }] of this.members.entries()) {
      if (this.#board.isPaused(place)) continue;
      const report = await this.#call(place, (call) => ({ kind: 'store', id: call }), 'store', SAMPLE_TIMEOUT_MS * 5);
      if (report !== undefined) stores.set(id, new Map(report.entries));
    }
    return stores;
  }

  async sample(): Promise<readonly NodeSample[]> {
    const reports = await Promise.all(
      this.members.map((_, place) => {
        if (this.#board.isPaused(place)) return undefined;
        return this.#call(place, (id) => ({ kind: 'sample', id }), 'sample', SAMPLE_TIMEOUT_MS);
      }),
    );
    return this.members.map(({ id }, place) => {
      const count = (counter: Parameters<Board['counter']>[1]): number => this.#board.counter(place, counter);
      const status = reports[place]?.status;
      const sample: NodeSample = {
        node: id,
        up: this.#nodes[place]?.worker !== undefined,
        ...(status !== undefined && { status }),
        ...(count('cpuMs') > 0 && { cpuMs: count('cpuMs') }),
        ...(count('heapBytes') > 0 && { heapBytes: count('heapBytes') }),
        messages: count('messages'),
        bytes: count('bytes'),
        dropped: count('dropped'),
        syncs: count('syncs'),
        answered: count('answered'),
        latenessMaxMs: count('latenessMaxMs'),
      };
      this.#board.setCounter(place, 'latenessMaxMs', 0);
      return sample;
    });
  }

  // ------------------------------------------------------------------------------------------------------- faults

  events(): readonly ClusterEvent[] {
    return this.#events;
  }

  async inject(fault: Fault): Promise<ClusterEvent> {
    const atMs = this.now();
    const tookEffectMs = await this.#faults.inject(fault);
    const event: ClusterEvent = { atMs, kind: 'fault', fault, lateMs: Math.max(0, tookEffectMs - atMs) };
    this.#events.push(event);
    return event;
  }

  async heal(fault: Fault): Promise<ClusterEvent> {
    await this.#faults.heal(fault);
    const event: ClusterEvent = { atMs: this.now(), kind: 'heal', fault };
    this.#events.push(event);
    return event;
  }

  /** Ends a node's thread. Resolves when it has ended. */
  async #end(place: number): Promise<void> {
    const node = this.#nodes[place]!;
    if (node.worker === undefined) return;
    node.ending = true;
    const { worker } = node;
    node.worker = undefined;
    await worker.terminate();
  }

  #lookAtBoard(): void {
    for (let place = 0; place < this.#nodes.length; place++) this.#order(place, { kind: 'look' });
    this.#board.ring();
  }

  async #standStill(place: number): Promise<void> {
    this.#order(place, { kind: 'look' });
    while (this.#board.isPaused(place) && !this.#board.stands(place)) {
      if (this.#lifetime.isOver || this.#nodes[place]!.worker === undefined) return;
      await sleep(STAND_STILL_LOOK_EVERY_MS);
    }
  }

  async #restart(places: readonly number[]): Promise<void> {
    await this.#lifetime.unlessOver(
      Promise.all(
        places
          .filter((place) => this.#nodes[place]!.worker === undefined)
          .map((place) => this.#startNode(place, this.#reconnect(place), 'restart')),
      ),
    );
  }

  /** New channels from a node to everybody that is up; returns the node's ends. */
  #reconnect(place: number): (MessagePort | undefined)[] {
    const ports: (MessagePort | undefined)[] = [];
    for (let peer = 0; peer < this.members.length; peer++) {
      if (peer === place || this.#nodes[peer]!.worker === undefined) continue;
      const { port1, port2 } = new MessageChannel();
      ports[peer] = port1;
      this.#order(peer, { kind: 'connect', place, port: port2 });
    }
    if (this.#generator !== undefined) {
      const { port1, port2 } = new MessageChannel();
      ports[this.members.length] = port1;
      this.#orderGenerator({ kind: 'connect', place, port: port2 });
    }
    return ports;
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    this.#lifetime.end();
    for (let place = 0; place < this.#nodes.length; place++) this.#board.resume(place);
    const ends = this.#nodes.map((_, place) => this.#end(place));
    if (this.#generator !== undefined) ends.push(this.#generator.terminate().then(() => {}));
    await Promise.all(ends);
  }
}
