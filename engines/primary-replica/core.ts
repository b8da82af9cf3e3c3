/** What the rooms of one node share, and the changes of role that concern them all. */
import type { Host, NodeId, When } from '../api.ts';
import { Election } from './election.ts';
import { Journal } from './journal.ts';
import { Machine } from './machine.ts';
import type { Entry, Message } from './messages.ts';
import type { Options } from './options.ts';
import { Primary } from './primary.ts';
import { Standby } from './standby.ts';
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
  readonly standby: Standby;
  readonly election: Election;
  /** While this node is primary. */
  primary: Primary | undefined;
  role: Role;
  /** The primary of the journal's epoch, once it is known. */
  leader: NodeId | undefined;

  constructor(host: Host<Message, Entry>, options: Options) {
    this.host = host;
    this.options = options;
    this.self = host.self;
    this.voices = new Voices(options, host.members);
    this.isFull = this.voices.isFull(host.self);
    this.isManual = options.authority === 'manual';
    this.role = this.#restingRole();
    this.journal = new Journal(host);
    const isLossless = this.isManual || options.mode === 'sync';
    this.machine = new Machine(host, this.journal.log, isLossless);
    this.standby = new Standby(this);
    this.election = new Election(this);
  }

  #restingRole(): Role {
    if (this.isFull) return 'replica';
    return this.voices.all.includes(this.self) ? 'witness' : 'spare';
  }

  /** Most messages depend on nothing that this node still has to write. */
  send(to: NodeId, message: Message): void {
    this.host.send(to, message, 'now');
  }

  sendVoices(message: Message, when?: When): void {
    for (const id of this.voices.all) if (id !== this.self) this.host.send(id, message, when);
  }

  /** The primary as far as it is known and not suspected: where to send clients. */
  get hint(): NodeId | undefined {
    return this.election.suspects ? undefined : this.leader;
  }

  /** Whether a message comes from the primary that this node follows, or follows from now on. An older epoch is told so. */
  follows(from: NodeId, epoch: number): boolean {
    const { journal } = this;
    if (epoch < journal.epoch) {
      this.send(from, { type: 'stale', epoch: journal.epoch });
      return false;
    }
    if (this.isManual && from !== this.voices.full[0]) return false;
    if (epoch > journal.epoch || this.leader === undefined) {
      this.#stepDown(from);
      this.role = this.#restingRole();
      if (epoch > journal.epoch) journal.promise(epoch, from);
      this.leader = from;
      this.standby.reset();
    }
    if (this.leader !== from) return false;
    this.election.heard(from);
    return true;
  }

  becomeCandidate(): void {
    this.#stepDown(undefined);
    this.role = 'candidate';
    this.leader = undefined;
    this.standby.reset();
  }

  giveUpCandidacy(): void {
    if (this.role === 'candidate') this.role = 'replica';
  }

  lead(): void {
    this.role = 'primary';
    this.leader = this.self;
    this.host.note({ kind: 'leads', epoch: this.journal.epoch });
    this.primary = new Primary(this);
  }

  /** This node is about to promise an epoch to another. */
  makeWay(): void {
    this.#stepDown(undefined);
    this.role = this.#restingRole();
    this.leader = undefined;
    this.standby.reset();
    if (this.isFull) this.election.retrySoon();
  }

  /** An epoch above this node's own counts somewhere: its reign or candidacy is over. */
  overruled(): void {
    if (this.role !== 'primary' && this.role !== 'candidate') return;
    this.resign();
  }

  /** Ends a reign or a candidacy without a successor. */
  resign(): void {
    this.#stepDown(undefined);
    this.role = this.#restingRole();
    this.leader = undefined;
    this.standby.reset();
    this.election.retrySoon();
  }

  #stepDown(leader: NodeId | undefined): void {
    if (this.primary === undefined) return;
    const { primary } = this;
    this.primary = undefined;
    primary.end(leader);
    this.host.note({ kind: 'steps-down', epoch: primary.epoch });
  }
}
