/** The built-in fault plans by name; any other plan comes from a YAML file. */
import { existsSync } from 'node:fs';
import { unknownName } from '../input.ts';
import type { FaultPlan } from './fault-plan.ts';
import { readFaultPlan } from './plan-file.ts';
import type { Injury, Order, Step } from './steps.ts';

/** One step, at the beginning. */
const plan = (
  name: string,
  title: string,
  what: Injury | Order,
  target: Step['target'] = 'leader',
  more: Partial<Step> = {},
): FaultPlan => ({ name, title, steps: [{ when: { atMs: 0 }, target, do: what, ...more }] });

const FOR_3_S = { forMs: 3000 };
const FOR_500_MS = { forMs: 500 };
/** No engine finds out so fast. */
const FOR_5_MS = { forMs: 5 };

/**
 * The first of five nodes leads. When it next writes, its last two followers miss what it tells them, and what they say for
 * 100 ms reaches nobody, so that it goes unrepaired; by then all followers have heard a sign of life, and the leader dies.
 */
function killLeaderTwoBehind(): FaultPlan {
  const write = { trigger: { on: 'write', by: { place: 1 } }, fromMs: 1000 } as const;
  const behind = [{ place: 4 }, { place: 5 }];
  const prepares = true;
  return {
    name: 'kill-leader-two-behind',
    title: 'the process of the leading node dies while two of its followers lack its newest entry',
    steps: [
      { when: { atMs: 0 }, target: 'leader', do: { kind: 'command', command: 'transfer', to: { place: 1 } }, prepares },
      ...behind.flatMap((target): Step[] => [
        { when: write, target, do: { kind: 'deaf', clients: 'everywhere' }, forMs: 6, prepares },
        { when: write, target, do: { kind: 'mute', clients: 'everywhere' }, forMs: 100, prepares },
      ]),
      { when: { ...write, afterMs: 100 }, target: 'leader', do: { kind: 'kill' } },
    ],
  };
}

