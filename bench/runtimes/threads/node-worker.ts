/** A node: one thread with its replica, its links, its log file. Started by the cluster, one thread a life. */
import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Failure, Note, Result } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import type { Answer } from '../cluster.ts';
import { toAnswer } from '../host/answers.ts';
import { loadEngine } from '../host/load-engine.ts';
import { ReplicaHost, TURN_INPUTS_MAX, type World } from '../host/replica-host.ts';
import { Board, type Counter } from './board.ts';
import { startClock } from './clock.ts';
import { Inbox } from './inbox.ts';
import { CREDIT, Link } from './link.ts';
import { LogFile } from './log-file.ts';
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
  readonly #log: LogFile;
  readonly #host: ReplicaHost;
  readonly #askers = new Map<number, Asker>();
  readonly #random: Random;
  readonly #counters = { bytes: 0, dropped: 0 };
  /** Bytes and drops towards clients are no cost of replication. */
  readonly #clientCounters = { bytes: 0, dropped: 0 };
  #clientBytesRung = 0;
  /** What the former lives counted. */
  readonly #before = new Map<Counter, number>();
  #answers: WireAnswer[] = [];
  #inputs: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAtUs = Number.POSITIVE_INFINITY;
  #turnScheduled = false;
  readonly nowUs: () => number;

  constructor(start: NodeStart, engine: Awaited<ReturnType<typeof loadEngine>>) {
    this.#start = start;
    this.#board = new Board(start.board);
    this.#inbox = new Inbox(this.#board, start.place);
    this.nowUs = startClock(start.epoch);
    this.#random = new Random(`${start.seed}/${start.place}/${start.life}`);
    for (const counter of ['messages', 'bytes', 'dropped', 'syncs', 'answered', 'cpuMs'] as const) {
      this.#before.set(counter, this.#board.counter(start.place, counter));
    }
    this.#log = new LogFile(start.logPath, start.durability, {
      onDurable: (position) => this.#input(() => this.#host.durable(position)),
      onOffsets: (writtenBytes, syncedBytes) => {
        this.#board.setCounter(start.place, 'writtenBytes', writtenBytes);
        this.#board.setCounter(start.place, 'syncedBytes', syncedBytes);
      },
      onError: (error) => {
        throw new Error(`the log could not be synced: ${error.message}`);
      },
    });
    this.#links = start.ports.map((port, place) => port && this.#link(place, port));
    const self = start.members[start.place]!;
    const life = {
      self: self.id,
      members: start.members,
      boot: start.boot,
      number: start.life,
      recovered: this.#log.recovered,
    };
    this.#host = new ReplicaHost(engine, start.engine.options, life, this);
    this.#turn();
  }

  /** The generator's links come behind those of the nodes. */
  get #generatorPlace(): number {
    return this.#start.members.length;
  }

  #link(place: number, port: MessagePort): Link {
    const link = new Link(
      port,
      place === this.#generatorPlace ? this.#clientCounters : this.#counters,
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
    const { members, place: self } = this.#start;
    const member = members[place];
    // A vanished or cut peer is silence: nobody is told.
    if (member === undefined || this.#board.isSilenced(place) || this.#board.isCut(place, self)) return;
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
    const nowUs = this.nowUs();
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
    let inputsMax = TURN_INPUTS_MAX;
    if (this.#board.isPaused(place)) {
      this.#board.waitWhilePaused(place);
      this.#host.resumed();
      for (const from of this.#links.keys()) this.#receive(from, CREDIT);
      // A batch of every link comes before the due timers, or one link's backlog would hide the others' signs of life.
      inputsMax = Number.POSITIVE_INFINITY;
    } else {
      for (const from of this.#links.keys()) this.#receive(from, TURN_INPUTS_MAX - this.#inbox.size);
    }
    this.#inbox.release(this.nowUs());
    const inputs = this.#inputs;
    this.#inputs = [];
    for (const input of inputs) input();
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
    const dueUs = Math.min(this.#host.nextDeadlineUs(), this.#inbox.nextDueUs());
    if (dueUs >= this.#timerAtUs) return;
    clearTimeout(this.#timer);
    this.#timerAtUs = dueUs;
    const delayMs = Math.min(Math.max(0, Math.ceil((dueUs - this.nowUs()) / 1000)), TIMEOUT_MAX_MS);
    this.#timer = setTimeout(() => {
      this.#timerAtUs = Number.POSITIVE_INFINITY;
      this.#turn();
    }, delayMs);
  }

  // -------------------------------------------------------------------------------------------------------- world

  wallClockMs(): number {
    return Date.now();
  }

  random(): number {
    return this.#random.next();
  }

  transmit(to: number, messages: unknown[], urgent: number): void {
    this.#links[to]?.send(messages, urgent);
  }

  answer(ticket: number, answer: { readonly result: Result } | { readonly failure: Failure }): void {
    const asker = this.#askers.get(ticket)!;
    this.#askers.delete(ticket);
    if ('answered' in asker) asker.answered(toAnswer(answer));
    else if ('result' in answer) this.#answers.push([asker.id, asker.zone, 0, answer.result]);
    else this.#answers.push([asker.id, asker.zone, 0, null, answer.failure]);
  }

  #flushAnswers(): void {
    if (this.#answers.length === 0) return;
    const answers = this.#answers;
    this.#answers = [];
    const atMs = this.nowUs() / 1000;
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
    report({ kind: 'note', atMs: this.nowUs() / 1000, note });
  }

  late(lateUs: number): void {
    const { place } = this.#start;
    const lateMs = lateUs / 1000;
    if (lateMs > this.#board.counter(place, 'latenessMaxMs')) this.#board.setCounter(place, 'latenessMaxMs', lateMs);
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
    this.#countCpu();
    this.#board.setCounter(this.#start.place, 'heapBytes', getHeapStatistics().used_heap_size);
    report({ kind: 'sample', id, status: this.#host.status() });
  }

  look(): void {
    this.#turn();
    // Now and then, so that little of it is lost when the node dies.
    this.#countCpu();
  }

  #countCpu(): void {
    const cpuMs = threadCpuMs();
    if (cpuMs !== undefined) this.#board.setCounter(this.#start.place, 'cpuMs', this.#before.get('cpuMs')! + cpuMs);
  }

  #count(): void {
    const { place } = this.#start;
    const set = (counter: Counter, value: number): void =>
      this.#board.setCounter(place, counter, this.#before.get(counter)! + value);
    set('messages', this.#host.messages);
    set('bytes', this.#counters.bytes);
    set('dropped', this.#counters.dropped);
    set('syncs', this.#log.syncs);
    set('answered', this.#host.answered);
    this.#board.setCounter(place, 'seenAliveMs', this.nowUs() / 1000);
  }
}

/** CPU time of this thread; undefined where the system does not tell. */
function threadCpuMs(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
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
