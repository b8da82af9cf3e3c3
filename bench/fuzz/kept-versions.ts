/**
 * The versions that nodes still keep once all is quiet, where an engine promises to keep those that lost: they are asked for as a client asks. Of keys whose
 * writes all show in some copy nobody need ask.
 */
import type { Operation } from '../../engines/api.ts';
import type { HistoryLine } from '../history-line.ts';
import type { Simulation } from '../runtimes/simulation/simulation.ts';

const KEYS_AT_ONCE = 100;
const PATIENCE_MS = 5000;
const TRIES = 3;

/** By key, what any node that is up has answered. */
export function keptVersions(
  simulation: Simulation,
  lines: readonly HistoryLine[],
): ReadonlyMap<string, readonly string[]> {
  const kept = new Map<string, Set<string>>(keysInQuestion(simulation, lines).map((key) => [key, new Set()]));
  for (const { id, up } of simulation.nodes()) if (up) askNode(simulation, id, kept);
  return new Map([...kept].map(([key, texts]) => [key, [...texts]]));
}

/** Those with an acknowledged write whose value no copy has as it is. */
function keysInQuestion(simulation: Simulation, lines: readonly HistoryLine[]): string[] {
  const stores = simulation.nodes().flatMap(({ up, host }) => (up ? [host.store] : []));
  const keys = lines.flatMap(({ key, op, outcome, value }) => {
    if (outcome !== 'ok' || op === 'get' || stores.some((store) => store.get(key) === value)) return [];
    return [key];
  });
  return [...new Set(keys)];
}

function askNode(simulation: Simulation, node: string, kept: ReadonlyMap<string, Set<string>>): void {
  const end = simulation.clientEnd(simulation.clientZones[0]!);
  const keys = [...kept.keys()];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    let open = new Set(keys.slice(from, from + KEYS_AT_ONCE));
    for (let tries = 0; tries < TRIES && open.size > 0; tries++) {
      const asked = [...open];
      const left = new Set(asked);
      const requests = asked.map((key) => {
        const operation: Operation = { kind: 'get', key };
        return { operation, read: 'versions' as const, session: 'audit', serial: tries, settled: tries };
      });
      simulation.askTogether(end, node, requests, (place, answer) => {
        if (answer.outcome === 'ok')
          for (const text of answer.result.versions ?? []) kept.get(asked[place]!)!.add(text);
        if (answer.outcome === 'ok') left.delete(asked[place]!);
      });
      const untilMs = simulation.nowMs + PATIENCE_MS;
      while (left.size > 0 && simulation.nowMs < untilMs) simulation.run(Math.min(20, untilMs - simulation.nowMs));
      open = left;
    }
  }
}
