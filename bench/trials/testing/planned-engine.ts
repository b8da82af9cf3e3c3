/**
 * An engine for tests of the instrument: one node holds everything, and it misbehaves as its options plan. What it does is
 * known in advance, so that what the instrument measures of it can be compared.
 */
import type { EngineDefinition, Host, Operation, Replica, Request, Ticket } from '../../../engines/api.ts';
import { valueRow } from '../../history.ts';

export interface PlannedOptions {
  /** Holds its replies once for this long, beginning `stallAfterMs` after the first request of the measured load; 0: never. */
  readonly stallMs: number;
  readonly stallAfterMs: number;
  /** Refuses everything for this long after a peer's process has ended; 0: never. */
  readonly refuseMs: number;
  /** Acknowledges every so many-th write to a fresh ledger key without keeping it; 0: none. */
  readonly loseEvery: number;
}

export const STALL_BEGINS = 'the stall begins';
export const STALL_ENDS = 'the stall ends';

const HONEST: PlannedOptions = { stallMs: 0, stallAfterMs: 0, refuseMs: 0, loseEvery: 0 };

class Planned implements Replica<{ type: string }> {
  readonly #host: Host<{ type: string }, Operation>;
  readonly #options: PlannedOptions;
  #stalls: 'not yet' | 'soon' | 'now' | 'over' = 'not yet';
  #refusesUntilMs = Number.NEGATIVE_INFINITY;
  #held: Request[] = [];

  constructor(host: Host<{ type: string }, Operation>, options: PlannedOptions) {
    this.#host = host;
    this.#options = options;
  }

  onRequest(request: Request): void {
    if (this.#host.self !== this.#host.members[0]!.id) {
      if (request.read === 'local') this.#answer(request);
      else this.#refuse(request, 'not-leader');
    } else if (this.#host.now() < this.#refusesUntilMs) this.#refuse(request, 'unavailable');
    else if (this.#isStalled(request)) this.#held.push(request);
    else this.#answer(request);
  }

  #refuse(ticket: Ticket, reason: 'not-leader' | 'unavailable'): void {
    const leader = reason === 'not-leader' ? { leader: this.#host.members[0]!.id } : {};
    this.#host.fail(ticket, { effect: 'none', reason, ...leader }, 'now');
  }

  /** The replies wait for a timer; the thread goes on. */
  #isStalled({ operation }: Request): boolean {
    const { stallMs, stallAfterMs } = this.#options;
    if (stallMs > 0 && this.#stalls === 'not yet' && isMeasured(operation)) {
      this.#stalls = 'soon';
      this.#host.setTimer('stall', stallAfterMs);
    }
    return this.#stalls === 'now';
  }

  #answer(request: Request): void {
    const { operation } = request;
    this.#host.reply(request, this.#isLost(operation) ? {} : this.#host.store.apply(operation), 'now');
  }

  #isLost(operation: Operation): boolean {
    const { loseEvery } = this.#options;
    return loseEvery > 0 && isLostByPlan(operation, loseEvery);
  }

  onTimer(): void {
    if (this.#stalls === 'soon') {
      this.#stalls = 'now';
      this.#host.note({ kind: 'trace', text: STALL_BEGINS });
      this.#host.setTimer('stall', this.#options.stallMs);
    } else {
      this.#stalls = 'over';
      this.#host.note({ kind: 'trace', text: STALL_ENDS });
      for (const request of this.#held) this.#answer(request);
      this.#held = [];
    }
  }

  onLink(_peer: string, up: boolean): void {
    if (!up) this.#refusesUntilMs = this.#host.now() + this.#options.refuseMs;
  }

  onMessage(): void {}

  status() {
    return { role: 'planned' };
  }
}

/** The store is filled with values that no row wrote. */
const isMeasured = (operation: Operation): boolean => operation.kind === 'put' && valueRow(operation.value) >= 0;

/** Whether the engine acknowledges this write and does not keep it. */
export const isLostByPlan = (operation: Operation, loseEvery: number): boolean =>
  operation.kind === 'put' && operation.key.startsWith('ledger-') && valueRow(operation.value) % loseEvery === 0;

const engine: EngineDefinition<{ type: string }, Operation, PlannedOptions> = {
  name: 'planned',
  presets: { default: HONEST },
  claims: () => ({
    reads: { default: 'linearizable', local: 'eventual' },
    sessions: [],
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false },
    exactlyOnce: false,
    converges: true,
    needs: 'all',
    assumes: { driftPpm: 0, skewMs: 0 },
  }),
  create: (host, options) => new Planned(host, options),
};

export default engine;
