/** Random injuries for a simulated cluster: crashes of both kinds, restarts, cuts of every shape, a power loss of all. */
import type { NodeId } from '../../../engines/api.ts';
import type { Random } from '../../random.ts';
import type { Simulation } from './simulation.ts';

export class RandomFaults {
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #ids: readonly NodeId[];
  readonly log: string[] = [];
  active = true;

  constructor(simulation: Simulation, random: Random) {
    this.#simulation = simulation;
    this.#random = random;
    this.#ids = simulation.members.map((member) => member.id);
    this.#next();
  }

  #next(): void {
    this.#simulation.events.after(this.#random.between(100, 900) * 1000, () => {
      if (!this.active) return;
      this.#injure();
      this.#next();
    });
  }

  #say(text: string): void {
    this.log.push(`${this.#simulation.nowMs.toFixed(1)} ${text}`);
  }

  #injure(): void {
    const share = this.#random.next();
    if (share < 0.05) {
      this.#say('power loss');
      for (const id of this.#ids) this.#crash(id, 'vanish');
    } else if (share < 0.25) this.#crash(this.#random.pick(this.#ids), 'kill');
    else if (share < 0.45) this.#crash(this.#random.pick(this.#ids), 'vanish');
    else if (share < 0.5) this.#rollingCrash();
    else this.#cut(share);
  }

  #crash(id: NodeId, how: 'kill' | 'vanish'): void {
    if (!this.#simulation.node(id).up) return;
    this.#say(`${how} ${id}`);
    this.#simulation.crash(id, how);
    // Sometimes faster than any detection, sometimes long after it.
    const downMs = this.#random.next() < 0.3 ? this.#random.between(1, 50) : this.#random.between(50, 3000);
    this.#simulation.events.after(downMs * 1000, () => {
      // Healing may have been faster.
      if (this.#simulation.node(id).up) return;
      this.#say(`restart ${id}`);
      this.#simulation.restart(id);
    });
  }

  #rollingCrash(): void {
    const [a, b] = [this.#random.pick(this.#ids), this.#random.pick(this.#ids)];
    this.#crash(a, 'kill');
    this.#crash(b, 'vanish');
  }

  #cut(share: number): void {
    const { network } = this.#simulation;
    const place = (id: NodeId): number => this.#simulation.place(id);
    const mine = this.#random.pick(this.#ids);
    const others = this.#ids.filter((id) => id !== mine);
    if (share < 0.65) {
      this.#say(`isolate ${mine}`);
      this.#simulation.cut([mine], others);
    } else if (share < 0.75) {
      const outbound = this.#random.next() < 0.5;
      this.#say(`${mine} ${outbound ? 'cannot send' : 'cannot hear'}`);
      for (const other of others)
        outbound ? network.cut(place(mine), place(other)) : network.cut(place(other), place(mine));
    } else if (share < 0.9) {
      const other = this.#random.pick(others);
      this.#say(`cut ${mine} and ${other}`);
      this.#simulation.cut([mine], [other]);
    } else {
      const other = this.#random.pick(others);
      this.#say(`cut ${mine} to ${other}, one way`);
      network.cut(place(mine), place(other));
    }
    this.#simulation.events.after(this.#random.between(50, 2500) * 1000, () => {
      if (!this.active) return;
      this.#say('mend');
      network.mendAll();
    });
  }

  /** Ends all injuries for good. */
  heal(): void {
    this.active = false;
    this.#simulation.network.mendAll();
    for (const id of this.#ids) this.#simulation.restart(id);
  }
}
