/**
 * Draws what is done to a cluster in a random trial, as steps of a fault plan. Each seed allows itself only some kinds of
 * faults, so that rare combinations of few kinds come up as well as storms of all. Beside faults at random times there are
 * triggered ones, and whole situations of several steps: chance alone hardly ever meets the instants that hurt.
 */
import type { Injury, Step } from '../faults/steps.ts';
import type { Random } from '../random.ts';
import type { Environment } from './environment.ts';
import { drawType } from './message-types.ts';
import { changesMembers, drawOrders } from './orders.ts';
import { SITUATIONS } from './situations.ts';

/** What an engine was seen to send, the rarest first, from which triggers are drawn. */
export type MessageTypes = readonly string[];

type Draw = (random: Random, environment: Environment, types: MessageTypes) => Injury;

const always =
  (injury: Injury): Draw =>
  () =>
    injury;
const way = (random: Random): 'both' | 'out' | 'in' => random.pick(['both', 'both', 'out', 'in']);
const share = (random: Random): number => random.pick([0.05, 0.3, 0.8]);

/** By kind; which of them a seed allows itself is drawn. */
const KINDS: { readonly [kind: string]: Draw } = {
  kill: always({ kind: 'kill' }),
  vanish: (random) => random.pick([{ kind: 'vanish' }, { kind: 'vanish', keep: 0 }]),
  'power-cut': always({ kind: 'power-cut' }),
  pause: always({ kind: 'pause' }),
  slow: (random) => ({ kind: 'slow', perInputMs: random.pick([0.2, 2]) }),
  isolate: (random) => ({ kind: 'isolate', clients: random.pick(['outside', 'inside', 'everywhere']) }),
  mute: always({ kind: 'mute' }),
  deaf: always({ kind: 'deaf' }),
  partition: (random) => ({ kind: 'partition', side: random.pick(['minority', 'majority']) }),
  bridge: (random) => random.pick([{ kind: 'bridge' }, { kind: 'star' }]),
  'cut-link': (random) => ({ kind: 'cut-link', way: way(random) }),
  'cut-zone': (random) => ({ kind: 'cut-zone', clients: random.pick(['inside', 'outside']) }),
  'kill-zone': always({ kind: 'kill-zone' }),
  delay: (random, { timeoutMs }) => ({
    kind: 'delay',
    delayMs: Math.ceil(random.next() * timeoutMs),
    way: way(random),
  }),
  drop: (random) => ({ kind: 'drop', share: share(random), way: way(random) }),
  // Of messages between nodes: of a request that comes twice one may be refused for certain, and the other take effect.
  duplicate: (random, _, types) => {
    const doubled: Injury = { kind: 'duplicate', share: share(random), way: way(random) };
    return types.length === 0 ? { kind: 'kill' } : { ...doubled, type: drawType(types, random) };
  },
  reorder: (random, { timeoutMs }) => ({
    kind: 'reorder',
    share: share(random),
    delayMs: Math.ceil(random.next() * timeoutMs),
    way: way(random),
  }),
  hold: (random) => ({ kind: 'hold', way: way(random) }),
  'slow-disk': (random, { timeoutMs }) => ({ kind: 'slow-disk', syncMs: random.pick([0.02, 0.2, 1]) * timeoutMs }),
  'stall-disk': always({ kind: 'stall-disk' }),
  'scatter-syncs': (random, { timeoutMs }) => ({ kind: 'scatter-syncs', syncMs: random.pick([0.02, 0.1]) * timeoutMs }),
  'fill-disk': always({ kind: 'fill-disk' }),
  'read-error': always({ kind: 'read-error' }),
  flapping: (random, { timeoutMs }) => ({
    kind: 'flapping',
    times: 2 + random.below(4),
    downMs: Math.ceil(random.between(0.2, 2) * timeoutMs),
    upMs: Math.ceil(random.between(0.1, 1) * timeoutMs),
  }),
  'crash-storm': (random, { timeoutMs }) => ({
    kind: 'crash-storm',
    everyMs: Math.ceil(random.between(0.05, 0.5) * timeoutMs),
    downMs: Math.ceil(random.between(0.05, 1) * timeoutMs),
  }),
  'rolling-restart': (random, { timeoutMs }) => ({
    kind: 'rolling-restart',
    everyMs: Math.ceil(random.between(0.5, 1.5) * timeoutMs),
    downMs: Math.ceil(random.between(0.05, 1) * timeoutMs),
    ...(random.next() < 0.5 && { drainMs: Math.ceil(0.3 * timeoutMs) }),
  }),
};

