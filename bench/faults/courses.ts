/** From an injury to what happens when: at once for most, one thing after the other for those that take their time. */
import type { Command, Member, NodeId } from '../../engines/api.ts';
import type { Random } from '../random.ts';
import { faultsOf, type Surroundings, shuffled } from './injuries.ts';
import type { Injury } from './steps.ts';
import type { Fault } from './vocabulary.ts';

/** Something to be done so long after the injury began. */
export interface Phase {
  readonly afterMs: number;
  readonly faults: readonly Fault[];
  /** Heals so long after it was done; left out: when the whole injury ends. */
  readonly forMs?: number;
  readonly command?: { readonly node: NodeId; readonly command: Command };
}

/** The phases of an injury, in the order in which they come. */
export function phasesOf(injury: Injury, victim: Member, around: Surroundings, random: Random): Phase[] {
  switch (injury.kind) {
    case 'crash-storm': {
      const { everyMs, downMs } = injury;
      const order = [victim, ...shuffled(running(around, victim), random)];
      return order.map(({ id }, i) => {
        const fault: Fault = { kind: random.pick(['kill', 'vanish']), node: id };
        return { afterMs: i * everyMs, faults: [fault], forMs: downMs };
      });
    }
    case 'rolling-restart': {
      const { everyMs, downMs, drainMs } = injury;
      const order = [victim, ...running(around, victim)];
      const turnMs = (drainMs ?? 0) + downMs + everyMs;
      return order.flatMap(({ id }, i): Phase[] => {
        const fault: Fault = { kind: 'kill', node: id };
        const restart = { afterMs: i * turnMs + (drainMs ?? 0), faults: [fault], forMs: downMs };
        if (drainMs === undefined) return [restart];
        return [{ afterMs: i * turnMs, faults: [], command: { node: id, command: { kind: 'drain' } } }, restart];
      });
    }
    case 'flapping': {
      const { times, downMs, upMs } = injury;
      const faults = faultsOf({ kind: 'isolate' }, victim, around, random);
      return Array.from({ length: times }, (_, i) => ({ afterMs: i * (downMs + upMs), faults, forMs: downMs }));
    }
    default:
      return [{ afterMs: 0, faults: faultsOf(injury, victim, around, random) }];
  }
}

/** Everybody else who is meant to run: spares may, but nothing hangs on them. */
const running = ({ members }: Surroundings, victim: Member): Member[] =>
  members.filter(({ id, kind }) => id !== victim.id && kind !== 'spare');

/** Whether an injury takes its time and heals by itself. */
export const isCourse = ({ kind }: Injury): boolean =>
  kind === 'crash-storm' || kind === 'rolling-restart' || kind === 'flapping';

/** How long an injury takes by itself; 0: it stands until it is healed. */
export function courseMs(injury: Injury, nodes: number): number {
  switch (injury.kind) {
    case 'crash-storm':
      return (nodes - 1) * injury.everyMs + injury.downMs;
    case 'rolling-restart':
      return nodes * ((injury.drainMs ?? 0) + injury.downMs) + (nodes - 1) * injury.everyMs;
    case 'flapping':
      return injury.times * injury.downMs + (injury.times - 1) * injury.upMs;
    default:
      return 0;
  }
}
