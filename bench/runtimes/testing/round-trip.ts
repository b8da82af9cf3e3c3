/** An engine that answers a read at once, and a write when one certain node has sent it back: what tests of the stamps on answers watch. */
import type { EngineDefinition, Host, NodeId, Replica, Request } from '../../../engines/api.ts';

interface Message {
  readonly type: 'there' | 'back';
  readonly id: number;
}

export interface RoundTripOptions {
  /** Who sends writes back; a node that is to ask itself answers at once. */
  readonly asks: NodeId;
}

class RoundTrip implements Replica<Message> {
  readonly #host: Host<Message, never>;
  readonly #asks: NodeId;
  readonly #open = new Map<number, Request>();

  constructor(host: Host<Message, never>, { asks }: RoundTripOptions) {
    this.#host = host;
    this.#asks = asks;
  }

  onRequest(request: Request): void {
    const { operation, id } = request;
    if (operation.kind === 'get') this.#host.reply(request, { value: null }, 'now');
    else if (this.#asks === this.#host.self) this.#host.reply(request, {}, 'now');
    else {
      this.#open.set(id, request);
      this.#host.send(this.#asks, { type: 'there', id }, 'now');
    }
  }

  onMessage(from: NodeId, { type, id }: Message): void {
    const request = this.#open.get(id);
    if (type === 'there') this.#host.send(from, { type: 'back', id }, 'now');
    else if (request !== undefined) {
      this.#open.delete(id);
      this.#host.reply(request, {}, 'now');
    }
  }

  onTimer(): void {}

  status(): { role: string } {
    return { role: 'round-trip' };
  }
}

const engine: EngineDefinition<Message, never, RoundTripOptions> = {
  name: 'round-trip',
  presets: { default: { asks: 'n1' } },
  claims: () => ({
    reads: {},
    sessions: [],
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false },
    exactlyOnce: false,
    converges: false,
    needs: 'all',
    assumes: { driftPpm: 0, skewMs: 0 },
  }),
  create: (host, options) => new RoundTrip(host, options),
};

export default engine;
