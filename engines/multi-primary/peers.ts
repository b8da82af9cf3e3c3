/** Who of the other nodes can be asked, and who of them first: membership and distance. */
import type { Host, NodeId } from '../api.ts';
import type { Membership, Status } from '../parts/membership.ts';
import { createMembership, type MembershipMessage } from '../parts/membership-kinds.ts';
import type { MembershipOptions } from '../parts/membership-options.ts';
import type { Options } from './options.ts';

/** What it needs of its host. */
type Surroundings = Pick<Host<MembershipMessage, unknown>, 'self' | 'members' | 'now' | 'random' | 'send' | 'setTimer'>;

export class Peers {
  readonly membership: Membership<MembershipMessage>;
  readonly others: readonly NodeId[];
  readonly #self: NodeId;
  /** 0: this node; 1: its zone; 2: elsewhere, or no matter where. */
  readonly #distance = new Map<NodeId, number>();
  #turns = 0;

  constructor(
    host: Surroundings,
    life: number,
    lifePosition: number,
    options: MembershipOptions & Pick<Options, 'localFirst'>,
    changed: (node: NodeId, status: Status, before: Status) => void,
  ) {
    this.#self = host.self;
    const zone = host.members.find((member) => member.id === host.self)?.zone;
    for (const member of host.members) {
      const isNear = options.localFirst && member.zone === zone;
      this.#distance.set(member.id, member.id === host.self ? 0 : isNear ? 1 : 2);
    }
    const ids = host.members.map((member) => member.id);
    this.others = ids.filter((id) => id !== host.self);
    this.membership = createMembership(options, host.self, ids, life, {
      now: () => host.now(),
      random: () => host.random(),
      // Nobody may hear of a life whose number could be given again.
      send: (to, message) => host.send(to, message, lifePosition),
      wakeIn: (delayMs) => host.setTimer('membership', delayMs),
      changed,
    });
  }

  isDown(node: NodeId): boolean {
    return node !== this.#self && this.membership.statusOf(node) === 'dead';
  }

  /** Those of the nodes that are not believed dead. */
  up(nodes: readonly NodeId[]): readonly NodeId[] {
    return nodes.some((node) => this.isDown(node)) ? nodes.filter((node) => !this.isDown(node)) : nodes;
  }

  /**
   * The key's copies that are not believed dead, in the order in which a read asks them: this node, its zone, the others;
   * suspects last; equals take turns, so that reads spread.
   */
  inReadOrder(owners: readonly NodeId[]): NodeId[] {
    const turn = this.#turns++;
    const up: NodeId[] = [];
    for (let i = 0; i < owners.length; i++) {
      const node = owners[(turn + i) % owners.length]!;
      if (!this.isDown(node)) up.push(node);
    }
    return up.sort((a, b) => this.#rank(a) - this.#rank(b));
  }

  #rank(node: NodeId): number {
    const doubt = node !== this.#self && this.membership.statusOf(node) === 'suspect' ? 3 : 0;
    return this.#distance.get(node)! + doubt;
  }
}
