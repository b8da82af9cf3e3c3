/**
 * The faults that stand, so that overlapping ones each begin and end as if alone. The rules:
 * - The same fault twice stands once, and ends with the last that wanted it.
 * - A node that several faults have down is restarted once, when the last of them ends. It cannot crash twice: a kill or a
 *   loss of power that finds it down only keeps it there longer. What harms its disk does so all the same.
 * - Faults of whole zones, and power cuts, are their nodes' faults, all at once.
 */
import type { Member, NodeId } from '../../engines/api.ts';
import { type Fault, takesDown } from './vocabulary.ts';

/** What someone has begun and may end. */
export type Hold = readonly Fault[];

export interface Switch {
  inject(faults: readonly Fault[]): void;
  heal(faults: readonly Fault[]): void;
}

interface Standing {
  holds: number;
  /** To be healed together, when the last hold ends. */
  readonly injected: Fault[];
}

export class StandingFaults {
  readonly #members: readonly Member[];
  readonly #switch: Switch;
  readonly #standing = new Map<string, Standing>();

  constructor(members: readonly Member[], faultSwitch: Switch) {
    this.#members = members;
    this.#switch = faultSwitch;
  }

  begin(faults: readonly Fault[]): Hold {
    const hold = faults.flatMap((fault) => perNode(fault, this.#members));
    const fresh: Fault[] = [];
    for (const fault of hold) {
      const name = standsAs(fault);
      const standing = this.#standing.get(name) ?? { holds: 0, injected: [] };
      this.#standing.set(name, standing);
      standing.holds++;
      if (standing.injected.some((other) => covers(other, fault))) continue;
      standing.injected.push(fault);
      fresh.push(fault);
    }
    if (fresh.length > 0) this.#switch.inject(fresh);
    return hold;
  }

  end(hold: Hold): void {
    const over: Fault[] = [];
    for (const fault of hold) {
      const name = standsAs(fault);
      const standing = this.#standing.get(name)!;
      standing.holds--;
      if (standing.holds > 0) continue;
      this.#standing.delete(name);
      over.push(...standing.injected);
    }
    if (over.length > 0) this.#switch.heal(over);
  }
}

function perNode(fault: Fault, members: readonly Member[]): Fault[] {
  if (fault.kind === 'power-cut') return members.map(({ id }) => ({ kind: 'vanish', node: id }));
  if (fault.kind !== 'kill-zone') return [fault];
  return members.filter(({ zone }) => zone === fault.zone).map(({ id }) => ({ kind: 'kill', node: id }));
}

/** Faults of one name end together. */
function standsAs(fault: Fault): string {
  const node = heldDown(fault);
  return node === undefined ? JSON.stringify(fault) : `down ${node}`;
}

/** The one node that this fault has down. */
export const heldDown = (fault: Fault): NodeId | undefined =>
  takesDown(fault) && 'node' in fault ? fault.node : undefined;

/** Whether a fault that stands leaves nothing for another one of its name to do. A node with a full disk may run on. */
function covers(standing: Fault, fault: Fault): boolean {
  const isCrash = fault.kind === 'kill' || fault.kind === 'vanish';
  return isCrash ? standing.kind !== 'fill-disk' : standing.kind === fault.kind;
}
