/**
 * What a leader does to change who takes part: one change at a time, each a few steps, each step a configuration that has to be committed
 * before the next. Newcomers are learners until they have caught up (Ongaro's thesis, 4.2.1). A voter that answers from a disk that the
 * cluster does not know is made a learner, and admitted anew.
 */
import type { Command, NodeId, Ticket } from '../api.ts';
import { majority } from '../parts/quorum.ts';
import { CatchingUp } from './catching-up.ts';
import {
  type Change,
  type Configuration,
  entering,
  isJoint,
  leaving,
  takesPart,
  votes,
  withLearner,
  withoutLearner,
} from './configuration.ts';
import type { Leadership } from './leadership.ts';
import type { Node } from './node.ts';

/** One step of an order; each is done at once if there is nothing to do. */
type Step =
  | { readonly do: 'learn' | 'unlearn' | 'catch-up'; readonly node: NodeId }
  | { readonly do: 'change'; readonly promote?: NodeId; readonly remove?: NodeId; readonly demote?: NodeId };

interface Order {
  /** Undefined: the leader's own idea. */
  readonly ticket: Ticket | undefined;
  readonly steps: Step[];
}

const UNAVAILABLE = { effect: 'none', reason: 'unavailable' } as const;

export class Membership {
  readonly #node: Node;
  readonly #leadership: Leadership;
  #order: Order | undefined;
  #hasBegun = false;
  #catchingUp: CatchingUp | undefined;

  constructor(node: Node, leadership: Leadership) {
    this.#node = node;
    this.#leadership = leadership;
  }

  command(ticket: Ticket, command: Command): void {
    const { host } = this.#node;
    const steps = this.#stepsOf(command);
    if (steps === undefined || this.#order?.ticket !== undefined) host.fail(ticket, UNAVAILABLE, 'now');
    else this.#begin({ ticket, steps });
  }

  #begin(order: Order): void {
    this.#order = order;
    this.#hasBegun = false;
    this.#catchingUp = undefined;
  }

