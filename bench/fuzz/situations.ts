/**
 * Situations that take several things at once, each known to have broken real protocols. They name no engine's messages: types
 * are drawn from what the engine was seen to send.
 */
import type { Injury, Step } from '../faults/steps.ts';
import type { Random } from '../random.ts';
import type { Environment } from './environment.ts';
import { drawType } from './message-types.ts';
import type { MessageTypes } from './schedule.ts';

export interface Draft {
  readonly environment: Environment;
  readonly types: MessageTypes;
  readonly atMs: number;
  readonly random: Random;
}

export type Situation = (draft: Draft) => Step[];

const POWER: Injury = { kind: 'vanish', keep: 0 };

/** The leader's disk is slow, only one follower hears it, and it loses power as soon as it has answered. */
const answeredBeforeItsOwnDisk: Situation = ({ environment: { timeoutMs }, atMs, random }) => {
  const quickMs = Math.ceil(random.between(1, 0.5 * timeoutMs));
  return [
    { when: { atMs }, target: 'leader', do: { kind: 'slow-disk', syncMs: timeoutMs }, forMs: 2 * timeoutMs },
    { when: { atMs }, target: 'leader', do: { kind: 'cut-link', way: 'both' }, forMs: 2 * timeoutMs },
    { when: { trigger: { on: 'leader' }, fromMs: atMs + 5, nth: 3 }, target: 'trigger', do: POWER, forMs: quickMs },
    {
      when: { trigger: { on: 'leader' }, fromMs: atMs + 5, nth: 3 },
      target: 'follower',
      do: { kind: 'isolate' },
      forMs: 4 * timeoutMs,
    },
  ];
};

/** Who sends a message of some type loses power at once, and is back before anybody has noticed. */
const amnesia: Situation = ({ environment: { timeoutMs }, types, atMs, random }) => {
  const type = types.length === 0 ? undefined : drawType(types, random);
  const trigger = type === undefined ? ({ on: 'write' } as const) : ({ on: 'sent', type } as const);
  const forMs = Math.ceil(random.between(1, 20));
  const repeat = { times: 4, everyMs: Math.ceil(random.between(0.1, 1) * timeoutMs) };
  const hurt: Step = {
    when: { trigger, fromMs: atMs, afterMs: random.pick([0.05, 0.5, 1]) },
    target: 'trigger',
    do: POWER,
    forMs,
    repeat,
  };
  // Elections and rejoining are when such messages are sent.
  const stir: Step = { when: { atMs: atMs + 1 }, target: 'leader', do: { kind: 'kill' }, forMs: timeoutMs, repeat };
  const disks: Step[] = ['leader', 'follower'].map((target) => ({
    when: { atMs },
    target: target as 'leader' | 'follower',
    do: { kind: 'slow-disk', syncMs: random.pick([5, 20]) },
    forMs: 6 * timeoutMs,
  }));
  return [hurt, stir, ...disks];
};

/** The leader is cut off from the others, not from its clients, and comes back after they have gone on. */
const deposed: Situation = ({ environment: { timeoutMs }, atMs, random }) => [
  {
    when: { atMs },
    target: 'leader',
    do: { kind: 'isolate', clients: 'everywhere' },
    forMs: Math.ceil(random.between(1, 6) * timeoutMs),
    repeat: { times: 2, everyMs: 7 * timeoutMs },
  },
];

/** Leaders come and go so fast that each leaves a piece of its log on some of the others only. */
const shortReigns: Situation = ({ environment: { timeoutMs }, atMs, random }) => {
  const repeat = { times: 6, everyMs: Math.ceil(random.between(0.1, 0.8) * timeoutMs) };
  const afterMs = random.pick([0, 1, 4, 15]);
  return [
    {
      when: { trigger: { on: 'note', note: 'leads' }, fromMs: atMs, afterMs },
      target: 'trigger',
      do: random.pick<Injury>([{ kind: 'kill' }, { kind: 'vanish' }, { kind: 'isolate', clients: 'everywhere' }]),
      forMs: Math.ceil(random.between(0.3, 2.5) * timeoutMs),
      repeat,
    },
    {
      when: { trigger: { on: 'note', note: 'leads' }, fromMs: atMs },
      target: 'trigger',
      do: { kind: 'drop', share: random.pick([0.4, 0.7]), way: 'out' },
      forMs: Math.ceil(random.between(0.2, 1) * timeoutMs),
      repeat,
    },
    { when: { atMs }, target: 'leader', do: { kind: 'kill' }, forMs: timeoutMs },
  ];
};

/** Messages of one type are kept back, and come when the world has moved on. */
const lateMessages: Situation = ({ environment: { timeoutMs }, types, atMs, random }) => {
  const type = types.length === 0 ? undefined : drawType(types, random);
  return [
    {
      when: { atMs },
      target: random.pick(['leader', 'follower'] as const),
      do: { kind: 'hold', way: random.pick(['in', 'out'] as const), ...(type !== undefined && { type }) },
      forMs: Math.ceil(random.between(1, 4) * timeoutMs),
    },
    {
      when: { atMs: atMs + Math.ceil(random.between(0, 0.5) * timeoutMs) },
      target: 'leader',
      do: random.pick<Injury>([{ kind: 'isolate', clients: 'everywhere' }, { kind: 'kill' }, { kind: 'pause' }]),
      forMs: Math.ceil(random.between(0.5, 4) * timeoutMs),
    },
  ];
};

/** The leader's disk hangs while its processor goes on. */
const hangingDisk: Situation = ({ environment: { timeoutMs }, atMs, random }) => [
  {
    when: { atMs },
    target: 'leader',
    do: { kind: 'stall-disk' },
    forMs: Math.ceil(random.between(1, 6) * timeoutMs),
  },
];

