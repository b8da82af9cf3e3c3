/** What a topology file may say, and how its names become rules for links. */
import { z } from 'zod';
import type { Member } from '../../engines/api.ts';
import { DEFAULT_NODE } from './defaults.ts';
import { DelayFile, ms } from './delay-file.ts';
import type { LinkRule, Place } from './link-rules.ts';
import type { NodeModel } from './links.ts';
import { loadRegionTable, regionLinks, regionTableNames } from './regions.ts';

const ZONE_NAME = 'expected the name of a zone, of letters, digits, "-" and "_"';
const zoneName = z.string(ZONE_NAME).regex(/^[\w-]+$/, ZONE_NAME);

const count = z.int('expected a whole number').min(0, 'expected 0 or more').default(0);

const place = z.string('expected the name of a zone or node');
const share = z
  .number('expected a share from 0 to 1')
  .min(0, 'expected at least 0')
  .max(1, 'expected at most 1')
  .optional();

const LinkFile = z
  .strictObject(
    {
      within: z.literal('zone').optional(),
      between: z.tuple([place, place], 'expected two zones or nodes').optional(),
      from: place.optional(),
      to: place.optional(),
      clients: z.boolean('expected true or false').optional(),
      delay_ms: DelayFile.optional(),
      types: z.record(z.string(), DelayFile, 'expected delays by message type').optional(),
      loss: share,
      duplicate: share,
      reorder: share,
    },
    'expected a rule with its fields',
  )
  .refine(({ between, from, to }) => between === undefined || (from === undefined && to === undefined), {
    path: ['between'],
    message: 'expected either between, or from and to',
  });

const RegionsFile = z.strictObject({
  table: z.enum(regionTableNames()),
  /** By zone; a zone that is left out stands in the region whose name it has. */
  of: z.record(z.string(), z.string('expected the name of a region'), 'expected regions by zone').default({}),
  jitter_ms: DelayFile.optional(),
});

const Fields = z.strictObject({
  title: z.string('expected a title'),
  zones: z
    .array(z.strictObject({ name: zoneName, full: count, witness: count, spare: count }), 'expected a list of zones')
    .min(1, 'expected at least one zone'),
  clients: z.array(zoneName, 'expected a list of zones').min(1, 'expected at least one zone').optional(),
  regions: RegionsFile.optional(),
  links: z.array(LinkFile, 'expected a list of rules').default([]),
  disk: z
    .strictObject({
      sync_ms: DelayFile.default(DEFAULT_NODE.sync),
      append_ms: DelayFile.default(DEFAULT_NODE.append),
    })
    .prefault({}),
  service: z
    .strictObject({
      per_message_ms: ms.default(DEFAULT_NODE.perMessageMs),
      per_operation_ms: ms.default(DEFAULT_NODE.perOperationMs),
      per_sync_ms: ms.default(DEFAULT_NODE.perSyncMs),
    })
    .prefault({}),
  start_ms: DelayFile.optional(),
});
type Stated = z.infer<typeof Fields>;

/** A topology, but for its name. */
export const TopologyFile = Fields.refine(({ zones }) => new Set(zones.map(({ name }) => name)).size === zones.length, {
  path: ['zones'],
  message: 'expected zones with a name each of their own',
})
  .refine(({ zones }) => zones.some(({ full }) => full > 0), {
    path: ['zones'],
    message: 'expected at least one full node',
  })
  .superRefine((stated, context) => {
    for (const { name, known, path } of namesIn(stated)) {
      if (known.includes(name)) continue;
      context.addIssue({ code: 'invalid_value', values: [...known], input: name, path });
    }
  })
  .transform((stated) => ({
    title: stated.title,
    members: membersOf(stated),
    clientZones: clientZonesOf(stated),
    links: [...regionRules(stated), ...stated.links.map((link) => ruleOf(link, allZones(stated)))],
    node: nodeOf(stated),
  }));

interface Name {
  readonly name: string;
  readonly known: readonly string[];
  readonly path: PropertyKey[];
}

/** Names that must be among others. */
function namesIn(stated: Stated): Name[] {
  const zones = allZones(stated);
  const places = [...zones, ...membersOf(stated).map(({ id }) => id)];
  const names: Name[] = [];
  for (const [i, { between = [], from, to }] of stated.links.entries()) {
    for (const [end, name] of between.entries())
      names.push({ name, known: places, path: ['links', i, 'between', end] });
    if (from !== undefined) names.push({ name: from, known: places, path: ['links', i, 'from'] });
    if (to !== undefined) names.push({ name: to, known: places, path: ['links', i, 'to'] });
  }
  if (stated.regions !== undefined) {
    const { table, of } = stated.regions;
    const { regions } = loadRegionTable(table);
    for (const zone of zones) names.push({ name: of[zone] ?? zone, known: regions, path: ['regions', 'of', zone] });
  }
  return names;
}

/** Full nodes are numbered first, then witnesses, then spares. */
function membersOf({ zones }: Stated): Member[] {
  const members: Member[] = [];
  for (const kind of ['full', 'witness', 'spare'] as const) {
    for (const zone of zones) {
      for (let i = 0; i < zone[kind]; i++) members.push({ id: `n${members.length + 1}`, zone: zone.name, kind });
    }
  }
  return members;
}

const clientZonesOf = ({ zones, clients }: Stated): string[] => clients ?? zones.map(({ name }) => name);

/** Those of nodes, and those where there are only clients. */
const allZones = (stated: Stated): string[] => [
  ...new Set([...stated.zones.map(({ name }) => name), ...clientZonesOf(stated)]),
];

function regionRules(stated: Stated): LinkRule[] {
  if (stated.regions === undefined) return [];
  const { table, of, jitter_ms: jitter } = stated.regions;
  return regionLinks(loadRegionTable(table), allZones(stated), (zone) => of[zone] ?? zone, jitter);
}

function ruleOf(stated: Stated['links'][number], zones: readonly string[]): LinkRule {
  const place = (name: string): Place => (zones.includes(name) ? { zone: name } : { node: name });
  const [from, to] = stated.between ?? [stated.from, stated.to];
  const { delay_ms: delay, types: byType, loss: lossShare, duplicate: duplicateShare, reorder: reorderShare } = stated;
  return {
    ...(from !== undefined && { from: place(from) }),
    ...(to !== undefined && { to: place(to) }),
    bothWays: stated.between !== undefined,
    sameZone: stated.within !== undefined,
    ...(stated.clients !== undefined && { clients: stated.clients }),
    changes: {
      ...(delay && { delay }),
      ...(byType && { byType }),
      ...(lossShare !== undefined && { lossShare }),
      ...(duplicateShare !== undefined && { duplicateShare }),
      ...(reorderShare !== undefined && { reorderShare }),
    },
  };
}

const nodeOf = ({ disk, service, start_ms: start }: Stated): NodeModel => ({
  sync: disk.sync_ms,
  append: disk.append_ms,
  perMessageMs: service.per_message_ms,
  perOperationMs: service.per_operation_ms,
  perSyncMs: service.per_sync_ms,
  ...(start && { start }),
});
