/**
 * What explains a loss: a primary that says yes before any copy exists loses, when another one takes over, what it had
 * acknowledged and not shipped by the fault (its lag), and all that it goes on to acknowledge (while it is unfenced). So
 *
 *     lost writes = rate × (lag + unfenced time)
 *
 * with the rate of acknowledged ledger writes before the fault. All three are of the clients of one zone, or of all: under a
 * cut only some of them still reach the old primary.
 *
 * The old primary is whoever answered the latest ok write by T0, in the epoch that it had then; it is deposed if another node
 * answers an ok write later. Notes only tell its epochs apart, as in `leadership`: what a node answers once it leads again is
 * no longer the work of a deposed primary.
 */
import type { NodeId } from '../../engines/api.ts';
import { takesDown } from '../faults/vocabulary.ts';
import { GET, type History, OK } from '../history.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { type FaultInterval, faultIntervals } from './fault-intervals.ts';
import { epochsOf } from './leadership.ts';
import { isLedgerWrite } from './ledger.ts';
import { zoneNumber } from './selection.ts';

export interface DeposedOptions {
  /** The zone of the clients. Left out: all. */
  readonly zone?: string;
  /** Where the load before the fault begins to count. */
  readonly fromMs: number;
  /** When the fault took effect. */
  readonly t0Ms: number;
  /** What was answered from here on belongs to the next fault. */
  readonly toMs: number;
  readonly events: readonly ClusterEvent[];
  /** Acknowledged ledger writes that are gone, by row number. */
  readonly lostRows: ReadonlySet<number>;
}

export interface DeposedFigures {
  /** Ledger writes per second, intended in [from, T0), that ended ok. Undefined: the stretch is empty. */
  readonly ledgerPerS: number | undefined;
  /** T0 − the answer to the oldest lost ledger write that the old primary had answered by T0; 0: none. Known to 1 / rate. */
  readonly lagMs: number | undefined;
  /**
   * T0 to the old primary's last answer to an ok write of these clients, without the time in which it stood still or was down;
   * 0: it answered none. Undefined, like the lag: nobody took its place.
   */
  readonly unfencedMs: number | undefined;
}

export function deposed(history: History, options: DeposedOptions): DeposedFigures {
  const { fromMs, t0Ms, toMs, events, lostRows } = options;
  const zone = options.zone === undefined ? undefined : zoneNumber(history, options.zone);
  const isOurs = (index: number): boolean => zone === undefined || history.zone[index] === zone;
  const epochOf = epochsOf(history, events);
  const old = latestAnswer(history, fromMs, t0Ms);
  const isOld = (index: number): boolean =>
    old !== undefined && history.answeredBy[index] === history.answeredBy[old] && epochOf(index) === epochOf(old);
  let ledgerOk = 0;
  let isReplaced = false;
  let oldestLostMs = t0Ms;
  let lastMs = t0Ms;
  for (let index = 0; index < history.length; index++) {
    if (history.outcome[index] !== OK || history.kind[index] === GET || history.answeredBy[index]! < 0) continue;
    const answeredMs = history.answeredAt[index]!;
    const isLedger = isLedgerWrite(history, index);
    const intendedMs = history.intended[index]!;
    if (isLedger && isOurs(index) && intendedMs >= fromMs && intendedMs < t0Ms) ledgerOk++;
    if (answeredMs < fromMs || answeredMs >= toMs || old === undefined) continue;
    if (answeredMs > t0Ms && history.answeredBy[index] !== history.answeredBy[old]) isReplaced = true;
    if (!isOld(index) || !isOurs(index)) continue;
    if (answeredMs > t0Ms) lastMs = Math.max(lastMs, answeredMs);
    else if (isLedger && lostRows.has((history.firstRow ?? 0) + index))
      oldestLostMs = Math.min(oldestLostMs, answeredMs);
  }
  const ledgerPerS = t0Ms > fromMs ? (ledgerOk * 1000) / (t0Ms - fromMs) : undefined;
  if (!isReplaced) return { ledgerPerS, lagMs: undefined, unfencedMs: undefined };
  const idle = idleTimes(events, history.nodes[history.answeredBy[old!]!]!);
  return { ledgerPerS, lagMs: t0Ms - oldestLostMs, unfencedMs: lastMs - t0Ms - coveredMs(idle, t0Ms, lastMs) };
}

/** The index of the ok write that was answered last in [from, until]; undefined: there is none. */
function latestAnswer(history: History, fromMs: number, untilMs: number): number | undefined {
  let latest: number | undefined;
  for (let index = 0; index < history.length; index++) {
    if (history.outcome[index] !== OK || history.kind[index] === GET || history.answeredBy[index]! < 0) continue;
    const answeredMs = history.answeredAt[index]!;
    if (answeredMs < fromMs || answeredMs > untilMs) continue;
    if (latest === undefined || answeredMs >= history.answeredAt[latest]!) latest = index;
  }
  return latest;
}

/** When the node stood still or was down, by the fault log. */
const idleTimes = (events: readonly ClusterEvent[], node: NodeId): FaultInterval[] =>
  faultIntervals(events).filter(
    ({ fault }) => 'node' in fault && fault.node === node && (fault.kind === 'pause' || takesDown(fault)),
  );

/** How much of [from, to] the intervals cover together. */
function coveredMs(intervals: readonly FaultInterval[], fromMs: number, toMs: number): number {
  let covered = 0;
  let reachedMs = fromMs;
  for (const interval of [...intervals].sort((a, b) => a.fromMs - b.fromMs)) {
    const startMs = Math.max(interval.fromMs, reachedMs);
    const endMs = Math.min(interval.toMs, toMs);
    if (endMs <= startMs) continue;
    covered += endMs - startMs;
    reachedMs = endMs;
  }
  return covered;
}
