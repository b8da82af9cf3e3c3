/** What a primary knows of each other full member, and what it sends them: the log from where they are, or the whole state. */
import type { NodeId } from '../api.ts';
import type { Run } from '../parts/epoch-log.ts';
import type { Core } from './core.ts';
import { FullCopy } from './full-copy.ts';
import type { Ack, Copied, Differ, Pulse } from './messages.ts';
import type { Content } from './record.ts';

/** Without an answer for so many heartbeats no full copy is begun or kept open: it would keep the log from being forgotten. */
const SILENT_BEATS = 6;

interface Peer {
  readonly id: NodeId;
  /** The next position to send. */
  next: number;
  /** Where this attempt began: what stands before is there already, or so it seems, and is not on its way. */
  from: number;
  /** Equal there up to here, and on its disk; and up to where it counts as a copy. */
  durable: number;
  counts: number;
  attempt: number;
  /** What its last pulse said it had: the same twice, while more was sent, means that messages were lost. */
  received: number;
  /** When it last answered a beat. */
  heardMs: number;
  /** How far it was last told that records count. */
  told: number;
  /** Under way to it. */
  copy: FullCopy | undefined;
}

export class Shipping {
  readonly #core: Core;
  readonly #epoch: number;
  readonly #peers = new Map<NodeId, Peer>();
  /** Room for sorting how far the copies are. */
  readonly #sorted: number[];
  #copies = 0;

  constructor(core: Core) {
    this.#core = core;
    this.#epoch = core.journal.epoch;
    const next = core.journal.log.last + 1;
    const heardMs = Number.NEGATIVE_INFINITY;
    for (const id of core.voices.full) {
      if (id === core.self) continue;
      const progress = { next, from: next, durable: 0, counts: 0, attempt: 0, received: -1, told: 0 };
      this.#peers.set(id, { id, ...progress, heardMs, copy: undefined });
    }
    this.#sorted = [...this.#peers.values()].map(() => 0);
  }

  // ------------------------------------------------------------------------------------------------ what is known of them

  /** Up to where records are on so many copies; `durable`: on their disks, otherwise as far as they count for answers. */
  copied(copies: number, what: 'durable' | 'counts'): number {
    if (copies === 0) return Number.POSITIVE_INFINITY;
    let i = 0;
    for (const peer of this.#peers.values()) this.#sorted[i++] = peer[what];
    this.#sorted.sort((a, b) => b - a);
    return this.#sorted[copies - 1]!;
  }

  /** How many have answered a beat since then, ms on the primary's clock. */
  heardSince(momentMs: number): number {
    let count = 0;
    for (const { heardMs } of this.#peers.values()) if (heardMs >= momentMs) count++;
    return count;
  }

  /** Of those that have answered since then, who has most on its disk; undefined: nobody has answered. */
  foremost(momentMs: number): NodeId | undefined {
    let found: Peer | undefined;
    for (const peer of this.#peers.values()) {
      if (peer.heardMs >= momentMs && (found === undefined || peer.durable > found.durable)) found = peer;
    }
    return found?.id;
  }

  durableAt(node: NodeId): number {
    return this.#peers.get(node)?.durable ?? 0;
  }

  sentTo(node: NodeId): number {
    return (this.#peers.get(node)?.next ?? 1) - 1;
  }

  /** The full copy that is under way to a node; 0: none. */
  copyTo(node: NodeId): number {
    return this.#peers.get(node)?.copy?.id ?? 0;
  }

  /** Records behind this position must not be forgotten yet: a full copy ends there. */
  get neededFrom(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const { copy } of this.#peers.values()) lowest = Math.min(lowest, copy?.at.position ?? lowest);
    return lowest;
  }

  // ------------------------------------------------------------------------------------------------------ what they say

  onAck(from: NodeId, { durable, counts }: Ack): void {
    const peer = this.#peers.get(from);
    if (peer !== undefined) this.#progress(peer, durable, counts);
  }

  #progress(peer: Peer, durable: number, counts: number): void {
    peer.durable = Math.max(peer.durable, durable);
    peer.counts = Math.max(peer.counts, counts);
  }

  onDiffer(from: NodeId, { attempt, runs, base }: Differ): void {
    const peer = this.#peers.get(from);
    if (peer === undefined || attempt !== peer.attempt || peer.copy !== undefined) return;
    const common = this.#commonPoint(runs, base);
    if (common === undefined) this.#startCopy(peer);
    else this.#goBack(peer, Math.max(peer.durable, common));
  }

  onPulse(from: NodeId, message: Pulse): void {
    const peer = this.#peers.get(from);
    if (peer === undefined) return;
    peer.heardMs = this.#core.host.now();
    if (peer.copy !== undefined && message.runs === undefined && message.received >= peer.copy.at.position) {
      // It has come so far by the log. What of that is on its disk stands in the pulse.
      this.#endCopy(peer, peer.copy);
    }
    if (peer.copy !== undefined) {
      if (peer.copy.hasBegun && message.copying !== peer.copy.id) this.#startCopy(peer);
      else peer.copy.onBeatAnswered();
      return;
    }
    if (message.astray) {
      this.#startCopy(peer);
      return;
    }
    if (message.runs !== undefined) {
      const common = this.#commonPoint(message.runs, message.base);
      // Only a replica that lost what it had acknowledged goes back behind it. It does not hold those copies any more.
      peer.durable = Math.min(peer.durable, common ?? 0);
      peer.counts = Math.min(peer.counts, common ?? 0);
      if (common === undefined) this.#startCopy(peer);
      // What this attempt began with may be on its way.
      else if (common + 1 === peer.from && peer.received !== common) peer.received = common;
      else this.#goBack(peer, common);
      return;
    }
    this.#progress(peer, message.durable, message.counts);
    // Twice the same, short of what had been sent before the beat: the records in between are lost, not on their way.
    if (message.received === peer.received && message.received < Math.min(message.sent, peer.next - 1)) {
      this.#goBack(peer, message.received);
    }
    peer.received = message.received;
  }

  /** Where to go on from: the last point shared, or a guess where none is known yet. Undefined: nowhere in this log. */
  #commonPoint(runs: readonly Run[], base: number): number | undefined {
    const { log } = this.#core.journal;
    const { position } = log.commonPoint(runs);
    return position < log.base.position || position < base ? undefined : position;
  }

  /** Sends again what stands behind a point. */
  #goBack(peer: Peer, position: number): void {
    peer.next = position + 1;
    peer.from = position + 1;
    peer.received = -1;
    peer.attempt++;
  }

