/**
 * Draws administrative commands for a random trial, of those that the engine carries out: members come and go, the lead is handed over,
 * snapshots are taken, all of it in the midst of faults.
 */
import type { Command } from '../../engines/api.ts';
import type { Order, Step, Target } from '../faults/steps.ts';
import type { Random } from '../random.ts';
import type { Environment } from './environment.ts';

type Kind = Command['kind'];

/** The longest pause between two orders that belong together. */
const SOON_TIMEOUTS = 1;

/** Of the orders: somebody is lost while they are carried out. */
const DISTURBED_SHARE = 0.4;

const CHANGES: readonly Kind[] = ['add', 'remove', 'promote', 'replace'];

/** Whether commands change who takes part, so that losing a disk may be one loss too many. */
export const changesMembers = (steps: readonly Step[]): boolean =>
  steps.some((step) => step.do.kind === 'command' && CHANGES.includes(step.do.command));

export function drawOrders(environment: Environment, random: Random): Step[] {
  const { commands, members, safetyMs, timeoutMs } = environment;
  const hasSpares = members.some(({ kind }) => kind === 'spare');
  const able = commands.filter((kind) => kind !== 'drain' && (hasSpares || !needsSpare(kind)));
  if (able.length === 0) return [];
  const count = random.pick([0, 0, 2, 5, 8]);
  const steps: Step[] = [];
  for (let i = 0; i < count; i++) {
    const own = random.fork(i);
    const kind = own.pick(able);
    const atMs = Math.round(own.next() * 0.85 * safetyMs);
    const laterMs = atMs + Math.ceil(own.between(0, SOON_TIMEOUTS) * timeoutMs);
    steps.push(given(orderOf(kind, own), atMs));
    if (own.next() < DISTURBED_SHARE) steps.push(disturbance(atMs, timeoutMs, own));
    // Whoever comes is to vote, most of the time: otherwise little changes.
    if (kind === 'add' && able.includes('promote') && own.next() < 0.8) {
      steps.push(given({ kind: 'command', command: 'promote', node: 'spare' }, laterMs));
    }
  }
  return steps;
}

/** Somebody is lost, or cut off, while the order is carried out. */
function disturbance(atMs: number, timeoutMs: number, random: Random): Step {
  const injury = random.pick([
    { kind: 'isolate', clients: 'inside' },
    { kind: 'isolate', clients: 'everywhere' },
    { kind: 'cut-link', way: 'both' },
    { kind: 'kill' },
    { kind: 'vanish', keep: 0 },
  ] as const);
  return {
    when: { atMs: atMs + random.pick([1, 2, 4, 10, 30, 100]) },
    target: random.pick(['leader', 'leader', 'follower']),
    do: injury,
    forMs: Math.ceil(random.between(0.1, 3) * timeoutMs),
  };
}

const needsSpare = (kind: Kind): boolean => kind === 'add' || kind === 'promote' || kind === 'replace';

const given = (order: Order, atMs: number): Step => ({ when: { atMs }, target: 'leader', do: order });

function orderOf(kind: Kind, random: Random): Order {
  const anybody: Target = random.pick(['leader', 'follower', 'random']);
  switch (kind) {
    case 'add':
    case 'promote':
      return { kind: 'command', command: kind, node: 'spare' };
    case 'remove':
      return { kind: 'command', command: kind, node: anybody };
    case 'replace':
      return { kind: 'command', command: kind, node: anybody, by: 'spare' };
    case 'transfer':
      return random.next() < 0.5
        ? { kind: 'command', command: kind }
        : { kind: 'command', command: kind, to: random.pick(['follower', 'random']) };
    default:
      return { kind: 'command', command: kind };
  }
}
