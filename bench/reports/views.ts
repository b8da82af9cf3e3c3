/** Which faults of a run are shown in which way: each in the one that fits what was asked of it. */
import type { TableRow, Tables } from './tables.ts';

/** The run's tables, each with some of its faults. */
export interface Views {
  /** A model stands beside the time without a leader. */
  readonly elections: Tables;
  /** A parameter of the fault is varied. */
  readonly sweeps: Tables;
  /** The copies were looked at: whole zones were hit, and what either side had is what counts. */
  readonly zones: Tables;
  /** The faults stood for so long that what was served meanwhile is what counts. */
  readonly standing: Tables;
  /** What happened at once, or was soon over: how long until service was back. */
  readonly sudden: Tables;
}

type Row = TableRow<'failovers'>;

/** From so many ms on a fault is a state of things, not an event: longer than any engine here takes to get over one. */
const STANDS_MS = 30_000;

export function viewsOf(tables: Tables): Views {
  const { failovers = [] } = tables;
  const isElection = ({ model_ms }: Row): boolean => model_ms !== undefined;
  const isSwept = ({ fault_parameter }: Row): boolean => fault_parameter !== undefined;
  // While a fault stands, too few owners may live to be compared.
  const isZones = ({ disagreement_before_share, disagreement_share }: Row): boolean =>
    (disagreement_before_share ?? disagreement_share) !== undefined;
  const others = failovers.filter((row) => !isElection(row) && !isSwept(row));
  const rest = others.filter((row) => !isZones(row));
  // A run that has both kinds compares them by the time until service was back.
  const allStand = rest.every(({ fault_for_ms = 0 }) => fault_for_ms >= STANDS_MS);
  const those = (rows: readonly Row[]): Tables => ({ ...tables, failovers: rows });
  return {
    elections: those(failovers.filter(isElection)),
    sweeps: those(failovers.filter((row) => !isElection(row) && isSwept(row))),
    zones: those(others.filter(isZones)),
    standing: those(allStand ? rest : []),
    sudden: those(allStand ? [] : rest),
  };
}