export const FAULT_PLANS: readonly FaultPlan[] = [
  // Processes.
  plan('kill-leader', 'the process of the leading node dies; its connections close', { kind: 'kill' }),
  plan('vanish-leader', 'the leading node loses power or its cable: nothing but silence', { kind: 'vanish' }),
  plan('pause-leader', 'the leading node stands still for 3 s and goes on', { kind: 'pause' }, 'leader', FOR_3_S),
  plan('isolate-leader', 'the leading node is cut off from nodes and clients', { kind: 'isolate', clients: 'outside' }),
  plan('isolate-leader-with-clients', 'the same, but the clients of its zone still reach it', {
    kind: 'isolate',
    clients: 'inside',
  }),
  plan(
    'slow-leader',
    'everything to and from the leading node takes 200 ms more',
    { kind: 'delay', delayMs: 200 },
    'leader',
    FOR_3_S,
  ),
  plan('kill-random', 'the process of a random node dies', { kind: 'kill' }, 'random'),
  plan('vanish-random', 'a random node falls silent', { kind: 'vanish' }, 'random'),
  plan('pause-random', 'a random node stands still for 3 s and goes on', { kind: 'pause' }, 'random', FOR_3_S),
  {
    name: 'pause-three-four-times',
    title: 'the first three nodes stand still for 12 s and go on for 3 s, four times',
    steps: [1, 2, 3].map(
      (place): Step => ({
        when: { atMs: 0 },
        target: { place },
        do: { kind: 'pause' },
        forMs: 12_000,
        repeat: { times: 4, everyMs: 15_000 },
      }),
    ),
  },
  plan('cut-leader-zone', 'the zone of the leading node is cut off, its clients with it', {
    kind: 'cut-zone',
    clients: 'inside',
  }),
  plan('kill-leader-zone', 'every node in the zone of the leading node dies', { kind: 'kill-zone' }),
  plan('vanish-leader-zone', 'the zone of the leading node loses power, and all its nodes with it', {
    kind: 'vanish-zone',
  }),
  plan('kill-random-zone', 'every node in a random zone dies', { kind: 'kill-zone' }, 'random'),
  plan(
    'cut-random-zone',
    'a random zone is cut off, its clients with it: nothing but silence',
    { kind: 'cut-zone', clients: 'inside' },
    'random',
  ),
  plan(
    'slow-random-zone',
    'everything between a random zone and the others takes 200 ms more, each way',
    { kind: 'delay-zone', delayMs: 200 },
    'random',
    { forMs: 60_000 },
  ),
  plan('power-cut', 'every node loses power at once', { kind: 'power-cut' }, 'random', { forMs: 200 }),
  plan(
    'quick-restart-leader',
    'the leading node dies and is back before anyone could miss it',
    { kind: 'kill' },
    'leader',
    FOR_5_MS,
  ),
  plan(
    'slow-handler-leader',
    'the leading node takes 5 ms more for each input',
    { kind: 'slow', perInputMs: 5 },
    'leader',
    FOR_3_S,
  ),
  plan(
    'slow-handler-follower',
    'a node that follows takes 20 ms more for each input',
    { kind: 'slow', perInputMs: 20 },
    'follower',
    FOR_3_S,
  ),
  plan(
    'slow-handler-everyone',
    'every node takes 2 ms more for each input',
    { kind: 'slow', perInputMs: 2 },
    'everyone',
    FOR_3_S,
  ),
  plan('crash-storm', 'one node after the other crashes, and comes back half a second later', {
    kind: 'crash-storm',
    everyMs: 200,
    downMs: 500,
  }),
  plan('rolling-restart', 'one node after the other is restarted, without a warning', {
    kind: 'rolling-restart',
    everyMs: 1000,
    downMs: 500,
  }),
  plan('rolling-restart-drained', 'one node after the other is restarted, each told to drain before', {
    kind: 'rolling-restart',
    everyMs: 1000,
    downMs: 500,
    drainMs: 300,
  }),
  plan(
    'vanish-after-answer',
    'the leading node loses power just after it answered a write',
    { kind: 'vanish' },
    'trigger',
    { when: { trigger: { on: 'answer', operation: 'put', by: 'leader' }, afterMs: 0.1 } },
  ),
  {
    name: 'kill-leader-one-down',
    title: 'another node has vanished, and 2 s later the process of the leading node dies',
    steps: [
      { when: { atMs: 0 }, target: 'follower', do: { kind: 'vanish' }, prepares: true },
      { when: { atMs: 2000 }, target: 'leader', do: { kind: 'kill' } },
    ],
  },
  killLeaderTwoBehind(),
  // Links.
  plan('mute-leader', 'the leading node hears everybody, and nobody hears it', { kind: 'mute' }),
  plan('deaf-leader', 'the leading node hears nobody, and everybody hears it', { kind: 'deaf' }),
  plan('partition-minority', 'the nodes fall in two, the leading one in the minority', {
    kind: 'partition',
    side: 'minority',
  }),
  plan('partition-majority', 'the nodes fall in two, the leading one in the majority', {
    kind: 'partition',
    side: 'majority',
  }),
  plan('bridge', 'the nodes fall in two halves, and only the leading one reaches both', { kind: 'bridge' }),
  plan(
    'bridge-follower',
    'the nodes fall in two halves, and only one that does not lead reaches both',
    { kind: 'bridge' },
    'follower',
  ),
  plan(
    'star-follower',
    'no two nodes reach each other, but all reach one that does not lead',
    { kind: 'star' },
    'follower',
  ),
  plan('cut-link', 'the leading node and one other do not reach each other', { kind: 'cut-link' }),
  plan('flapping-leader', 'the leading node is cut off and reached again, five times', {
    kind: 'flapping',
    times: 5,
    downMs: 300,
    upMs: 300,
  }),
  plan(
    'flapping-follower',
    'another node is cut off and reached again, every two seconds for a minute',
    { kind: 'flapping', times: 15, downMs: 2000, upMs: 2000 },
    'follower',
  ),
  plan(
    'lossy',
    'a tenth of what goes to and from the leading node is lost',
    { kind: 'drop', share: 0.1 },
    'leader',
    FOR_3_S,
  ),
  plan(
    'duplicating',
    'a tenth of what goes to and from the leading node arrives twice',
    { kind: 'duplicate', share: 0.1 },
    'leader',
    FOR_3_S,
  ),
  plan(
    'reordering',
    'a tenth of what goes to and from the leading node comes up to 50 ms later, out of order',
    { kind: 'reorder', share: 0.1, delayMs: 50 },
    'leader',
    FOR_3_S,
  ),
  plan(
    'hold-leader',
    'what the leading node sends is kept back for a second, and then handed over',
    { kind: 'hold', way: 'out' },
    'leader',
    { forMs: 1000 },
  ),
  // Disks.
  plan(
    'slow-disk-leader',
    'each sync of the leading node takes 50 ms more',
    { kind: 'slow-disk', syncMs: 50 },
    'leader',
    FOR_3_S,
  ),
  plan('stall-disk-leader', 'no sync of the leading node completes for 3 s', { kind: 'stall-disk' }, 'leader', FOR_3_S),
  plan(
    'scatter-syncs-leader',
    'syncs of the leading node take up to 50 ms more and finish out of order',
    { kind: 'scatter-syncs', syncMs: 50 },
    'leader',
    FOR_3_S,
  ),
  plan('fill-disk-leader', 'the disk of the leading node is full: its next write ends it', { kind: 'fill-disk' }),
  plan(
    'read-error-random',
    'a random node cannot read its log for half a second',
    { kind: 'read-error' },
    'random',
    FOR_500_MS,
  ),
  plan(
    'corrupt-log-random',
    "a random node vanishes, and its log's last record is damaged",
    { kind: 'corrupt-log' },
    'random',
    FOR_500_MS,
  ),
  plan(
    'wipe-random',
    'a random node vanishes, and comes back with an empty disk',
    { kind: 'wipe' },
    'random',
    FOR_500_MS,
  ),
  plan(
    'replace-follower',
    'another node is lost with its disk, and an empty one takes its place under its name',
    { kind: 'wipe' },
    'follower',
    FOR_500_MS,
  ),
  // Clocks.
  plan(
    'skew-leader',
    'the time of day at the leading node jumps a second ahead',
    { kind: 'skew', skewMs: 1000 },
    'leader',
    FOR_3_S,
  ),
  plan(
    'drift-leader',
    'the clock of the leading node runs 1 % fast',
    { kind: 'drift', ppm: 10_000 },
    'leader',
    FOR_3_S,
  ),
  {
    name: 'slow-clock-cut-leader',
    title:
      'the clock of the leading node runs 2 % slow, and then it is cut off from all but the clients of its zone for 3 s',
    steps: [
      { when: { atMs: 0 }, target: 'leader', do: { kind: 'drift', ppm: -20_000 }, prepares: true },
      {
        when: { atMs: 1000 },
        target: 'leader',
        do: { kind: 'isolate', clients: 'inside' },
        forMs: 3000,
      },
    ],
  },
  // Commands, and everything together.
  plan('transfer', 'the leading node is told to hand over', { kind: 'command', command: 'transfer' }),
  plan('drain-leader', 'the leading node is told to drain', { kind: 'command', command: 'drain' }),
  plan('snapshot', 'the leading node is told to take a snapshot', { kind: 'command', command: 'snapshot' }),
  {
    name: 'random',
    title: 'random nodes are killed, vanish, are paused or isolated, for five seconds',
    steps: [
      {
        random: {
          injuries: [{ kind: 'kill' }, { kind: 'vanish' }, { kind: 'pause' }, { kind: 'isolate' }],
          target: 'random',
          fromMs: 0,
          untilMs: 5000,
          everyMs: [100, 900],
          forMs: [50, 1500],
        },
      },
    ],
  },
];

/** `field` is where it was named. @throws {InputError} if there is neither a built-in plan nor a file of that name, or the file is no plan. */
export function loadFaultPlan(nameOrFile: string, field = '--fault'): FaultPlan {
  const found = FAULT_PLANS.find(({ name }) => name === nameOrFile);
  if (found !== undefined) return found;
  if (existsSync(nameOrFile)) return readFaultPlan(nameOrFile);
  throw unknownName(
    field,
    nameOrFile,
    FAULT_PLANS.map(({ name }) => name),
  );
}
