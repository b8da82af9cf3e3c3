/** Made-up rows of `failovers.csv`, for tests of the reports: every figure is invented, and none may be quoted. */
import type { TableRow, Tables } from '../tables.ts';

export type FaultRow = TableRow<'failovers'>;

/** A valid fault as all clients saw it, over after 100 ms, but for what is said. */
export function faultRow(number: number, changes: FaultRow): FaultRow {
  return {
    trial: `failover-${number}`,
    engine: 'raft',
    preset: 'default',
    runtime: 'simulation',
    topology: 'five-zones',
    durability: 'fsync',
    fault: 'kill-leader',
    target: 'n1',
    client_zone: 'all',
    at_ms: 1000,
    outage_ms: 100,
    outage_from_ms: 0,
    observed_ms: 60_000,
    censored: false,
    rto_ms: 100,
    valid: true,
    ...changes,
  };
}

/** A run of such rows, one a fault. */
export const runOf = (...changes: readonly FaultRow[]): Tables => ({
  failovers: changes.map((one, i) => faultRow(i + 1, one)),
});
