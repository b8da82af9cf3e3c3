/**
 * Fault plans as YAML: a list of `steps`, each with a time or trigger and a fault, a command, or faults at random; or one
 * injury alone, its fields at the top.
 *
 *     title: the leader loses power just after it answered, and then leads no more
 *     steps:
 *       - { on: { answer: leader }, after_ms: 0.2, fault: vanish, target: trigger, for_ms: 300 }
 *       - { at_ms: 900, command: transfer, to: follower }
 *       - { at_ms: 950, fault: drift, ppm: -20000, prepares: true }
 *       - { at_ms: 1000, target: random, random: { faults: [kill, isolate], every_ms: [100, 900], for_ms: [50, 2500], until_ms: 5000 } }
 */
import { z } from 'zod';
import type { Command } from '../../engines/api.ts';
import { readYaml } from '../yaml-file.ts';
import type { FaultPlan, PlanStep, RandomSteps } from './fault-plan.ts';
import {
  INJURY_KINDS,
  type InjuryFields,
  type InjuryKind,
  injuryFields,
  injuryOf,
  PARAMETERS,
} from './injury-fields.ts';
import type { Order, Step, Target, Trigger, When } from './steps.ts';

const notBelow0 = z.number('expected a number').min(0, 'expected 0 or more');
const above0 = z.number('expected a number').positive('expected a number above 0');
const whole = z.int('expected a whole number').min(1, 'expected at least 1');
const range = z
  .tuple([notBelow0, notBelow0], 'expected two numbers, the lowest and the highest')
  .refine(([low, high]) => low <= high, 'expected the lowest number first');

const TARGET_WORDS = ['leader', 'follower', 'random', 'spare', 'trigger', 'peer'] as const;
const places = [
  z.strictObject({ node: z.string() }),
  z.strictObject({ zone: z.string() }),
  z.strictObject({ place: whole }),
] as const;
const someTarget = z.union([z.enum(TARGET_WORDS), ...places]);
const targetOrEveryone = z.union([z.enum([...TARGET_WORDS, 'everyone']), ...places]);
/** Beside a command, any other word is a node's name. */
const nodeOrTarget = z.union([z.string(), someTarget]);

const COMMANDS = [
  'add',
  'remove',
  'promote',
  'replace',
  'transfer',
  'drain',
  'snapshot',
] as const satisfies readonly Command['kind'][];

const OPERATIONS = ['get', 'put', 'delete', 'cas', 'append', 'add'] as const;

/** What is seen, and by whom: `leader`, or `{ write: follower }`, or `{ message: append, by: follower }`. */
const trigger = z.union([
  z.enum(['write', 'durable', 'answer', 'leader']),
  z.strictObject({
    note: z.enum(['leads', 'steps-down', 'suspects', 'trusts', 'caught-up']),
    by: someTarget.optional(),
  }),
  z.strictObject({ message: z.string(), by: someTarget.optional() }),
  z.strictObject({ sent: z.string(), by: someTarget.optional() }),
  z.strictObject({ write: someTarget }),
  z.strictObject({ durable: someTarget }),
  z.strictObject({ answer: someTarget, operation: z.enum(OPERATIONS).optional() }),
]);

const kind = z.enum(INJURY_KINDS as [InjuryKind, ...InjuryKind[]]);

const step = z
  .strictObject({
    at_ms: notBelow0.optional(),
    on: trigger.optional(),
    after_ms: notBelow0.optional(),
    nth: whole.optional(),
    from_ms: notBelow0.optional(),
    target: targetOrEveryone.default('leader'),
    for_ms: above0.optional(),
    prepares: z.boolean('expected true or false').optional(),
    repeat: z.strictObject({ times: whole, every_ms: above0 }).optional(),
    fault: kind.optional(),
    ...injuryFields,
    command: z.enum(COMMANDS).optional(),
    node: nodeOrTarget.optional(),
    by: nodeOrTarget.optional(),
    to: nodeOrTarget.optional(),
    random: z
      .strictObject({ faults: z.array(kind).min(1), every_ms: range, for_ms: range, until_ms: above0 })
      .optional(),
  })
  .superRefine((fields, context) =>
    checkStep(fields, (path, message) => context.addIssue({ code: 'custom', path: [path], message })),
  );

const plan = z
  .strictObject({
    title: z.string().default('from a file'),
    steps: z.array(step).min(1, 'expected at least one step').optional(),
    kind: kind.optional(),
    target: targetOrEveryone.default('leader'),
    heal_after_ms: above0.optional(),
    ...injuryFields,
  })
  .superRefine((fields, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (fields.steps !== undefined && fields.kind !== undefined) complain('kind', 'expected either steps or one kind');
    if (fields.steps === undefined && fields.kind === undefined)
      complain('steps', 'expected steps, or the kind of one injury');
    checkParameters(fields.kind, fields, complain);
    checkTarget(fields.kind, fields, false, complain);
  });

type StepFields = z.infer<typeof step>;
type Complain = (path: string, message: string) => void;

export function readFaultPlan(path: string): FaultPlan {
  const fields = readYaml(path, plan);
  const { title, steps, kind: injury, target, heal_after_ms: forMs } = fields;
  if (steps !== undefined) return { name: path, title, steps: steps.map(stepOf) };
  const when = { atMs: 0 };
  const single = { when, target, do: injuryOf(injury!, fields), ...(forMs !== undefined && { forMs }) };
  return { name: path, title, steps: [single] };
}

// ------------------------------------------------------------------------------------------------- what makes sense

