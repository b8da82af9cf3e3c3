/**
 * What is under way to the other copies: numbered parcels, each kept until it is acknowledged. Acknowledgements name ranges of
 * parcels, so a lost parcel is a gap and never acknowledged by a later one.
 *
 * A parcel that is not acknowledged is sent once more, then its versions become hints, and at last it is forgotten. Its
 * acknowledgement counts all the while.
 */
import type { Host, NodeId, When } from '../api.ts';
import type { Hints, Mark } from './hints.ts';
import type { Batch, Message, Versions } from './messages.ts';
import type { Options } from './options.ts';
import { versionOf, type Written } from './version.ts';

/** What waits for parcels to arrive. */
export interface Waiting {
  /** The node holds the parcel. */
  arrived(node: NodeId): void;
  /** The node is down, and has not said whether it holds the parcel. It may still say so. */
  gone(node: NodeId): void;
}

interface Parcel {
  readonly message: Message;
  readonly sentAtMs: number;
  readonly waiting: readonly Waiting[];
  sent: number;
  /** Hints that its arrival settles. */
  marks: readonly Mark[] | undefined;
  /** A delivery of hints: nothing is hinted again when it fails. */
  readonly delivery: boolean;
}

interface Lane {
  next: number;
  readonly open: Map<number, Parcel>;
  /** Parcels received in this turn, by the sender's tag: ranges of first and last. */
  readonly received: Map<string, number[]>;
  delivering: boolean;
}

/** Versions in one delivery of hints or one repair. */
export const VERSIONS_PER_MESSAGE = 256;
/** Parcels under way to one node; beyond them new versions become hints at once, so that a stuck node does not fill the memory. */
const OPEN_PARCELS_MAX = 4096;

export class Outbox {
  readonly #host: Host<Message, unknown>;
  readonly #options: Options;
  readonly #hints: Hints;
  readonly #tag: string;
  /** When this life's name is safe to be seen. */
  readonly #when: number;
  readonly #lanes = new Map<NodeId, Lane>();

  constructor(host: Host<Message, unknown>, options: Options, hints: Hints, tag: string, when: number) {
    this.#host = host;
    this.#options = options;
    this.#hints = hints;
    this.#tag = tag;
    this.#when = when;
    for (const { id } of host.members) {
      if (id !== host.self) this.#lanes.set(id, { next: 1, open: new Map(), received: new Map(), delivering: false });
    }
  }

