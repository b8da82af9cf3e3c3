/**
 * One simulated node over all its lives: its disk, clocks and inbox, and its turns. A turn happens at the virtual instant of
 * its inputs, unless the node is still busy with the turn before: inputs, messages and syncs may cost processor time.
 */
import type { AnyEngine, Command, NodeId, Operation, Request } from '../../../engines/api.ts';
import type { Random } from '../../random.ts';
import type { NodeModel } from '../../topologies/links.ts';
import type { Answer } from '../cluster.ts';
import { toAnswer } from '../host/answers.ts';
import { ReplicaHost, TURN_INPUTS_MAX, type World } from '../host/replica-host.ts';

import { SimulatedDisk } from './disk.ts';
import type { Parcel } from './network.ts';
import { NodeClock } from './node-clock.ts';
import type { Simulation, SimulationPlan } from './simulation.ts';
import { handOver, strictHost } from './strict-host.ts';

/** Who is to be told the answer to a ticket. */
type Answered = (answer: Answer, leavesInUs: number, crossed: boolean) => void;

/** An open ticket; a command has no kind of operation. */
interface Waiting {
  readonly answered: Answered;
  readonly kind: Operation['kind'] | undefined;
}

/** What waits at a node: messages of one peer that arrived together, or anything else. */
type Input =
  | { readonly from: NodeId; readonly messages: readonly Parcel[] }
  | { readonly costUs: number; readonly handIn: (host: ReplicaHost) => void };

export class SimulatedNode {
  readonly id: NodeId;
  readonly place: number;
  readonly disk: SimulatedDisk;
  readonly clock = new NodeClock();
  /** 0 for the first. */
  life = -1;
  /** How the last life ended; undefined while the node is up. */
  down: 'kill' | 'vanish' | undefined;
  /** Over all lives: messages and their estimated bytes, answers, and the latest that a timer fired after it was due. */
  readonly counts = { messages: 0, bytes: 0, answered: 0, latenessMaxUs: 0, busyUs: 0 };
  /** Messages and bytes by the messages' type, if bytes are counted. */
  readonly sent = new Map<string, { messages: number; bytes: number }>();
  readonly #simulation: Simulation;
  readonly #plan: SimulationPlan;
  readonly #engine: AnyEngine;
  readonly #model: NodeModel;
  readonly #random: Random;
  #host: ReplicaHost | undefined;
  #inbox: Input[] = [];
  /** Of the first input: how many of its messages were handed in already. */
  #handedIn = 0;
  #turnAtUs = Number.POSITIVE_INFINITY;
  #timerAtUs = Number.POSITIVE_INFINITY;
  /** The processor is busy until then. */
  #busyUntilUs = 0;
  /** What the present turn costs so far, fractions included; outputs leave when it is paid. */
  #costUs = 0;
  #slowUs = 0;
  #pauses = 0;
  #stoodStill = false;
  #diskFull = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** The message whose length was taken last, and that length. */
  #measured: Parcel | undefined;
  #measuredBytes = 0;
  /** The host whose turn it is just now. */
  #turning: ReplicaHost | undefined;

  constructor(simulation: Simulation, plan: SimulationPlan, place: number, model: NodeModel, random: Random) {
    this.#simulation = simulation;
    this.#plan = plan;
    const { engine } = plan;
    this.#engine = plan.strict
      ? { ...engine, create: (host, options) => engine.create(strictHost(host), options) }
      : engine;
    this.place = place;
    this.id = plan.members[place]!.id;
    this.#model = model;
    this.#random = random;
    const timing = { append: model.append, sync: model.sync };
    this.disk = new SimulatedDisk(simulation.events, random.fork('disk'), timing, plan.durability ?? 'fsync');
  }

  get up(): boolean {
    return this.#host !== undefined;
  }

  get paused(): boolean {
    return this.#pauses > 0;
  }