/** All nodes lose power while some have answered for what others have not synced. */
const blackout: Situation = ({ environment: { timeoutMs }, atMs, random }) => [
  { when: { atMs }, target: 'random', do: { kind: 'slow-disk', syncMs: random.pick([5, 30]) }, forMs: 4 * timeoutMs },
  {
    when: { trigger: { on: 'leader' }, fromMs: atMs, nth: 1 + random.below(5) },
    target: 'random',
    do: { kind: 'power-cut' },
    forMs: Math.ceil(random.between(5, timeoutMs)),
    repeat: { times: 2, everyMs: 2 * timeoutMs },
  },
];

/** The leader stands still for longer than anyone waits, and goes on as if nothing had been. */
const sleeper: Situation = ({ environment: { timeoutMs }, atMs, random }) => [
  {
    when: { trigger: { on: random.pick(['leader', 'write'] as const), by: 'leader' }, fromMs: atMs },
    target: 'leader',
    do: { kind: 'pause' },
    forMs: Math.ceil(random.between(0.8, 5) * timeoutMs),
    repeat: { times: 2, everyMs: 6 * timeoutMs },
  },
];

/** A leader that clients went on writing to while it was cut off comes back when its successor has hardly begun. */
const longTail: Situation = ({ environment: { timeoutMs }, atMs, random }) => [
  {
    when: { atMs },
    target: 'leader',
    do: { kind: 'isolate', clients: 'everywhere' },
    forMs: Math.ceil(random.between(1, 2.5) * timeoutMs),
  },
  {
    when: { trigger: { on: 'note', note: 'leads' }, fromMs: atMs + 1, afterMs: random.pick([0, 5, 20, 60]) },
    target: 'trigger',
    do: random.pick<Injury>([{ kind: 'kill' }, { kind: 'vanish' }, { kind: 'isolate' }]),
    forMs: Math.ceil(random.between(2, 4) * timeoutMs),
  },
];

/** Messages of one type are lost for a while: those of replication, for one, so that each leader writes to its own log only. */
const lostType: Situation = ({ environment: { timeoutMs }, types, atMs, random }) => {
  const type = types.length === 0 ? undefined : drawType(types.toReversed(), random);
  return [
    {
      when: { atMs },
      target: 'everyone',
      do: { kind: 'drop', share: random.pick([0.7, 1]), ...(type !== undefined && { type }) },
      forMs: Math.ceil(random.between(1.5, 6) * timeoutMs),
    },
  ];
};

/** The leader hears late what others said to it, while they hear nothing from it any more. */
const lateEchoes: Situation = ({ environment: { timeoutMs }, atMs, random }) => {
  const delayMs = Math.ceil(random.between(0.3, 3) * timeoutMs);
  const muteMs = atMs + Math.ceil(random.between(1, 2) * timeoutMs);
  return [
    { when: { atMs }, target: 'leader', do: { kind: 'delay', delayMs, way: 'in' }, forMs: 5 * timeoutMs },
    { when: { atMs: muteMs }, target: 'leader', do: { kind: 'mute', clients: 'everywhere' }, forMs: 3 * timeoutMs },
  ];
};

/** Leaders die often; those who want to succeed them are heard at different times, and who has answered one of them forgets it. */
const secondThoughts: Situation = ({ environment: { timeoutMs }, types, atMs, random }) => {
  const type = types.length === 0 ? undefined : drawType(types, random);
  const delayMs = Math.ceil(random.between(0.1, 0.7) * timeoutMs);
  return [
    {
      when: { atMs },
      target: 'leader',
      do: { kind: 'kill' },
      forMs: Math.ceil(random.between(1, 20)),
      repeat: { times: 4, everyMs: Math.ceil(random.between(1.5, 2.5) * timeoutMs) },
    },
    { when: { atMs }, target: 'everyone', do: { kind: 'reorder', share: 0.5, delayMs }, forMs: 8 * timeoutMs },
    {
      when: {
        trigger: type === undefined ? { on: 'write' } : { on: 'sent', type },
        fromMs: atMs,
        afterMs: random.pick([0, 0.05, 0.5]),
      },
      target: 'trigger',
      do: POWER,
      forMs: 1 + random.below(5),
      repeat: { times: 20, everyMs: random.pick([2, 10]) },
    },
  ];
};

/**
 * One follower has lost the leader for long; then the others lose it too, and one of them restarts: does it remember what it
 * promised the leader?
 */
const forgottenPromise: Situation = ({ environment: { timeoutMs }, atMs, random }) => {
  const lostMs = atMs + Math.ceil(random.between(1.2, 2) * timeoutMs);
  const way = random.pick(['both', 'out'] as const);
  return [
    { when: { atMs }, target: 'leader', do: { kind: 'cut-link', way }, forMs: 5 * timeoutMs },
    {
      when: { atMs: lostMs },
      target: 'leader',
      do: { kind: 'isolate', clients: 'everywhere' },
      forMs: Math.ceil(random.between(1, 3) * timeoutMs),
    },
    {
      when: { atMs: lostMs },
      target: 'follower',
      do: random.pick<Injury>([{ kind: 'kill' }, { kind: 'vanish' }]),
      forMs: Math.ceil(random.between(1, 20)),
    },
  ];
};

export const SITUATIONS: readonly Situation[] = [
  answeredBeforeItsOwnDisk,
  amnesia,
  deposed,
  shortReigns,
  lateMessages,
  hangingDisk,
  blackout,
  sleeper,
  longTail,
  lostType,
  lateEchoes,
  secondThoughts,
  forgottenPromise,
];
