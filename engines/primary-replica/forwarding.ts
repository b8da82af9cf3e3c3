/**
 * Handing on what a replica cannot answer: it goes to the primary, and the answer comes back the same way. The network may
 * double either; the primary begins each request once in a reign, whatever it said to it, or a refusal would be no promise.
 */
import type { NodeId } from '../api.ts';
import type { Asked } from './asked.ts';
import type { Core } from './core.ts';
import type { Forward, Forwarded } from './messages.ts';

interface Open {
  readonly asked: Asked;
  readonly sinceMs: number;
}

/** What has come from one node in this reign. */
interface Seen {
  /** Older requests are not waited for there any more. */
  oldest: number;
  readonly ids: Set<number>;
}

export class Forwarding {
  readonly #core: Core;
  /** In the order in which they came, which is that of their ids. */
  readonly #open = new Map<number, Open>();
  #seen = new Map<NodeId, Seen>();

  constructor(core: Core) {
    this.#core = core;
  }

  // ------------------------------------------------------------------------------------------------------- the replica

  /** Returns whether the request is on its way. */
  handOn(asked: Asked): boolean {
    const { options, hint, host, journal } = this.#core;
    if (!options.forwards || hint === undefined || hint === this.#core.self) return false;
    if (this.#open.size >= options.waitingMax) return false;
    if (this.#open.size === 0) host.setTimer('forwarded', options.detectionMs);
    this.#open.set(asked.id, { asked, sinceMs: host.now() });
    const { id, operation, session, serial, settled } = asked;
    const oldest = this.#open.keys().next().value ?? id;
    this.#core.send(hint, { type: 'forward', epoch: journal.epoch, id, operation, session, serial, settled, oldest });
    return true;
  }

  onForwarded({ id, answer }: Forwarded): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    if ('result' in answer) this.#core.reply(open.asked, answer.result);
    else this.#core.fail(open.asked, answer.failure);
  }

  /** The primary is another one now, or none. */
  end(): void {
    for (const { asked } of this.#open.values()) this.#giveUp(asked);
    this.#open.clear();
  }

  /** What has had no answer for a detection time gets none. */
  onTimer(): void {
    const { host, options } = this.#core;
    const beforeMs = host.now() - options.detectionMs;
    for (const [id, { asked, sinceMs }] of this.#open) {
      if (sinceMs > beforeMs) {
        host.setTimer('forwarded', sinceMs - beforeMs);
        return;
      }
      this.#open.delete(id);
      this.#giveUp(asked);
    }
  }

  #giveUp(asked: Asked): void {
    this.#core.fail(asked, { effect: 'unknown', reason: 'the primary to which it was handed on has not answered' });
  }

  // ------------------------------------------------------------------------------------------------------- the primary

  begin(): void {
    this.#seen = new Map();
  }

  onForward(from: NodeId, { epoch, id, operation, session, serial, settled, oldest }: Forward): void {
    const { primary } = this.#core;
    if (primary === undefined || epoch !== primary.epoch || !this.#isNew(from, id, oldest)) return;
    primary.onRequest({ id, operation, session, serial, settled, by: from });
  }

  #isNew(from: NodeId, id: number, oldest: number): boolean {
    const seen = this.#seen.get(from) ?? { oldest: 0, ids: new Set() };
    this.#seen.set(from, seen);
    if (id < seen.oldest || seen.ids.has(id)) return false;
    seen.ids.add(id);
    if (oldest > seen.oldest) {
      seen.oldest = oldest;
      for (const old of seen.ids) if (old < oldest) seen.ids.delete(old);
    }
    return true;
  }

  answer(to: NodeId, id: number, answer: Forwarded['answer']): void {
    const { epoch } = this.#core.journal;
    this.#core.send(to, { type: 'forwarded', epoch, id, answer });
  }
}