const STEPS_MAX = 10;

export function drawSchedule(environment: Environment, types: MessageTypes, random: Random): Step[] {
  const allowed = allowedKinds(random.fork('kinds'));
  const shape = random.fork('shape');
  const count = shape.pick([2, 4, 6, STEPS_MAX]);
  const situations = shape.pick([0, 1, 2, 2]);
  const steps: Step[] = [];
  for (let i = 0; i < count; i++) steps.push(drawStep(environment, allowed, types, random.fork(i)));
  for (let i = 0; i < situations; i++) {
    const own = random.fork(`situation ${i}`);
    const atMs = Math.round(own.between(0.05, 0.8) * environment.safetyMs);
    steps.push(...own.pick(SITUATIONS)({ environment, types, atMs, random: own }));
  }
  // Of one disk only, and with none that holds no data: who has lost one has used up what may be lost, for good or until it
  // has everything again.
  const mayWipe =
    environment.claims.acknowledged.lostDisks > 0 && environment.members.every(({ kind }) => kind !== 'witness');
  const orders = drawOrders(environment, random.fork('orders'));
  const wipes = shape.next() < 0.2 && mayWipe && !changesMembers(orders);
  if (wipes) steps.push({ when: time(environment, shape), target: 'random', do: { kind: 'wipe' }, forMs: 20 });
  steps.push(...orders);
  // The number is the name: it is the same when others are left out.
  return steps.map((step, i) => ({ ...step, id: String(i) }));
}

function allowedKinds(random: Random): string[] {
  const keep = random.pick([0.2, 0.4, 0.8]);
  const allowed = Object.keys(KINDS).filter(() => random.next() < keep);
  return allowed.length > 0 ? allowed : ['kill', 'vanish', 'isolate'];
}

const time = ({ safetyMs }: Environment, random: Random): { atMs: number } => ({
  atMs: Math.round(random.next() * 0.9 * safetyMs),
});

/** Sometimes faster than any detection, sometimes long after it. */
function length({ timeoutMs }: Environment, random: Random): number {
  return Math.ceil(random.next() < 0.3 ? random.between(1, 50) : random.between(0.2, 4) * timeoutMs);
}

function drawStep(environment: Environment, allowed: readonly string[], types: MessageTypes, random: Random): Step {
  const injury = KINDS[random.pick(allowed)]!(random, environment, types);
  const forMs = length(environment, random);
  if (random.next() < 0.35) {
    const when = { ...drawTrigger(types, random), fromMs: time(environment, random).atMs };
    const target = random.pick(['trigger', 'trigger', 'leader', 'follower'] as const);
    const times = random.pick([1, 1, 3]);
    const repeat = { times, everyMs: Math.ceil(random.between(0.2, 2) * environment.timeoutMs) };
    return { when, target, do: injury, forMs, ...(times > 1 && { repeat }) };
  }
  const target = random.pick(['leader', 'leader', 'random', 'follower'] as const);
  return { when: time(environment, random), target, do: injury, forMs };
}

function drawTrigger(types: MessageTypes, random: Random): Extract<Step['when'], { trigger: unknown }> {
  const afterMs = random.pick([0, 0, 0.1, 0.5, 3, 20]);
  const nth = random.pick([1, 1, 2, 5]);
  const on = random.pick(['leads', 'message', 'sent', 'write', 'durable', 'answer'] as const);
  if (on === 'leads') return { trigger: { on: 'note', note: 'leads' }, afterMs: random.pick([0, 2, 10, 40]), nth: 1 };
  if ((on === 'message' || on === 'sent') && types.length > 0) {
    return { trigger: { on, type: drawType(types, random) }, afterMs, nth };
  }
  if (on === 'answer' || on === 'message' || on === 'sent') return { trigger: { on: 'leader' }, afterMs, nth };
  return { trigger: { on }, afterMs, nth };
}
