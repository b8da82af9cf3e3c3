/** The tables of a run's folder. Their schemas, in `tables/`, are data: everything else about a table follows from them. */
import type { RowOf, TableSchema } from './tables/column.ts';
import { conflicts } from './tables/conflicts.ts';
import { detections } from './tables/detections.ts';
import { failovers } from './tables/failovers.ts';
import { floor, latency, nodes, service, timeline } from './tables/samples.ts';
import { staleness } from './tables/staleness.ts';
import { trials } from './tables/trials.ts';

export const TABLES = {
  trials,
  failovers,
  timeline,
  latency,
  nodes,
  floor,
  service,
  staleness,
  detections,
  conflicts,
} as const satisfies {
  readonly [name: string]: TableSchema;
};

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/** One row of a table. Every cell may be left out: it was not measured then, and its cell in the file is empty. */
export type TableRow<Name extends TableName> = RowOf<(typeof TABLES)[Name]['columns']>;

/** The tables that a run has. One that is missing was never written; an empty one has a header and no row. */
export type Tables = { readonly [Name in TableName]?: readonly TableRow<Name>[] };

/** How the reason begins for which a preset has no figures on a topology: its own validation says no. */
export const CANNOT_RUN = 'cannot run: ';

/** The name of a table's file in the run's folder. */
export const tableFile = (name: TableName): string => `${name}.csv`;
