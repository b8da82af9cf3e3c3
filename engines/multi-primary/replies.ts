/** Answers to clients, also to those that asked another node, which forwarded their request to this one. */
import type { Failure, Host, NodeId, Result, Ticket, When } from '../api.ts';
import type { Message } from './messages.ts';

interface Forwarder {
  readonly node: NodeId;
  readonly tag: string;
  readonly number: number;
}

export class Replies {
  readonly #host: Host<Message, unknown>;
  /** By their tickets' names, which are negative. */
  readonly #forwarders = new Map<number, Forwarder>();
  #last = 0;

  constructor(host: Host<Message, unknown>) {
    this.#host = host;
  }

  /** A ticket for a request that another node has forwarded. */
  ticketFor(node: NodeId, tag: string, number: number): Ticket {
    const id = --this.#last;
    this.#forwarders.set(id, { node, tag, number });
    return { id };
  }

  reply(ticket: Ticket, result: Result, when: When): void {
    if (ticket.id < 0) this.#answer(ticket, { result }, when);
    else this.#host.reply(ticket, result, when);
  }

  fail(ticket: Ticket, failure: Failure): void {
    if (ticket.id < 0) this.#answer(ticket, { failure }, 'now');
    else this.#host.fail(ticket, failure, 'now');
  }

  #answer({ id }: Ticket, answer: { readonly result: Result } | { readonly failure: Failure }, when: When): void {
    const { node, tag, number } = this.#forwarders.get(id)!;
    this.#forwarders.delete(id);
    this.#host.send(node, { type: 'forwarded', tag, number, answer }, when);
  }
}
