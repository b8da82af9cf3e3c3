/** A node: one thread with its replica, its links, its log file. Started by the cluster, one thread a life. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Failure, Note, Result } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import type { Answer } from '../cluster.ts';
import { toAnswer } from '../host/answers.ts';
import { loadEngine } from '../host/load-engine.ts';
import { ReplicaHost, TURN_INPUTS_MAX, type World } from '../host/replica-host.ts';
import { Board } from './board.ts';
import { startClock } from './clock.ts';
import { Inbox } from './inbox.ts';
import { CREDIT, Link } from './link.ts';
import { type LogEvents, LogFile } from './log/log-file.ts';
import { NodeClock } from './node-clock.ts';
import { NodeCounters } from './node-counters.ts';
import { Slowness } from './slowness.ts';
import { StrainedDisk } from './strained-disk.ts';
import type { NodeOrder, NodeReport, NodeStart, WireAnswer, WireRequest } from './wire.ts';

/** Node's timers take no longer delays; a timer that is due later is armed again. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** Who asked: a client's attempt, or the cluster itself. */
type Asker = { readonly id: number; readonly zone: number } | { readonly answered: (answer: Answer) => void };

class NodeThread implements World {
  readonly #start: NodeStart;
  readonly #board: Board;
  readonly #inbox: Inbox;
  readonly #links: (Link | undefined)[];
  readonly #disk: StrainedDisk;
  readonly #log: LogFile;
  readonly #host: ReplicaHost;
  readonly #askers = new Map<number, Asker>();
  readonly #random: Random;
  readonly #counters: NodeCounters;
  readonly #peerCounters = { bytes: 0, dropped: 0 };
  /** Bytes and drops towards clients are no cost of replication. */
  readonly #clientCounters = { bytes: 0, dropped: 0 };
  #clientBytesRung = 0;
  #answers: WireAnswer[] = [];
  #inputs: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAtUs = Number.POSITIVE_INFINITY;
  #turnScheduled = false;
  /** The time that all threads share; the node's own clock may differ. */
  readonly #trialUs: () => number;
  readonly #clock: NodeClock;
  readonly #slowness: Slowness;

  constructor(start: NodeStart, engine: Awaited<ReturnType<typeof loadEngine>>) {
    this.#start = start;
    const { place, seed, life } = start;
    this.#board = new Board(start.board);
    this.#inbox = new Inbox(this.#board, place, `${seed}/links/${life}`);
    this.#trialUs = startClock(start.epoch);
    this.#clock = new NodeClock(this.#board, place, this.#trialUs);
    this.#counters = new NodeCounters(this.#board, place);
    this.#slowness = new Slowness(this.#board, place, () => this.#counters.seenAlive(this.#trialUs() / 1000));
    this.#random = new Random(`${seed}/${place}/${life}`);
    this.#disk = new StrainedDisk(this.#board, place, () => this.#endByFullDisk());
    const events: LogEvents = {
      onDurable: (position) => this.#input(() => this.#host.durable(position)),
      onOffsets: (writtenBytes, syncedBytes) => {
        this.#board.setCounter(place, 'writtenBytes', writtenBytes);
        this.#board.setCounter(place, 'syncedBytes', syncedBytes);
      },
      onError: (error) => {
        throw new Error(`the log could not be synced: ${error.message}`);
      },
    };
    this.#log = new LogFile(start.logPath, start.durability, events, this.#disk);
    this.#links = start.ports.map((port, from) => port && this.#link(from, port));
    const { members, boot } = start;
    const { recovered } = this.#log;
    const self = { self: members[place]!.id, members, boot, number: life, recovered };
    this.#host = new ReplicaHost(engine, start.engine.options, self, this);
    this.#turn();
  }

