/** Measured round trips between the regions of cloud providers, and the links that follow from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { sourceFolder } from '../paths.ts';
import type { LinkRule } from './link-rules.ts';
import type { Delay } from './links.ts';

const folder = sourceFolder('bench/topologies/regions');

export const regionTableNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .map((file) => basename(file, '.csv'))
    .sort();

export interface RegionTable {
  readonly regions: readonly string[];
  /** The mean of both directions, or the one that was measured; undefined if none was. */
  roundTripMs(a: string, b: string): number | undefined;
}

export const loadRegionTable = (name: string): RegionTable =>
  readRegionTable(readFileSync(`${folder}/${name}.csv`, 'utf8'));

/** Reads CSV with the columns `from`, `to` and `rtt_ms`. */
export function readRegionTable(csv: string): RegionTable {
  const rows: { readonly from: string; readonly to: string; readonly rtt_ms: string }[] = parse(csv, { columns: true });
  const measured = new Map(rows.map(({ from, to, rtt_ms }) => [`${from} ${to}`, Number(rtt_ms)]));
  return {
    regions: [...new Set(rows.flatMap(({ from, to }) => [from, to]))].sort(),
    roundTripMs(a, b) {
      const there = measured.get(`${a} ${b}`);
      const back = measured.get(`${b} ${a}`);
      return there === undefined || back === undefined ? (there ?? back) : (there + back) / 2;
    },
  };
}

/**
 * Links of half a round trip each way, between all zones and within each; `regionOf` says where a zone is. The jitter comes
 * on top.
 *
 * @throws {Error} for two regions between which nothing was measured.
 */
export function regionLinks(
  table: RegionTable,
  zones: readonly string[],
  regionOf: (zone: string) => string,
  jitter: Delay | undefined,
): LinkRule[] {
  return zones.flatMap((zone, i) =>
    zones.slice(i).map((other): LinkRule => {
      const [from, to] = [regionOf(zone), regionOf(other)];
      const roundTripMs = table.roundTripMs(from, to);
      if (roundTripMs === undefined) throw new Error(`no round trip was measured between ${from} and ${to}`);
      const distance: Delay = { kind: 'constant', ms: roundTripMs / 2 };
      return {
        from: { zone },
        to: { zone: other },
        bothWays: true,
        sameZone: false,
        changes: { delay: jitter === undefined ? distance : { kind: 'sum', parts: [distance, jitter] } },
      };
    }),
  );
}
