/**
 * Switches faults of the vocabulary on and off in a simulation. Faults compose: a node that several of them hold down comes
 * back when the last of them is healed.
 */
import type { NodeId } from '../../../engines/api.ts';
import type { Fault } from '../../faults/vocabulary.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Simulation } from './simulation.ts';

export class FaultSwitch {
  readonly #simulation: Simulation;
  /** By node: how many faults hold it down. */
  readonly #downs = new Map<SimulatedNode, number>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  inject(fault: Fault): void {
    const { trace, events } = this.#simulation;
    trace?.({ kind: 'fault', atUs: events.nowUs, fault });
    switch (fault.kind) {
      case 'kill':
      case 'read-error':
        this.#down(fault.node, 'kill');
        return;
      case 'vanish':
        this.#down(fault.node, 'vanish', fault.keep);
        return;
      case 'kill-zone':
        for (const id of this.#inZone(fault.zone)) this.#down(id, 'kill');
        return;
      case 'power-cut':
        for (const { id } of this.#simulation.members) this.#down(id, 'vanish');
        return;
      case 'wipe':
        this.#down(fault.node, 'vanish');
        this.#node(fault.node).disk.wipe();
        return;
      case 'corrupt-log':
        this.#down(fault.node, 'vanish');
        this.#node(fault.node).disk.corrupt();
        return;
      case 'fill-disk':
        this.#node(fault.node).fillDisk(1);
        return;
      case 'pause':
        this.#node(fault.node).pause();
        return;
      case 'slow':
        this.#node(fault.node).slowDown(fault.perInputMs);
        return;
      case 'slow-disk':
      case 'stall-disk':
      case 'scatter-syncs':
        this.#node(fault.node).disk.hinder(fault);
        return;
      case 'skew':
        this.#node(fault.node).clock.jump(fault.skewMs);
        return;
      case 'drift':
        this.#drift(fault.node, fault.ppm);
        return;
      default:
        this.#simulation.network.inject(fault);
        return;
    }
  }

  heal(fault: Fault): void {
    const { trace, events } = this.#simulation;
    trace?.({ kind: 'heal', atUs: events.nowUs, fault });
    switch (fault.kind) {
      case 'kill':
      case 'read-error':
      case 'vanish':
      case 'wipe':
      case 'corrupt-log':
        this.#up(fault.node);
        return;
      case 'kill-zone':
        for (const id of this.#inZone(fault.zone)) this.#up(id);
        return;
      case 'power-cut':
        for (const { id } of this.#simulation.members) this.#up(id);
        return;
      case 'fill-disk':
        this.#makeRoom(fault.node);
        return;
      case 'pause':
        this.#node(fault.node).resume();
        return;
      case 'slow':
        this.#node(fault.node).slowDown(-fault.perInputMs);
        return;
      case 'slow-disk':
      case 'stall-disk':
      case 'scatter-syncs':
        this.#node(fault.node).disk.unhinder(fault);
        return;
      case 'skew':
        this.#node(fault.node).clock.jump(-fault.skewMs);
        return;
      case 'drift':
        this.#drift(fault.node, -fault.ppm);
        return;
      default:
        this.#simulation.network.heal(fault);
        return;
    }
  }

  #down(id: NodeId, how: 'kill' | 'vanish', keep?: number): void {
    const node = this.#node(id);
    this.#downs.set(node, (this.#downs.get(node) ?? 0) + 1);
    this.#simulation.crash(id, how, keep);
  }

  #up(id: NodeId): void {
    const node = this.#node(id);
    const downs = (this.#downs.get(node) ?? 0) - 1;
    this.#downs.set(node, downs);
    if (downs === 0) this.#simulation.restart(id);
  }

  /** The node is down if it wanted to write meanwhile; then it starts again, unless something else holds it down. */
  #makeRoom(id: NodeId): void {
    this.#node(id).fillDisk(-1);
    if ((this.#downs.get(this.#node(id)) ?? 0) === 0) this.#simulation.restart(id);
  }

  #drift(id: NodeId, ppm: number): void {
    const node = this.#node(id);
    node.clock.drift(ppm, this.#simulation.events.nowUs);
    node.clockChanged();
  }

  #node(id: NodeId): SimulatedNode {
    return this.#simulation.node(id);
  }

  #inZone(zone: string): NodeId[] {
    const inZone = this.#simulation.members.filter((member) => member.zone === zone).map(({ id }) => id);
    if (inZone.length === 0) throw new Error(`no node stands in zone ${zone}`);
    return inZone;
  }
}
