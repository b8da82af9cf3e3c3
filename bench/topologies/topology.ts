/** Topologies: which nodes stand in which zones, and where the clients are. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Member } from '../../engines/api.ts';
import { unknownName } from '../input.ts';
import { sourceFolder } from '../paths.ts';
import { readYaml } from '../yaml-file.ts';

export interface Topology {
  readonly name: string;
  readonly title: string;
  readonly members: readonly Member[];
  /** The zones that clients live in, in turn. */
  readonly clientZones: readonly string[];
}

const ZONE_NAME = 'expected the name of a zone, of letters, digits, "-" and "_"';
const zoneName = z.string(ZONE_NAME).regex(/^[\w-]+$/, ZONE_NAME);

const count = z.int('expected a whole number').min(0, 'expected 0 or more').default(0);

const schema = z
  .strictObject({
    title: z.string('expected a title'),
    zones: z
      .array(z.strictObject({ name: zoneName, full: count, witness: count, spare: count }), 'expected a list of zones')
      .min(1, 'expected at least one zone'),
    clients: z.array(zoneName, 'expected a list of zones').min(1, 'expected at least one zone').optional(),
  })
  .refine(({ zones }) => new Set(zones.map(({ name }) => name)).size === zones.length, {
    path: ['zones'],
    message: 'expected zones with a name each of their own',
  })
  .refine(({ zones }) => zones.some(({ full }) => full > 0), {
    path: ['zones'],
    message: 'expected at least one full node',
  });

const folder = sourceFolder('bench/topologies');

export function topologyNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/** A built-in topology by its name, or one from a YAML file. */
export function loadTopology(nameOrFile: string): Topology {
  const isName = topologyNames().includes(nameOrFile);
  if (!isName && !existsSync(nameOrFile)) throw unknownName('--topology', nameOrFile, topologyNames());
  const path = isName ? `${folder}/${nameOrFile}.yaml` : nameOrFile;
  const { title, zones, clients } = readYaml(path, schema);
  const members: Member[] = [];
  for (const kind of ['full', 'witness', 'spare'] as const) {
    for (const zone of zones) {
      for (let i = 0; i < zone[kind]; i++) members.push({ id: `n${members.length + 1}`, zone: zone.name, kind });
    }
  }
  return {
    name: basename(path, '.yaml'),
    title,
    members,
    clientZones: clients ?? zones.map((zone) => zone.name),
  };
}
