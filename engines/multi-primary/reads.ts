/**
 * Coordinating reads. As many copies are asked as the quorum needs, the nearest first, and a late one is replaced by a spare; or all
 * are asked at once. The answers are merged, and copies that lack something of the merged version are repaired.
 *
 * Where reads meet each other and every write, repair may come first: the merged version is then on so many copies before it is
 * answered that no later read can miss it, and sessions never read backwards. Otherwise it goes on behind the answer.
 */
import type { NodeId, Result, Ticket } from '../api.ts';
import type { Waiting } from './outbox.ts';
import type { Parts } from './parts.ts';
import { isInEveryRead, type Owners } from './placement.ts';
import { Tally } from './quorums.ts';
import { isNothing, isSame, merge, NO_VERSION, textOf, type Version } from './version.ts';

/**
 * What is done with a version instead of answering its value, by what writes by what it has read. `position`: until the log is durable up
 * to it, nobody may be told of it.
 */
export type Continuation = (found: Version, position: number) => void;

class Read extends Tally implements Waiting {
  readonly number: number;
  readonly ticket: Ticket;
  readonly key: string;
  readonly owners: Owners;
  readonly continuation: Continuation | undefined;
  readonly atMs: number;
  /** Copies that may be asked still, the nearest first. */
  readonly spares: NodeId[] = [];
  /** Copies that have been asked and have not answered. */
  readonly waitingFor = new Set<NodeId>();
  askedAgain = false;
  /** Copies that the merged version has been pushed to; undefined: none yet. */
  pushedTo: Set<NodeId> | undefined;
  readonly answered = new Map<NodeId, Version>();
  /** All answers in one. */
  merged: Version = NO_VERSION;
  phase: 'asking' | 'writing-back' | 'answered' = 'asking';
  /** Copies that hold the merged version durably, this node's own once its log position is. */
  readonly holders = new Set<NodeId>();
  readonly #reads: Reads;

  constructor(
    number: number,
    ticket: Ticket,
    key: string,
    owners: Owners,
    continuation: Continuation | undefined,
    reads: Reads,
  ) {
    super(owners.read);
    this.number = number;
    this.ticket = ticket;
    this.key = key;
    this.owners = owners;
    this.continuation = continuation;
    this.#reads = reads;
    this.atMs = reads.now();
  }

  /** The write-back has reached this copy. */
  arrived(node: NodeId): void {
    this.holders.add(node);
    this.#reads.wroteBack(this);
  }

  /** `nodeDown` sees to it. */
  gone(): void {}
}

export class Reads {
  readonly #parts: Parts;
  readonly #open = new Map<number, Read>();
  /** Reads to be asked at the turn's end. */
  readonly #asks = new Map<NodeId, (string | number)[]>();
  /** Answers that depend on what this turn has not appended yet. */
  #late: { readonly ticket: Ticket; readonly result: Result; readonly position: number }[] = [];
  #number = 0;
  readonly #writesBack: boolean;
  readonly #asksAll: boolean;
  readonly #repairs: boolean;
  readonly #onReceipt: boolean;

  constructor(parts: Parts) {
    const { options, placement } = parts;
    this.#parts = parts;
    this.#writesBack = options.readRepair === 'before' && placement.readsMeet;
    this.#asksAll = options.readsAsk === 'all';
    this.#repairs = options.readRepair !== 'none';
    this.#onReceipt = options.acknowledgesOn === 'receipt';
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  now(): number {
    return this.#parts.host.now();
  }

  /** This node's own state, however old. */
  local(ticket: Ticket, key: string, continuation?: Continuation): void {
    const { copies } = this.#parts;
    const position = this.#positionOf(key);
    if (continuation === undefined) this.answer(ticket, { value: copies.value(key) }, position);
    else continuation(this.held(key), position);
  }

  /** What this node holds of the key, be it for others; `NO_VERSION`: nothing. */
  held(key: string): Version {
    const { copies, hints } = this.#parts;
    const holding = copies.get(key);
    return holding === undefined ? (hints.guestOf(key)?.version ?? NO_VERSION) : copies.version(holding);
  }

  #positionOf(key: string): number {
    const { copies, hints } = this.#parts;
    return (copies.get(key) ?? hints.guestOf(key))?.position ?? 0;
  }

  begin(ticket: Ticket, key: string, continuation?: Continuation): void {
    const { host, standIns, peers } = this.#parts;
    const owners = standIns.ownersOf(key);
    if (owners.read.least === 1 && owners.read.groupOf(host.self) !== undefined && !this.#asksAll) {
      this.local(ticket, key, continuation);
      return;
    }
    const near = peers.inReadOrder(owners.nodes);
    if (near.length < owners.nodes.length && !owners.read.isMetBy(near)) {
      this.#refuse(ticket);
      return;
    }
    const read = new Read(++this.#number, ticket, key, owners, continuation, this);
    this.#open.set(read.number, read);
    const chosen = new Tally(owners.read);
    const asked: NodeId[] = [];
    for (const node of near) {
      const isWanted = chosen.wants(node);
      if (isWanted) chosen.add(node);
      (isWanted || this.#asksAll ? asked : read.spares).push(node);
    }
    // This node, which is the nearest, comes last: its answer may be enough, and those of the others are then awaited still.
    for (let i = asked.length - 1; i >= 0; i--) this.#askOwner(read, asked[i]!);
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
    for (const { ticket, result, position } of late) this.#parts.replies.reply(ticket, result, position);
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
      } else if (read.phase === 'writing-back' && read.pushedTo?.has(node)) {
        this.#writeBackTo(read, read.owners.nodes);
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
        if (!this.#askSpare(read) && !read.askedAgain && ageMs >= 2 * options.spareReadMs) {
          read.askedAgain = true;
          for (const node of read.waitingFor) this.#ask(read, node);
        }
      } else if (read.phase === 'writing-back') {
        this.#writeBackTo(read, read.owners.nodes);
      }
    }
  }

