/** One node: hands each input to the room it concerns. */
import type { Command, Host, NodeId, Replica, ReplicaStatus, Request, Ticket } from '../api.ts';
import { Core } from './core.ts';
import { Founder } from './founder.ts';
import type { Inspected } from './invariants.ts';
import type { Entry, Message } from './messages.ts';
import type { Options } from './options.ts';

export class Node implements Replica<Message> {
  readonly #core: Core;
  readonly #founder: Founder | undefined;

  constructor(host: Host<Message, Entry>, options: Options) {
    const core = new Core(host, options);
    this.#core = core;
    if (core.role === 'spare') return;
    const diskIsEmpty = host.boot !== 'found' && host.log.recovered.length === 0;
    // The first entry a node writes tells its later lives that their disk was not lost.
    if (host.boot === 'found') core.journal.setVoice(true);
    else if (diskIsEmpty && core.voices.all.length > 1) core.journal.setVoice(false);
    if (core.isManual && core.isFull) this.#founder = new Founder(core, diskIsEmpty);
  }

  onRequest(request: Request): void {
    const { host, primary, hint, isFull, options, handOver, forwarding } = this.#core;
    const { operation, read } = request;
    if (operation.kind === 'get' && read === 'versions') {
      host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
    } else if (operation.kind === 'get' && isFull && (read === 'local' || options.reads === 'replicas')) {
      this.#readHere(request);
    } else if (primary !== undefined) primary.onRequest(request);
    else if (!handOver.keeps(request) && !forwarding.handOn(request)) {
      const leader = hint === undefined ? {} : { leader: hint };
      host.fail(request, { effect: 'none', reason: 'not-leader', ...leader }, 'now');
    }
  }

  #readHere(request: Request): void {
    const { host, machine, primary, standby } = this.#core;
    const lagMs = primary === undefined ? standby.lagMs : 0;
    if (machine.isLoading) host.fail(request, { effect: 'none', reason: 'unavailable' }, 'now');
    else {
      const value = host.store.get(request.operation.key);
      host.reply(request, lagMs === undefined ? { value } : { value, lagMs }, 'now');
    }
  }

  onCommand(ticket: Ticket, command: Command): void {
    this.#core.handOver.onCommand(ticket, command);
  }

  onMessage(from: NodeId, message: Message): void {
    const { primary, standby, election, voice, forwarding, role } = this.#core;
    if (role === 'spare') return;
    switch (message.type) {
      case 'stream':
        standby.onStream(from, message);
        break;
      case 'beat':
        standby.onBeat(from, message);
        break;
      case 'copy':
        standby.onCopy(from, message);
        break;
      case 'ack':
        if (message.epoch === primary?.epoch) primary.shipping.onAck(from, message);
        break;
      case 'pulse':
        primary?.onPulse(from, message);
        break;
      case 'differ':
        if (message.epoch === primary?.epoch) primary.shipping.onDiffer(from, message);
        break;
      case 'copied':
        if (message.epoch === primary?.epoch) primary.shipping.onCopied(from, message);
        break;
      case 'canvass':
        voice.onCanvass(from, message);
        break;
      case 'opinion':
        election.onOpinion(from, message);
        this.#founder?.onOpinion(from, message);
        break;
      case 'candidacy':
        voice.onCandidacy(from, message);
        break;
      case 'promised':
        election.onPromised(from, message);
        break;
      case 'stale':
        election.onStale(message);
        break;
      case 'hand-over':
        this.#core.handOver.onHandOver(from, message);
        break;
      case 'forward':
        forwarding.onForward(from, message);
        break;
      case 'forwarded':
        forwarding.onForwarded(message);
        break;
    }
  }

  onTimer(name: string): void {
    const { election, primary, handOver, forwarding } = this.#core;
    switch (name) {
      case 'watch':
        election.onWatch();
        break;
      case 'survey':
        this.#founder?.survey();
        break;
      case 'hand-over':
        handOver.onDeadline();
        break;
      case 'remind':
        handOver.onReminder();
        break;
      case 'forwarded':
        forwarding.onTimer();
        break;
      case 'checkpoint':
        this.#core.checkpoint.onTimer();
        break;
      case 'beat':
        if (primary !== undefined) this.#beat(primary.onBeatDue());
        break;
      // `apply` and `fall-back` only ask for another turn.
    }
  }

  #beat(reason: string | undefined): void {
    if (reason === undefined) return;
    this.#core.host.note({ kind: 'trace', text: `resigns: ${reason}` });
    this.#core.resign();
  }

  onDurable(position: number): void {
    const { journal, election, standby, checkpoint } = this.#core;
    journal.onDurable(position);
    election.onDurable();
    this.#core.onDurable();
    standby.onDurable();
    checkpoint.onDurable();
  }

  onLink(peer: NodeId, up: boolean): void {
    const { options, leader, role, election } = this.#core;
    if (!up && options.linkHint && peer === leader && role === 'replica') election.primaryEnded();
  }

  onTurnEnd(): void {
    const { primary, machine, standby, checkpoint, handOver, returning } = this.#core;
    if (primary !== undefined) {
      primary.onTurnEnd();
      returning.hears(machine.committed);
      returning.has(machine.applied);
    } else {
      machine.advance(undefined);
      standby.onTurnEnd();
    }
    checkpoint.onTurnEnd();
    handOver.onTurnEnd();
  }

  holds(): boolean {
    return this.#core.isFull;
  }

  status(): ReplicaStatus {
    const { role, leader, journal, machine, primary, standby } = this.#core;
    const details = {
      position: journal.log.last,
      base: journal.log.base.position,
      durable: journal.durable,
      committed: machine.committed,
      applied: machine.applied,
      'cut-back': machine.lost,
      voice: journal.voice,
      ...(primary === undefined ? {} : { lease: primary.leased }),
      ...(standby.isCopying ? { takes: 'a full copy' } : {}),
      ...(this.#founder?.isBarred === true ? { waits: 'its disk is empty and replicas hold records' } : {}),
    };
    return { role, epoch: journal.epoch, ...(leader === undefined ? {} : { leader }), details };
  }

  inspect(): Inspected {
    const { journal, machine, options, primary, voices, isFull, isManual, role, election } = this.#core;
    const votes = options.authority === 'majority';
    return {
      isFull,
      fullMembers: voices.full.length,
      isSafe: voices.isSafe && !isManual,
      copies: options.answer === 'sync' && options.copyCounts !== 'received' ? voices.copies : 0,
      canBePromoted: (promises) => votes && voices.suffice(promises),
      reigns: primary?.epoch ?? 0,
      leased: options.fencing === 'lease' && primary?.leased === true,
      epoch: journal.epoch,
      promisedTo: journal.promisedTo,
      voice: journal.voice && role !== 'spare',
      supporters: votes && (role === 'candidate' || role === 'primary') ? [...election.supporters] : [],
      log: journal.log,
      durable: journal.durable,
      committed: machine.committed,
      cutBack: machine.lost,
    };
  }
}
