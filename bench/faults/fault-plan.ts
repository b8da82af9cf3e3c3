/** A fault plan: steps under a name. And what can be known of one before it is carried out. */
import { InputError } from '../input.ts';
import type { Random } from '../random.ts';
import { courseMs, isCourse } from './courses.ts';
import { camelCase } from './injury-fields.ts';
import type { Injury, Order, Step } from './steps.ts';

export interface FaultPlan {
  readonly name: string;
  readonly title: string;
  readonly steps: readonly PlanStep[];
  /** What of it was given another value than it usually has. */
  readonly varied?: Varied;
}

export type PlanStep = Step | RandomSteps;

/** Injuries left to chance: which, when, and for how long. */
export interface RandomSteps {
  readonly random: {
    readonly injuries: readonly Injury[];
    readonly target: Step['target'];
    /** The first one comes after such a wait from here, the others each after one more. */
    readonly fromMs: number;
    readonly untilMs: number;
    readonly everyMs: Range;
    readonly forMs: Range;
  };
}

export type Range = readonly [low: number, high: number];

/** The steps of a plan, with those left to chance drawn. */
export function drawSteps(plan: FaultPlan, random: Random): Step[] {
  return plan.steps.flatMap((step, place): Step[] => {
    if (!('random' in step)) return [{ id: `${place}`, ...step }];
    const { injuries, target, fromMs, untilMs, everyMs, forMs } = step.random;
    const drawn: Step[] = [];
    const fork = random.fork(place);
    for (let atMs = fromMs + fork.between(...everyMs); atMs < untilMs; atMs += fork.between(...everyMs)) {
      const id = `${place}.${drawn.length}`;
      drawn.push({ id, when: { atMs }, target, do: fork.pick(injuries), forMs: fork.between(...forMs) });
    }
    return drawn;
  });
}

/** How long a plan goes on by itself on so many nodes, counted from its first step. What a trigger waits for comes on top. */
export function planMs({ steps }: FaultPlan, nodes: number): number {
  const ends = steps.map((step) => {
    if ('random' in step) return step.random.untilMs + step.random.forMs[1];
    const { when, repeat, forMs } = step;
    const beginsMs = 'atMs' in when ? when.atMs : (when.fromMs ?? 0) + (when.afterMs ?? 0);
    const repeatsMs = repeat === undefined ? 0 : (repeat.times - 1) * repeat.everyMs;
    return beginsMs + repeatsMs + (forMs ?? (step.do.kind === 'command' ? 0 : courseMs(step.do, nodes)));
  });
  return Math.max(...ends);
}

/** The same plan, but what it injects is healed so long after; its name says how long. */
export function lasting(plan: FaultPlan, forMs: number): FaultPlan {
  return {
    name: `${plan.name}-${forMs / 1000}s`,
    title: `${plan.title}; for ${forMs / 1000} s`,
    steps: plan.steps.map((step) =>
      'random' in step || step.prepares === true || step.do.kind === 'command' ? step : { ...step, forMs },
    ),
  };
}

/** A parameter of injuries, as plans' files have it, and the value that it was given in place of the plan's. */
export interface Varied {
  readonly parameter: string;
  readonly value: number;
}

/**
 * The same plan with another value of a parameter, wherever an injury has one; its name says so.
 *
 * @throws {InputError} if none has.
 */
export function varied(plan: FaultPlan, parameter: string, value: number): FaultPlan {
  const field = camelCase(parameter);
  let found = 0;
  const change = <What extends Injury | Order>(what: What): What => {
    if (!(field in what)) return what;
    found++;
    return { ...what, [field]: value };
  };
  const steps = plan.steps.map((step): PlanStep => {
    if (!('random' in step)) return { ...step, do: change(step.do) };
    return { random: { ...step.random, injuries: step.random.injuries.map(change) } };
  });
  if (found === 0)
    throw new InputError(`the fault ${plan.name} must have the parameter that is varied, but it has no ${parameter}`);
  return {
    name: `${plan.name}-${parameter}=${value}`,
    title: `${plan.title}; ${parameter} ${value}`,
    steps,
    varied: { parameter, value },
  };
}

/** The steps that do not only prepare the ground. */
const measuredSteps = ({ steps }: FaultPlan): PlanStep[] =>
  steps.filter((step) => 'random' in step || step.prepares !== true);

/** How long the injuries of a plan stand, if that is one time and not left to chance; undefined: until somebody heals them. */
export function standsMs(plan: FaultPlan): number | undefined {
  const [first, ...more] = measuredSteps(plan);
  return more.length === 0 && first !== undefined && !('random' in first) ? first.forMs : undefined;
}

/** Whether what is measured does not happen at a time of its own: the plan waits for a trigger. */
export const awaitsTrigger = (plan: FaultPlan): boolean =>
  measuredSteps(plan).every((step) => !('random' in step) && 'trigger' in step.when);

/** Whether something of the plan stands until somebody heals it. */
export const leavesInjured = ({ steps }: FaultPlan): boolean =>
  steps.some((step) => {
    if ('random' in step || step.forMs !== undefined) return false;
    return step.do.kind !== 'command' && !isCourse(step.do);
  });

/** Everything that a plan may do. */
export const injuriesOf = ({ steps }: FaultPlan): Injury[] =>
  steps.flatMap((step) => {
    if ('random' in step) return step.random.injuries;
    return step.do.kind === 'command' ? [] : [step.do];
  });
