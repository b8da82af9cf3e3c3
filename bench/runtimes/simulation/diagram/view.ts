/** What of a trace is drawn: the times asked for, without their quiet stretches, and no more than a person can look at. */
import { countText } from '../../../reports/numbers.ts';
import type { TraceEvent } from '../trace.ts';
import { type Fold, foldTrace, type Piece } from './fold.ts';

export interface ViewOptions {
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Of a longer trace those around the first violation are drawn, or else the last. Asked-for times are drawn whole. */
  readonly eventsMax?: number;
  /** Never folded, and drawn to stand out. */
  readonly highlight?: (event: TraceEvent) => boolean;
}

export interface View {
  readonly events: readonly TraceEvent[];
  readonly folds: readonly Fold[];
  readonly fromUs: number;
  readonly toUs: number;
  /** What is shown and what is not, in a sentence. */
  readonly extent: string;
}

const EVENTS_MAX = 400;
/** Of the events around a violation, those behind it. */
const SHARE_AFTER = 0.1;

const isFold = (piece: Piece): piece is Fold => piece.kind === 'fold';

export function viewOf(trace: readonly TraceEvent[], options: ViewOptions): View {
  const { fromMs, toMs } = options;
  const fromUs = (fromMs ?? Number.NEGATIVE_INFINITY) * 1000;
  const toUs = (toMs ?? Number.POSITIVE_INFINITY) * 1000;
  const asked = trace.filter(({ atUs }) => atUs >= fromUs && atUs <= toUs);
  const isAsked = fromMs !== undefined || toMs !== undefined;
  const eventsMax = options.eventsMax ?? (isAsked ? Number.POSITIVE_INFINITY : EVENTS_MAX);
  const pieces = around(foldTrace(asked, options.highlight), eventsMax);
  const events = pieces.filter((piece) => !isFold(piece));
  const times = pieces.flatMap((piece) => (isFold(piece) ? [piece.fromUs, piece.toUs] : [piece.atUs]));
  const begin = times[0] ?? 0;
  const end = times.at(-1) ?? 0;
  return {
    events,
    folds: pieces.filter(isFold),
    fromUs: begin,
    toUs: end,
    extent: `${(begin / 1000).toFixed(1)} to ${(end / 1000).toFixed(1)} ms, ${countText(events.length)} of the trial's ${countText(trace.length)} events`,
  };
}

function around(pieces: readonly Piece[], most: number): readonly Piece[] {
  if (pieces.length <= most) return pieces;
  const violation = pieces.findIndex(({ kind }) => kind === 'violation');
  const end =
    violation === -1 ? pieces.length : Math.min(pieces.length, violation + 1 + Math.round(most * SHARE_AFTER));
  return pieces.slice(Math.max(0, end - most), Math.max(most, end));
}
