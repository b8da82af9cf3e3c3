/** Faults that bring some of Raft's planted bugs to light, and hardly ever come together by chance. */
import type { FaultPlan } from '../../faults/fault-plan.ts';
import type { Injury, Step } from '../../faults/steps.ts';

const TO_LEADERS = ['acked', 'heard', 'ask-vote', 'append', 'beat'] as const;

/** What is said to the leader is late, what it is asked is not; and then nobody hears it any more. */
export const lateAnswers: FaultPlan = {
  name: 'late-answers',
  title: 'a leader hears late of everything, and nobody hears it',
  steps: [
    ...TO_LEADERS.map(
      (type): Step => ({
        when: { atMs: 0 },
        target: 'leader',
        do: { kind: 'delay', way: 'in', type, delayMs: 600 },
        forMs: 3500,
        repeat: { times: 3, everyMs: 5000 },
      }),
    ),
    {
      when: { atMs: 1500 },
      target: 'leader',
      do: { kind: 'mute', clients: 'inside' },
      forMs: 2000,
      repeat: { times: 3, everyMs: 5000 },
    },
  ],
};

/** A leader whose clock is slow is cut off for longer than its lease, and clients of its zone still reach it. */
export const slowClock: FaultPlan = {
  name: 'slow-clock',
  title: 'a leader with a slow clock is cut off until its lease has run out',
  steps: [
    { when: { atMs: 0 }, target: 'leader', do: { kind: 'drift', ppm: -50_000 }, forMs: 8000 },
    { when: { atMs: 500 }, target: 'leader', do: { kind: 'isolate', clients: 'everywhere' }, forMs: 7000 },
  ],
};

export const handedOverAndCutOff: FaultPlan = {
  name: 'handed-over-and-cut-off',
  title: 'a leader that has asked another to take its place hears nothing of what comes of it',
  steps: [
    {
      when: { atMs: 0 },
      target: 'leader',
      do: { kind: 'command', command: 'transfer' },
      repeat: { times: 6, everyMs: 2000 },
    },
    {
      when: { trigger: { on: 'message', type: 'timeout-now' } },
      target: 'peer',
      do: { kind: 'isolate', clients: 'inside' },
      forMs: 1200,
      repeat: { times: 6, everyMs: 10 },
    },
  ],
};

/** One follower has not heard the leader for long, the other restarts, and then nobody hears it. */
export const forgetful: FaultPlan = {
  name: 'forgetful',
  title: 'of two followers one is out of reach of the leader, and the other has just restarted',
  steps: [
    {
      when: { atMs: 0 },
      target: 'leader',
      do: { kind: 'cut-link', way: 'both' },
      forMs: 2500,
      repeat: { times: 4, everyMs: 5000 },
    },
    {
      when: { atMs: 880 },
      target: 'leader',
      do: { kind: 'isolate', clients: 'everywhere' },
      forMs: 1500,
      repeat: { times: 4, everyMs: 5000 },
    },
    { when: { atMs: 883 }, target: 'follower', do: { kind: 'kill' }, forMs: 2, repeat: { times: 4, everyMs: 5000 } },
  ],
};

/** Whoever leads is cut off, with its clients, until just before the next one is: it comes back with a tail that nobody wants. */
export const tails: FaultPlan = {
  name: 'tails',
  title: 'leaders are cut off one after the other, and go on writing',
  steps: [
    {
      when: { atMs: 0 },
      target: 'leader',
      do: { kind: 'isolate', clients: 'everywhere' },
      forMs: 900,
      repeat: { times: 8, everyMs: 905 },
    },
  ],
};

/** A leader that reaches hardly anybody is told to do without the others, one after the other. */
export const shrinking: FaultPlan = {
  name: 'shrinking',
  title: 'a leader in a minority is told to remove the others, one after the other',
  steps: [
    {
      when: { atMs: 0 },
      target: 'leader',
      do: { kind: 'partition', side: 'minority', clients: 'everywhere' },
      forMs: 2500,
      repeat: { times: 3, everyMs: 5000 },
    },
    ...[20, 40, 60, 80, 100, 120].map(
      (atMs): Step => ({
        when: { atMs },
        target: 'leader',
        do: { kind: 'command', command: 'remove', node: 'follower' },
        repeat: { times: 3, everyMs: 5000 },
      }),
    ),
  ],
};

/** The paper's figure 8: what a leader writes reaches one or two of the others, and then another leads. */
export const figure8: FaultPlan = {
  name: 'figure-8',
  title: 'new leaders lose three of their links, and leaders are cut off or killed again and again',
  steps: [
    ...[1, 2, 3].map(
      (): Step => ({
        when: { trigger: { on: 'note', note: 'leads' }, afterMs: 1 },
        target: 'trigger',
        do: { kind: 'cut-link', way: 'both' },
        forMs: 500,
        repeat: { times: 30, everyMs: 10 },
      }),
    ),
    {
      random: {
        injuries: [{ kind: 'isolate', clients: 'everywhere' }, { kind: 'kill' }],
        target: 'leader',
        fromMs: 0,
        untilMs: 6000,
        everyMs: [200, 600],
        forMs: [200, 900],
      },
    },
  ],
};

/** What stands while the others have to go on. */
export const standing = (name: string, title: string, injury: Injury): FaultPlan => ({
  name,
  title,
  steps: [{ when: { trigger: { on: 'leader' }, fromMs: 0, nth: 3 }, target: 'trigger', do: injury, stands: true }],
});
