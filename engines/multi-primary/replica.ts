/** One node of the engine: hands each input to the room that it belongs to, and ends turns. */
import type { Host, NodeId, Replica, ReplicaStatus, Request, Result, Ticket } from '../api.ts';
import { HybridClock, WallClock } from '../parts/hybrid-clock.ts';
import type { Status } from '../parts/membership.ts';
import { AntiEntropy } from './anti-entropy.ts';
import { CausalWrites } from './causal-writes.ts';
import { Checkpoint } from './checkpoint.ts';
import { timeIn, withTime } from './contexts.ts';
import { Copies } from './copies.ts';
import { sum } from './counters.ts';
import { Edits } from './edits.ts';
import { Forwards } from './forwards.ts';
import { Hints } from './hints.ts';
import { Inspection } from './inspection.ts';
import { Journal, recover } from './journal.ts';
import { type Asked, type Batch, type Cell, type Entry, type Message, type MessageOf, writerName } from './messages.ts';
import type { Options } from './options.ts';
import { Outbox } from './outbox.ts';
import type { Parts } from './parts.ts';
import { Peers } from './peers.ts';
import { Placement } from './placement.ts';
import { Reads } from './reads.ts';
import { Replies } from './replies.ts';
import { StandIns } from './stand-ins.ts';
import { isDue, Tombstones } from './tombstones.ts';
import { type Content, NO_VERSION, newestTime, type Version, versionOf, type Written } from './version.ts';
import { Writes } from './writes.ts';

/** Lives of a node whose disk is new are numbered from here, at random, so that no name of the lost disk's lives comes again. */
const LOST_DISK_LIVES = 2 ** 20;
/** Hints that may be dropped at one time. */
const EXPIRED_PER_TIME = 1024;

export class MultiPrimary implements Replica<Message> {
  readonly #parts: Parts;
  readonly #reads: Reads;
  readonly #writes: Writes;
  readonly #edits: Edits;
  /** Undefined: the last writer wins. */
  readonly #causal: CausalWrites | undefined;
  readonly #forwards: Forwards;
  readonly #tombstones: Tombstones;
  readonly #antiEntropy: AntiEntropy;
  readonly #checkpoint: Checkpoint;
  #inspection: Inspection | undefined;
  /** Answers to other coordinators' reads, gathered over the turn, and the log position that they depend on. */
  readonly #answers = new Map<NodeId, Map<string, { readonly answers: Cell[]; position: number }>>();
  #ticking = false;
  #checkpointDue = false;

