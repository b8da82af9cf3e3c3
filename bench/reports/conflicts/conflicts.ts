/** What `conflicts.csv` says: of each preset, its clients, topology, fault and number of documents what became of the edits, over its seeds. */
import { faultWithoutLength } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { groupByPreset, type PresetName, presetLabel } from '../presets.ts';
import { type DurationSpread, durationSpread, sum } from '../statistics.ts';
import { CANNOT_RUN, type TableRow, type Tables } from '../tables.ts';

type Row = TableRow<'conflicts'>;

/** Sums over trials. */
export interface Tally {
  readonly edits: number;
  readonly committed: number;
  readonly accepted: number;
  readonly refusedConflict: number;
  readonly refusedOther: number;
  readonly unknown: number;
  /** Acknowledged, and known to the client before the fault was healed. */
  readonly within: number;
  /** Of the acknowledged ones. */
  readonly surviving: number;
  readonly stored: number;
  readonly lost: number;
  readonly unread: number;
  readonly beatenByOlder: number;
  /** In the winner though unknown, though refused, and more than once. */
  readonly unknownSurviving: number;
  readonly refusedSurviving: number;
  readonly doubled: number;
  /** Acknowledged, of documents that some node showed. */
  readonly deletesJudged: number;
  readonly deletesOverruled: number;
}

export interface ConflictsCell {
  readonly label: string;
  readonly documents: number;
  readonly fault: string;
  readonly deleteShare: number;
  /** Trials. */
  readonly n: number;
  /** Edits intended while the fault stood; where there was none, all. */
  readonly judged: Tally;
  /** Those of them by clients in the zone that was hit, and in the others; undefined: there was no fault. */
  readonly hit: Tally | undefined;
  readonly others: Tally | undefined;
  /** A trial, in the mean. */
  readonly losingVersions: number;
  readonly inConflict: number;
  /** Documents of which nodes show different winners, or no node any. */
  readonly differing: number;
  readonly unread: number;
  /** From the heal; what never came is censored. */
  readonly converged: DurationSpread | undefined;
}

export interface ConflictsFault {
  readonly key: string;
  readonly words: string;
  readonly forMs: number | undefined;
}

export interface ConflictsPlace {
  readonly topology: string;
  /** One a preset; one for each policy of its clients, with the policy behind it, where a preset was edited by several. */
  readonly labels: readonly string[];
  /** By label, what is enough to tell it from the others: without its engine, if no other engine has a preset of that name. */
  readonly names: ReadonlyMap<string, string>;
  /** By label, the policy of the clients that edited. */
  readonly clients: ReadonlyMap<string, string>;
  readonly faults: readonly ConflictsFault[];
  /** Fewest first. */
  readonly documents: readonly number[];
  /** Operations that all clients together began in a second: each rate once. */
  readonly offeredPerS: readonly number[];
  readonly cells: readonly ConflictsCell[];
  /** Of trials in which documents were deleted too: what became of deletes. */
  readonly deletes: readonly ConflictsCell[];
  /** Presets that cannot run there, and why, in the engine's words. */
  readonly refusals: readonly { readonly label: string; readonly reason: string }[];
}

const WORDS: { readonly [fault: string]: string } = { none: 'no fault', 'cut-random-zone': 'zone cut off' };

/** By topology, in the order in which they came. */
export function conflictsOf(tables: Tables): ConflictsPlace[] {
  const rows = (tables.conflicts ?? []).filter(({ valid }) => valid !== false);
  return groupBy(rows, ({ topology = '' }) => topology).map((ofPlace): ConflictsPlace => {
    const topology = ofPlace[0]!.topology ?? '';
    const lines = linesOf(ofPlace);
    const cells = lines.flatMap(({ label, rows: mine }) => groupBy(mine, cellKey).map((group) => cellOf(label, group)));
    const refused = (tables.trials ?? []).filter(
      (trial) =>
        trial.measure === 'conflicts' &&
        trial.topology === topology &&
        trial.void_reason?.startsWith(CANNOT_RUN) === true,
    );
    return {
      topology,
      labels: lines.map(({ label }) => label),
      clients: new Map(lines.map(({ label, client }) => [label, client])),
      names: new Map(lines.map(({ label, name }) => [label, name])),
      faults: faultsOf(ofPlace),
      documents: [...new Set(cells.map(({ documents }) => documents))].sort((a, b) => a - b),
      offeredPerS: [...new Set(ofPlace.map(({ offered_per_s }) => offered_per_s ?? 0))],
      cells: cells.filter(({ deleteShare }) => deleteShare === 0),
      deletes: cells.filter(({ deleteShare }) => deleteShare > 0),
      refusals: groupByPreset(refused).map(({ label, rows: mine }) => ({
        label,
        reason: mine[0]!.void_reason!.slice(CANNOT_RUN.length),
      })),
    };
  });
}

