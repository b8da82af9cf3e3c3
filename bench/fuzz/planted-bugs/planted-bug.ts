/** A defect put into an engine on purpose, to see whether random trials find it. Plain data. */
import type { FaultPlan } from '../../faults/fault-plan.ts';
import type { Change } from '../../kit/plant.ts';

export interface PlantedBug {
  /** The row of VERIFICATION.md, section 4; another letter behind it is another form of the same defect. X: not listed there. */
  readonly id: string;
  /** What is wrong, in one sentence. */
  readonly defect: string;
  /** Places in the compiled engine, relative to its module's folder. */
  readonly changes: readonly Change[];
  /** The properties that may name it. A kill by another is no less a kill, but ought to be looked at. */
  readonly killedBy: readonly string[];
  /** Left out: `default`. */
  readonly preset?: string;
  /** Changes to the preset's options, which are not varied then. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** How many nodes; left out: drawn by each seed. */
  readonly nodes?: number;
  /** Faults that chance alone would hardly ever put together; left out: drawn by each seed. */
  readonly plan?: FaultPlan;
}

/** The planted bugs of one engine. */
export interface PlantedBugs {
  readonly engine: 'raft' | 'primary-replica' | 'multi-primary' | 'membership';
  readonly bugs: readonly PlantedBug[];
}
