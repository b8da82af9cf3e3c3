/**
 * The baseline: the first member holds everything, and there are no copies. The smallest engine that is sound: it logs
 * each write, applies it, answers once the log is durable, and replays the log in its next life.
 */
import type { EngineDefinition, Host, Operation, Replica, Request } from '../api.ts';

type Write = Exclude<Operation, { kind: 'get' }>;
type Message = { readonly type: never };
type Options = Record<string, never>;

class Unreplicated implements Replica<Message> {
  readonly #host: Host<Message, Write>;
  readonly #holder: string;

  constructor(host: Host<Message, Write>) {
    this.#host = host;
    this.#holder = host.members[0]!.id;
    for (const write of host.log.recovered) host.store.apply(write);
    if (host.self === this.#holder) host.note({ kind: 'leads', epoch: 1 });
  }

  onRequest(request: Request): void {
    const { operation } = request;
    const isLocalRead = operation.kind === 'get' && request.read === 'local';
    if (this.#host.self !== this.#holder && !isLocalRead) {
      this.#host.fail(request, { effect: 'none', reason: 'not-leader', leader: this.#holder }, 'now');
    } else {
      // A read waits for the disk as well: what it shows must not be lost.
      if (operation.kind !== 'get') this.#host.log.append(operation);
      this.#host.reply(request, this.#host.store.apply(operation));
    }
  }

  onMessage(): void {}
  onTimer(): void {}

  status() {
    const leads = this.#host.self === this.#holder;
    return { role: leads ? 'holder' : 'bystander', leader: this.#holder, epoch: 1 };
  }

  holds(): boolean {
    return this.#host.self === this.#holder;
  }
}

const engine: EngineDefinition<Message, Write, Options> = {
  name: 'unreplicated',
  presets: { default: {} },
  claims: () => ({
    reads: { default: 'linearizable', local: 'eventual' },
    sessions: ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'],
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: true },
    exactlyOnce: false,
    converges: true,
    needs: 'all',
    assumes: { driftPpm: 1_000_000, skewMs: Number.MAX_SAFE_INTEGER },
  }),
  create: (host) => new Unreplicated(host),
};

export default engine;
