/** What goes on while a fault stands: how much is served, and how often the lead moves. */
import { type History, OK } from '../history.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { type Between, type Selection, selectRows } from './selection.ts';

/** Of the writes that were intended in the stretch, the share that ended ok, whenever; undefined: there was none. */
export function servedShare(history: History, selection: Omit<Selection, 'group'> & Between): number | undefined {
  const rows = selectRows(history, { ...selection, group: 'put' });
  return rows.length === 0 ? undefined : rows.filter((row) => history.outcome[row] === OK).length / rows.length;
}

export interface Elections {
  readonly count: number;
  /** When the last of them was won; undefined: none was. */
  readonly lastMs: number | undefined;
}

/** Leads taken in the stretch, as the nodes note them: figures to be labelled self-reported. */
export function electionsIn(events: readonly ClusterEvent[], { fromMs, toMs }: Between): Elections {
  let count = 0;
  let lastMs: number | undefined;
  for (const event of events) {
    if (event.kind !== 'note' || event.note.kind !== 'leads' || event.atMs < fromMs || event.atMs >= toMs) continue;
    count++;
    lastMs = Math.max(lastMs ?? event.atMs, event.atMs);
  }
  return { count, lastMs };
}
