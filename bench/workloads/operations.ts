/** What the next operation is: drawn by the workload's mix, with the ledger's share of the writes set apart. */
import type { Operation } from '../../engines/api.ts';
import { ADD, APPEND, counterKey, DELETE, documentKey, elementText, GET, keyName, ledgerKey, PUT } from '../history.ts';
import type { Random } from '../random.ts';
import { KeyChooser } from './keys.ts';
import type { Workload } from './plan.ts';

/** The key in this place of those that the load begins with. */
export const ownKey = ({ mix }: Pick<Workload, 'mix'>, place: number): number =>
  mix.add > 0 ? counterKey(place) : place;

export class OperationSource {
  readonly #workload: Workload;
  readonly #keys: KeyChooser;
  readonly #kinds: Random;
  readonly #ledger: Random;
  readonly #amounts: Random;
  readonly #documents: Random;
  /** Upper ends of the mix's shares on [0, 1). */
  readonly #readBelow: number;
  readonly #updateBelow: number;
  readonly #insertBelow: number;
  readonly #addBelow: number;
  readonly #modifyBelow: number;
  readonly #appendBelow: number;
  readonly #names: string[] = [];
  readonly #tails: string[] = [];
  #ledgerWrites = 0;

  /** The drawn operation: its kind and key, as a history counts them. */
  kind = GET;
  key = 0;
  /** What the history's `value` column says of it, if it is a write. */
  value = 0;
  /** It writes a key that has not been there before. */
  inserts = false;
  /** It is a read after which the same key is to be updated. */
  modifies = false;

  constructor(workload: Workload, random: Random) {
    this.#workload = workload;
    this.#keys = new KeyChooser(workload, random.fork('keys'));
    this.#kinds = random.fork('kinds');
    this.#ledger = random.fork('ledger');
    this.#amounts = random.fork('amounts');
    this.#documents = random.fork('documents');
    const { read, update, insert, add, readModifyWrite, append, delete: remove } = workload.mix;
    const shares = [read, update, insert, add, readModifyWrite, append, remove];
    // Shares that add up to a little less than 1 must not bring forth a kind whose share is 0.
    const last = shares.findLastIndex((share) => share > 0);
    let sum = 0;
    const [readBelow, updateBelow, insertBelow, addBelow, modifyBelow, appendBelow] = shares.map((share, place) => {
      sum += share;
      return place >= last ? Number.POSITIVE_INFINITY : sum;
    });
    this.#readBelow = readBelow!;
    this.#updateBelow = updateBelow!;
    this.#insertBelow = insertBelow!;
    this.#addBelow = addBelow!;
    this.#modifyBelow = modifyBelow!;
    this.#appendBelow = appendBelow!;
  }

  /** Draws the operation that will stand in this row. */
  draw(row: number): void {
    const u = this.#kinds.next();
    this.inserts = false;
    this.modifies = false;
    this.value = row;
    if (u < this.#readBelow) {
      this.kind = GET;
      this.key = ownKey(this.#workload, this.#keys.next());
    } else if (this.#workload.ledgerShare > 0 && this.#ledger.next() < this.#workload.ledgerShare) {
      this.#drawLedger(row);
    } else if (u < this.#updateBelow) {
      this.kind = PUT;
      this.key = this.#keys.next();
    } else if (u < this.#insertBelow) {
      this.kind = PUT;
      this.key = this.#keys.insert();
      this.inserts = true;
    } else if (u < this.#addBelow) {
      this.kind = ADD;
      this.key = ownKey(this.#workload, this.#keys.next());
      this.value = this.#amounts.next() < 0.5 ? 1 : -1;
    } else if (u < this.#modifyBelow) {
      this.kind = GET;
      this.key = this.#keys.next();
      this.modifies = true;
    } else {
      this.kind = u < this.#appendBelow ? APPEND : DELETE;
      this.key = documentKey(Math.floor(this.#documents.next() * this.#workload.documents));
    }
  }

  /** The insert of this key was acknowledged. */
  acknowledge(key: number): void {
    this.#keys.acknowledge(key);
  }

  /** The operation as engines see it. `value`: of a write, as the history's column has it. */
  operation(kind: number, key: number, value: number): Operation {
    if (kind === GET) return { kind: 'get', key: this.#name(key) };
    if (kind === APPEND) return { kind: 'append', key: keyName(key), value: elementText(value) };
    if (kind === ADD) return { kind: 'add', key: this.#name(key), value: String(value) };
    if (kind === DELETE) return { kind: 'delete', key: keyName(key) };
    return { kind: 'put', key: this.#name(key), value: this.#value(value) };
  }

  preload(key: number, text: string): Operation {
    return { kind: 'put', key: this.#name(key), value: text };
  }

  #drawLedger(row: number): void {
    const turn = this.#ledgerWrites++;
    if (turn % 2 === 0) {
      this.kind = PUT;
      this.key = ledgerKey(row);
    } else {
      this.kind = APPEND;
      this.key = documentKey((turn >> 1) % this.#workload.documents);
    }
  }

  /** Names of the keys that the load began with are kept; others are met too seldom. */
  #name(key: number): string {
    if (key >= this.#workload.keyCount) return keyName(key);
    while (this.#names.length <= key) this.#names.push(keyName(this.#names.length));
    return this.#names[key]!;
  }

  /** The same as `valueText`, with the padding made once for each number of digits. */
  #value(row: number): string {
    const digits = String(row);
    const { length } = digits;
    while (this.#tails.length <= length) {
      this.#tails.push('.'.padEnd(this.#workload.valueBytes - this.#tails.length, 'x'));
    }
    return digits + this.#tails[length]!;
  }
}