  // ------------------------------------------------------------------------------------------------------ full copies

  #startCopy(peer: Peer): void {
    // Taken at the turn's end, when the state is what has been applied.
    peer.copy?.close();
    peer.copy = new FullCopy(this.#core, peer.id, ++this.#copies);
  }

  #sendCopy(peer: Peer): void {
    const { host, options } = this.#core;
    if (peer.heardMs < host.now() - SILENT_BEATS * options.heartbeatMs) {
      peer.copy?.close();
      peer.copy = undefined;
      return;
    }
    if (peer.copy === undefined) this.#startCopy(peer);
    peer.copy!.sendSome();
  }

  onCopied(from: NodeId, { copy, number }: Copied): void {
    const peer = this.#peers.get(from);
    if (peer?.copy === undefined || peer.copy.id !== copy) return;
    if (!peer.copy.onCopied(number)) return;
    peer.durable = peer.copy.at.position;
    peer.counts = Math.max(peer.counts, peer.durable);
    this.#endCopy(peer, peer.copy);
  }

  /** The stream goes on behind it. */
  #endCopy(peer: Peer, copy: FullCopy): void {
    copy.close();
    peer.copy = undefined;
    this.#goBack(peer, copy.at.position);
  }

  // ---------------------------------------------------------------------------------------------------------- sending

  /** Sends what each lacks: `fresh` is what this turn brought, from position `first` on, already in the log. */
  onTurnEnd(first: number, fresh: readonly Content[]): void {
    const { journal, machine, options } = this.#core;
    const { log } = journal;
    for (const peer of this.#peers.values()) {
      const needsCopy = peer.copy !== undefined || peer.next <= log.base.position;
      if (needsCopy) {
        this.#sendCopy(peer);
        continue;
      }
      const underway = peer.next - Math.max(peer.from, peer.durable + 1);
      const isFull = peer.next <= log.last && underway >= options.windowRecords;
      // A copy that counts when it is applied is waited for: its replica is told at once how far it may apply.
      const isNews = options.copyCounts === 'applied' && peer.told < machine.committed;
      if (isFull || (peer.next > log.last && !isNews)) continue;
      const shared = peer.next === first && fresh.length <= options.recordsPerMessage;
      const piece = shared ? { epoch: this.#epoch, items: fresh } : log.piece(peer.next, options.recordsPerMessage);
      peer.told = machine.committed;
      this.#core.send(peer.id, {
        type: 'stream',
        epoch: this.#epoch,
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

  end(): void {
    for (const { copy } of this.#peers.values()) copy?.close();
  }
}
