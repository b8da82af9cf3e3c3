/** Topologies: which nodes stand in which zones, where the clients are, and what lies between them in the simulation. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { unknownName } from '../input.ts';
import { sourceFolder } from '../paths.ts';
import { readYaml } from '../yaml-file.ts';
import type { LinkPlan } from './link-rules.ts';
import type { NodeModel } from './links.ts';
import { TopologyFile } from './topology-file.ts';

/** What the simulation needs of a topology. */
export interface SimulatedPlaces extends LinkPlan {
  readonly node: NodeModel;
}

/** Plain data. Threads take the places from it; links and what nodes are made of are for the simulation. */
export interface Topology extends SimulatedPlaces {
  readonly name: string;
  readonly title: string;
  /** The zones that clients live in, in turn. */
  readonly clientZones: readonly string[];
  /** What it was made of, where a trial states the number of nodes and the loss itself. */
  readonly scaling?: { readonly of: Topology; readonly lossShare: number };
}

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
  return { name: basename(path, '.yaml'), ...readYaml(path, TopologyFile) };
}
