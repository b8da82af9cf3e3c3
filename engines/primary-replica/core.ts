/** What the rooms of one node share, and the changes of role that concern them all. */
import type { Failure, Host, NodeId, Result, When } from '../api.ts';
import { Returning } from '../parts/returning.ts';
import type { Asked } from './asked.ts';
import { Checkpoint } from './checkpoint.ts';
import { Election } from './election.ts';
import { Forwarding } from './forwarding.ts';
import { HandOver } from './hand-over.ts';
import { Journal } from './journal.ts';
import { Machine } from './machine.ts';
import type { Entry, Message } from './messages.ts';
import type { Options } from './options.ts';
import { Primary } from './primary.ts';
import { Standby } from './standby.ts';
import { Voice } from './voice.ts';
import { Voices } from './voices.ts';

export type Role = 'primary' | 'candidate' | 'replica' | 'witness' | 'spare';

export class Core {
  readonly host: Host<Message, Entry>;
  readonly options: Options;
  readonly self: NodeId;
  readonly voices: Voices;
  readonly isFull: boolean;
  readonly isManual: boolean;
  readonly journal: Journal;
  readonly machine: Machine;
  readonly checkpoint: Checkpoint;
  readonly standby: Standby;
  readonly voice: Voice;
  readonly election: Election;
  readonly handOver: HandOver;
  readonly forwarding: Forwarding;
  readonly returning: Returning;
  /** While this node is primary. */
  primary: Primary | undefined;
  role: Role;
  /** The primary of the journal's epoch, once it is known. */
  leader: NodeId | undefined;
  /** Whom this node has handed its reign over to, until there is a primary again. */
  #heir: NodeId | undefined;
  /** Of an epoch that this node opens without being asked for: where it stands in the log. Nobody hears of it before. */
  #openedAt = Number.POSITIVE_INFINITY;

  constructor(host: Host<Message, Entry>, options: Options) {
    this.host = host;
    this.options = options;
    this.self = host.self;
    this.voices = new Voices(options, host.members);
    this.isFull = this.voices.isFull(host.self);
    this.isManual = options.authority === 'manual';
    this.role = this.#restingRole();
    this.journal = new Journal(host);
    this.machine = new Machine(host, this.journal, this.voices.isSafe);
    const image = this.journal.takeImage();
    if (image !== undefined) this.machine.load(image);
    this.checkpoint = new Checkpoint(this);
    this.standby = new Standby(this);
    this.voice = new Voice(this);
    this.election = new Election(this);
    this.handOver = new HandOver(this);
    this.forwarding = new Forwarding(this);
    this.returning = new Returning(host);
  }

  #restingRole(): Role {
    if (this.isFull) return 'replica';
    return this.voices.all.includes(this.self) ? 'witness' : 'spare';
  }

  /** Most messages depend on nothing that this node still has to write. */
  send(to: NodeId, message: Message): void {
    this.host.send(to, message, 'now');
  }

  sendAll(message: Message, when?: When): void {
    for (const id of this.voices.all) if (id !== this.self) this.host.send(id, message, when);
  }

  reply(asked: Asked, result: Result): void {
    if (asked.by === undefined) this.host.reply(asked, result, 'now');
    else this.forwarding.answer(asked.by, asked.id, { result });
  }

  fail(asked: Asked, failure: Failure): void {
    if (asked.by === undefined) this.host.fail(asked, failure, 'now');
    else this.forwarding.answer(asked.by, asked.id, { failure });
  }

  /** The primary as far as it is known and not suspected: where to send clients. */
  get hint(): NodeId | undefined {
    return this.election.suspects ? undefined : (this.leader ?? this.#heir);
  }

  /** Whether a message comes from the primary that this node follows, or follows from now on. An older epoch is told so. */
  follows(from: NodeId, epoch: number, what: 'beat' | 'stream' | 'copy'): boolean {
    const { journal } = this;
    if (epoch < journal.epoch) {
      this.send(from, { type: 'stale', epoch: journal.epoch });
      return false;
    }
    if (epoch > journal.epoch && this.#insists && this.voices.isBefore(this.self, from)) {
      this.election.heardOf(epoch);
      this.overruled();
      return false;
    }
    if (epoch > journal.epoch || this.leader === undefined) {
      this.#stepDown(from);
      this.role = this.#restingRole();
      if (epoch > journal.epoch) journal.promise(epoch, from);
      this.leader = from;
      this.#heir = undefined;
      this.standby.reset();
      this.election.watchAnew();
      this.handOver.onCandidacyOver();
    }
    if (this.leader !== from) return false;
    this.election.heard(from, what);
    this.handOver.onPrimary();
    return true;
  }

  /** A primary that no later epoch impresses: it goes on above it. */
  get #insists(): boolean {
    return this.primary !== undefined && this.options.fencing === 'none';
  }

  becomeCandidate(): void {
    this.#stepDown(undefined);
    this.role = 'candidate';
    this.leader = undefined;
    this.#heir = undefined;
    this.standby.reset();
  }

  giveUpCandidacy(): void {
    if (this.role === 'candidate') this.role = 'replica';
    this.handOver.onCandidacyOver();
  }

  /** Opens an epoch without asking anybody. */
  open(epoch: number): void {
    this.becomeCandidate();
    this.#openedAt = this.journal.promise(epoch, this.self);
  }

  onDurable(): void {
    if (this.role !== 'candidate' || this.journal.synced < this.#openedAt) return;
    this.#openedAt = Number.POSITIVE_INFINITY;
    this.lead();
  }

  lead(): void {
    this.role = 'primary';
    this.leader = this.self;
    this.host.note({ kind: 'leads', epoch: this.journal.epoch });
    this.forwarding.begin();
    this.primary = new Primary(this);
    this.handOver.onCandidacyOver();
  }

  /** Ends what this node was, without a successor: it is about to promise an epoch to another, or has no right to go on. */
  resign(): void {
    this.#stepDown(undefined);
    this.role = this.#restingRole();
    this.leader = undefined;
    this.standby.reset();
    this.handOver.onCandidacyOver();
    this.election.retrySoon();
  }

  /** An epoch above this node's own counts somewhere: its reign or candidacy is over, or goes on above that. */
  overruled(): void {
    if (this.role !== 'primary' && this.role !== 'candidate') return;
    if (this.isManual || this.#insists) this.open(this.voices.ownEpochAbove(this.election.seen, this.self));
    else this.resign();
  }

  /** Ends a reign in favour of another. */
  resignTo(heir: NodeId): void {
    this.#stepDown(heir);
    this.role = this.#restingRole();
    this.leader = undefined;
    this.#heir = heir;
    this.standby.reset();
    this.voice.release();
    this.election.startWatching();
  }

  #stepDown(leader: NodeId | undefined): void {
    this.forwarding.end();
    if (this.primary === undefined) return;
    const { primary } = this;
    this.primary = undefined;
    this.handOver.onReignOver();
    primary.end(leader);
    this.host.note({ kind: 'steps-down', epoch: primary.epoch });
  }
}
