/** What a random trial demands at its end: of every engine what the contract says, of each what it claims. */
import type { Claims, Operation } from '../../../engines/api.ts';
import type { RecordedOperation } from './random-clients.ts';
import type { Simulation } from './simulation.ts';

/** What every replica applied at each index: it has to be the same operation everywhere, in every life. */
export class AppliedOperations {
  readonly #byIndex = new Map<number, string>();
  violation: string | undefined;

  check(node: string, index: number, operation: Operation): void {
    const text = JSON.stringify(operation);
    const known = this.#byIndex.get(index);
    if (known === undefined) this.#byIndex.set(index, text);
    else if (known !== text)
      this.violation ??= `${node} applied ${text} at index ${index}, where another applied ${known}`;
  }
}

/** Once healed, writes have to be acknowledged again, nearly all of them. */
export function isLive(fresh: readonly RecordedOperation[], forMs: number): string | undefined {
  const writes = fresh.filter((row) => row.operation.kind !== 'get');
  const acknowledged = writes.filter((row) => row.outcome === 'ok').length;
  if (writes.length >= 20 && acknowledged >= 0.8 * writes.length) return undefined;
  return `of ${writes.length} writes in the ${forMs} ms after recovery only ${acknowledged} were acknowledged`;
}

/** All copies of a key are equal, and each of its owners has one. */
export function isConverged(simulation: Simulation, claims: Claims): string | undefined {
  if (!claims.converges) return undefined;
  const nodes = [...simulation.nodes()];
  const held = new Map<string, string>();
  for (const node of nodes) {
    for (const [key, value] of node.host.store.entries()) {
      if (!node.host.holds(key)) continue;
      const known = held.get(key);
      if (known === undefined) held.set(key, value);
      else if (known !== value) return `${key} is ${value} on ${node.id} and ${known} elsewhere, though all is quiet`;
    }
  }
  for (const node of nodes) {
    for (const key of held.keys()) {
      if (node.host.holds(key) && node.host.store.get(key) === null) return `${key} is missing on ${node.id}`;
    }
  }
  return undefined;
}

const isLedgerKey = (key: string): boolean => key.startsWith('ledger-');

/** What the first node that has the key holds under it. */
function finder(simulation: Simulation): (key: string) => string | null {
  const nodes = [...simulation.nodes()];
  return (key) => {
    for (const node of nodes) {
      const value = node.host.store.get(key);
      if (value !== null) return value;
    }
    return null;
  };
}

/** A definite failure promises that the write has had no effect and never will: whatever an engine claims. */
export function keepsRefusals(simulation: Simulation, operations: readonly RecordedOperation[]): string | undefined {
  const find = finder(simulation);
  for (const { operation, outcome } of operations) {
    if (outcome !== 'fail' || (operation.kind !== 'put' && operation.kind !== 'append')) continue;
    const { key, value } = operation;
    const found = find(key) ?? '';
    // Of a key that is written again, the last value says nothing of the others: reads are looked at elsewhere.
    if (operation.kind === 'append' ? found.includes(value) : found === value) {
      return `the write of ${value} under ${key} failed for certain, and yet it is there`;
    }
  }
  return undefined;
}

/** Acknowledged ledger keys and document elements are there; no element is there twice. */
export function keepsAcknowledged(
  simulation: Simulation,
  claims: Claims,
  operations: readonly RecordedOperation[],
): string | undefined {
  if (!claims.acknowledged.powerLoss) return undefined;
  const find = finder(simulation);
  const documents = new Map<string, string[]>();
  for (const { operation, outcome } of operations) {
    if (outcome !== 'ok') continue;
    if (operation.kind === 'put' && isLedgerKey(operation.key)) {
      const found = find(operation.key);
      if (found === null) return `the acknowledged write of ${operation.key} is on no node`;
      if (found !== operation.value) return `${operation.key} was written as ${operation.value}, but is ${found}`;
    }
    // Nothing but appends ever touches a document, so there is no later write that an acknowledged element could lose to.
    // Where copies may stay apart for ever, each element is on some node, but maybe all of them on none.
    if (operation.kind === 'append' && claims.converges) {
      let elements = documents.get(operation.key);
      if (elements === undefined) {
        elements = (find(operation.key) ?? '').split(';');
        documents.set(operation.key, elements);
      }
      const times = elements.filter((element) => `${element};` === operation.value).length;
      if (times !== 1) return `the acknowledged element ${operation.value} is ${times} times in ${operation.key}`;
    }
  }
  return undefined;
}

/**
 * A cheap necessary condition of linearizability: no read returns a value that was overwritten before the read began, nor
 * a value older than one that a finished read has returned.
 */
export function readsNothingStale(claims: Claims, operations: readonly RecordedOperation[]): string | undefined {
  if (claims.reads.default !== 'linearizable' || !claims.acknowledged.powerLoss) return undefined;
  const writes = new Map<string, RecordedOperation>();
  const byKey = new Map<string, RecordedOperation[]>();
  for (const row of operations) {
    const { operation } = row;
    if (operation.kind === 'put') writes.set(operation.value, row);
    if ((operation.kind === 'put' || operation.kind === 'get') && row.outcome === 'ok') {
      const rows = byKey.get(operation.key);
      if (rows === undefined) byKey.set(operation.key, [row]);
      else rows.push(row);
    }
  }
  for (const [key, rows] of byKey) {
    for (const read of rows) {
      if (read.operation.kind !== 'get') continue;
      const source = read.value == null ? undefined : writes.get(read.value);
      if (read.value != null && source === undefined) {
        return `${read.value} was read under ${key}, though nobody wrote it`;
      }
      if (source?.outcome === 'fail') return `${read.value} was read under ${key}, though its write failed for certain`;
      const writtenByMs = source === undefined ? Number.NEGATIVE_INFINITY : source.endMs;
      for (const other of rows) {
        if (other.endMs > read.startMs) continue;
        const newer = other.operation.kind === 'put' ? other : writes.get(other.value ?? '');
        if (newer === undefined || newer === source || newer.startMs <= writtenByMs) continue;
        return `a read of ${key} at ${read.startMs} returned ${read.value}, though a newer value had been seen by ${other.endMs}`;
      }
    }
  }
  return undefined;
}
