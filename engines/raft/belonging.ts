/** Whether this node has a part in the cluster. A node that has left may not know: no leader speaks to it any more, so it asks the others. */
import type { NodeId } from '../api.ts';
import { type Configuration, takesPart, votes } from './configuration.ts';
import type { Dismissed, Inquiry } from './messages.ts';
import type { Node } from './node.ts';

export class Belonging {
  readonly #node: Node;
  /** By this configuration it would have a part, and was told that it has none. */
  #dismissedFrom: Configuration | undefined;

  constructor(node: Node) {
    this.#node = node;
  }

  /** As far as this node knows. */
  get takesPart(): boolean {
    return this.#is(takesPart);
  }

  /**
   * Whether it may stand for election. Who is voted out may still be needed to lead until that is committed: nobody else may have the
   * entry that says so (Ongaro's thesis, 4.2.2).
   */
  get isVoter(): boolean {
    return this.#is(votes);
  }

  #is(what: (configuration: Configuration, node: NodeId) => boolean): boolean {
    const { configuration, self, log, machine } = this.#node;
    if (configuration === this.#dismissedFrom) return false;
    if (what(configuration, self)) return true;
    const isCommitted = machine.commit >= log.configurations.currentIndex;
    return !isCommitted && what(log.configurations.at(machine.commit).configuration, self);
  }

  /** To be called when nobody has spoken to this node for too long. All are asked: those it knows may have left since. */
  inquire(): void {
    const { host, self, log } = this.#node;
    const { currentIndex: index } = log.configurations;
    for (const { id } of host.members) if (id !== self) host.send(id, { type: 'inquiry', index }, 'now');
  }

  /** Answered by whoever knows more than the one who asks, and knows it for certain. */
  onInquiry(from: NodeId, { index }: Inquiry): void {
    const { log, machine, host, configuration } = this.#node;
    const isCommitted = machine.commit >= Math.max(index, log.configurations.currentIndex);
    if (isCommitted && !takesPart(configuration, from)) host.send(from, { type: 'dismissed', index }, 'now');
  }

  onDismissed({ index }: Dismissed): void {
    const { configuration, log } = this.#node;
    if (index === log.configurations.currentIndex) this.#dismissedFrom = configuration;
  }

  /** A leader speaks to this node: it belongs. */
  onLeader(): void {
    this.#dismissedFrom = undefined;
  }
}
