/**
 * Coordinating reads. R copies are asked, the nearest first; a late one is replaced by a spare. The answers are merged, and
 * copies that lack something of the merged version are repaired.
 *
 * Where read quorums meet each other and every write quorum, the merged version is on enough copies before it is answered that no
 * later read can miss it: sessions then never read backwards. Otherwise repair goes on behind the answer.
 */
import type { NodeId, Ticket } from '../api.ts';
import { readsMeet } from './options.ts';
import type { Waiting } from './outbox.ts';
import { isNothing, isSame, merge, NO_VERSION, textOf, type Version } from './version.ts';
import type { Parts } from './writes.ts';

class Read implements Waiting {
  readonly number: number;
  readonly ticket: Ticket;
  readonly key: string;
  readonly owners: readonly NodeId[];
  readonly atMs: number;
  /** Copies that may be asked still, the nearest first. */
  readonly spares: NodeId[];
  /** Copies that have been asked and have not answered. */
  readonly waitingFor = new Set<NodeId>();
  askedAgain = false;
  /** Copies that the merged version has been pushed to. */
  readonly pushedTo = new Set<NodeId>();
  readonly answered = new Map<NodeId, Version>();
  /** All answers in one. */
  merged: Version = NO_VERSION;
  phase: 'asking' | 'writing-back' | 'answered' = 'asking';
  /** Copies that hold the merged version durably, this node's own once its log position is. */
  readonly holders = new Set<NodeId>();
  readonly #reads: Reads;

  constructor(number: number, ticket: Ticket, key: string, owners: readonly NodeId[], spares: NodeId[], reads: Reads) {
    this.number = number;
    this.ticket = ticket;
    this.key = key;
    this.owners = owners;
    this.spares = spares;
    this.#reads = reads;
    this.atMs = reads.now();
  }

  /** The write-back has reached this copy. */
  arrived(node: NodeId): void {
    this.holders.add(node);
    this.#reads.wroteBack(this);
  }
}

export class Reads {
  readonly #parts: Parts;
  readonly #open = new Map<number, Read>();
  /** Reads to be asked at the turn's end. */
  readonly #asks = new Map<NodeId, (string | number)[]>();
  /** Answers that depend on what this turn has not appended yet. */
  #late: { readonly ticket: Ticket; readonly value: string | null; readonly position: number }[] = [];
  #number = 0;
  readonly #writesBack: boolean;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#writesBack = readsMeet(parts.options);
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  now(): number {
    return this.#parts.host.now();
  }

  /** This node's own state, however old. */
  local(ticket: Ticket, key: string): void {
    const { copies } = this.#parts;
    this.#answer(ticket, copies.value(key), copies.get(key)?.position ?? 0);
  }

  begin(ticket: Ticket, key: string): void {
    const { host, options, peers } = this.#parts;
    const owners = peers.ring.copiesOf(key);
    if (options.readQuorum === 1 && owners.includes(host.self)) {
      this.local(ticket, key);
      return;
    }
    const spares = peers.inReadOrder(owners);
    if (spares.length < options.readQuorum) {
      this.#refuse(ticket);
      return;
    }
    const read = new Read(++this.#number, ticket, key, owners, spares, this);
    this.#open.set(read.number, read);
    for (let i = 0; i < options.readQuorum; i++) this.#askSpare(read);
  }

  /** Sends the turn's questions. */
  flush(): void {
    const { host, writer } = this.#parts;
    for (const [node, reads] of this.#asks) host.send(node, { type: 'read', tag: writer, reads }, 'now');
    this.#asks.clear();
  }

  /** Gives the answers that waited for the turn's log entry. */
  flushLate(): void {
    const late = this.#late;
    this.#late = [];
    for (const { ticket, value, position } of late) this.#parts.host.reply(ticket, { value }, position);
  }

  onAnswer(from: NodeId, number: number, version: Version): void {
    const read = this.#open.get(number);
    if (read?.waitingFor.delete(from)) this.#take(read, from, version);
  }

  /** A copy is down: reads that wait for it ask another. */
  nodeDown(node: NodeId): void {
    for (const read of this.#open.values()) {
      if (read.waitingFor.delete(node)) {
        if (read.phase === 'asking') this.#askSpare(read);
        else this.#forgetIfDone(read);
      } else if (read.phase === 'writing-back' && read.pushedTo.has(node)) {
        this.#writeBackTo(read, read.owners);
      }
    }
  }

  tick(): void {
    const { options } = this.#parts;
    const now = this.now();
    for (const read of this.#open.values()) {
      const ageMs = now - read.atMs;
      if (ageMs < options.spareReadMs) break;
      if (ageMs >= options.readTimeoutMs) {
        if (read.phase !== 'answered') this.#refuse(read.ticket);
        // Its write-back may still arrive.
        read.phase = 'answered';
        this.#open.delete(read.number);
      } else if (read.phase === 'asking') {
        if (read.spares.length > 0) this.#askSpare(read);
        else if (!read.askedAgain && ageMs >= 2 * options.spareReadMs) {
          read.askedAgain = true;
          for (const node of read.waitingFor) this.#ask(read, node);
        }
      } else if (read.phase === 'writing-back') {
        this.#writeBackTo(read, read.owners);
      }
    }
  }

  #askSpare(read: Read): void {
    const { host, copies, peers } = this.#parts;
    let node = read.spares.shift();
    while (node !== undefined && peers.isDown(node)) node = read.spares.shift();
    if (node === undefined) return;
    if (node === host.self) {
      const holding = copies.get(read.key);
      this.#take(read, node, holding === undefined ? NO_VERSION : copies.version(holding));
      return;
    }
    read.waitingFor.add(node);
    this.#ask(read, node);
  }

  #ask(read: Read, node: NodeId): void {
    const asks = this.#asks.get(node);
    if (asks === undefined) this.#asks.set(node, [read.number, read.key]);
    else asks.push(read.number, read.key);
  }

