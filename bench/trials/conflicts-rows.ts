/** From a trial of conflicts to its rows of `conflicts.csv`: all of it, and what was done while the fault stood, on either side. */
import { standsMs } from '../faults/fault-plan.ts';
import type { History } from '../history.ts';
import { Conflicts, type DocumentAudit, type EditFigures, type EditSelection } from '../measures/conflicts.ts';
import { shareText } from '../reports/numbers.ts';
import type { TableRow } from '../reports/tables.ts';
import type { ConflictsObserved } from './conflicts-trial.ts';
import { NOTHING } from './planned-faults.ts';
import type { ConflictsSpec, TrialSpec } from './spec.ts';

type Row = TableRow<'conflicts'>;

export function conflictsRows(
  spec: TrialSpec,
  { plan }: ConflictsSpec,
  observed: ConflictsObserved,
  history: History,
  audit: DocumentAudit,
  voidReason: string | undefined,
): Row[] {
  const { fromMs, toMs, t0Ms, zonesHit } = observed;
  const measured = new Conflicts(history, audit);
  const shared: Row = {
    trial: spec.trial,
    engine: spec.engine.name,
    preset: spec.engine.preset,
    topology: spec.topology,
    client_policy: spec.policy.name,
    documents: spec.workload.documents,
    delete_share: spec.workload.mix.delete,
    offered_per_s: spec.ratesPerS[0],
    fault: plan?.name ?? NOTHING,
    fault_for_ms: plan && standsMs(plan),
    seed: spec.seed,
  };
  const verdict: Row = { valid: voidReason === undefined, void_reason: voidReason };
  const rowOf = (
    stretch: string,
    side: string,
    selection: Required<Omit<EditSelection, 'zones'>> & EditSelection,
  ): Row => {
    const observedS = (selection.toMs - selection.fromMs) / 1000;
    return {
      ...shared,
      stretch,
      side,
      observed_s: observedS,
      ...editColumns(measured.edits(selection), observedS),
      ...deleteColumns(measured, selection),
      ...verdict,
    };
  };
  const all = { ...rowOf('all', 'all', { fromMs, toMs }), ...documentColumns(measured, observed) };
  if (t0Ms === undefined) return [all];
  const meanwhile = { fromMs: t0Ms, toMs };
  const others = new Set(history.zones.filter((zone) => !zonesHit.has(zone)));
  return [
    all,
    rowOf('fault', 'all', meanwhile),
    rowOf('fault', 'hit', { ...meanwhile, zones: zonesHit }),
    rowOf('fault', 'others', { ...meanwhile, zones: others }),
  ];
}

function editColumns(edits: EditFigures, observedS: number): Row {
  const { survival } = edits;
  const surviving = survival && survival.committed.surviving + survival.accepted.surviving;
  return {
    edits: edits.offered,
    committed: edits.committed,
    accepted: edits.accepted,
    refused_conflict: edits.refusedConflict,
    refused_other: edits.refusedOtherwise,
    unknown: edits.unknown,
    acknowledged_within: edits.acknowledgedWithin,
    committed_surviving: survival?.committed.surviving,
    committed_stored: survival?.committed.stored,
    committed_lost: survival?.committed.lost,
    committed_unread: survival?.committed.unread,
    accepted_surviving: survival?.accepted.surviving,
    accepted_stored: survival?.accepted.stored,
    accepted_lost: survival?.accepted.lost,
    accepted_unread: survival?.accepted.unread,
    surviving_per_s: surviving === undefined ? undefined : surviving / observedS,
    surviving_share: surviving === undefined || edits.offered === 0 ? undefined : surviving / edits.offered,
    unknown_surviving: survival?.unknownSurviving,
    refused_surviving: survival?.refusedSurviving,
    doubled: survival?.doubled,
    beaten_by_older: survival?.beatenByOlder,
  };
}

function deleteColumns(measured: Conflicts, selection: EditSelection): Row {
  const { offered, acknowledged, overruled, unread } = measured.deletes(selection);
  return {
    deletes: offered,
    deletes_acknowledged: acknowledged,
    deletes_overruled: overruled,
    deletes_unread: unread,
  };
}

function documentColumns(measured: Conflicts, { convergedMs, unconvergedShare }: ConflictsObserved): Row {
  const { documents, unread, differing, losingVersions, inConflict } = measured.documents();
  return {
    documents_used: documents,
    documents_unread: unread,
    documents_differing: differing,
    losing_versions: losingVersions,
    documents_in_conflict: inConflict,
    converged_ms: convergedMs,
    unconverged_share: unconvergedShare,
  };
}

/** In a few words, for who watches the run. */
export function conflictsSummary(rows: readonly Row[]): string {
  const [row] = rows;
  if (row === undefined) return 'nothing to judge';
  const {
    edits = 0,
    committed = 0,
    accepted = 0,
    surviving_share,
    losing_versions = 0,
    deletes_acknowledged = 0,
    deletes_unread = 0,
  } = row;
  if (surviving_share === undefined) {
    return `${row.deletes_overruled ?? 0} of ${deletes_acknowledged - deletes_unread} acknowledged deletes overruled`;
  }
  const acknowledged = edits === 0 ? 0 : (committed + accepted) / edits;
  return `of ${edits} edits ${shareText(acknowledged)} acknowledged, ${shareText(surviving_share)} survive; ${losing_versions} losing versions`;
}
