/**
 * Sends a state to another node, part by part: a few are under way at a time, and those that seem lost go out again. Parts are numbered
 * from 1, and an empty one is the last.
 */
import { isEmptyPart, type StatePart, type StateReader } from './state-machine.ts';

/** Parts sent and not yet acknowledged at most: enough to keep a link busy, few enough to be no flood. */
const UNDER_WAY_MAX = 4;
/** Signs of life without a part being taken, after which parts are taken for lost. */
const PATIENCE = 2;

/** Where parts come from; an empty one is the last. */
export type PartSource = Pick<StateReader, 'next' | 'close'>;

interface Numbered {
  readonly number: number;
  readonly part: StatePart;
}

export class PartSender {
  readonly #source: PartSource;
  readonly #send: (part: StatePart, number: number, isLast: boolean) => void;
  /** Parts that have not been acknowledged, oldest first; the first `#sent` of them are under way. */
  #parts: Numbered[] = [];
  #sent = 0;
  #acknowledged = 0;
  #isRead = false;
  #signs = 0;

  constructor(source: PartSource, send: (part: StatePart, number: number, isLast: boolean) => void) {
    this.#source = source;
    this.#send = send;
  }

  /** The other node has taken some of it. */
  get hasBegun(): boolean {
    return this.#acknowledged > 0;
  }

  /** Sends what may be under way. */
  sendSome(): void {
    while (this.#sent < UNDER_WAY_MAX) {
      if (this.#sent === this.#parts.length && !this.#readOne()) return;
      const { part, number } = this.#parts[this.#sent++]!;
      this.#send(part, number, isEmptyPart(part));
    }
  }

  /** Returns whether there was anything to be read. */
  #readOne(): boolean {
    if (this.#isRead) return false;
    const part = this.#source.next();
    this.#isRead = isEmptyPart(part);
    this.#parts.push({ number: this.#acknowledged + this.#parts.length + 1, part });
    return true;
  }

  /** The other node has the parts up to this one. Returns whether that was the last. */
  onTaken(number: number): boolean {
    const taken = this.#parts.filter((part) => part.number <= number);
    this.#parts = this.#parts.slice(taken.length);
    this.#sent = Math.max(0, this.#sent - taken.length);
    this.#acknowledged += taken.length;
    if (taken.length > 0) this.#signs = 0;
    return this.#isRead && taken.length > 0 && this.#parts.length === 0;
  }

  /** The other node lives. If it takes nothing all the same, what is under way is lost and goes out again. */
  onSignOfLife(): void {
    if (this.#sent === 0 || ++this.#signs <= PATIENCE) return;
    this.#signs = 0;
    this.#sent = 0;
  }

  close(): void {
    this.#source.close();
  }
}