function checkStep(fields: StepFields, complain: Complain): void {
  const things = (['fault', 'command', 'random'] as const).filter((name) => fields[name] !== undefined);
  if (things.length !== 1) complain(things[1] ?? 'fault', 'expected one of fault, command and random');
  if (fields.on !== undefined && fields.at_ms !== undefined) complain('at_ms', 'expected either at_ms or on');
  const onlyIf = (isSo: boolean, names: readonly (keyof StepFields)[], what: string): void => {
    if (isSo) return;
    for (const name of names) if (fields[name] !== undefined) complain(name, `expected nothing without ${what}`);
  };
  onlyIf(fields.on !== undefined, ['after_ms', 'nth', 'from_ms'], 'on');
  onlyIf(fields.fault !== undefined, ['for_ms'], 'fault');
  onlyIf(fields.random === undefined, ['on', 'repeat'], 'fault or command');
  checkParameters(fields.fault, fields, complain);
  checkTarget(fields.fault, fields, fields.on !== undefined, complain);
  checkCommand(fields, complain);
}

function checkParameters(kind: InjuryKind | undefined, fields: InjuryFields, complain: Complain): void {
  for (const name of Object.keys(injuryFields) as (keyof InjuryFields)[]) {
    if (fields[name] === undefined || (kind !== undefined && name in PARAMETERS[kind])) continue;
    const takers = INJURY_KINDS.filter((other) => name in PARAMETERS[other]);
    complain(name, `expected nothing without a fault that takes it (${takers.join(', ')})`);
  }
}

/** What does not make sense for each node by itself. */
const HITS_ONE: readonly InjuryKind[] = [
  'power-cut',
  'mute',
  'deaf',
  'partition',
  'bridge',
  'star',
  'cut-link',
  'crash-storm',
  'rolling-restart',
  'flapping',
];

function checkTarget(
  kind: InjuryKind | undefined,
  { target, way }: Pick<StepFields, 'target' | 'way'>,
  isTriggered: boolean,
  complain: Complain,
): void {
  if ((target === 'trigger' || target === 'peer') && !isTriggered) {
    complain('target', 'expected another target without on');
  }
  if (target !== 'everyone') return;
  if (kind === undefined || HITS_ONE.includes(kind)) {
    complain('target', `expected one node with ${kind ?? 'a command, or at random'}`);
  }
  if (way !== undefined) complain('way', 'expected nothing with everyone');
}

/** The nodes that a command names. Whom to transfer to may be left to the engine. */
const COMMAND_NODES: { readonly [Kind in Command['kind']]: readonly ('node' | 'by' | 'to')[] } = {
  add: ['node'],
  remove: ['node'],
  promote: ['node'],
  replace: ['node', 'by'],
  transfer: ['to'],
  drain: [],
  snapshot: [],
};

function checkCommand({ command, ...fields }: StepFields, complain: Complain): void {
  const names = command === undefined ? [] : COMMAND_NODES[command];
  for (const name of ['node', 'by', 'to'] as const) {
    const isNamed = names.includes(name);
    if (isNamed && name !== 'to' && fields[name] === undefined) complain(name, `expected a node to ${command}`);
    if (!isNamed && fields[name] !== undefined) {
      complain(name, `expected nothing ${command === undefined ? 'without command' : `with ${command}`}`);
    }
  }
}

// -------------------------------------------------------------------------------------------------- fields to steps

function stepOf(fields: StepFields): PlanStep {
  if (fields.random !== undefined) return randomOf(fields, fields.random);
  const { for_ms: forMs, prepares, repeat } = fields;
  const what: Step['do'] = fields.fault === undefined ? orderOf(fields) : injuryOf(fields.fault, fields);
  return {
    when: whenOf(fields),
    target: fields.target,
    do: what,
    ...(forMs !== undefined && { forMs }),
    ...(prepares !== undefined && { prepares }),
    ...(repeat !== undefined && { repeat: { times: repeat.times, everyMs: repeat.every_ms } }),
  };
}

function randomOf({ target, at_ms }: StepFields, random: NonNullable<StepFields['random']>): RandomSteps {
  return {
    random: {
      injuries: random.faults.map((kind) => injuryOf(kind, {})),
      target,
      fromMs: at_ms ?? 0,
      untilMs: random.until_ms,
      everyMs: random.every_ms,
      forMs: random.for_ms,
    },
  };
}

function whenOf({ at_ms, on, after_ms: afterMs, nth, from_ms: fromMs }: StepFields): When {
  if (on === undefined) return { atMs: at_ms ?? 0 };
  return {
    trigger: triggerOf(on),
    ...(afterMs !== undefined && { afterMs }),
    ...(nth !== undefined && { nth }),
    ...(fromMs !== undefined && { fromMs }),
  };
}

function triggerOf(on: z.infer<typeof trigger>): Trigger {
  if (typeof on === 'string') return { on };
  if ('write' in on) return { on: 'write', by: on.write };
  if ('durable' in on) return { on: 'durable', by: on.durable };
  if ('answer' in on) {
    return { on: 'answer', by: on.answer, ...(on.operation !== undefined && { operation: on.operation }) };
  }
  const by = on.by !== undefined && { by: on.by };
  if ('note' in on) return { on: 'note', note: on.note, ...by };
  return 'message' in on ? { on: 'message', type: on.message, ...by } : { on: 'sent', type: on.sent, ...by };
}

function orderOf({ command, node, by, to }: StepFields): Order {
  return {
    kind: 'command',
    command: command!,
    ...(node !== undefined && { node: targetOf(node) }),
    ...(by !== undefined && { by: targetOf(by) }),
    ...(to !== undefined && { to: targetOf(to) }),
  };
}

const isTargetWord = (word: string): word is (typeof TARGET_WORDS)[number] =>
  (TARGET_WORDS as readonly string[]).includes(word);

function targetOf(given: z.infer<typeof nodeOrTarget>): Target {
  if (typeof given !== 'string' || isTargetWord(given)) return given as Target;
  return { node: given };
}
