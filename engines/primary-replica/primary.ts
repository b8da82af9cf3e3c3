/** One reign: from the promises of an epoch until the primary steps down. It ships the log, counts copies and answers clients. */
import type { NodeId, Request, Result, Ticket } from '../api.ts';
import type { Core } from './core.ts';
import { Lease } from './lease.ts';
import type { Ack, Content, Differ, Pulse } from './messages.ts';

/** What the primary knows of one other full member. */
interface Peer {
  readonly id: NodeId;
  /** The next position to send. */
  next: number;
  /** Where this attempt began: what stands before is there already, or so it seems, and is not on its way. */
  from: number;
  /** Durable there up to here, and equal. */
  match: number;
  attempt: number;
  /** What its last pulse said it had: the same twice, while more was sent, means that messages were lost. */
  received: number;
}

export class Primary {
  readonly #core: Core;
  readonly #peers = new Map<NodeId, Peer>();
  readonly #lease: Lease;
  readonly epoch: number;
  /** The position of the record that opens the epoch: nothing counts before it does. */
  readonly #opening: number;
  /** Records up to here are in the journal; those behind came in this turn. */
  #written: number;
  /** Who asked for the record at position `#firstTicket` + i; answered ones are cleared away now and then. */
  #tickets: Ticket[] = [];
  #firstTicket: number;
  #answered = 0;
  /** Reads that came before the epoch's first record counted. */
  #early: Request[] = [];
  readonly #startedMs: number;
  /** Room for sorting how far the copies are. */
  readonly #matches: number[];

  constructor(core: Core) {
    this.#core = core;
    this.epoch = core.journal.epoch;
    const { log } = core.journal;
    this.#written = log.last;
    for (const id of core.voices.full) {
      if (id !== core.self)
        this.#peers.set(id, { id, next: log.last + 1, from: log.last + 1, match: 0, attempt: 0, received: -1 });
    }
    this.#matches = [...this.#peers.values()].map(() => 0);
    this.#lease = new Lease(core);
    this.#startedMs = core.host.now();
    this.#opening = log.append(this.epoch, null);
    this.#firstTicket = this.#opening + 1;
    this.#beat();
  }

  get leased(): boolean {
    return this.#lease.valid;
  }

  // ------------------------------------------------------------------------------------------------------- clients

