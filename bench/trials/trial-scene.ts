/**
 * A trial's cluster as the scene of a fault plan. Where the runtime can act at an exact instant (see `Direct`) it does;
 * elsewhere the trial lets time `pass`, and what is due is done as soon as the clock allows.
 */
import type { Command, Member, NodeId } from '../../engines/api.ts';
import type { Execution, Scene } from '../faults/execution.ts';
import { heldDown } from '../faults/standing-faults.ts';
import type { Fault } from '../faults/vocabulary.ts';
import type { Cluster, ClusterEvent } from '../runtimes/cluster.ts';

const COMMAND_TIMEOUT_MS = 2000;

export class TrialScene implements Scene {
  readonly members: readonly Member[];
  readonly clientZones: readonly string[];
  readonly #cluster: Cluster;
  /** Who answered last before this leads no more, for all that is known. */
  readonly #fromMs: number;
  #execution: Execution | undefined;
  #unwatch: () => void = () => {};
  #due: { readonly atMs: number; readonly action: () => void }[] = [];
  #work: Promise<unknown> = Promise.resolve();
  readonly #commands: Promise<void>[] = [];
  #eventsSeen: number;
  #writeSeenMs: number;
  #t0Ms: number | undefined;
  #first: ClusterEvent | undefined;
  #hadLeader = false;
  #latestMs = Number.NEGATIVE_INFINITY;
  #healedMs = Number.NEGATIVE_INFINITY;
  readonly #upSinceMs = new Map<NodeId, number>();
  /** Told of every heal, at its instant; only virtual time has one. */
  onHeal: () => void = () => {};

  constructor(cluster: Cluster, clientZones: readonly string[], fromMs: number) {
    this.#cluster = cluster;
    this.members = cluster.members;
    this.clientZones = clientZones;
    this.#fromMs = fromMs;
    this.#eventsSeen = cluster.events().length;
    this.#writeSeenMs = fromMs;
  }

  /** Starts an execution, and tells it what happens. */
  start(execution: Execution): void {
    this.#execution = execution;
    const { direct } = this.#cluster;
    if (direct !== undefined) this.#unwatch = direct.watch(execution.watches, (seen) => execution.observe(seen));
    execution.start();
  }

  /** Ends what still stands, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#execution?.stop();
    this.#unwatch();
    await this.#work;
    await Promise.all(this.#commands);
  }

  /** Lets time pass, and does what is due. */
  async pass(untilMs: number): Promise<void> {
    for (;;) {
      await this.#work;
      if (this.#cluster.direct === undefined) this.#look();
      const [next] = this.#due.sort((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#due.shift();
      await this.#cluster.sleepUntil(next.atMs);
      next.action();
    }
    await this.#cluster.sleepUntil(untilMs);
  }

  /** Hands over what has come to be known since the last look. */
  #look(): void {
    const events = this.#cluster.events();
    for (; this.#eventsSeen < events.length; this.#eventsSeen++) {
      const event = events[this.#eventsSeen]!;
      if (event.kind === 'note') this.#execution?.observe(event);
    }
    const latest = this.#cluster.latestWrite();
    if (latest === undefined || latest.endMs <= this.#writeSeenMs) return;
    this.#writeSeenMs = latest.endMs;
    this.#execution?.observe({ kind: 'answer', node: latest.node, operation: 'put', ok: true });
  }

  // --------------------------------------------------------------------------------------------------- what was done

  /** When the first fault was injected or command given, but for what prepares the ground; undefined: nothing has been done yet. */
  get t0Ms(): number | undefined {
    return this.#t0Ms;
  }

  /** What came of that. */
  get first(): ClusterEvent | undefined {
    return this.#first;
  }

  /** Whether a leader was there to be hit then. */
  get hadLeader(): boolean {
    return this.#hadLeader;
  }

  /** When the latest fault was injected or command given. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** When the latest fault was healed. */
  get healedMs(): number {
    return this.#healedMs;
  }

  /** What a node answered before this, it may have answered before it went down. Infinity: it is down. */
  upSinceMs(node: NodeId): number {
    return this.#upSinceMs.get(node) ?? Number.NEGATIVE_INFINITY;
  }

  // -------------------------------------------------------------------------------------------------------- the scene

  leader(): NodeId | undefined {
    const latest = this.#cluster.latestWrite();
    return latest !== undefined && latest.endMs >= this.#fromMs ? latest.node : undefined;
  }

  /** Who answered the latest write may have noted since that it leads no more. */
  #isLed(): boolean {
    const leader = this.leader();
    const isRole = (event: ClusterEvent): boolean =>
      event.kind === 'note' &&
      event.node === leader &&
      (event.note.kind === 'leads' || event.note.kind === 'steps-down');
    const latest = this.#cluster.events().findLast(isRole);
    return leader !== undefined && !(latest?.kind === 'note' && latest.note.kind === 'steps-down');
  }

  nowMs(): number {
    return this.#cluster.now();
  }

  after(delayMs: number, action: () => void): void {
    const { direct } = this.#cluster;
    if (direct !== undefined) direct.after(delayMs, action);
    else this.#due.push({ atMs: this.nowMs() + delayMs, action });
  }

  inject(faults: readonly Fault[]): void {
    const isMeasured = this.#begins();
    this.#enqueue(faults, async (fault) => {
      const event = await this.#cluster.inject(fault);
      if (isMeasured) {
        this.#t0Ms ??= event.atMs;
        this.#first ??= event;
        this.#latestMs = event.atMs;
      }
      const node = heldDown(fault);
      if (node !== undefined) this.#upSinceMs.set(node, Number.POSITIVE_INFINITY);
    });
  }

  /** Something is done; false: it only prepares the ground. */
  #begins(): boolean {
    if (this.#execution?.deeds.at(-1)?.step.prepares === true) return false;
    if (this.#t0Ms === undefined) this.#hadLeader = this.#isLed();
    return true;
  }

  heal(faults: readonly Fault[]): void {
    this.#enqueue(faults, async (fault) => {
      await this.#cluster.heal(fault);
      this.#healedMs = this.nowMs();
      const node = heldDown(fault);
      if (node !== undefined) this.#upSinceMs.set(node, this.#healedMs);
    });
    if (this.#cluster.direct !== undefined) this.onHeal();
  }

  /** One call after the other: a node has to be down before it can be restarted. Only virtual time waits for nobody. */
  #enqueue(faults: readonly Fault[], change: (fault: Fault) => Promise<void>): void {
    const all = (): Promise<unknown> => Promise.all(faults.map(change));
    this.#work = this.#cluster.direct === undefined ? this.#work.then(all) : Promise.all([this.#work, all()]);
    // Whoever waits for the work is told.
    this.#work.catch(() => {});
  }

  command(node: NodeId, command: Command): void {
    const isMeasured = this.#begins();
    if (isMeasured) {
      this.#latestMs = this.nowMs();
      this.#t0Ms ??= this.#latestMs;
    }
    this.#commands.push(this.#give(node, command, isMeasured));
  }

  async #give(node: NodeId, command: Command, isMeasured: boolean): Promise<void> {
    await this.#cluster.command(node, command, COMMAND_TIMEOUT_MS);
    if (isMeasured) this.#first ??= this.#cluster.events().findLast((event) => event.kind === 'command');
  }
}
