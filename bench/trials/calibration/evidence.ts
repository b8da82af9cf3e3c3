/** What a run on threads tells the fit. */
import type { Run } from '../../reports/run.ts';
import { type PresetFigures, presetFigures } from '../../reports/scorecard/figures.ts';
import { CannotFit, type Evidence, type Pace } from './fit.ts';

/** It holds nothing but one copy, and so shows what threads and files cost by themselves. */
export const BASELINE = 'unreplicated';

/**
 * Of the presets with these labels, the baseline among them.
 *
 * @throws {CannotFit} if something is missing that the fit cannot do without.
 */
export function evidenceOf({ directory, manifest, tables }: Run, labels: readonly string[]): Evidence {
  const presets = presetFigures(tables).filter(({ label }) => labels.includes(label));
  const baseline = presets.find(({ label }) => label === BASELINE);
  const idleRead = baseline?.service.find(({ operation }) => operation === 'get');
  const missing = (what: string): CannotFit => new CannotFit(`${directory} has no ${what}`);
  if (manifest.sync === undefined) throw missing('time that a sync of its disk takes');
  if (idleRead?.p50Ms === undefined || idleRead.p99Ms === undefined) {
    throw missing(`valid service time of ${BASELINE}`);
  }
  const paces = presets.flatMap(pacesOf);
  if (!paces.some(({ isBaseline, durability, isFull }) => isBaseline && durability === 'none' && isFull)) {
    throw missing(`valid throughput of ${BASELINE} without syncs`);
  }
  return {
    sync: manifest.sync,
    idleRead: { p50Ms: idleRead.p50Ms.median, p99Ms: idleRead.p99Ms.median },
    paces,
  };
}

function pacesOf({ label, throughput }: PresetFigures): Pace[] {
  const most = Math.max(...throughput.map(({ clients }) => clients));
  return throughput.flatMap(({ durability, clients, perS }) => {
    if (perS === undefined || (durability !== 'fsync' && durability !== 'none')) return [];
    return [
      { label, isBaseline: label === BASELINE, durability, clients, isFull: clients === most, perS: perS.median },
    ];
  });
}