  onRequest(request: Request): void {
    const { host, machine, options } = this.#core;
    // A young primary holds what it is asked until its first lease comes; one that has lost its lease refuses.
    if (!this.#lease.valid && this.#lease.everHeld) {
      host.fail(request, { effect: 'none', reason: 'unavailable' }, 'now');
    } else if (request.operation.kind === 'get') {
      if (this.#lease.valid && machine.applied >= this.#opening) this.#read(request);
      else if (this.#early.length < options.waitingMax) this.#early.push(request);
      else host.fail(request, { effect: 'none', reason: 'unavailable' }, 'now');
    } else if (this.#tickets.length - this.#answered >= options.waitingMax) {
      host.fail(request, { effect: 'none', reason: 'unavailable' }, 'now');
    } else {
      this.#core.journal.log.append(this.epoch, request.operation);
      this.#tickets.push(request);
    }
  }

  #read(request: Request): void {
    const { host } = this.#core;
    host.reply(request, { value: host.store.get(request.operation.key) }, 'now');
  }

  /** A record counts: its client is told. */
  applied(position: number, result: Result): void {
    const index = position - this.#firstTicket;
    if (index < this.#answered) return;
    this.#core.host.reply(this.#tickets[index]!, result, 'now');
    this.#answered = index + 1;
  }

  /** Writes under way may still come to count under the next primary; reads certainly had no effect. */
  end(leader: NodeId | undefined): void {
    const { host } = this.#core;
    const reason = `stepped down as primary of epoch ${this.epoch}`;
    const refusal = { effect: 'none', reason: 'not-leader', ...(leader === undefined ? {} : { leader }) } as const;
    for (let i = this.#answered; i < this.#tickets.length; i++) {
      // What came in this very turn is in no journal and was shown to nobody: it can be taken back.
      const isWritten = this.#firstTicket + i <= this.#written;
      host.fail(this.#tickets[i]!, isWritten ? { effect: 'unknown', reason } : refusal, 'now');
    }
    for (const request of this.#early) host.fail(request, refusal, 'now');
    this.#core.journal.log.cut(this.#written);
    host.clearTimer('beat');
  }

  // -------------------------------------------------------------------------------------------------------- copies

  onAck(from: NodeId, message: Ack): void {
    const peer = this.#peers.get(from);
    if (peer === undefined || message.epoch !== this.epoch) return;
    if (message.position > peer.match) peer.match = message.position;
  }

  onDiffer(from: NodeId, message: Differ): void {
    const peer = this.#peers.get(from);
    if (peer === undefined || message.epoch !== this.epoch || message.attempt !== peer.attempt) return;
    this.#goBack(peer, Math.max(peer.match, this.#core.journal.log.commonPoint(message.runs).position));
  }

  onPulse(from: NodeId, message: Pulse): void {
    if (message.epoch !== this.epoch) return;
    this.#lease.granted(from, message.sentMs);
    const peer = this.#peers.get(from);
    if (peer === undefined) return;
    if (message.runs !== undefined) {
      const { position } = this.#core.journal.log.commonPoint(message.runs);
      // Only a replica that lost what it had acknowledged goes back behind it. It does not hold those copies any more.
      peer.match = Math.min(peer.match, position);
      this.#goBack(peer, position);
      return;
    }
    if (message.durable > peer.match) peer.match = message.durable;
    // Twice the same, short of what had been sent before the beat: the records in between are lost, not on their way.
    if (message.received === peer.received && message.received < Math.min(message.sent, peer.next - 1)) {
      this.#goBack(peer, message.received);
    }
    peer.received = message.received;
  }

  /** Sends again what stands behind a point: the last one shared, or a guess where none is known yet. */
  #goBack(peer: Peer, position: number): void {
    peer.next = position + 1;
    peer.from = position + 1;
    peer.received = -1;
    peer.attempt++;
  }

  /**
   * Up to where records are on as many disks as the mode demands, this node's own among them. An earlier epoch's record
   * counts only together with one of this epoch: before, a node without it could still be promoted.
   */
  #count(): void {
    const { journal, machine, voices } = this.#core;
    if (!this.#lease.valid) return;
    let position = journal.durable;
    if (voices.copies > 0) {
      let i = 0;
      for (const peer of this.#peers.values()) this.#matches[i++] = peer.match;
      this.#matches.sort((a, b) => b - a);
      position = Math.min(position, this.#matches[voices.copies - 1]!);
    }
    if (position >= this.#opening) machine.commit(position);
  }

  onTurnEnd(): void {
    const { journal, machine, options } = this.#core;
    this.#count();
    machine.advance(this);
    this.#forgetAnswered();
    if (this.#early.length > 0 && this.#lease.valid && machine.applied >= this.#opening) {
      for (const request of this.#early) this.#read(request);
      this.#early = [];
    }
    const { log } = journal;
    const first = this.#written + 1;
    let fresh: readonly Content[] = [];
    if (log.last >= first) {
      fresh = log.piece(first, log.last - this.#written).items;
      journal.write(this.epoch, first, fresh);
      this.#written = log.last;
    }
    for (const peer of this.#peers.values()) {
      const underway = peer.next - Math.max(peer.from, peer.match + 1);
      if (peer.next > log.last || underway >= options.windowRecords) continue;
      const shared = peer.next === first && fresh.length <= options.recordsPerMessage;
      const piece = shared ? { epoch: this.epoch, items: fresh } : log.piece(peer.next, options.recordsPerMessage);
      this.#core.send(peer.id, {
        type: 'stream',
        epoch: this.epoch,
        after: peer.next - 1,
        afterEpoch: log.epochAt(peer.next - 1),
        of: piece.epoch,
        records: piece.items,
        committed: machine.committed,
        attempt: peer.attempt,
      });
      peer.next += piece.items.length;
    }
  }

  #forgetAnswered(): void {
    if (this.#answered === this.#tickets.length) this.#tickets = [];
    else if (this.#answered > 4096) this.#tickets = this.#tickets.slice(this.#answered);
    else return;
    this.#firstTicket += this.#answered;
    this.#answered = 0;
  }

  // ---------------------------------------------------------------------------------------------------------- time

  /** Returns why the reign has to end, if it has. */
  onBeatDue(): 'no lease' | 'no disk' | undefined {
    const { host, options, isManual, journal } = this.#core;
    if (!isManual) {
      // For one detection time a primary without a lease may get it back; longer, and the others are better off without it.
      if (host.now() > Math.max(this.#lease.endsMs, this.#startedMs) + options.detectionMs) return 'no lease';
      if (journal.owedMs() > options.detectionMs) return 'no disk';
    }
    this.#beat();
    return undefined;
  }

  #beat(): void {
    const { host, options, journal, machine, voices, self } = this.#core;
    const sentMs = host.now();
    for (const id of voices.all) {
      if (id === self) continue;
      const sent = (this.#peers.get(id)?.next ?? 1) - 1;
      const sentEpoch = journal.log.epochAt(sent);
      this.#core.send(id, { type: 'beat', epoch: this.epoch, sentMs, sent, sentEpoch, committed: machine.committed });
    }
    host.setTimer('beat', options.heartbeatMs);
  }
}