  /** The host of the present life. */
  get host(): ReplicaHost {
    if (this.#host === undefined) throw new Error(`${this.id} is down`);
    return this.#host;
  }

  /** Virtual time is in whole microseconds. */
  get #spentUs(): number {
    return Math.round(this.#costUs);
  }

  // -------------------------------------------------------------------------------------------------------- lives

  start(boot: 'found' | 'join' | 'restart'): void {
    this.life++;
    this.down = undefined;
    this.#timerAtUs = Number.POSITIVE_INFINITY;
    this.#turnAtUs = Number.POSITIVE_INFINITY;
    this.#busyUntilUs = 0;
    this.#costUs = 0;
    const number = this.life;
    const { onApply, options, members } = this.#plan;
    const recovered = this.disk.recover((position) => {
      const { trace, events } = this.#simulation;
      trace?.({ kind: 'durable', atUs: events.nowUs, node: this.id, position });
      // Without syncs it is a write that has ended.
      const costUs = this.#plan.durability === 'none' ? 0 : this.#model.perSyncMs * 1000;
      this.input((host) => host.durable(position), costUs);
      this.#simulation.onDurable(this);
    });
    this.#simulation.trace?.({ kind: 'start', atUs: this.#simulation.events.nowUs, node: this.id, boot });
    const applied = onApply && ((index: number, operation: Operation) => onApply(this.id, index, operation));
    const life = { self: this.id, members, boot, number, recovered };
    this.#host = new ReplicaHost(this.#engine, options, life, this.#world(), applied);
    this.#scheduleTurn();
  }

  /**
   * Ends the life, even in the middle of a turn: then nothing of that turn leaves or is written. After a `kill` the
   * clients see their connections close; after a `vanish` they see nothing.
   */
  crash(how: 'kill' | 'vanish', keep?: number): void {
    if (this.#host !== undefined) {
      this.#simulation.trace?.({ kind: 'end', atUs: this.#simulation.events.nowUs, node: this.id, how });
    }
    this.#host = undefined;
    this.down = how;
    this.#inbox = [];
    this.#handedIn = 0;
    this.disk.crash(how === 'vanish', keep);
    if (how === 'kill')
      for (const { answered } of this.#waiting.values()) answered({ outcome: 'unknown', reason: 'broken' }, 0, false);
    this.#waiting.clear();
  }

  // ------------------------------------------------------------------------------------------------------- faults

  pause(): void {
    this.#pauses++;
  }

  resume(): void {
    if (--this.#pauses > 0) return;
    this.#stoodStill = true;
    this.#scheduleTurn();
  }

  /** Each input takes so much longer from now on. */
  slowDown(perInputMs: number): void {
    this.#slowUs += perInputMs * 1000;
  }

  /** There is no room on the disk, or there is again. */
  fillDisk(by: 1 | -1): void {
    this.#diskFull += by;
  }

  /** The node's clock has been bent: what was due at one true time is due at another. */
  clockChanged(): void {
    this.#timerAtUs = Number.POSITIVE_INFINITY;
    if (this.#host !== undefined) this.#scheduleTimer(this.#host);
  }

  // ------------------------------------------------------------------------------------------------------- inputs

  /** `more`: others follow at this instant, and then a call of `turnSoon`. */
  request(request: Omit<Request, 'id'>, answered: Answered, more = false): void {
    const id = this.host.ticket();
    this.#waiting.set(id, { answered, kind: request.operation.kind });
    const asked = this.#plan.strict ? handOver({ ...request, id }) : { ...request, id };
    const { trace, events } = this.#simulation;
    if (trace !== undefined) {
      const { session, serial, operation } = request;
      trace({ kind: 'request', atUs: events.nowUs, node: this.id, session, serial, ticket: id, operation });
    }
    this.#inbox.push({ costUs: this.#model.perOperationMs * 1000, handIn: (host) => host.request(asked) });
    if (!more) this.turnSoon();
  }

  command(command: Command, answered: Answered): void {
    const id = this.host.ticket();
    this.#waiting.set(id, { answered, kind: undefined });
    const { trace, events } = this.#simulation;
    trace?.({ kind: 'command', atUs: events.nowUs, node: this.id, ticket: id, command });
    this.input((host) => host.command(id, command));
  }

  /** Messages of a peer arrive together. */
  deliver(from: NodeId, messages: readonly Parcel[]): void {
    if (this.#host === undefined) return;
    this.#inbox.push({ from, messages });
    this.turnSoon();
  }

  /** Puts an input that came by no link into the node's inbox, if it is up. It does not wait for a backlog of those that did. */
  input(handIn: (host: ReplicaHost) => void, costUs = 0): void {
    if (this.#host === undefined) return;
    const input = { costUs, handIn };
    if (this.#inbox.length < TURN_INPUTS_MAX) this.#inbox.push(input);
    else this.#inbox.splice(this.#handedIn > 0 ? 1 : 0, 0, input);
    this.turnSoon();
  }

  // -------------------------------------------------------------------------------------------------------- turns

  /** At once where nothing else can join the turn: else when all that happens at this instant has happened. */
  turnSoon(): void {
    const { events } = this.#simulation;
    if (this.#turnAtUs !== Number.POSITIVE_INFINITY || this.#pauses > 0 || this.#turning === this.#host) return;
    if (events.nextUs > events.nowUs && this.#busyUntilUs <= events.nowUs) this.#turn();
    else this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    const { events } = this.#simulation;
    const atUs = Math.max(events.nowUs, this.#busyUntilUs);
    if (this.#turnAtUs <= atUs) return;
    this.#turnAtUs = atUs;
    const { life } = this;
    events.at(atUs, () => {
      if (this.#turnAtUs !== atUs || this.life !== life) return;
      this.#turnAtUs = Number.POSITIVE_INFINITY;
      this.#turn();
    });
  }

  #turn(): void {
    const host = this.#host;
    if (host === undefined || this.#pauses > 0) return;
    this.#turning = host;
    this.#takeTurn(host);
    this.#turning = undefined;
    if (this.#host !== host) return;
    this.#simulation.afterTurn(this);
    if (this.#spentUs > 0) {
      this.#busyUntilUs = this.#simulation.events.nowUs + this.#spentUs;
      this.counts.busyUs += this.#spentUs;
    }
    if (this.#inbox.length > 0) this.#scheduleTurn();
    this.#scheduleTimer(host);
  }

  /** Everything that waits is handed in, up to the turn's limit, and the turn ends; unless the node dies on the way. */
  #takeTurn(host: ReplicaHost): void {
    this.#costUs = 0;
    let room = TURN_INPUTS_MAX;
    if (this.#stoodStill) {
      this.#stoodStill = false;
      host.resumed();
      // What waited comes before the due timers, all of it.
      room = Number.POSITIVE_INFINITY;
    }
    let taken = 0;
    while (taken < this.#inbox.length && room > 0) {
      room -= this.#handIn(host, this.#inbox[taken]!, room);
      // Who watches the trial may crash the node on a note or an applied operation.
      if (this.#host !== host) return;
      if (this.#handedIn === 0) taken++;
    }
    if (taken === this.#inbox.length) this.#inbox.length = 0;
    else this.#inbox.splice(0, taken);
    host.fireDue();
    if (this.#host === host) host.endTurn();
  }

  /** Hands in an input, of a batch of messages as many as there is room for; returns how many inputs that were. */
  #handIn(host: ReplicaHost, input: Input, room: number): number {
    if ('handIn' in input) {
      this.#costUs += input.costUs + this.#slowUs;
      input.handIn(host);
      return 1;
    }
    const { from, messages } = input;
    const begin = this.#handedIn;
    const end = Math.min(messages.length, begin + room);
    this.#costUs += (end - begin) * (this.#model.perMessageMs * 1000 + this.#slowUs);
    for (let i = begin; i < end; i++) {
      host.message(from, messages[i]);
      if (this.#host !== host) return 1;
    }
    this.#handedIn = end === messages.length ? 0 : end;
    return end - begin;
  }

  #scheduleTimer(host: ReplicaHost): void {
    const dueUs = host.nextDeadlineUs();
    if (dueUs === Number.POSITIVE_INFINITY) return;
    const { events } = this.#simulation;
    const { nowUs } = events;
    const atUs = Math.max(
      this.clock.trueUs(dueUs),
      this.#busyUntilUs,
      this.clock.localUs(nowUs) < dueUs ? nowUs + 1 : nowUs,
    );
    if (atUs >= this.#timerAtUs) return;
    this.#timerAtUs = atUs;
    events.at(atUs, () => {
      if (this.#timerAtUs !== atUs || this.#host !== host) return;
      this.#timerAtUs = Number.POSITIVE_INFINITY;
      if (this.#busyUntilUs > events.nowUs) this.#scheduleTimer(host);
      else this.#turn();
    });
  }

  // -------------------------------------------------------------------------------------------------------- world

  /** Counts messages that leave together by their types, and returns how long they are as one text. */
  #countApart(messages: readonly Parcel[]): number {
    let bytes = 1 + messages.length;
    for (const message of messages) {
      const length = this.#lengthOf(message);
      bytes += length;
      const ofType = this.sent.get(message.type);
      if (ofType === undefined) this.sent.set(message.type, { messages: 1, bytes: length });
      else {
        ofType.messages++;
        ofType.bytes += length;
      }
    }
    return bytes;
  }

  /** Whoever tells everybody the same hands over the same message again and again; none is changed once it has left. */
  #lengthOf(message: Parcel): number {
    if (message !== this.#measured) {
      this.#measured = message;
      this.#measuredBytes = JSON.stringify(message).length;
    }
    return this.#measuredBytes;
  }

  #world(): World {
    const simulation = this.#simulation;
    const { events } = simulation;
    const { life, clock } = this;
    const random = this.#random.fork(life);
    const isAlive = (): boolean => this.life === life && this.#host !== undefined;
    return {
      nowUs: () => clock.localUs(events.nowUs),
      wallClockMs: () => clock.wallClockMs(events.nowUs),
      random: () => random.next(),
      transmit: (to, messages) => {
        if (!isAlive()) return;
        this.counts.messages += messages.length;
        if (this.#plan.countBytes) this.counts.bytes += this.#countApart(messages as Parcel[]);
        simulation.transmit(this, to, messages as Parcel[], this.#spentUs);
        this.#costUs += messages.length * this.#model.perMessageMs * 1000;
      },
      answer: (ticket, answer, crossed) => {
        const waiting = this.#waiting.get(ticket);
        if (waiting === undefined || !isAlive()) return;
        this.#waiting.delete(ticket);
        this.counts.answered++;
        const given = toAnswer(answer);
        simulation.onAnswer(this, ticket, given, waiting.kind);
        waiting.answered(given, this.#spentUs, crossed);
      },
      write: (entries) => {
        if (!isAlive()) return 0;
        if (this.#diskFull > 0) {
          simulation.diskFull(this);
          return 0;
        }
        simulation.trace?.({ kind: 'write', atUs: events.nowUs, node: this.id, entries });
        const durable = this.disk.write(entries, this.#spentUs);
        simulation.onWrite(this, entries);
        return durable;
      },
      discard: (before) => {
        if (isAlive()) this.disk.discard(before);
      },
      note: (note) => simulation.onNote(this, note),
      late: (lateUs) => {
        if (lateUs > this.counts.latenessMaxUs) this.counts.latenessMaxUs = lateUs;
      },
    };
  }
}
