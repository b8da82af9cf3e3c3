/**
 * The ledger: which acknowledged writes are gone.
 *
 * "Acknowledged but gone" cannot be computed on keys that are overwritten. So a share of the writes goes to fresh keys written
 * once, and to documents that unique elements are appended to; only these are counted here. *Lost* is an acknowledged ledger
 * write that is absent from every node's audit read; *shadowed* one that only a `versions` read still shows.
 */
import { FAIL, GET, type History, isDocumentKey, isLedgerKey, OK } from '../history.ts';
import type { Audit } from './audit.ts';
import { type Selection, selectRows } from './selection.ts';

export interface LedgerOptions {
  /** Left out: all clients. */
  readonly zone?: string;
  /** Writes by intended start: from ≤ intended < to. Left out: all. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** When the fault took effect. */
  readonly t0Ms: number;
}

export interface LedgerFigures {
  /** Ledger writes that ended ok, the accepted ones included: accepted is a way of being acknowledged. */
  readonly acked: number;
  readonly ackedLost: number;
  /** Those of `acked` and of `ackedLost` that were acknowledged below the promised number of copies. */
  readonly accepted: number;
  readonly acceptedLost: number;
  /** Acknowledged, and kept only as a losing version. Not lost. */
  readonly shadowed: number;
  /** Acknowledged, but not found, and not read at every node: neither lost nor safe. */
  readonly unread: number;
  /** Definite failures that the audit found all the same. */
  readonly resurrected: number;
  /** End of the newest lost write − intended start of the oldest; 0 if none was lost, undefined if none was acknowledged. */
  readonly lossWindowMs: number | undefined;
  /** The part of the loss window that lies before T0. */
  readonly lossWindowBeforeFaultMs: number | undefined;
  /** The rows behind the counts, by row number (`firstRow` + index), for measures that leave them out. */
  readonly lostRows: ReadonlySet<number>;
  readonly shadowedRows: ReadonlySet<number>;
}

/** Whether what stands at this index is a write that the audit can find again. */
export function isLedgerWrite(history: History, index: number): boolean {
  const key = history.key[index]!;
  return history.kind[index] !== GET && (isLedgerKey(key) || isDocumentKey(key));
}

/** Looks every ledger write up in the audit. */
export function ledger(history: History, audit: Audit, options: LedgerOptions): LedgerFigures {
  const { t0Ms, ...rest } = options;
  const selection: Selection = { ...rest, group: 'put' };
  const firstRow = history.firstRow ?? 0;
  const lostRows = new Set<number>();
  const shadowedRows = new Set<number>();
  let acked = 0;
  let accepted = 0;
  let acceptedLost = 0;
  let unread = 0;
  let resurrected = 0;
  let oldestMs = Number.POSITIVE_INFINITY;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const index of selectRows(history, selection)) {
    if (!isLedgerWrite(history, index)) continue;
    const row = firstRow + index;
    const found = audit.found.has(row);
    const kept = audit.kept.has(row);
    if (history.outcome[index] === FAIL && (found || kept)) resurrected++;
    if (history.outcome[index] !== OK) continue;
    acked++;
    const isAccepted = history.accepted[index] === 1;
    if (isAccepted) accepted++;
    if (found) continue;
    if (kept) {
      shadowedRows.add(row);
    } else if (audit.unread.has(history.key[index]!)) {
      unread++;
    } else {
      lostRows.add(row);
      if (isAccepted) acceptedLost++;
      oldestMs = Math.min(oldestMs, history.intended[index]!);
      newestMs = Math.max(newestMs, history.end[index]!);
    }
  }
  const nothingLost = acked === 0 ? undefined : 0;
  const anyLost = lostRows.size > 0;
  return {
    acked,
    ackedLost: lostRows.size,
    accepted,
    acceptedLost,
    shadowed: shadowedRows.size,
    unread,
    resurrected,
    lossWindowMs: anyLost ? newestMs - oldestMs : nothingLost,
    lossWindowBeforeFaultMs: anyLost ? Math.max(0, Math.min(newestMs, t0Ms) - oldestMs) : nothingLost,
    lostRows,
    shadowedRows,
  };
}

/**
 * Every lost or shadowed write of the whole history: what `staleness` leaves out. A read of one zone may miss a write of
 * another, so this is never narrowed to a zone or a stretch of time.
 */
export function missingWrites(history: History, audit: Audit): ReadonlySet<number> {
  const { lostRows, shadowedRows } = ledger(history, audit, { t0Ms: 0 });
  return new Set([...lostRows, ...shadowedRows]);
}
