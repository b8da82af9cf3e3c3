/** What replicas applied at each index: it has to be the same operation everywhere, in every life. */
import type { NodeId, Operation } from '../../engines/api.ts';

export class AppliedOperations {
  readonly #byIndex = new Map<number, Operation>();
  /** In one sentence; undefined: all agree. */
  violation: string | undefined;

  check(node: NodeId, index: number, operation: Operation): void {
    const known = this.#byIndex.get(index);
    if (known === undefined) this.#byIndex.set(index, operation);
    else if (known !== operation && !isSame(known, operation)) {
      const [here, there] = [JSON.stringify(operation), JSON.stringify(known)];
      this.violation ??= `State-machine safety: ${node} applied ${here} at index ${index}, where another applied ${there}`;
    }
  }
}

function isSame(a: Operation, b: Operation): boolean {
  return a.kind === b.kind && a.key === b.key && JSON.stringify(a) === JSON.stringify(b);
}