  /** The generator's links come behind those of the nodes. */
  get #generatorPlace(): number {
    return this.#start.members.length;
  }

  #link(place: number, port: MessagePort): Link {
    const link = new Link(
      port,
      place === this.#generatorPlace ? this.#clientCounters : this.#peerCounters,
      (frame) => {
        const items = link.accept(frame);
        if (items === undefined) {
          this.#ring();
          return;
        }
        this.#arrive(place, items);
        this.#turn();
      },
      () => this.#closed(place, link),
    );
    return link;
  }

  #closed(place: number, link: Link): void {
    if (this.#links[place] !== link) return;
    this.#links[place] = undefined;
    const member = this.#start.members[place];
    // A vanished or cut peer is silence: nobody is told.
    if (member === undefined || this.#board.isSilenced(place) || this.#inbox.isCut(place)) return;
    this.#input(() => this.#host.link(member.id, false));
  }

  connect(place: number, port: MessagePort): void {
    const former = this.#links[place];
    if (former !== undefined) {
      former.close();
      // The peer is in its next life already, and the end of the former one has not been noticed yet.
      this.#closed(place, former);
    }
    this.#links[place] = this.#link(place, port);
    const member = this.#start.members[place];
    if (member !== undefined) this.#input(() => this.#host.link(member.id, true));
  }

  // -------------------------------------------------------------------------------------------------------- turns

  #arrive(place: number, items: readonly unknown[]): void {
    const nowUs = this.#trialUs();
    if (place !== this.#generatorPlace) {
      this.#inbox.arrive(place, items, nowUs);
      return;
    }
    // One frame carries requests of several zones, and each zone's clients are an end of their own.
    for (let from = 0; from < items.length; ) {
      const zone = (items[from] as WireRequest)[1];
      let to = from + 1;
      while (to < items.length && (items[to] as WireRequest)[1] === zone) to++;
      const some = from === 0 && to === items.length ? items : items.slice(from, to);
      this.#inbox.arrive(place + zone, some, nowUs);
      from = to;
    }
  }

  #input(input: () => void): void {
    this.#inputs.push(input);
    this.#turn();
  }

  /** Takes in the frames that wait on one link, until they hold so many items. */
  #receive(from: number, itemsMax: number): void {
    const link = this.#links[from];
    if (link === undefined) return;
    for (let left = itemsMax; left > 0; ) {
      const items = link.receive();
      if (items === undefined) return;
      this.#arrive(from, items);
      left -= items.length;
    }
  }

  /** Everything waiting, up to the turn's limit, is handed in; then the turn ends. */
  #turn(): void {
    if (this.#host === undefined) return;
    const { place } = this.#start;
    let inputsMax = this.#slowness.beginTurn(TURN_INPUTS_MAX);
    if (this.#board.isPaused(place)) {
      this.#board.waitWhilePaused(place);
      this.#host.resumed();
      for (const from of this.#links.keys()) this.#receive(from, CREDIT);
      // A batch of every link comes before the due timers, or one link's backlog would hide the others' signs of life.
      inputsMax = Number.POSITIVE_INFINITY;
    } else {
      for (const from of this.#links.keys()) this.#receive(from, TURN_INPUTS_MAX - this.#inbox.size);
    }
    this.#inbox.release(this.#trialUs());
    const inputs = this.#inputs;
    this.#inputs = [];
    for (const input of inputs) {
      this.#slowness.beforeInput();
      input();
    }
    this.#inbox.take(inputsMax, this.#handIn);
    this.#host.fireDue();
    this.#host.endTurn();
    this.#flushAnswers();
    this.#ring();
    this.#count();
    if (this.#inbox.size > 0 && !this.#turnScheduled) {
      this.#turnScheduled = true;
      setImmediate(() => {
        this.#turnScheduled = false;
        this.#turn();
      });
    }
    this.#arm();
  }

  readonly #handIn = (from: number, item: unknown): void => {
    this.#slowness.beforeInput();
    const member = this.#start.members[from];
    if (member !== undefined) {
      this.#host.message(member.id, item);
      return;
    }
    const [id, zone, session, serial, settled, read, operation, context] = item as WireRequest;
    const ticket = this.#host.ticket();
    this.#askers.set(ticket, { id, zone });
    const request = { id: ticket, operation, read, session, serial, settled };
    this.#host.request(context === undefined ? request : { ...request, context });
  };

  #arm(): void {
    const dueUs = Math.min(this.#clock.trialUsAt(this.#host.nextDeadlineUs()), this.#inbox.nextDueUs());
    if (dueUs >= this.#timerAtUs) return;
    clearTimeout(this.#timer);
    this.#timerAtUs = dueUs;
    const delayMs = Math.min(Math.max(0, Math.ceil((dueUs - this.#trialUs()) / 1000)), TIMEOUT_MAX_MS);
    this.#timer = setTimeout(() => {
      this.#timerAtUs = Number.POSITIVE_INFINITY;
      this.#turn();
    }, delayMs);
  }

  // -------------------------------------------------------------------------------------------------------- world

  nowUs(): number {
    return this.#clock.nowUs();
  }

  wallClockMs(): number {
    return this.#clock.wallMs();
  }

  random(): number {
    return this.#random.next();
  }

  transmit(to: number, messages: unknown[], urgent: number): void {
    this.#links[to]?.send(messages, urgent);
  }

  answer(ticket: number, answer: { readonly result: Result } | { readonly failure: Failure }, crossed: boolean): void {
    const asker = this.#askers.get(ticket)!;
    this.#askers.delete(ticket);
    if ('answered' in asker) asker.answered(toAnswer(answer));
    else if ('result' in answer) this.#answers.push([asker.id, asker.zone, 0, crossed ? 1 : 0, answer.result]);
    else this.#answers.push([asker.id, asker.zone, 0, crossed ? 1 : 0, null, answer.failure]);
  }

  #flushAnswers(): void {
    if (this.#answers.length === 0) return;
    const answers = this.#answers;
    this.#answers = [];
    const atMs = this.#trialUs() / 1000;
    for (const answer of answers) answer[2] = atMs;
    this.#links[this.#generatorPlace]?.send(answers, 0);
  }

  /** Wakes the generator if anything has left for it, be it answers that queued for credit. */
  #ring(): void {
    if (this.#clientCounters.bytes === this.#clientBytesRung) return;
    this.#clientBytesRung = this.#clientCounters.bytes;
    this.#board.ring();
  }

  write(entries: readonly unknown[]): number {
    return this.#log.append(entries);
  }

  discard(before: number): void {
    this.#log.discard(before);
  }

  note(note: Note): void {
    report({ kind: 'note', atMs: this.#trialUs() / 1000, note });
  }

  late(lateUs: number): void {
    this.#counters.late(lateUs / 1000);
  }

  /** Everybody connected sees it, as they see a kill; the board tells the cluster that it is no failure. */
  #endByFullDisk(): never {
    this.#board.close(this.#start.place, true);
    this.#board.ring();
    process.exit();
  }

  // ------------------------------------------------------------------------------------------- asked by the cluster

  ask(order: Extract<NodeOrder, { kind: 'ask' }>): void {
    const answers: Answer[] = [];
    let open = order.operations.length;
    const done = (): void => report({ kind: 'answers', id: order.id, answers });
    if (open === 0) done();
    this.#input(() => {
      for (const [i, operation] of order.operations.entries()) {
        const ticket = this.#host.ticket();
        this.#askers.set(ticket, {
          answered: (answer) => {
            answers[i] = answer;
            if (--open === 0) done();
          },
        });
        const { read } = order;
        this.#host.request({ id: ticket, operation, read, session: `ask-${order.id}`, serial: i + 1, settled: 0 });
      }
    });
  }

  command(order: Extract<NodeOrder, { kind: 'command' }>): void {
    this.#input(() => {
      const ticket = this.#host.ticket();
      this.#askers.set(ticket, { answered: (answer) => report({ kind: 'answers', id: order.id, answers: [answer] }) });
      this.#host.command(ticket, order.command);
    });
  }

  store(id: number): void {
    report({ kind: 'store', id, entries: [...this.#host.store.entries()] });
  }

  sample(id: number): void {
    this.#counters.countCpu();
    this.#counters.countHeap();
    report({ kind: 'sample', id, status: this.#host.status() });
  }

  look(): void {
    this.#disk.look();
    this.#turn();
    // Now and then, so that little of it is lost when the node dies.
    this.#counters.countCpu();
  }

  #count(): void {
    this.#counters.count('messages', this.#host.messages);
    this.#counters.count('bytes', this.#peerCounters.bytes);
    this.#counters.count('dropped', this.#peerCounters.dropped);
    this.#counters.count('syncs', this.#log.syncs);
    this.#counters.count('answered', this.#host.answered);
    this.#counters.seenAlive(this.#trialUs() / 1000);
  }
}

const report = (message: NodeReport): void => parentPort!.postMessage(message);

const start = workerData as NodeStart;
const node = new NodeThread(start, await loadEngine(start.engine.module));
parentPort!.on('message', (order: NodeOrder) => {
  if (order.kind === 'connect') node.connect(order.place, order.port);
  else if (order.kind === 'ask') node.ask(order);
  else if (order.kind === 'command') node.command(order);
  else if (order.kind === 'store') node.store(order.id);
  else if (order.kind === 'sample') node.sample(order.id);
  else node.look();
});
report({ kind: 'started' });
