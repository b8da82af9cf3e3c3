/** A made-up run of faults of whole zones, for tests of the reports: every figure is invented, and none may be quoted. */
import type { Run } from '../run.ts';
import { CANNOT_RUN, type TableRow } from '../tables.ts';
import { INVENTED_MANIFEST } from './made-up-run.ts';

const FAULTS = 6;
/** By topology: its client zones; the first is hit. */
const TOPOLOGIES: { readonly [name: string]: readonly string[] } = {
  'three-coasts': ['east', 'midwest', 'west'],
  'two-coasts': ['east', 'west'],
};
const KINDS: readonly (readonly [fault: string, forMs: number])[] = [
  ['cut-random-zone', 600_000],
  ['cut-random-zone', 10_000],
  ['kill-random-zone', 60_000],
];

/** A quorum serves nobody in a zone that is cut off; one copy serves all, and loses some; the last option lists are long. */
const PRESETS = {
  default: { hitServed: 0.004, lost: 0, accepted: 0, shadowed: 0, local: 0 },
  one: { hitServed: 1, lost: 7, accepted: 0, shadowed: 0, local: 1 },
  'copies=4,writeQuorum=3,readQuorum=3,answers=accepting': {
    hitServed: 1,
    lost: 1234,
    accepted: 500,
    shadowed: 12,
    local: 0.5,
  },
} as const;

export function madeUpZones(): Run {
  const trials: TableRow<'trials'>[] = [];
  const failovers: TableRow<'failovers'>[] = [];
  for (const [topology, zones] of Object.entries(TOPOLOGIES)) {
    for (const [preset, figures] of Object.entries(PRESETS)) {
      for (const [kind, forMs] of KINDS) {
        for (let seed = 1; seed <= FAULTS; seed++) {
          const trial = `failover-${trials.length + 1}`;
          const common = { trial, engine: 'multi-primary', preset, runtime: 'simulation', topology, seed, valid: true };
          trials.push({ ...common, suite: 'zones', measure: 'failover' });
          const isCut = kind === 'cut-random-zone';
          for (const [i, client_zone] of zones.entries()) {
            const isShutOut = isCut && i === 0 && figures.hitServed < 0.5;
            failovers.push({
              ...common,
              durability: 'fsync',
              fault: `${kind}-${forMs / 1000}s`,
              fault_for_ms: forMs,
              target: zones[0],
              client_zone,
              zone_hit: i === 0,
              at_ms: 10_000,
              outage_ms: isShutOut ? forMs + 100 : 800 + seed,
              censored: false,
              observed_ms: forMs + 10_000,
              resolution_ms: 200,
              served_share: isCut && i === 0 ? figures.hitServed : 1,
              put_local_before_share: figures.local,
              get_local_before_share: figures.local,
              put_local_share: figures.local,
              get_local_share: figures.local,
              acked: 3000,
              acked_lost: isCut && i === 0 && seed === 1 ? figures.lost : 0,
              accepted: isCut ? figures.accepted : 0,
              accepted_lost: 0,
              shadowed: isCut ? figures.shadowed : 0,
              // The shortest cut leaves some copies of one fault different for good.
              converged_ms: forMs === 10_000 && seed === 1 ? undefined : 500,
              unconverged_share: forMs === 10_000 && seed === 1 ? 0.01 : 0,
              disagreement_before_share: 0.01,
              disagreement_share: isCut ? 0.75 : 0.004,
              disagreement_after_share: 0.05,
            });
          }
        }
      }
    }
  }
  trials.push({
    trial: 'failover-0',
    engine: 'multi-primary',
    preset: 'everywhere',
    topology: 'two-coasts',
    measure: 'failover',
    valid: false,
    void_reason: `${CANNOT_RUN}copies: expected a whole number from 1 to 6, got 9.`,
  });
  const manifest = { ...INVENTED_MANIFEST, suite: 'zones', title: 'Zones compared' };
  return { directory: '/nowhere', manifest, tables: { trials, failovers } };
}
