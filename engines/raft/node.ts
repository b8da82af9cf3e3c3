/** What all rooms of one replica share. */
import type { Host, NodeId } from '../api.ts';
import { Returning } from '../parts/returning.ts';
import type { Ballot } from './ballot.ts';
import { admits, type Configuration, founding } from './configuration.ts';
import { DiskWatch } from './disk-watch.ts';
import { Installing } from './installing.ts';
import type { RaftLog } from './log.ts';
import { Machine } from './machine.ts';
import { type FromDisk, fromDisk, type Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import type { LogRecord } from './records.ts';
import { recover } from './recovery.ts';
import { Snapshots } from './snapshots.ts';

export class Node {
  readonly host: Host<Message, LogRecord>;
  readonly options: RaftOptions;
  readonly self: NodeId;
  readonly log: RaftLog;
  readonly ballot: Ballot;
  readonly disk: DiskWatch;
  readonly machine: Machine;
  readonly snapshots: Snapshots;
  readonly installing: Installing;
  readonly returning: Returning;

  /** `neededFrom`: entries behind this index are needed for others, whatever snapshots hold. */
  constructor(host: Host<Message, LogRecord>, options: RaftOptions, neededFrom: () => number) {
    this.host = host;
    this.options = options;
    this.self = host.self;
    const { log, ballot, snapshot, unfinished } = recover(host);
    this.log = log;
    this.ballot = ballot;
    this.disk = new DiskWatch(log, ballot);
    this.machine = new Machine(host, log, !this.isWitness(host.self), !options.lazySync);
    if (snapshot !== undefined) this.machine.load(snapshot);
    this.installing = new Installing(unfinished);
    this.returning = new Returning(host);
    this.snapshots = new Snapshots(this, neededFrom);
  }

  /** Votes and keeps the log, holds no data, never leads. */
  isWitness(id: NodeId): boolean {
    return this.host.members.some((member) => member.id === id && member.kind === 'witness');
  }

  get configuration(): Configuration {
    return this.log.configurations.current;
  }

  /** Whether this node's disk is the one that the cluster knows: if not, it has forgotten what it promised. */
  get isAdmitted(): boolean {
    return admits(this.configuration, this.self, this.ballot.disk);
  }

  /** What its answers say of its disk. */
  get fromDisk(): FromDisk {
    return fromDisk(this.ballot.disk);
  }

  /** Forgets everything: a power loss, elsewhere, has taken back what was committed here. */
  beginAnew(): void {
    const { host, log, machine } = this;
    const nothing = { index: 0, term: 0 };
    this.snapshots.giveUp();
    const from = host.log.append({ snapshot: nothing, configuration: founding(host.members), ...this.ballot.state });
    host.log.append({ keepTail: false });
    host.log.discard(from);
    log.beginAnew(nothing, founding(host.members), from + 1);
    machine.reset();
    this.snapshots.replaced(nothing);
    host.note({ kind: 'trace', text: 'begins anew: what was committed is not any more' });
  }

  /**
   * When what was appended up to this position counts, or may be promised: once it is durable, or at once where syncs are lazy.
   */
  when(position: number): number | 'now' {
    return this.options.lazySync || position <= this.log.durablePosition ? 'now' : position;
  }
}
