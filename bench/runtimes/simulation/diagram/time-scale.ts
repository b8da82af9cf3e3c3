/**
 * Where each time stands on the paper. Time flows down, but not evenly: between two instants at which something happens lies
 * as much paper as their distance in time asks for, at least what their texts need, and never more than a little: where nothing
 * happens, or what happens is folded, the paper has a gap.
 */
import type { Fold } from './fold.ts';

/** What needs room below the instant it belongs to, in a column with others of its kind. */
export interface Label {
  readonly atUs: number;
  readonly column: string;
  readonly heightPx: number;
}

/** A break in the paper. */
export interface Gap {
  readonly yPx: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** Undefined: nothing happened. */
  readonly fold: Fold | undefined;
}

export interface TimeScalePlan {
  /** In any order, with repetitions. */
  readonly instantsUs: readonly number[];
  readonly folds: readonly Fold[];
  readonly labels: readonly Label[];
  readonly pxPerUs: number;
  readonly topPx: number;
}

/** Between two instants. */
const STEP_MIN_PX = 6;
const STEP_MAX_PX = 44;
/** A gap, and the paper around it. */
const GAP_PX = 18;
const GAP_STEP_PX = 22;
/** Distances so much longer than a step are gaps. */
const GAP_FROM = 1.6;
/** The nodes' names are repeated so often, in rows of this height. */
const NAMES_EVERY_PX = 760;
const NAMES_PX = 22;

export class TimeScale {
  readonly bottomPx: number;
  readonly gaps: readonly Gap[];
  /** Where the names of the nodes fit in. */
  readonly nameRows: readonly number[];
  readonly instantsUs: readonly number[];
  readonly #yPx = new Map<number, number>();

  constructor(plan: TimeScalePlan) {
    const instants = [...new Set(plan.instantsUs)].sort((a, b) => a - b);
    const folded = placeFolds(instants, plan.folds);
    const labels = new Map<number, Label[]>();
    for (const label of plan.labels) labels.set(label.atUs, [...(labels.get(label.atUs) ?? []), label]);
    const gaps: Gap[] = [];
    const nameRows: number[] = [];
    /** Where each column is free again. */
    const free = new Map<string, number>();
    let y = plan.topPx;
    let namedPx = y;
    instants.forEach((atUs, i) => {
      const own = labels.get(atUs) ?? [];
      if (i > 0) {
        const fromUs = instants[i - 1]!;
        const wantedPx = (atUs - fromUs) * plan.pxPerUs;
        const needPx = Math.max(STEP_MIN_PX, ...own.map(({ column }) => (free.get(column) ?? 0) - y));
        const empty = wantedPx > STEP_MAX_PX * GAP_FROM ? [undefined] : [];
        const inside = folded.get(i - 1) ?? empty;
        const halfPx = Math.max(needPx, Math.min(inside.length > 0 ? GAP_STEP_PX : STEP_MAX_PX, wantedPx)) / 2;
        y += halfPx;
        // No text runs into a gap.
        if (inside.length > 0) y = Math.max(y, ...[...free.values()].map((px) => px - STEP_MIN_PX));
        if (y - namedPx > NAMES_EVERY_PX) {
          nameRows.push(y + NAMES_PX / 2);
          y += NAMES_PX;
          namedPx = y;
        }
        for (const fold of inside) {
          gaps.push({ yPx: y + GAP_PX / 2, fromUs, toUs: atUs, fold });
          y += GAP_PX;
        }
        y += halfPx;
      }
      for (const { column, heightPx } of own) free.set(column, Math.max(free.get(column) ?? 0, y) + heightPx);
      this.#yPx.set(atUs, y);
    });
    this.instantsUs = instants;
    this.gaps = gaps;
    this.nameRows = nameRows;
    this.bottomPx = Math.max(y + STEP_MIN_PX, ...free.values());
  }

  /** Times before the first and behind the last instant stand at the edges. */
  y(atUs: number): number {
    const exact = this.#yPx.get(atUs);
    if (exact !== undefined) return exact;
    const after = this.instantsUs.findIndex((us) => us > atUs);
    if (after === -1) return this.bottomPx;
    const toUs = this.instantsUs[after]!;
    const toPx = this.#yPx.get(toUs)!;
    if (after === 0) return toPx;
    const fromUs = this.instantsUs[after - 1]!;
    const fromPx = this.#yPx.get(fromUs)!;
    return fromPx + ((atUs - fromUs) / (toUs - fromUs)) * (toPx - fromPx);
  }
}

/** The step, by the number of the instant before it, that has most to do with each fold: the longest of those within it. */
function placeFolds(instants: readonly number[], folds: readonly Fold[]): Map<number, Fold[]> {
  const placed = new Map<number, Fold[]>();
  for (const fold of folds) {
    let best = -1;
    let longestUs = -1;
    for (let i = 0; i + 1 < instants.length; i++) {
      const sharedUs = Math.min(instants[i + 1]!, fold.toUs) - Math.max(instants[i]!, fold.fromUs);
      if (sharedUs > longestUs) {
        best = i;
        longestUs = sharedUs;
      }
    }
    const at = placed.get(best);
    if (at === undefined) placed.set(best, [fold]);
    else at.push(fold);
  }
  return placed;
}