  /** Undefined: it cannot be done as things are. */
  #stepsOf(command: Command): Step[] | undefined {
    switch (command.kind) {
      case 'add':
        return this.#exists(command.node) ? [{ do: 'learn', node: command.node }] : undefined;
      case 'promote':
        return this.#promoting(command.node);
      case 'remove':
        return this.#removing(command.node);
      case 'replace': {
        const { node, by } = command;
        if (!votes(this.#node.configuration, node) || votes(this.#node.configuration, by)) return undefined;
        if (!this.#exists(by)) return undefined;
        return [
          { do: 'learn', node: by },
          { do: 'catch-up', node: by },
          { do: 'change', promote: by, remove: node },
        ];
      }
      default:
        return undefined;
    }
  }

  #exists(id: NodeId): boolean {
    return this.#node.host.members.some((member) => member.id === id);
  }

  #promoting(node: NodeId): Step[] | undefined {
    if (!takesPart(this.#node.configuration, node)) return undefined;
    return [
      { do: 'catch-up', node },
      { do: 'change', promote: node },
    ];
  }

  #removing(node: NodeId): Step[] | undefined {
    if (!votes(this.#node.configuration, node)) return [{ do: 'unlearn', node }];
    return this.#canSpare(node) ? [{ do: 'change', remove: node }] : undefined;
  }

  /**
   * Those that are left have to be able to elect one of them without the voice of a witness: one that has the newest entry votes for
   * nobody who has not, and can never hand it on.
   */
  #canSpare(node: NodeId): boolean {
    const left = this.#node.configuration.voters.filter((id) => id !== node);
    return left.filter((id) => !this.#node.isWitness(id)).length >= Math.max(1, majority(left.length));
  }

  /** To be called when the turn's entries have been counted and applied. */
  endTurn(): void {
    const { configuration, host } = this.#node;
    if (!this.#leadership.isSettled) return;
    this.#leadership.dropFormer();
    if (isJoint(configuration)) {
      this.#leadership.reconfigure(leaving(configuration));
      return;
    }
    if (this.#order === undefined) this.#readmit();
    while (this.#order !== undefined) {
      const step = this.#order.steps[0];
      if (step === undefined) {
        if (this.#order.ticket !== undefined) host.reply(this.#order.ticket, {}, 'now');
        this.#order = undefined;
      } else if (this.#isDone(step)) this.#order.steps.shift();
      else {
        this.#carryOut(step);
        return;
      }
    }
  }

  /** A voter on an unknown disk, or one that was made a learner for that. */
  #readmit(): void {
    const { configuration, options } = this.#node;
    if (options.readmission !== 'automatic') return;
    const lost = configuration.voters.find((id) => this.#leadership.progressOf(id)?.counts === false);
    const node = lost ?? configuration.returning.find((id) => this.#isHeard(id));
    if (node === undefined || (lost !== undefined && !this.#canSpare(lost))) return;
    this.#begin({
      ticket: undefined,
      steps: [
        { do: 'change', demote: node },
        { do: 'catch-up', node },
        { do: 'change', promote: node },
      ],
    });
  }

  #isHeard(id: NodeId): boolean {
    const progress = this.#leadership.progressOf(id);
    return progress !== undefined && !progress.suspected;
  }

  #isDone(step: Step): boolean {
    const { configuration } = this.#node;
    switch (step.do) {
      case 'learn':
        return takesPart(configuration, step.node);
      case 'unlearn':
        return !takesPart(configuration, step.node);
      case 'catch-up':
        return this.#isVoting(step.node) || this.#hasCaughtUp(step.node);
      case 'change':
        return (
          (step.promote === undefined || this.#isVoting(step.promote)) &&
          (step.remove === undefined || !takesPart(configuration, step.remove)) &&
          (step.demote === undefined || !configuration.voters.includes(step.demote))
        );
    }
  }

  #isVoting(id: NodeId): boolean {
    const { configuration, self } = this.#node;
    return configuration.voters.includes(id) && (id === self || this.#leadership.progressOf(id)?.counts === true);
  }

  #hasCaughtUp(id: NodeId): boolean {
    const progress = this.#leadership.progressOf(id);
    if (progress === undefined) return false;
    const { log, host, options } = this.#node;
    if (this.#catchingUp?.node !== id) this.#catchingUp = new CatchingUp(id, options, log.last, host.now());
    return this.#catchingUp.hasReached(progress.match, log.last, host.now());
  }

  #carryOut(step: Step): void {
    const { configuration, host } = this.#node;
    if (step.do === 'catch-up') {
      if (this.#catchingUp?.isHopeless(host.now()) !== false) this.#giveUp();
      return;
    }
    this.#hasBegun = true;
    this.#leadership.reconfigure(this.#after(step, configuration));
  }

  #after(step: Exclude<Step, { do: 'catch-up' }>, configuration: Configuration): Configuration {
    if (step.do === 'learn') return withLearner(configuration, step.node);
    if (step.do === 'unlearn') return withoutLearner(configuration, step.node);
    const { promote, remove, demote } = step as Extract<Step, { do: 'change' }>;
    const change: Change = {
      ...(promote !== undefined && {
        promote: { node: promote, disk: this.#leadership.progressOf(promote)?.disk ?? 0 },
      }),
      ...(remove !== undefined && { remove }),
      ...(demote !== undefined && { demote }),
    };
    return entering(configuration, change);
  }

  /** The newcomer does not come nearer. */
  #giveUp(): void {
    const ticket = this.#order?.ticket;
    this.#order = undefined;
    if (ticket === undefined) return;
    const reason = 'the newcomer has not caught up';
    this.#node.host.fail(ticket, this.#hasBegun ? { effect: 'unknown', reason } : UNAVAILABLE, 'now');
  }

  /** The term ends: what was begun may go on under the next leader. */
  end(): void {
    const ticket = this.#order?.ticket;
    this.#order = undefined;
    if (ticket === undefined) return;
    const reason = 'leadership was lost while the membership changed';
    this.#node.host.fail(ticket, { effect: 'unknown', reason }, 'now');
  }
}
