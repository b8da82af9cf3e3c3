/** One node: keeps its membership, and says what it believes when asked. */
import type { Host, NodeId, Replica, ReplicaStatus, Request } from '../api.ts';
import type { Membership, Status } from '../parts/membership.ts';
import { createMembership } from '../parts/membership-kinds.ts';
import type { MembershipOptions } from '../parts/membership-options.ts';
import type { Entry, Message } from './messages.ts';

/** Lives of a node whose disk is new are numbered from here, at random, so that no number of the lost disk's lives comes again. */
const LOST_DISK_LIVES = 2 ** 20;

export class MembershipNode implements Replica<Message> {
  readonly #host: Host<Message, Entry>;
  readonly #known: ReadonlySet<NodeId>;
  readonly #membership: Membership<Message>;

  constructor(host: Host<Message, Entry>, options: MembershipOptions) {
    this.#host = host;
    const nodes = host.members.map((member) => member.id);
    this.#known = new Set(nodes);
    const former = host.log.recovered.at(-1);
    const isLost = host.boot === 'restart' && former === undefined;
    const life = isLost ? LOST_DISK_LIVES + Math.floor(host.random() * LOST_DISK_LIVES) : (former?.life ?? 0) + 1;
    const position = host.log.append({ life });
    host.log.discard(position);
    this.#membership = createMembership(options, host.self, nodes, life, {
      now: () => host.now(),
      random: () => host.random(),
      // Nobody may hear of a life whose number could be given again.
      send: (to, message) => host.send(to, message, position),
      wakeIn: (delayMs) => host.setTimer('membership', delayMs),
      changed: (node, status, before) => this.#changed(node, status, before),
    });
  }

  onRequest(request: Request): void {
    const { operation, read } = request;
    if (operation.kind === 'get' && read !== 'versions') {
      this.#host.reply(request, { value: this.#beliefOf(operation.key) }, 'now');
    } else this.#host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
  }

  onMessage(from: NodeId, message: Message): void {
    this.#membership.onMessage(from, message);
  }

  onTimer(): void {
    this.#membership.tick();
  }

  onLink(peer: NodeId, up: boolean): void {
    if (up) this.#membership.linkUp(peer);
    else this.#membership.linkDown(peer);
  }

  status(): ReplicaStatus {
    let suspect = 0;
    let dead = 0;
    for (const [, status] of this.#host.store.entries()) {
      if (status === 'suspect') suspect++;
      else dead++;
    }
    return { role: 'member', details: { alive: this.#known.size - suspect - dead, suspect, dead } };
  }

  /** In the store stand those who are not believed alive, so nodes whose stores are equal believe the same. */
  #beliefOf(name: string): string | null {
    return this.#known.has(name) ? (this.#host.store.get(name) ?? 'alive') : null;
  }

  #changed(node: NodeId, status: Status, before: Status): void {
    const { store } = this.#host;
    store.set(node, status === 'alive' ? null : status);
    if (status === 'dead') this.#host.note({ kind: 'suspects', node });
    else if (before === 'dead') this.#host.note({ kind: 'trusts', node });
    if (status === 'suspect') this.#host.note({ kind: 'trace', text: `doubts ${node}` });
    else if (before === 'suspect' && status === 'alive') {
      this.#host.note({ kind: 'trace', text: `doubts ${node} no longer` });
    }
  }
}