  /** Asks the nearest copy that is left and that would help; false: there is none. */
  #askSpare(read: Read): boolean {
    const { peers } = this.#parts;
    const at = read.spares.findIndex((node) => read.wants(node) && !peers.isDown(node));
    if (at === -1) return false;
    const [node] = read.spares.splice(at, 1);
    this.#askOwner(read, node!);
    return true;
  }

  #askOwner(read: Read, node: NodeId): void {
    if (node === this.#parts.host.self) {
      this.#take(read, node, this.held(read.key));
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
    read.answered.set(from, version);
    const merged = merge(read.merged, version);
    if (read.phase === 'asking') {
      read.merged = merged;
      if (read.add(from)) this.#conclude(read);
      return;
    }
    // A spare's answer after the fact: it is repaired, or repairs this node, or both; what was answered stays as it was.
    if (this.#repairs) {
      if (merged !== read.merged) this.#takeOver(read.key, read.owners, version);
      if (!isSame(merged, version)) this.#repair(from, read, merged);
    }
    this.#forgetIfDone(read);
  }

  #conclude(read: Read): void {
    const { host } = this.#parts;
    const { merged, answered, holders, key, owners } = read;
    for (const [node, version] of answered) if (isSame(version, merged)) holders.add(node);
    const isAgreed = holders.size === answered.size;
    if (this.#repairs && !isNothing(merged) && owners.placed.includes(host.self)) {
      // Whether it takes this version or holds more by now: no later read through this copy sees less.
      this.#takeOver(key, owners, merged);
      holders.add(host.self);
    }
    // Copies that all say the same are a whole quorum, which every other meets.
    if (this.#writesBack && !isAgreed && !isInEveryRead(holders, owners)) {
      read.phase = 'writing-back';
      this.#writeBackTo(read, [...answered.keys()]);
      return;
    }
    if (this.#repairs && !isAgreed) {
      for (const node of answered.keys()) if (!holders.has(node)) this.#repair(node, read, merged);
    }
    this.#finish(read);
  }

  /** What a stand-in lacks is the copy's affair. */
  #repair(node: NodeId, { key, owners }: Read, { content, time, writer }: Version): void {
    if (owners.placed.includes(node)) this.#parts.outbox.repair(node, [key, content, time, writer]);
  }

  /** Pushes the merged version to those of the nodes that are not known to hold it. */
  #writeBackTo(read: Read, nodes: readonly NodeId[]): void {
    const { host, peers, outbox } = this.#parts;
    const { key, merged } = read;
    read.pushedTo ??= new Set();
    for (const node of nodes) {
      if (node === host.self || read.holders.has(node) || read.pushedTo.has(node) || peers.isDown(node)) continue;
      read.pushedTo.add(node);
      outbox.copy(node, [key, merged.content, merged.time, merged.writer], read);
    }
  }

  wroteBack(read: Read): void {
    if (read.phase === 'writing-back' && isInEveryRead(read.holders, read.owners)) this.#finish(read);
  }

  /** Takes a version into this node's own copy, if it is one of the owners. */
  #takeOver(key: string, owners: Owners, version: Version): void {
    const { host, copies, journal } = this.#parts;
    if (!owners.placed.includes(host.self)) return;
    if (copies.merge(key, version, journal.turnPosition)) journal.version(key, version);
  }

  #finish(read: Read): void {
    const { self } = this.#parts.host;
    const { ticket, key, merged, continuation } = read;
    const writtenBack = read.phase === 'writing-back';
    read.phase = 'answered';
    const position = read.holders.has(self) || read.answered.has(self) ? this.#positionOf(key) : 0;
    if (continuation === undefined) this.answer(ticket, { value: textOf(merged.content) }, position);
    else continuation(merged, position);
    if (writtenBack) this.#open.delete(read.number);
    else this.#forgetIfDone(read);
  }

  #forgetIfDone(read: Read): void {
    if (read.phase === 'answered' && read.waitingFor.size === 0) this.#open.delete(read.number);
  }

  /** Answers once the log is durable up to the position. */
  answer(ticket: Ticket, result: Result, position: number): void {
    const { replies, journal, withToken } = this.#parts;
    const told = withToken(result);
    if (this.#onReceipt) replies.reply(ticket, told, 'now');
    else if (position > journal.lastPosition) this.#late.push({ ticket, result: told, position });
    else replies.reply(ticket, told, position);
  }

  #refuse(ticket: Ticket): void {
    this.#parts.replies.fail(ticket, { effect: 'none', reason: 'unavailable' });
  }
}
