/**
 * Planned hand-over: the primary holds new writes back, brings those begun to their end, stops answering, and only then tells the
 * replica that has everything to open the next epoch. Leases granted to it bind nobody any more. Clients come to the heir
 * while it is being elected: it keeps what they ask until it leads.
 */
import type { Command, NodeId, Ticket } from '../api.ts';
import { reaches } from '../parts/epoch-log.ts';
import type { Asked } from './asked.ts';
import type { Core } from './core.ts';
import type { HandOver as Message } from './messages.ts';

/** A replica that has been silent for so many heartbeats is no heir. */
const SILENT_BEATS = 3;

interface Order {
  readonly ticket: Ticket;
  readonly to: NodeId | undefined;
  readonly isDrain: boolean;
}

export class HandOver {
  readonly #core: Core;
  /** While the primary drains. */
  #order: Order | undefined;
  /** After it has stepped down, until it hears the new one. */
  #awaiting: Ticket | undefined;
  /** What came while this node, the heir, was not yet primary. */
  #held: Asked[] | undefined;

  constructor(core: Core) {
    this.#core = core;
    // Where nobody else could elect the heir, it is reminded for as long as it takes, over this node's lives.
    if (core.isManual && core.journal.epoch > 0) core.host.setTimer('remind', core.options.heartbeatMs);
  }

  // ------------------------------------------------------------------------------------------------------- the primary

  onCommand(ticket: Ticket, command: Command): void {
    const { host, primary, election, self, voices, hint } = this.#core;
    if (command.kind !== 'transfer' && command.kind !== 'drain') {
      host.fail(ticket, { effect: 'none', reason: 'unsupported' }, 'now');
    } else if (primary === undefined) {
      if (command.kind === 'drain') {
        election.drain();
        host.reply(ticket, {}, 'now');
      } else {
        host.fail(ticket, { effect: 'none', reason: 'not-leader', ...(hint !== undefined && { leader: hint }) }, 'now');
      }
    } else if (command.kind === 'transfer' && command.to === self) host.reply(ticket, {}, 'now');
    else {
      const to = command.kind === 'transfer' ? command.to : undefined;
      const isPossible = to === undefined ? voices.full.length > 1 : voices.isFull(to);
      if (!isPossible || this.#order !== undefined) host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
      else this.#begin({ ticket, to, isDrain: command.kind === 'drain' });
    }
  }

  #begin(order: Order): void {
    this.#order = order;
    this.#core.primary!.drain();
    this.#core.host.setTimer('hand-over', this.#core.options.detectionMs);
  }

  onTurnEnd(): void {
    const { primary, host, options } = this.#core;
    if (this.#order === undefined || primary === undefined) return;
    const sinceMs = host.now() - SILENT_BEATS * options.heartbeatMs;
    const heir = this.#order.to ?? primary.shipping.foremost(sinceMs);
    if (heir !== undefined && primary.leased && primary.hasDrained(heir)) this.#resignTo(heir, this.#order);
  }

  #resignTo(heir: NodeId, { ticket, isDrain }: Order): void {
    const { journal, voices, election, options, host } = this.#core;
    const { epoch, log } = journal;
    const votes = options.authority === 'majority';
    const next = votes ? 0 : voices.ownEpochAbove(election.seen, heir);
    if (isDrain) election.drain();
    this.#order = undefined;
    this.#awaiting = ticket;
    this.#core.resignTo(heir);
    // Without votes this node's own word is all that keeps it from leading again in its next life.
    if (!votes) journal.promise(next, heir);
    host.send(heir, { type: 'hand-over', epoch, next, end: log.end });
    host.setTimer('hand-over', options.detectionMs);
    if (this.#core.isManual) host.setTimer('remind', options.heartbeatMs);
  }

  /** There is a primary, and it is not this node. */
  onPrimary(): void {
    if (this.#awaiting === undefined) return;
    this.#core.host.reply(this.#awaiting, {}, 'now');
    this.#awaiting = undefined;
    this.#core.host.clearTimer('hand-over');
  }

  /** It has taken too long: before the primary resigned, it goes on; after, nobody knows. */
  onDeadline(): void {
    const { host, primary } = this.#core;
    if (this.#order !== undefined) {
      host.fail(this.#order.ticket, { effect: 'none', reason: 'unavailable' }, 'now');
      this.#order = undefined;
      primary?.goOn();
    } else if (this.#awaiting !== undefined) {
      host.fail(this.#awaiting, { effect: 'unknown', reason: 'the successor has not been heard of' }, 'now');
      this.#awaiting = undefined;
    }
  }

  /** A reign ended while it was being handed over, and not by that. */
  onReignOver(): void {
    if (this.#order === undefined) return;
    this.#core.host.fail(
      this.#order.ticket,
      { effect: 'unknown', reason: 'stepped down before it was drained' },
      'now',
    );
    this.#order = undefined;
  }

  // ---------------------------------------------------------------------------------------------------------- the heir

  onHandOver(from: NodeId, { epoch, next, end }: Message): void {
    const { journal, options, election } = this.#core;
    if (epoch !== journal.epoch || !reaches(journal.log.end, end)) return;
    election.onChosen();
    if (!election.mayLead) return;
    if (options.authority === 'majority') {
      if (this.#core.leader !== from) return;
      this.#held = [];
      this.#core.voice.release();
      election.inherit();
    } else if (next > journal.epoch) {
      this.#held = [];
      this.#core.open(next);
    }
  }

  /** Whether the heir keeps what it was asked for later. */
  keeps(asked: Asked): boolean {
    const { role, options } = this.#core;
    if (this.#held === undefined || role !== 'candidate' || this.#held.length >= options.waitingMax) return false;
    this.#held.push(asked);
    return true;
  }

  /** The heir leads, or has failed. */
  onCandidacyOver(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const asked of held) {
      if (this.#core.primary !== undefined) this.#core.primary.onRequest(asked);
      else this.#core.fail(asked, { effect: 'none', reason: 'not-leader' });
    }
  }

  /** `manual`: nobody but the heir can lead, and what it was told may have been lost. */
  onReminder(): void {
    const { journal, host, options, voices, leader, self } = this.#core;
    const heir = journal.promisedTo;
    if (leader !== undefined || heir === self || !voices.isFull(heir)) return;
    const { log } = journal;
    host.send(heir, { type: 'hand-over', epoch: log.end.epoch, next: journal.epoch, end: log.end });
    host.setTimer('remind', options.heartbeatMs);
  }
}