  #take(read: Read, from: NodeId, version: Version): void {
    const { options, outbox } = this.#parts;
    read.answered.set(from, version);
    const merged = merge(read.merged, version);
    if (read.phase === 'asking') {
      read.merged = merged;
      if (read.answered.size === options.readQuorum) this.#conclude(read);
      return;
    }
    // A spare's answer after the fact: it is repaired, or repairs this node, or both; what was answered stays as it was.
    if (merged !== read.merged) this.#takeOver(read.key, read.owners, version);
    if (!isSame(merged, version)) outbox.repair(from, [read.key, merged.content, merged.time, merged.writer]);
    this.#forgetIfDone(read);
  }

  #conclude(read: Read): void {
    const { host, options, outbox } = this.#parts;
    const { merged, answered, holders, key } = read;
    for (const [node, version] of answered) if (isSame(version, merged)) holders.add(node);
    if (!isNothing(merged) && read.owners.includes(host.self)) {
      // Whether it takes this version or holds more by now: no later read through this copy sees less.
      this.#takeOver(key, read.owners, merged);
      holders.add(host.self);
    }
    const needed = this.#writesBack && !isNothing(merged) ? options.copies - options.readQuorum + 1 : 0;
    if (holders.size < needed) {
      read.phase = 'writing-back';
      this.#writeBackTo(read, [...answered.keys()]);
      return;
    }
    if (holders.size < answered.size) {
      for (const node of answered.keys()) {
        if (!holders.has(node)) outbox.repair(node, [key, merged.content, merged.time, merged.writer]);
      }
    }
    this.#finish(read);
  }

  /** Pushes the merged version to those of the nodes that are not known to hold it. */
  #writeBackTo(read: Read, nodes: readonly NodeId[]): void {
    const { host, peers, outbox } = this.#parts;
    const { key, merged } = read;
    for (const node of nodes) {
      if (node === host.self || read.holders.has(node) || read.pushedTo.has(node) || peers.isDown(node)) continue;
      read.pushedTo.add(node);
      outbox.copy(node, [key, merged.content, merged.time, merged.writer], read);
    }
  }

  wroteBack(read: Read): void {
    const { copies, readQuorum } = this.#parts.options;
    if (read.phase === 'writing-back' && read.holders.size >= copies - readQuorum + 1) this.#finish(read);
  }

  /** Takes a version into this node's own copy, if it is one of the owners. */
  #takeOver(key: string, owners: readonly NodeId[], version: Version): void {
    const { host, copies, journal } = this.#parts;
    if (!owners.includes(host.self)) return;
    if (copies.merge(key, version, journal.turnPosition)) journal.version(key, version);
  }

  #finish(read: Read): void {
    const { host, copies } = this.#parts;
    const writtenBack = read.phase === 'writing-back';
    read.phase = 'answered';
    const own = read.holders.has(host.self) || read.answered.has(host.self) ? copies.get(read.key) : undefined;
    this.#answer(read.ticket, textOf(read.merged.content), own?.position ?? 0);
    if (writtenBack) this.#open.delete(read.number);
    else this.#forgetIfDone(read);
  }

  #forgetIfDone(read: Read): void {
    if (read.phase === 'answered' && read.waitingFor.size === 0) this.#open.delete(read.number);
  }

  #answer(ticket: Ticket, value: string | null, position: number): void {
    if (position > this.#parts.journal.lastPosition) this.#late.push({ ticket, value, position });
    else this.#parts.host.reply(ticket, { value }, position);
  }

  #refuse(ticket: Ticket): void {
    this.#parts.host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
  }
}
