/** The injuries by name, with the parameters that each has in a plan's YAML, and what they are if left out. */
import { z } from 'zod';
import type { Injury } from './steps.ts';

export type InjuryKind = Injury['kind'];

const share = z
  .number('expected a number')
  .min(0, 'expected a share from 0 to 1')
  .max(1, 'expected a share from 0 to 1');
const wholeMs = z.int('expected a whole number').min(1, 'expected at least 1');
const someMs = z.number('expected a number').positive('expected a number above 0');

/** The fields of all injuries; each is allowed where `PARAMETERS` says. */
export const injuryFields = {
  clients: z.enum(['outside', 'inside', 'everywhere']).optional(),
  side: z.enum(['minority', 'majority', 'random']).optional(),
  way: z.enum(['both', 'out', 'in']).optional(),
  type: z.string('expected the type of a message').optional(),
  share: share.optional(),
  delay_ms: wholeMs.optional(),
  per_input_ms: someMs.optional(),
  sync_ms: someMs.optional(),
  skew_ms: z.number('expected a number').optional(),
  ppm: z.number('expected a number').optional(),
  keep: z.int('expected a whole number').min(0, 'expected 0 or more').optional(),
  times: z.int('expected a whole number').min(1, 'expected at least 1').optional(),
  every_ms: someMs.optional(),
  down_ms: someMs.optional(),
  up_ms: someMs.optional(),
  drain_ms: someMs.optional(),
} as const;

export type InjuryFields = { readonly [Name in keyof typeof injuryFields]?: string | number | undefined };

/** By injury: its parameters, and their defaults; undefined: none is needed. */
export const PARAMETERS: { readonly [Kind in InjuryKind]: InjuryFields } = {
  kill: {},
  vanish: { keep: undefined },
  pause: {},
  slow: { per_input_ms: 5 },
  wipe: {},
  'slow-disk': { sync_ms: 50 },
  'stall-disk': {},
  'scatter-syncs': { sync_ms: 50 },
  'fill-disk': {},
  'read-error': {},
  'corrupt-log': {},
  skew: { skew_ms: 1000 },
  drift: { ppm: 10_000 },
  'kill-zone': {},
  'vanish-zone': {},
  'cut-zone': { clients: 'outside' },
  'delay-zone': { delay_ms: 200 },
  'power-cut': {},
  delay: { delay_ms: 200, type: undefined, way: undefined },
  drop: { share: 0.1, type: undefined, way: undefined },
  duplicate: { share: 0.1, type: undefined, way: undefined },
  reorder: { share: 0.1, delay_ms: 50, type: undefined, way: undefined },
  hold: { type: undefined, way: undefined },
  isolate: { clients: undefined },
  mute: { clients: undefined },
  deaf: { clients: undefined },
  partition: { side: undefined, clients: undefined },
  bridge: {},
  star: {},
  'cut-link': { way: undefined },
  'crash-storm': { every_ms: 200, down_ms: 500 },
  'rolling-restart': { every_ms: 1000, down_ms: 500, drain_ms: undefined },
  flapping: { times: 5, down_ms: 300, up_ms: 300 },
};

export const INJURY_KINDS = Object.keys(PARAMETERS) as InjuryKind[];

/** An injury from the fields of a plan that were checked: its own parameters, under their names in code. */
export function injuryOf(kind: InjuryKind, fields: InjuryFields): Injury {
  const injury: Record<string, string | number> = { kind };
  for (const [name, value] of Object.entries(PARAMETERS[kind])) {
    const given = fields[name as keyof InjuryFields] ?? value;
    // A side that is random is one that is not said.
    if (given !== undefined && given !== 'random') injury[camelCase(name)] = given;
  }
  return injury as unknown as Injury;
}

export const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
