/**
 * One direction pair between two threads: frames of messages over a MessagePort, bounded by credits.
 *
 * A flooded port drains a thousand messages before the event loop turns and makes timers seconds late, so at most
 * CREDIT messages are under way in one direction. The receiver returns credit in batches, on receipt, before any injected
 * delay. A link without credit queues; past QUEUE_MAX it drops, as a lossy link would, and counts it.
 *
 * A frame is the JSON text of its items: one message per peer and turn. A number on the wire is returned credit.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** Items under way in one direction. */
export const CREDIT = 256;
const CREDIT_BATCH = CREDIT / 2;
/** Items that queue for credit before the link drops. */
export const QUEUE_MAX = 16_384;

/** Counters of the thread's own, added up over its links. */
export interface LinkCounters {
  bytes: number;
  dropped: number;
}

export class Link {
  readonly #port: MessagePort;
  readonly #counters: LinkCounters;
  #credit = CREDIT;
  #owed = 0;
  #urgent: unknown[] = [];
  #queue: unknown[] = [];

  /** `onWaiting` is called when something arrived while the thread was idle; `receive` then hands it over. */
  constructor(port: MessagePort, counters: LinkCounters, onWaiting?: (frame: unknown) => void, onClose?: () => void) {
    this.#port = port;
    this.#counters = counters;
    if (onWaiting !== undefined) port.on('message', onWaiting);
    if (onClose !== undefined) port.on('close', onClose);
  }

  /** The next frame that waits at this end, as its items. Returned credit is dealt with on the way. */
  receive(): unknown[] | undefined {
    for (;;) {
      const waiting = receiveMessageOnPort(this.#port);
      if (waiting === undefined) return undefined;
      const items = this.accept(waiting.message);
      if (items !== undefined) return items;
    }
  }

  /** Takes in what the port delivered: a frame's items, or undefined for returned credit. */
  accept(frame: unknown): unknown[] | undefined {
    if (typeof frame === 'number') {
      this.#credit += frame;
      this.#sendQueued();
      return undefined;
    }
    const items = JSON.parse(frame as string) as unknown[];
    this.#owed += items.length;
    if (this.#owed >= CREDIT_BATCH) {
      this.#port.postMessage(this.#owed);
      this.#owed = 0;
    }
    return items;
  }

  /** Sends items as one frame; the first `urgent` of them overtake what still queues. */
  send(items: unknown[], urgent: number): void {
    if (items.length <= this.#credit && this.#queue.length === 0 && this.#urgent.length === 0) {
      this.#frame(items);
      return;
    }
    for (let i = 0; i < items.length; i++) {
      if (this.#urgent.length + this.#queue.length >= QUEUE_MAX) {
        this.#counters.dropped += items.length - i;
        break;
      }
      (i < urgent ? this.#urgent : this.#queue).push(items[i]);
    }
    this.#sendQueued();
  }

  #sendQueued(): void {
    while (this.#credit > 0 && this.#urgent.length > 0) this.#frame(this.#urgent.splice(0, this.#credit));
    while (this.#credit > 0 && this.#queue.length > 0) this.#frame(this.#queue.splice(0, this.#credit));
  }

  #frame(items: unknown[]): void {
    this.#credit -= items.length;
    const text = JSON.stringify(items);
    this.#counters.bytes += text.length;
    this.#port.postMessage(text);
  }

  close(): void {
    this.#port.removeAllListeners();
    this.#port.close();
  }
}
