/** One simulated node over all its lives: its disk, its inbox, and turns at the same virtual instant as their inputs. */
import type { AnyEngine, NodeId, Operation, Request } from '../../../engines/api.ts';
import type { Random } from '../../random.ts';
import type { Answer } from '../cluster.ts';
import { ReplicaHost, TURN_INPUTS_MAX, type World } from '../host/replica-host.ts';
import { type DiskTiming, SimulatedDisk } from './disk.ts';
import type { Simulation, SimulationPlan } from './simulation.ts';
import { handOver, strictHost } from './strict-host.ts';

const DISK: DiskTiming = { syncUs: [200, 600] };

export class SimulatedNode {
  readonly id: NodeId;
  readonly disk: SimulatedDisk;
  /** 0 for the first. */
  life = -1;
  /** How the last life ended; undefined while the node is up. */
  down: 'kill' | 'vanish' | undefined;
  readonly #simulation: Simulation;
  readonly #plan: SimulationPlan;
  readonly #engine: AnyEngine;
  readonly #random: Random;
  readonly #trace: (text: string) => void;
  #host: ReplicaHost | undefined;
  #inbox: ((host: ReplicaHost) => void)[] = [];
  #turnScheduled = false;
  #timerAtUs = Number.POSITIVE_INFINITY;
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  constructor(simulation: Simulation, plan: SimulationPlan, id: NodeId, random: Random, trace: (text: string) => void) {
    this.#simulation = simulation;
    this.#plan = plan;
    const { engine } = plan;
    this.#engine = plan.strict
      ? { ...engine, create: (host, options) => engine.create(strictHost(host), options) }
      : engine;
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
    this.down = undefined;
    this.#timerAtUs = Number.POSITIVE_INFINITY;
    const life = {
      self: this.id,
      members: this.#plan.members,
      boot,
      number: this.life,
      recovered: this.disk.recover(),
    };
    const { onApply, options } = this.#plan;
    const applied = onApply && ((index: number, operation: Operation) => onApply(this.id, index, operation));
    this.#host = new ReplicaHost(this.#engine, options, life, this.#world(), applied);
    this.#scheduleTurn();
  }

  /**
   * Ends the life, even in the middle of a turn: then nothing of that turn leaves or is written. After a `kill` the
   * clients see their connections close; after a `vanish` they see nothing.
   */
  crash(how: 'kill' | 'vanish'): void {
    this.#host = undefined;
    this.down = how;
    this.#inbox = [];
    this.disk.crash(how === 'vanish');
    if (how === 'kill') for (const answer of this.#waiting.values()) answer({ outcome: 'unknown', reason: 'broken' });
    this.#waiting.clear();
  }

  request(request: Omit<Request, 'id'>, answered: (answer: Answer) => void): void {
    const id = this.host.ticket();
    this.#waiting.set(id, answered);
    const asked = this.#plan.strict ? handOver({ ...request, id }) : { ...request, id };
    this.input((host) => host.request(asked));
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
    for (const input of inputs) {
      input(host);
      // Who watches the trial may crash the node on a note or an applied operation.
      if (this.#host !== host) return;
    }
    host.fireDue();
    if (this.#host !== host) return;
    host.endTurn();
    if (this.#host !== host) return;
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
    const { events } = this.#simulation;
    const { life } = this;
    const random = this.#random.fork(life);
    const isAlive = (): boolean => this.life === life && this.#host !== undefined;
    return {
      nowUs: () => events.nowUs,
      wallClockMs: () => events.nowUs / 1000,
      random: () => random.next(),
      transmit: (to, messages) => {
        if (isAlive()) this.#transmit(this.#plan.members[to]!.id, messages);
      },
      answer: (ticket, answer) => {
        const waiting = this.#waiting.get(ticket);
        if (waiting === undefined || !isAlive()) return;
        this.#waiting.delete(ticket);
        this.#trace(`${this.id} answers ${ticket} ${JSON.stringify(answer)}`);
        if ('result' in answer) waiting({ outcome: 'ok', result: answer.result });
        else if (answer.failure.effect === 'unknown') waiting({ outcome: 'unknown', reason: answer.failure.reason });
        else waiting({ outcome: 'fail', ...answer.failure });
      },
      write: (entries) => {
        if (!isAlive()) return 0;
        return this.disk.write(entries, (position) => {
          if (isAlive()) this.input((host) => host.durable(position));
        });
      },
      discard: (before) => {
        if (isAlive()) this.disk.discard(before);
      },
      note: (note) => this.#plan.onNote?.(this.id, note),
      late: () => {},
    };
  }

  #transmit(to: NodeId, messages: readonly unknown[]): void {
    const peer = this.#simulation.node(to);
    for (const message of messages as readonly { readonly type: string }[]) {
      this.#simulation.network.carry(this.id, to, () => {
        if (!peer.up) return;
        this.#trace(`${this.id}>${to} ${message.type}`);
        this.#plan.onDeliver?.(this.id, to, message);
        peer.input((host) => host.message(this.id, message));
      });
    }
  }
}
