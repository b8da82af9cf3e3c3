/**
 * Requests that a node coordinates which holds the key: another one forwards them, to a copy that is up, or to a stand-in where none is.
 *
 * A request may have an effect each time it is carried out, and links double messages. So each has a number, carried out once a life; and
 * it names the life that may do it, so that a message which outlives the life is not carried out by the next one. Who does not know
 * the name asks without it, is told, and asks again.
 */
import type { NodeId, Request, Ticket } from '../api.ts';
import type { Asked, MessageOf } from './messages.ts';
import type { Parts } from './parts.ts';

interface Forward {
  readonly ticket: Ticket;
  readonly to: NodeId;
  readonly asked: Asked;
  readonly atMs: number;
  /** The life that was asked; '': none in particular, and so none can have done it. */
  by: string;
  sent: number;
}

/** Numbers of one life of another node that have been carried out; below the floor all count as such. */
interface Done {
  floor: number;
  readonly numbers: Set<number>;
}

const DONE_MAX = 4096;
/** Lives of one other node of which a message may be under way still. */
const LIVES_MAX = 8;

export class Forwards {
  readonly #parts: Parts;
  readonly #take: (ticket: Ticket, asked: Asked) => void;
  readonly #open = new Map<number, Forward>();
  readonly #lives = new Map<NodeId, string>();
  /** By node and life, the life that was heard first at the beginning. */
  readonly #done = new Map<NodeId, Map<string, Done>>();
  #number = 0;

  /** `take` carries out what others have forwarded. */
  constructor(parts: Parts, take: (ticket: Ticket, asked: Asked) => void) {
    this.#parts = parts;
    this.#take = take;
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  /** Forwards the request, if another node holds the key and this one does not; false: it is to be coordinated here. */
  begin(request: Request): boolean {
    const { host, options, peers, replies, standIns } = this.#parts;
    const { nodes, placed } = standIns.ownersOf(request.operation.key);
    if (placed.includes(host.self)) return false;
    const standInsDo = options.versions === 'siblings';
    const [to] = [...peers.inReadOrder(placed), ...(standInsDo ? peers.inReadOrder(nodes) : [])];
    if (to === host.self) return false;
    if (to === undefined) {
      replies.fail(request, { effect: 'none', reason: 'unavailable' });
      return true;
    }
    const { operation, context } = request;
    const asked = context === undefined ? { operation } : { operation, context };
    const by = this.#lives.get(to) ?? '';
    const forward = { ticket: { id: request.id }, to, asked, atMs: host.now(), by, sent: 0 };
    this.#open.set(++this.#number, forward);
    this.#send(this.#number, forward);
    return true;
  }

  #send(number: number, forward: Forward): void {
    const { host, journal, writer } = this.#parts;
    const { to, by, asked } = forward;
    forward.sent++;
    // Nobody may hear of a life whose name could be given again.
    host.send(to, { type: 'forward', tag: writer, by, number, asked }, journal.lifePosition);
  }

  onForward(from: NodeId, { tag, by, number, asked }: MessageOf<'forward'>): void {
    const { host, journal, replies, writer } = this.#parts;
    if (by !== writer) {
      host.send(from, { type: 'forwarded', tag, number, answer: { life: writer } }, journal.lifePosition);
      return;
    }
    const done = this.#doneFor(from, tag);
    if (number <= done.floor || done.numbers.has(number)) return;
    done.numbers.add(number);
    if (done.numbers.size > DONE_MAX) {
      const [oldest] = done.numbers as unknown as Iterable<number>;
      done.numbers.delete(oldest!);
      done.floor = Math.max(done.floor, oldest!);
    }
    this.#take(replies.ticketFor(from, tag, number), asked);
  }

  #doneFor(from: NodeId, tag: string): Done {
    const lives = this.#done.get(from) ?? new Map<string, Done>();
    this.#done.set(from, lives);
    let done = lives.get(tag);
    if (done === undefined) {
      done = { floor: 0, numbers: new Set() };
      lives.set(tag, done);
      const [oldest] = lives.keys();
      if (lives.size > LIVES_MAX) lives.delete(oldest!);
    }
    return done;
  }

  onForwarded(from: NodeId, { tag, number, answer }: MessageOf<'forwarded'>): void {
    const { replies, writer } = this.#parts;
    const forward = tag === writer ? this.#open.get(number) : undefined;
    if (forward?.to !== from) return;
    if ('life' in answer) {
      this.#lives.set(from, answer.life);
      // The life that was asked may have done it before it ended.
      if (forward.by !== '' && forward.by !== answer.life) this.#doubt(number, forward);
      else if (forward.by === '') {
        forward.by = answer.life;
        this.#send(number, forward);
      }
      return;
    }
    this.#open.delete(number);
    if ('result' in answer) replies.reply(forward.ticket, answer.result, 'now');
    else replies.fail(forward.ticket, answer.failure);
  }

  nodeDown(node: NodeId): void {
    for (const [number, forward] of this.#open) if (forward.to === node) this.#doubt(number, forward);
  }

  tick(): void {
    const { host, options } = this.#parts;
    const { retransmitMs, readTimeoutMs, writeTimeoutMs } = options;
    for (const [number, forward] of this.#open) {
      const ageMs = host.now() - forward.atMs;
      if (ageMs >= readTimeoutMs + writeTimeoutMs) this.#doubt(number, forward);
      else if (ageMs >= retransmitMs * forward.sent && forward.sent <= 2) this.#send(number, forward);
    }
  }

  #doubt(number: number, { ticket, by }: Forward): void {
    this.#open.delete(number);
    const { replies } = this.#parts;
    if (by === '') replies.fail(ticket, { effect: 'none', reason: 'unavailable' });
    else replies.fail(ticket, { effect: 'unknown', reason: 'the node that holds the key has not answered' });
  }
}
