/** A fault plan: steps under a name. And what can be known of one before it is carried out. */
import type { Random } from '../random.ts';
import { courseMs, isCourse } from './courses.ts';
import type { Injury, Step } from './steps.ts';

export interface FaultPlan {
  readonly name: string;
  readonly title: string;
  readonly steps: readonly PlanStep[];
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
    steps: plan.steps.map((step) => ('random' in step || step.do.kind === 'command' ? step : { ...step, forMs })),
  };
}

/** How long the injuries of a plan stand, if that is one time and not left to chance; undefined: until somebody heals them. */
export function standsMs({ steps }: FaultPlan): number | undefined {
  const [first] = steps;
  return steps.length === 1 && first !== undefined && !('random' in first) ? first.forMs : undefined;
}

/** Whether nothing happens at a time of its own: the plan begins with a trigger. */
export const awaitsTrigger = ({ steps }: FaultPlan): boolean =>
  steps.every((step) => !('random' in step) && 'trigger' in step.when);

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
