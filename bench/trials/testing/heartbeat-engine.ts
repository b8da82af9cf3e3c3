/**
 * An engine for tests of detection: each node tells all others that it lives, and holds dead whom it has not heard for a while.
 * When it does so follows from its options, so that what is measured of it can be compared.
 */
import type { EngineDefinition, Host, NodeId, Replica, Request } from '../../../engines/api.ts';

export interface HeartbeatOptions {
  readonly everyMs: number;
  readonly silenceMs: number;
  /** Every so many heartbeats a node also tells the next one all that it believes. */
  readonly stateEvery: number;
}

interface Heartbeat {
  readonly type: 'heartbeat' | 'push-pull';
}
type AnyHost = Host<Heartbeat, never>;

class Heartbeats implements Replica<Heartbeat> {
  readonly #host: AnyHost;
  readonly #options: HeartbeatOptions;
  readonly #others: readonly NodeId[];
  readonly #dead = new Set<NodeId>();
  #sent = 0;

  constructor(host: AnyHost, options: HeartbeatOptions) {
    this.#host = host;
    this.#options = options;
    this.#others = host.members.map(({ id }) => id).filter((id) => id !== host.self);
    for (const id of this.#others) host.setTimer(id, options.silenceMs);
    this.#beat();
  }

  #beat(): void {
    const message: Heartbeat = { type: 'heartbeat' };
    for (const id of this.#others) this.#host.send(id, message, 'now');
    if (++this.#sent % this.#options.stateEvery === 0) this.#host.send(this.#others[0]!, { type: 'push-pull' }, 'now');
    this.#host.setTimer('beat', this.#options.everyMs);
  }

  onTimer(name: string): void {
    if (name === 'beat') this.#beat();
    else {
      this.#dead.add(name);
      this.#host.note({ kind: 'suspects', node: name });
    }
  }

  onMessage(from: NodeId): void {
    if (this.#dead.delete(from)) this.#host.note({ kind: 'trusts', node: from });
    this.#host.setTimer(from, this.#options.silenceMs);
  }

  onRequest(request: Request): void {
    this.#host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
  }

  status() {
    return { role: 'peer' };
  }
}

const engine: EngineDefinition<Heartbeat, never, HeartbeatOptions> = {
  name: 'heartbeats',
  presets: {
    default: { everyMs: 100, silenceMs: 1000, stateEvery: 10 },
    /** Holds dead whoever lost two heartbeats in a row. */
    hasty: { everyMs: 100, silenceMs: 250, stateEvery: 10 },
  },
  claims: () => ({
    reads: {},
    sessions: [],
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false },
    exactlyOnce: true,
    converges: true,
    needs: 'any-node',
    assumes: { driftPpm: 0, skewMs: 0 },
  }),
  create: (host, options) => new Heartbeats(host, options),
};

export default engine;
