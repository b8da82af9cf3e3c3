/** One node: hands each input to the room it concerns. */
import type { Host, NodeId, Replica, ReplicaStatus, Request } from '../api.ts';
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
    if (core.isManual && core.voices.full[0] === core.self) this.#founder = new Founder(core, diskIsEmpty);
  }

  onRequest(request: Request): void {
    const { host, primary, hint, isFull } = this.#core;
    const { operation, read } = request;
    if (operation.kind === 'get' && read === 'local' && isFull) {
      host.reply(request, { value: host.store.get(operation.key) }, 'now');
    } else if (operation.kind === 'get' && read === 'versions') {
      host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
    } else if (primary !== undefined) primary.onRequest(request);
    else {
      const leader = hint === undefined ? {} : { leader: hint };
      host.fail(request, { effect: 'none', reason: 'not-leader', ...leader }, 'now');
    }
  }

  onMessage(from: NodeId, message: Message): void {
    const { primary, standby, election, role } = this.#core;
    if (role === 'spare') return;
    switch (message.type) {
      case 'stream':
        standby.onStream(from, message);
        break;
      case 'beat':
        standby.onBeat(from, message);
        break;
      case 'ack':
        primary?.onAck(from, message);
        break;
      case 'pulse':
        primary?.onPulse(from, message);
        break;
      case 'differ':
        primary?.onDiffer(from, message);
        break;
      case 'canvass':
        election.onCanvass(from, message);
        break;
      case 'opinion':
        election.onOpinion(from, message);
        this.#founder?.onOpinion(from, message);
        break;
      case 'candidacy':
        election.onCandidacy(from, message);
        break;
      case 'promised':
        election.onPromised(from, message);
        break;
      case 'stale':
        if (this.#founder === undefined) election.onStale(message);
        else this.#founder.onStale(message);
        break;
    }
  }

  onTimer(name: string): void {
    const { election, primary } = this.#core;
    if (name === 'watch') election.onWatch();
    else if (name === 'survey') this.#founder?.survey();
    else if (name === 'beat' && primary !== undefined) {
      const reason = primary.onBeatDue();
      if (reason !== undefined) {
        this.#core.host.note({ kind: 'trace', text: `resigns: ${reason}` });
        this.#core.resign();
      }
    }
    // The timer `apply` only asks for another turn.
  }

  onDurable(position: number): void {
    this.#core.journal.onDurable(position);
    this.#core.election.onDurable();
    this.#founder?.onDurable();
  }

  onLink(peer: NodeId, up: boolean): void {
    const { options, leader, role, election } = this.#core;
    if (!up && options.linkHint && peer === leader && role === 'replica') election.primaryEnded();
  }

  onTurnEnd(): void {
    const { primary, machine, standby } = this.#core;
    if (primary !== undefined) primary.onTurnEnd();
    else {
      machine.advance(undefined);
      standby.onTurnEnd();
    }
  }

  holds(): boolean {
    return this.#core.isFull;
  }

  status(): ReplicaStatus {
    const { role, leader, journal, machine, primary } = this.#core;
    const details = {
      position: journal.log.last,
      durable: journal.durable,
      committed: machine.committed,
      applied: machine.applied,
      'cut-back': machine.lost,
      voice: journal.voice,
      ...(primary === undefined ? {} : { lease: primary.leased }),
      ...(this.#founder?.isBarred === true ? { waits: 'its disk is empty and replicas hold records' } : {}),
    };
    return { role, epoch: journal.epoch, ...(leader === undefined ? {} : { leader }), details };
  }

  inspect(): Inspected {
    const { journal, machine, options, primary, voices, isFull, isManual, role, election } = this.#core;
    return {
      isFull,
      fullMembers: voices.full.length,
      isSync: options.mode === 'sync',
      copies: voices.copies,
      canBePromoted: (promises) => !isManual && voices.suffice(promises),
      reigns: primary?.epoch ?? 0,
      leased: !isManual && primary?.leased === true,
      epoch: journal.epoch,
      promisedTo: journal.promisedTo,
      voice: journal.voice && role !== 'spare',
      supporters: role === 'candidate' || (role === 'primary' && !isManual) ? [...election.supporters] : [],
      log: journal.log,
      durable: journal.durable,
      committed: machine.committed,
      cutBack: machine.lost,
    };
  }
}