interface Line {
  readonly label: string;
  readonly name: string;
  readonly client: string;
  readonly rows: readonly Row[];
}

/** Trials of different clients are never pooled: what a client makes of an answer is part of every figure. */
function linesOf(rows: readonly Row[]): Line[] {
  const presets = groupByPreset(rows);
  return presets.flatMap(({ name, label, rows: ofPreset }) => {
    const shortest = shortName(name, presets);
    const byClient = groupBy(ofPreset, ({ client_policy = '' }) => client_policy);
    return byClient.map((mine): Line => {
      const { client_policy: client = '' } = mine[0]!;
      const suffix = byClient.length > 1 ? ` (${client})` : '';
      return { label: label + suffix, name: shortest + suffix, client, rows: mine };
    });
  });
}

function shortName({ engine, preset }: PresetName, all: readonly { readonly name: PresetName }[]): string {
  const [base = ''] = preset.split(',');
  const isNamed = base !== 'default' && !base.includes('=');
  const isOne = all.filter(({ name }) => name.preset === preset).length === 1;
  return isNamed && isOne ? preset : presetLabel({ engine, preset });
}

const faultKey = ({ fault = '', fault_for_ms }: Row): string =>
  `${faultWithoutLength(fault, fault_for_ms)}/${fault_for_ms ?? ''}`;
const cellKey = (row: Row): string => `${faultKey(row)}/${row.documents ?? 0}/${row.delete_share ?? 0}`;

/** Kinds in the order in which they came, and of one kind the shortest first. */
function faultsOf(rows: readonly Row[]): ConflictsFault[] {
  const kinds = [...new Set(rows.map(({ fault = '', fault_for_ms }) => faultWithoutLength(fault, fault_for_ms)))];
  const faults = groupBy(rows, faultKey).map(([row]) => {
    const kind = faultWithoutLength(row!.fault ?? '', row!.fault_for_ms);
    return { key: faultKey(row!), kind: kinds.indexOf(kind), words: WORDS[kind] ?? kind, forMs: row!.fault_for_ms };
  });
  return faults.sort((a, b) => a.kind - b.kind || (a.forMs ?? 0) - (b.forMs ?? 0));
}

function cellOf(label: string, rows: readonly Row[]): ConflictsCell {
  const [first] = rows;
  const of = (stretch: string, side: string): Row[] =>
    rows.filter((row) => row.stretch === stretch && row.side === side);
  const whole = of('all', 'all');
  const meanwhile = of('fault', 'all');
  const [hit, others] = [of('fault', 'hit'), of('fault', 'others')];
  const mean = (
    name: 'losing_versions' | 'documents_in_conflict' | 'documents_differing' | 'documents_unread',
  ): number => (sum(whole.map((row) => row[name])) ?? 0) / whole.length;
  return {
    label,
    documents: first!.documents ?? 0,
    fault: faultKey(first!),
    deleteShare: first!.delete_share ?? 0,
    n: whole.length,
    judged: tallyOf(meanwhile.length > 0 ? meanwhile : whole),
    hit: hit.length > 0 ? tallyOf(hit) : undefined,
    others: others.length > 0 ? tallyOf(others) : undefined,
    losingVersions: mean('losing_versions'),
    inConflict: mean('documents_in_conflict'),
    differing: mean('documents_differing'),
    unread: mean('documents_unread'),
    converged: durationSpread(
      whole.flatMap(({ converged_ms, unconverged_share }) => {
        if (converged_ms !== undefined) return { ms: converged_ms, censored: false };
        return unconverged_share === undefined ? [] : { ms: 0, censored: true };
      }),
    ),
  };
}

function tallyOf(rows: readonly Row[]): Tally {
  const of = (...names: (keyof Row)[]): number =>
    sum(rows.flatMap((row) => names.map((name) => row[name] as number | undefined))) ?? 0;
  return {
    edits: of('edits'),
    committed: of('committed'),
    accepted: of('accepted'),
    refusedConflict: of('refused_conflict'),
    refusedOther: of('refused_other'),
    unknown: of('unknown'),
    within: of('acknowledged_within'),
    surviving: of('committed_surviving', 'accepted_surviving'),
    stored: of('committed_stored', 'accepted_stored'),
    lost: of('committed_lost', 'accepted_lost'),
    unread: of('committed_unread', 'accepted_unread'),
    beatenByOlder: of('beaten_by_older'),
    unknownSurviving: of('unknown_surviving'),
    refusedSurviving: of('refused_surviving'),
    doubled: of('doubled'),
    deletesJudged: of('deletes_acknowledged') - of('deletes_unread'),
    deletesOverruled: of('deletes_overruled'),
  };
}
