/** The key-value state machine that every runtime gives its nodes. */
import type { Operation, Result, Store, StoreView } from '../../../engines/api.ts';
import { sumText } from '../../whole-number.ts';

/** Called for every operation applied with an index, so that replicas can be compared index by index. */
export type OnApply = (index: number, operation: Operation, result: Result) => void;

export class MemoryStore implements Store {
  readonly #values = new Map<string, string>();
  readonly #views = new Set<OpenView>();
  readonly #onApply: OnApply | undefined;

  constructor(onApply?: OnApply) {
    this.#onApply = onApply;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  apply(operation: Operation, index?: number): Result {
    const result = this.#carryOut(operation);
    if (index !== undefined) this.#onApply?.(index, operation, result);
    return result;
  }

  #carryOut(operation: Operation): Result {
    const { key } = operation;
    switch (operation.kind) {
      case 'get':
        return { value: this.get(key) };
      case 'put':
        this.set(key, operation.value);
        return {};
      case 'delete':
        this.set(key, null);
        return {};
      case 'append':
        this.set(key, (this.#values.get(key) ?? '') + operation.value);
        return {};
      case 'add':
        this.set(key, sumText(this.get(key), operation.value));
        return {};
      case 'cas': {
        const observed = this.get(key);
        if (observed !== operation.expected) return { swapped: false, observed };
        this.set(key, operation.value);
        return { swapped: true };
      }
    }
  }

  set(key: string, value: string | null): void {
    if (this.#views.size > 0) for (const view of this.#views) view.remember(key, this.get(key));
    if (value === null) this.#values.delete(key);
    else this.#values.set(key, value);
  }

  clear(): void {
    if (this.#views.size > 0) for (const key of this.#values.keys()) this.set(key, null);
    this.#values.clear();
  }

  entries(): Iterable<readonly [key: string, value: string]> {
    return this.#values.entries();
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  view(): StoreView {
    const view = new OpenView(this.#values, () => this.#views.delete(view));
    this.#views.add(view);
    return view;
  }
}

/** Copy on write: what a key held when the view was opened is kept the first time the key changes. */
class OpenView implements StoreView {
  readonly #live: Iterator<[string, string]>;
  readonly #before = new Map<string, string | null>();
  readonly #handedOut = new Set<string>();
  /** Set once the live pairs are through: goes over the keys that were deleted before their turn came. */
  #deleted: Iterator<[string, string | null]> | undefined;
  #open = true;
  readonly #onClose: () => void;

  constructor(values: Map<string, string>, onClose: () => void) {
    this.#live = values.entries();
    this.#onClose = onClose;
  }

  remember(key: string, value: string | null): void {
    if (!this.#handedOut.has(key) && !this.#before.has(key)) this.#before.set(key, value);
  }

  next(limit: number): readonly (readonly [key: string, value: string])[] {
    if (!this.#open) throw new Error('the view of the store is closed');
    const pairs: [string, string][] = [];
    while (this.#deleted === undefined && pairs.length < limit) {
      const step = this.#live.next();
      if (step.done === true) this.#deleted = this.#before.entries();
      else this.#handOut(step.value[0], step.value[1], pairs);
    }
    while (this.#deleted !== undefined && pairs.length < limit) {
      const step = this.#deleted.next();
      if (step.done === true) break;
      this.#handOut(step.value[0], step.value[1], pairs);
    }
    return pairs;
  }

  #handOut(key: string, current: string | null, pairs: [string, string][]): void {
    if (this.#handedOut.has(key)) return;
    const before = this.#before.get(key);
    const value = before === undefined ? current : before;
    if (value === null) return;
    this.#handedOut.add(key);
    pairs.push([key, value]);
  }

  close(): void {
    this.#open = false;
    this.#onClose();
  }
}
