/** A made-up run of many faults on two topologies, for tests of the reports: every figure is invented, and none may be quoted. */
import type { Run } from '../run.ts';
import { CANNOT_RUN, type TableRow } from '../tables.ts';
import { INVENTED_MANIFEST } from './made-up-run.ts';

interface Effect {
  /** Outage; undefined: never over. */
  readonly ms: number | undefined;
  readonly lost?: number;
  readonly unfencedMs?: number;
  readonly isFalse?: boolean;
}

const FAULTS = 3;
const OBSERVED_MS = 180_000;
const RATE_PER_S = 10;
/** By topology: its client zones; the primary, n1, stands in the first. */
const TOPOLOGIES: { readonly [name: string]: readonly string[] } = { pair: ['east'], 'two-coasts': ['east', 'west'] };
const PAUSES_MS = [100, 3000, 60_000];

/** What a preset does, as clients inside the primary's zone, or outside it, see it. */
type Preset = (fault: string, forMs: number | undefined, isInside: boolean) => Effect;

const well: Preset = (fault, forMs, isInside) => {
  if (fault === 'cut-leader-zone') return { ms: isInside ? 43_000 : 1200, unfencedMs: 0 };
  if (fault === 'pause-leader' && forMs! < 1000) return { ms: forMs! + 50 };
  return { ms: 1200, isFalse: fault === 'pause-leader', unfencedMs: 0 };
};

const unfenced: Preset = (fault, forMs, isInside) => {
  if (fault !== 'cut-leader-zone') return well(fault, forMs, isInside);
  return isInside ? { ms: 120, lost: 430, unfencedMs: 43_000 } : { ms: 3600, lost: 0, unfencedMs: 0 };
};

const nobody: Preset = (fault, forMs, isInside) => {
  if (fault === 'cut-leader-zone') return { ms: isInside ? 120 : 43_000 };
  return { ms: forMs === undefined ? undefined : forMs + 50 };
};

const PRESETS: { readonly [preset: string]: Preset } = { default: well, manual: nobody, vrrp: unfenced };

const KINDS: readonly (readonly [fault: string, forMs: number | undefined])[] = [
  ['kill-leader', undefined],
  ['cut-leader-zone', 43_000],
  ...PAUSES_MS.map((forMs) => ['pause-leader', forMs] as const),
];

export function madeUpGrid(): Run {
  const trials: TableRow<'trials'>[] = [];
  const failovers: TableRow<'failovers'>[] = [];
  const nodes: TableRow<'nodes'>[] = [];
  for (const [topology, zones] of Object.entries(TOPOLOGIES)) {
    for (const [preset, effectOf] of Object.entries(PRESETS)) {
      for (const [fault, forMs] of KINDS) {
        for (let seed = 1; seed <= FAULTS; seed++) {
          const trial = `failover-${preset}-${trials.length + 1}`;
          const common = {
            trial,
            engine: 'primary-replica',
            preset,
            runtime: 'simulation',
            topology,
            seed,
            valid: true,
          };
          trials.push({ ...common, suite: 'hot-standby', measure: 'failover', nodes: 2, zones: zones.length });
          nodes.push({ trial, node: 'n1', zone: 'east', up: true });
          for (const client_zone of zones) {
            const { ms, lost = 0, unfencedMs, isFalse = false } = effectOf(fault, forMs, client_zone === 'east');
            failovers.push({
              ...common,
              durability: 'fsync',
              fault: forMs === undefined ? fault : `${fault}-${forMs / 1000}s`,
              fault_for_ms: forMs,
              target: fault === 'cut-leader-zone' ? 'east' : 'n1',
              client_zone,
              at_ms: 10_000,
              outage_ms: (ms ?? OBSERVED_MS) + seed,
              outage_from_ms: 0,
              censored: ms === undefined,
              observed_ms: OBSERVED_MS,
              rto_ms: ms,
              acked: 2000,
              acked_lost: lost,
              accepted: 0,
              accepted_lost: 0,
              shadowed: 0,
              ledger_per_s: RATE_PER_S,
              lag_ms: unfencedMs === undefined ? undefined : 0,
              unfenced_ms: unfencedMs,
              false_failovers: isFalse ? 1 : 0,
              dual_primary_ms: client_zone === 'east' && lost > 0 ? 40_000 : 0,
            });
          }
        }
      }
    }
  }
  trials.push({
    trial: 'failover-watched-0',
    engine: 'primary-replica',
    preset: 'watched',
    topology: 'pair',
    measure: 'failover',
    valid: false,
    void_reason: `${CANNOT_RUN}members must hold three witnesses, but there is none.`,
  });
  const manifest = { ...INVENTED_MANIFEST, suite: 'hot-standby', title: 'Hot standbys compared' };
  return { directory: '/nowhere', manifest, tables: { trials, failovers, nodes } };
}