  constructor(host: Host<Message, Entry>, options: Options) {
    const copies = new Copies(host.store);
    const isHybrid = options.clock === 'hybrid';
    const clock = isHybrid ? new HybridClock(() => host.wallClock()) : new WallClock(() => host.wallClock());
    const former = recover(host.log.recovered, {
      write: (key, written, time, writer) => {
        clock.observe(time);
        copies.write(key, written, time, writer, 0);
      },
      version: (key, version) => {
        clock.observe(newestTime(version));
        copies.merge(key, version, 0);
      },
      forget: (key, time, writer) => copies.forget(key, time, writer),
    });
    const lost = host.boot === 'restart' && host.log.recovered.length === 0;
    const life = lost ? LOST_DISK_LIVES + Math.floor(host.random() * LOST_DISK_LIVES) : former.life + 1;
    const journal = new Journal(host, life);
    const hints = new Hints(copies, journal, former.hints, options);
    const writer = writerName(host.self, life);
    const outbox = new Outbox(host, options, hints, writer, journal.lifePosition);
    const placement = new Placement(options, host.members, host.self);
    const peers = new Peers(host, life, journal.lifePosition, options, (node, status, before) =>
      this.#memberChanged(node, status, before),
    );
    const withToken = (result: Result): Result =>
      isHybrid ? { ...result, context: withTime(clock.last, result.context) } : result;
    const standIns = new StandIns(options, placement, peers);
    const replies = new Replies(host);
    const rooms = { copies, journal, hints, outbox, placement, peers, standIns, replies };
    this.#parts = { host, options, writer, clock, ...rooms, withToken };
    this.#reads = new Reads(this.#parts);
    this.#writes = new Writes(this.#parts);
    this.#edits = new Edits(this.#reads, this.#writes);
    this.#causal =
      options.versions === 'siblings' ? new CausalWrites(this.#parts, this.#reads, this.#writes) : undefined;
    this.#forwards = new Forwards(this.#parts, (ticket, asked) => this.#coordinate(ticket, asked));
    this.#tombstones = new Tombstones(this.#parts);
    this.#antiEntropy = new AntiEntropy(this.#parts);
    this.#checkpoint = new Checkpoint(copies, hints, journal, life, options.checkpointVersions);
    host.setTimer('tombstones', this.#tombstones.roundMs * (1 + host.random()));
    if (options.antiEntropyMs > 0) host.setTimer('anti-entropy', options.antiEntropyMs * host.random());
  }

  onRequest(request: Request): void {
    const { operation, context, read } = request;
    // What the session writes here comes after all that it has seen elsewhere.
    if (context !== undefined) this.#parts.clock.observe(timeIn(context));
    if (operation.kind !== 'get') {
      const needsCopy =
        this.#causal !== undefined || (operation.kind === 'add' && this.#parts.options.counters === 'merge');
      if (!needsCopy || !this.#forwards.begin(request)) this.#coordinate(request, request);
    } else if (this.#causal !== undefined) this.#causal.get(request, operation.key, read);
    else if (read === 'local') this.#reads.local(request, operation.key);
    else if (read === 'default') this.#reads.begin(request, operation.key);
    else this.#parts.host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
  }

  #coordinate(ticket: Ticket, { operation, context }: Asked): void {
    const causal = this.#causal;
    const { options, copies, writer } = this.#parts;
    const { key } = operation;
    switch (operation.kind) {
      case 'put':
        if (causal === undefined) this.#writes.begin(ticket, key, operation.value);
        else causal.put(ticket, key, operation.value, context);
        break;
      case 'delete':
        if (causal === undefined) this.#writes.begin(ticket, key, null);
        else causal.put(ticket, key, null, context);
        break;
      case 'append':
        if (causal !== undefined) causal.append(ticket, key, operation.value);
        else if (options.appends === 'rewrite') this.#edits.append(ticket, key, operation.value);
        else this.#writes.begin(ticket, key, [operation.value]);
        break;
      case 'add':
        if (causal !== undefined) causal.add(ticket, key, operation.value);
        else if (options.counters === 'rewrite') this.#edits.add(ticket, key, operation.value);
        else this.#writes.begin(ticket, key, { total: sum(copies.totalOf(key, writer), operation.value) });
        break;
      case 'cas':
        (causal ?? this.#edits).swap(ticket, key, operation.expected, operation.value);
        break;
    }
  }

  onMessage(from: NodeId, message: Message): void {
    switch (message.type) {
      case 'write':
        this.#onWrite(from, message);
        break;
      case 'ack':
        this.#parts.outbox.acknowledged(from, message.tag, message.ranges);
        break;
      case 'copy':
        this.#onCopy(from, message);
        break;
      case 'read':
        this.#onRead(from, message);
        break;
      case 'answers':
        this.#onAnswers(from, message);
        break;
      case 'forward':
        if (message.asked.context !== undefined) this.#parts.clock.observe(timeIn(message.asked.context));
        this.#forwards.onForward(from, message);
        break;
      case 'forwarded':
        this.#forwards.onForwarded(from, message);
        break;
      case 'graves':
        this.#tombstones.onAsked(from, message);
        break;
      case 'graves-settled':
        this.#tombstones.onSettled(from, message);
        break;
      case 'tree-root':
      case 'tree-branches':
      case 'tree-leaves':
      case 'tree-keys':
      case 'tree-want':
        this.#antiEntropy.onMessage(from, message);
        break;
      default:
        this.#parts.peers.membership.onMessage(from, message);
    }
  }

  #onWrite(from: NodeId, { parcel, batch, insteadOf }: MessageOf<'write'>): void {
    const { copies, clock, journal, outbox } = this.#parts;
    const [writer, base, items] = batch;
    if (insteadOf !== undefined) {
      this.#standIn(insteadOf, batch);
      outbox.received(from, writer, parcel);
      return;
    }
    const position = journal.turnPosition;
    let kept: Cell[] | undefined;
    for (let i = 0; i < items.length; i += 3) {
      const [key, written, later] = [items[i] as string, items[i + 1] as Written, items[i + 2] as number];
      const taken = copies.write(key, written, base + later, writer, position);
      // Logged is only what was taken; mostly that is all, and then the batch as it came.
      if (!taken) kept ??= items.slice(0, i);
      else kept?.push(key, written, later);
    }
    if (items.length > 0) clock.observe(base + (items.at(-1) as number));
    if (kept === undefined) journal.batch(batch);
    else if (kept.length > 0) journal.batch([writer, base, kept]);
    outbox.received(from, writer, parcel);
  }

  /** Takes writes for a copy that is believed down. */
  #standIn(owner: NodeId, [writer, base, items]: Batch): void {
    const { clock, hints } = this.#parts;
    for (let i = 0; i < items.length; i += 3) {
      const version = versionOf(items[i + 1] as Written, base + (items[i + 2] as number), writer);
      clock.observe(newestTime(version));
      hints.add(owner, items[i] as string, version);
    }
  }

  #onCopy(from: NodeId, { tag, parcel, versions }: MessageOf<'copy'>): void {
    const { copies, clock, journal, outbox } = this.#parts;
    for (let i = 0; i < versions.length; i += 4) {
      const key = versions[i] as string;
      const version = versionAt(versions, i + 1);
      clock.observe(newestTime(version));
      // A deletion forgotten here is not taken again from who has not come to that yet; but what is acknowledged is held.
      if (parcel === 0 && copies.get(key) === undefined && isDue(version, this.#parts)) continue;
      if (copies.merge(key, version, journal.turnPosition)) journal.version(key, version);
    }
    if (parcel > 0) outbox.received(from, tag, parcel);
  }

  #onRead(from: NodeId, { tag, reads }: MessageOf<'read'>): void {
    const { copies, hints } = this.#parts;
    let byTag = this.#answers.get(from);
    if (byTag === undefined) {
      byTag = new Map();
      this.#answers.set(from, byTag);
    }
    let gathered = byTag.get(tag);
    if (gathered === undefined) {
      gathered = { answers: [], position: 0 };
      byTag.set(tag, gathered);
    }
    for (let i = 0; i < reads.length; i += 2) {
      const key = reads[i + 1] as string;
      const holding = copies.get(key);
      if (holding === undefined) {
        const { version = NO_VERSION, position = 0 } = hints.guestOf(key) ?? {};
        gathered.answers.push(reads[i]!, version.content, version.time, version.writer);
        gathered.position = Math.max(gathered.position, position);
      } else {
        gathered.answers.push(reads[i]!, copies.content(holding), holding.time, holding.writer);
        gathered.position = Math.max(gathered.position, holding.position);
      }
    }
  }

  #onAnswers(from: NodeId, { tag, answers }: MessageOf<'answers'>): void {
    if (tag !== this.#parts.writer) return;
    for (let i = 0; i < answers.length; i += 4) {
      const version = versionAt(answers, i + 1);
      // What this node writes from here on comes after what it has read, wherever that was.
      this.#parts.clock.observe(newestTime(version));
      this.#reads.onAnswer(from, answers[i] as number, version);
    }
  }

  onTimer(name: string): void {
    const { host, outbox, peers, hints } = this.#parts;
    if (name === 'membership') {
      peers.membership.tick();
      hints.expire(host.wallClock(), EXPIRED_PER_TIME);
      this.#deliverHints();
    } else if (name === 'tombstones') {
      host.setTimer('tombstones', this.#tombstones.roundMs);
      this.#tombstones.round();
    } else if (name === 'anti-entropy') {
      host.setTimer('anti-entropy', this.#antiEntropy.round());
    } else {
      this.#ticking = false;
      this.#checkpointDue = true;
      outbox.tick();
      this.#reads.tick();
      this.#forwards.tick();
      this.#writes.tick();
    }
  }

  onDurable(position: number): void {
    this.#writes.onDurable(position);
  }

  onLink(peer: NodeId, up: boolean): void {
    const { outbox, peers } = this.#parts;
    if (!up) {
      peers.membership.linkDown(peer);
      return;
    }
    peers.membership.linkUp(peer);
    outbox.endDelivery(peer);
    if (!peers.isDown(peer)) outbox.deliverHints(peer);
  }

  onTurnEnd(): void {
    const { host, journal, outbox, options } = this.#parts;
    const onReceipt = options.acknowledgesOn === 'receipt';
    this.#writes.flush();
    journal.flush();
    outbox.acknowledge(onReceipt ? 'now' : journal.lastPosition);
    this.#reads.flush();
    this.#reads.flushLate();
    for (const [node, byTag] of this.#answers) {
      for (const [tag, { answers, position }] of byTag) {
        host.send(node, { type: 'answers', tag, answers }, onReceipt ? journal.lifePosition : position);
      }
    }
    this.#answers.clear();
    // Once a tick and not at every turn's end: where logging is done at once, the end of a turn that logs is a turn again.
    if (this.#checkpointDue) this.#checkpoint.step();
    this.#checkpointDue = false;
    if (!this.#ticking && this.#isBusy) {
      this.#ticking = true;
      host.setTimer('tick', this.#parts.options.spareReadMs / 4);
    }
  }

  get #isBusy(): boolean {
    const isWaiting = this.#writes.busy || this.#reads.busy || this.#forwards.busy;
    return isWaiting || this.#parts.outbox.busy || this.#checkpoint.wanted;
  }

  holds(key: string): boolean {
    return this.#parts.placement.holds(key);
  }

  status(): ReplicaStatus {
    const { peers, hints, copies } = this.#parts;
    const down = peers.others.filter((node) => peers.isDown(node)).length;
    const open = peers.others.reduce((sum, node) => sum + hints.count(node), 0);
    return { role: 'peer', details: { down, hints: open, keys: copies.size } };
  }

  inspect(): Inspection {
    this.#inspection ??= new Inspection(this.#parts);
    return this.#inspection;
  }

  #memberChanged(node: NodeId, status: Status, before: Status): void {
    const { host, outbox, options } = this.#parts;
    // A mere suspect is still asked, after the others: that is no verdict.
    if (status === 'dead') host.note({ kind: 'suspects', node });
    else if (before === 'dead') host.note({ kind: 'trusts', node });
    if (status === 'alive') {
      outbox.deliverHints(node);
      if (options.antiEntropyMs > 0) this.#antiEntropy.start(node);
    } else if (status === 'dead') {
      outbox.nodeDown(node);
      this.#reads.nodeDown(node);
      this.#forwards.nodeDown(node);
    }
  }

  /** Hints whose delivery failed, or whose node was never thought down, are delivered as time goes by. */
  #deliverHints(): void {
    const { peers, outbox } = this.#parts;
    for (const node of peers.others) if (!peers.isDown(node)) outbox.deliverHints(node);
  }
}

/** The content, time and writer that stand in a flat list from this place on. */
const versionAt = (list: readonly Cell[], at: number): Version => ({
  content: list[at] as Content,
  time: list[at + 1] as number,
  writer: list[at + 2] as string,
});
