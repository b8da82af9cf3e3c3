/**
 * The log: everything that a turn has to remember becomes one entry at the turn's end, so that every change knows its position
 * before it is written. Also: what a new life finds, and cutting the log.
 *
 * Cutting needs no snapshot file. The current versions and hints are simply logged again, in pieces among the daily entries, and then
 * all before the first piece is discarded. That is right since versions fold in any order and repeated: every key's current version
 * is either in a piece or was logged after the first one.
 */
import type { Host, NodeId } from '../api.ts';
import type { Batch, Cell, Entry, Message } from './messages.ts';
import { type Content, isGrown, merge, type Version, type Written } from './version.ts';

/** A mutable `Entry` in the making. */
interface Turn {
  batches: Batch[];
  versions: Cell[];
  hints: string[];
  guests: Cell[];
  settled: string[];
  forgotten: Cell[];
}

const emptyTurn = (): Turn => ({ batches: [], versions: [], hints: [], guests: [], settled: [], forgotten: [] });

export class Journal {
  readonly #host: Host<Message, Entry>;
  /** Once durable, this life's name can never be given again. */
  readonly lifePosition: number;
  #turn: Turn = emptyTurn();
  #lastPosition: number;
  /** Versions logged since the last cut, elements counted one by one. */
  #logged = 0;

  constructor(host: Host<Message, Entry>, life: number) {
    this.#host = host;
    this.lifePosition = host.log.append({ life });
    this.#lastPosition = this.lifePosition;
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  /** The position of what is recorded now. */
  get turnPosition(): number {
    return this.#lastPosition + 1;
  }

  get logged(): number {
    return this.#logged;
  }

  batch(batch: Batch): void {
    this.#turn.batches.push(batch);
    this.#logged += batch[2].length / 3;
  }

  version(key: string, { content, time, writer }: Version): void {
    this.#turn.versions.push(key, content, time, writer);
    this.#logged += sizeOf(content);
  }

  hint(node: NodeId, key: string): void {
    this.#turn.hints.push(node, key);
  }

  guest(node: NodeId, key: string, { content, time, writer }: Version): void {
    this.#turn.guests.push(node, key, content, time, writer);
    this.#logged += sizeOf(content);
  }

  settled(node: NodeId, key: string): void {
    this.#turn.settled.push(node, key);
  }

  forgotten(key: string, time: number, writer: string): void {
    this.#turn.forgotten.push(key, time, writer);
  }

  /** Appends the turn's entry, if anything was recorded. */
  flush(): void {
    const { batches, versions, hints, guests, settled, forgotten } = this.#turn;
    const entry: Entry = {
      ...(batches.length > 0 && { batches }),
      ...(versions.length > 0 && { versions }),
      ...(hints.length > 0 && { hints }),
      ...(guests.length > 0 && { guests }),
      ...(settled.length > 0 && { settled }),
      ...(forgotten.length > 0 && { forgotten }),
    };
    if (Object.keys(entry).length === 0) return;
    const expected = this.turnPosition;
    this.#turn = emptyTurn();
    this.#lastPosition = this.#host.log.append(entry);
    if (this.#lastPosition !== expected) throw new Error(`log position ${this.#lastPosition}, expected ${expected}`);
  }

  /** Starts a cut: what is current must be recorded again from here on. Returns the name of the life's own entry again. */
  startCut(life: number): number {
    this.#logged = 0;
    this.#lastPosition = this.#host.log.append({ life });
    return this.#lastPosition;
  }

  /** All that is current has been recorded again since `startCut`. */
  finishCut(position: number): void {
    this.#host.log.discard(position);
  }
}

/** What a version counts for in the length of the log. */
const sizeOf = (content: Content): number => (isGrown(content) ? (content.length + 2) / 3 : 1);

/** Hints by node and key; with a version where the key is not held here. */
export type RecoveredHints = Map<NodeId, Map<string, Version | undefined>>;

/** What takes in again what is found in the log. */
export interface Recovering {
  write(key: string, written: Written, time: number, writer: string): void;
  version(key: string, version: Version): void;
  /** If the key's version is still this deletion, it is as if it had never been. */
  forget(key: string, time: number, writer: string): void;
}

/** Folds the log of the former lives, and returns the last life's number (0: nothing was found) and the open hints. */
export function recover(
  entries: readonly Entry[],
  recovering: Recovering,
): { readonly life: number; readonly hints: RecoveredHints } {
  let life = 0;
  const hints: RecoveredHints = new Map();
  const hint = (node: NodeId, key: string, guest: Version | undefined): void => {
    const ofNode = hints.get(node) ?? new Map<string, Version | undefined>();
    hints.set(node, ofNode);
    const known = ofNode.get(key);
    ofNode.set(key, known === undefined || guest === undefined ? guest : merge(known, guest));
  };
  for (const entry of entries) {
    if (entry.life !== undefined) life = Math.max(life, entry.life);
    for (const [writer, base, items] of entry.batches ?? []) {
      for (let i = 0; i < items.length; i += 3) {
        recovering.write(items[i] as string, items[i + 1] as Written, base + (items[i + 2] as number), writer);
      }
    }
    const versions = entry.versions ?? [];
    for (let i = 0; i < versions.length; i += 4) {
      const [key, content, time, writer] = versions.slice(i, i + 4) as [string, Content, number, string];
      recovering.version(key, { content, time, writer });
    }
    const forgotten = entry.forgotten ?? [];
    for (let i = 0; i < forgotten.length; i += 3) {
      recovering.forget(...(forgotten.slice(i, i + 3) as [string, number, string]));
    }
    // A hint that one turn both settled and made is open: one delivered once more does no harm, one forgotten would.
    const settled = entry.settled ?? [];
    for (let i = 0; i < settled.length; i += 2) hints.get(settled[i]!)?.delete(settled[i + 1]!);
    const missing = entry.hints ?? [];
    for (let i = 0; i < missing.length; i += 2) hint(missing[i]!, missing[i + 1]!, undefined);
    const guests = entry.guests ?? [];
    for (let i = 0; i < guests.length; i += 5) {
      const [node, key, content, time, writer] = guests.slice(i, i + 5) as [NodeId, string, Content, number, string];
      hint(node, key, { content, time, writer });
    }
  }
  return { life, hints };
}
