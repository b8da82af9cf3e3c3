/** Topologies: which nodes stand in which zones, and where the clients are. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Member } from '../../engines/api.ts';
import { readYaml, unknownName } from '../input.ts';
import { sourceFolder } from '../paths.ts';

export interface Topology {
  readonly name: string;
  readonly title: string;
  readonly members: readonly Member[];
  /** The zones that clients live in, in turn. */
  readonly clientZones: readonly string[];
}

const zoneName = z.string().regex(/^[\w-]+$/, 'a zone must be named with letters, digits, "-" and "_"');

const schema = z.strictObject({
  title: z.string(),
  zones: z
    .array(
      z.strictObject({
        name: zoneName,
        full: z.int('full must be a whole number').min(0).default(0),
        witness: z.int('witness must be a whole number').min(0).default(0),
        spare: z.int('spare must be a whole number').min(0).default(0),
      }),
    )
    .min(1, 'zones must name at least one zone'),
  clients: z.array(zoneName).min(1, 'clients must name at least one zone').optional(),
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