  /** Whether parcels are under way, so that `tick` has something to watch. */
  get busy(): boolean {
    for (const lane of this.#lanes.values()) if (lane.open.size > 0) return true;
    return false;
  }

  isFull(node: NodeId): boolean {
    return this.#lanes.get(node)!.open.size >= OPEN_PARCELS_MAX;
  }

  /** New writes; `insteadOf`: for `to` to hold as a stand-in. */
  write(to: NodeId, batch: Batch, waiting: readonly Waiting[], insteadOf?: NodeId): void {
    const lane = this.#lanes.get(to)!;
    const message = { type: 'write', parcel: lane.next, batch } as const;
    this.#open(to, lane, insteadOf === undefined ? message : { ...message, insteadOf }, waiting);
  }

  /** Versions to be acknowledged. */
  copy(to: NodeId, versions: Versions, waiting: Waiting): void {
    const lane = this.#lanes.get(to)!;
    this.#open(to, lane, { type: 'copy', tag: this.#tag, parcel: lane.next, versions }, [waiting]);
  }

  /** Versions that do no harm if they are lost. */
  repair(to: NodeId, versions: Versions): void {
    this.#host.send(to, { type: 'copy', tag: this.#tag, parcel: 0, versions }, this.#when);
  }

  /** Delivers the next hints to a node that is up, one parcel at a time. */
  deliverHints(to: NodeId): void {
    const lane = this.#lanes.get(to)!;
    if (lane.delivering || this.#hints.count(to) === 0) return;
    const { marks, versions } = this.#hints.take(to, VERSIONS_PER_MESSAGE, this.#host.wallClock());
    if (marks.length === 0) return;
    lane.delivering = true;
    this.#open(to, lane, { type: 'copy', tag: this.#tag, parcel: lane.next, versions }, [], marks);
  }

  #open(to: NodeId, lane: Lane, message: Message, waiting: readonly Waiting[], delivery?: readonly Mark[]): void {
    const sentAtMs = this.#host.now();
    const parcel = { message, sentAtMs, waiting, sent: 1, marks: delivery, delivery: delivery !== undefined };
    lane.open.set(lane.next++, parcel);
    this.#host.send(to, message, this.#when);
  }

  /** A parcel came in; it is acknowledged at the turn's end. */
  received(from: NodeId, tag: string, parcel: number): void {
    const { received } = this.#lanes.get(from)!;
    const ranges = received.get(tag);
    if (ranges === undefined) received.set(tag, [parcel, parcel]);
    else if (ranges.at(-1) === parcel - 1) ranges[ranges.length - 1] = parcel;
    else ranges.push(parcel, parcel);
  }

  /** Acknowledges what came in during this turn. */
  acknowledge(when: When): void {
    for (const [node, { received }] of this.#lanes) {
      if (received.size === 0) continue;
      for (const [tag, ranges] of received) this.#host.send(node, { type: 'ack', tag, ranges }, when);
      received.clear();
    }
  }

  acknowledged(from: NodeId, tag: string, ranges: readonly number[]): void {
    if (tag !== this.#tag) return;
    const lane = this.#lanes.get(from)!;
    for (let i = 0; i + 1 < ranges.length; i += 2) {
      for (let number = ranges[i]!; number <= ranges[i + 1]!; number++) {
        const parcel = lane.open.get(number);
        if (parcel === undefined) continue;
        lane.open.delete(number);
        if (parcel.marks !== undefined) this.#hints.delivered(from, parcel.marks);
        for (const waiting of parcel.waiting) waiting.arrived(from);
        if (parcel.delivery) {
          lane.delivering = false;
          this.deliverHints(from);
        }
      }
    }
  }

  /** The node's process has ended, or is another one now: hints that were under way to it have to be delivered anew. */
  endDelivery(node: NodeId): void {
    const lane = this.#lanes.get(node)!;
    lane.delivering = false;
    for (const [number, parcel] of lane.open) if (parcel.delivery) lane.open.delete(number);
  }

  /** The node is down: what is under way to it becomes hints now. */
  nodeDown(node: NodeId): void {
    this.endDelivery(node);
    for (const parcel of this.#lanes.get(node)!.open.values()) {
      this.#hint(node, parcel);
      for (const waiting of parcel.waiting) waiting.gone(node);
    }
  }

  /** Sends again, hints and forgets what has waited long enough. */
  tick(): void {
    const now = this.#host.now();
    const { retransmitMs, hintAfterMs, writeTimeoutMs, missingCopies } = this.#options;
    const forgetAfterMs = Math.max(writeTimeoutMs, hintAfterMs);
    for (const [node, lane] of this.#lanes) {
      for (const [number, parcel] of lane.open) {
        const ageMs = now - parcel.sentAtMs;
        // Parcels stand in the order in which they were sent: the rest is younger still.
        if (ageMs < retransmitMs) break;
        if (ageMs >= hintAfterMs) this.#hint(node, parcel);
        else if (parcel.sent === 1 && missingCopies !== 'nothing') {
          parcel.sent = 2;
          this.#host.send(node, parcel.message, this.#when);
        }
        if (ageMs >= forgetAfterMs) {
          lane.open.delete(number);
          if (parcel.delivery) lane.delivering = false;
        }
      }
    }
  }

  #hint(node: NodeId, parcel: Parcel): void {
    if (parcel.marks !== undefined) return;
    const { message } = parcel;
    const marks: Mark[] = [];
    if (message.type === 'write') {
      const [writer, base, items] = message.batch;
      for (let i = 0; i < items.length; i += 3) {
        const version = versionOf(items[i + 1] as Written, base + (items[i + 2] as number), writer);
        const mark = this.#hints.add(message.insteadOf ?? node, items[i] as string, version);
        // A stand-in's acknowledgement does not settle what the copy itself lacks.
        if (message.insteadOf === undefined) marks.push([items[i] as string, mark]);
      }
    }
    parcel.marks = marks;
  }
}
