/** For tests: a scene in virtual time that injures nobody, and remembers what was done when. */
import type { Command, Member, NodeId } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import { Execution, type Scene } from '../execution.ts';
import type { Step } from '../steps.ts';
import type { Fault } from '../vocabulary.ts';
import { commandText } from '../words.ts';

/** So many nodes that hold data, in zones a, b and c by turns. */
export const fullMembers = (count: number): Member[] =>
  Array.from({ length: count }, (_, i) => ({ id: `n${i + 1}`, zone: 'abc'[i % 3]!, kind: 'full' }));

export class FakeScene implements Scene {
  readonly members: readonly Member[];
  readonly clientZones = ['a', 'b', 'c'];
  leading: NodeId | undefined = 'n1';
  /** Such as "20 + kill n1" when it is injected, "-" when it is healed. */
  readonly done: string[] = [];
  #nowMs = 0;
  #order = 0;
  #due: { readonly atMs: number; readonly order: number; readonly action: () => void }[] = [];

  constructor(members: readonly Member[] = fullMembers(3)) {
    this.members = members;
  }

  leader(): NodeId | undefined {
    return this.leading;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): void {
    this.#due.push({ atMs: this.#nowMs + delayMs, order: this.#order++, action });
  }

  inject(faults: readonly Fault[]): void {
    this.#remember('+', faults);
  }

  heal(faults: readonly Fault[]): void {
    this.#remember('-', faults);
  }

  command(node: NodeId, command: Command): void {
    this.done.push(`${this.#nowMs} ${commandText(command)} at ${node}`);
  }

  /** Lets time pass until then. */
  passTo(untilMs: number): void {
    for (;;) {
      const [first] = this.#due.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      if (first === undefined || first.atMs > untilMs) break;
      this.#due.shift();
      this.#nowMs = first.atMs;
      first.action();
    }
    this.#nowMs = untilMs;
  }

  #remember(sign: string, faults: readonly Fault[]): void {
    const texts = faults.map((fault) => {
      if ('from' in fault) return `${fault.kind} ${ends(fault)}`;
      return [fault.kind, 'node' in fault ? fault.node : 'zone' in fault ? fault.zone : ''].join(' ').trim();
    });
    this.done.push(`${this.#nowMs} ${sign} ${texts.join(', ')}`);
  }
}

function ends(fault: Extract<Fault, { readonly from: unknown }>): string {
  const [from, to] = [fault.from, fault.to].map((end) => ('node' in end ? end.node : `clients of ${end.clientsOf}`));
  return `${from}${fault.oneWay === true ? '>' : '='}${to}`;
}

/** Starts these steps in a scene. */
export function execute(steps: readonly Step[], scene = new FakeScene(), seed = 1): Execution {
  const execution = new Execution(steps, scene, new Random(seed));
  execution.start();
  return execution;
}
