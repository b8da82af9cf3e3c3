/**
 * Planned hand-over: the leader keeps back new writes until a follower has everything, and then asks it to stand for election at once
 * (Ongaro's thesis, 3.10). From then on it sends clients there, who are kept waiting for the moment that the election takes.
 */
import type { NodeId, Request, Ticket } from '../api.ts';
import type { Leadership } from './leadership.ts';
import type { Node } from './node.ts';

interface Order {
  readonly ticket: Ticket;
  /** Undefined: whoever is nearest. */
  readonly to: NodeId | undefined;
  /** Who has been asked to stand. */
  heir: NodeId | undefined;
}

export class Transfer {
  readonly #node: Node;
  #order: Order | undefined;
  #held: Request[] = [];

  constructor(node: Node) {
    this.#node = node;
  }

  /** Takes a write off the leader's hands, if that is under way. */
  keeps(request: Request): boolean {
    if (this.#order === undefined) return false;
    if (this.#order.heir === undefined) this.#held.push(request);
    else this.#sendOn(request, this.#order.heir);
    return true;
  }

  #sendOn(request: Request, leader: NodeId): void {
    this.#node.host.fail(request, { effect: 'none', reason: 'not-leader', leader }, 'now');
  }

  begin(ticket: Ticket, to: NodeId | undefined, leadership: Leadership): void {
    const { host, options } = this.#node;
    const isPossible = to === undefined ? leadership.successors.length > 0 : leadership.successors.includes(to);
    if (this.#order !== undefined || !isPossible) {
      host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
      return;
    }
    this.#order = { ticket, to, heir: undefined };
    host.setTimer('transfer', options.electionTimeoutMaxMs);
  }

  /** How many are kept back. */
  get size(): number {
    return this.#held.length;
  }

  /** To be called when the turn's acknowledgements have been counted: whoever has everything is asked to stand. */
  onTurnEnd(leadership: Leadership): void {
    const order = this.#order;
    if (order === undefined || order.heir !== undefined) return;
    const { log, host, ballot } = this.#node;
    const heirs = order.to === undefined ? leadership.successors : [order.to];
    const heir = heirs.find((id) => leadership.progressOf(id)?.match === log.last);
    if (heir === undefined) return;
    order.heir = heir;
    // Nobody protects this leader from a candidate that it has asked for itself.
    leadership.giveUpLease();
    host.send(heir, { type: 'timeout-now', term: ballot.term }, 'now');
    for (const request of this.#take()) this.#sendOn(request, heir);
  }

  /** Another leads by now. */
  onLeader(leader: NodeId): void {
    if (this.#order === undefined) return;
    const { host } = this.#node;
    host.reply(this.#order.ticket, {}, 'now');
    this.#end();
    for (const request of this.#take()) this.#sendOn(request, leader);
  }

  /** It has taken too long. Whoever was asked may still be elected. `leadership`: this node leads as before. */
  onDeadline(leadership: Leadership | undefined): void {
    if (this.#order === undefined) return;
    const { host } = this.#node;
    const { ticket, heir } = this.#order;
    if (heir !== undefined)
      host.fail(ticket, { effect: 'unknown', reason: 'the successor has not been heard of' }, 'now');
    else host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
    this.#end();
    for (const request of this.#take()) {
      if (leadership !== undefined) leadership.propose(request);
      else host.fail(request, { effect: 'none', reason: 'not-leader' }, 'now');
    }
  }

  #end(): void {
    this.#order = undefined;
    this.#node.host.clearTimer('transfer');
  }

  #take(): Request[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
