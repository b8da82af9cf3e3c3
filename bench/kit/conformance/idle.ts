/** A cluster that nobody asks anything is quiet: its nodes say little, and their logs stand still. */
import type { Check } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

const SETTLE_MS = 5000;
const IDLE_S = 20;
/** A leader that beats every 20 ms towards four others. */
const MESSAGES_PER_NODE_AND_S = 200;
const ENTRIES_PER_NODE_AND_S = 1;

export const idle: Check = {
  name: 'idle',
  promise: 'an idle cluster says little and writes next to nothing',
  presets: 'all',
  run(setting) {
    const sent = new Map<string, number>();
    const onDeliver = (from: string): void => void sent.set(from, (sent.get(from) ?? 0) + 1);
    const cluster = new LoadedCluster(setting, 1, { onDeliver });
    const { simulation } = cluster;
    cluster.service();
    simulation.run(SETTLE_MS);
    sent.clear();
    const written = cluster.ids.map((id) => simulation.node(id).disk.entries.length);
    simulation.run(IDLE_S * 1000);
    for (const [at, id] of cluster.ids.entries()) {
      const messagesPerS = (sent.get(id) ?? 0) / IDLE_S;
      if (messagesPerS > MESSAGES_PER_NODE_AND_S) {
        return `${id} sends ${messagesPerS} messages a second while nobody asks anything, more than ${MESSAGES_PER_NODE_AND_S}`;
      }
      const entriesPerS = (simulation.node(id).disk.entries.length - written[at]!) / IDLE_S;
      if (entriesPerS > ENTRIES_PER_NODE_AND_S) {
        return `the log of ${id} grows by ${entriesPerS} entries a second while nobody asks anything`;
      }
    }
    return undefined;
  },
};
