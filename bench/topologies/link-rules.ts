/** From a topology's rules to the one link between two ends. */
import type { Member, NodeId } from '../../engines/api.ts';
import type { End } from '../faults/vocabulary.ts';
import { DEFAULT_LINK } from './defaults.ts';
import type { LinkModel } from './links.ts';

/** One node, or everything in a zone: its nodes and its clients. */
export type Place = { readonly node: NodeId } | { readonly zone: string };

/** Changes some links. Every condition that is stated must hold. */
export interface LinkRule {
  readonly from?: Place;
  readonly to?: Place;
  /** The way back as well. */
  readonly bothWays: boolean;
  /** Only where both ends stand in the same zone. */
  readonly sameZone: boolean;
  /** True: links between clients and nodes. False: links between nodes. Left out: both. */
  readonly clients?: boolean;
  /** Delays of message types are changed type by type. */
  readonly changes: Partial<LinkModel>;
}

/** The part of a topology that links follow from: plain data. */
export interface LinkPlan {
  readonly members: readonly Member[];
  /** Later rules win, field by field. */
  readonly links: readonly LinkRule[];
}

/** The link on which messages travel from one end to another, in this direction. */
export const linkBetween = (plan: LinkPlan, from: End, to: End): LinkModel => linksOf(plan)(from, to);

/** The same for many links of one plan: zones are looked up once, and links between the same zones share their model. */
export function linksOf({ members, links }: LinkPlan): (from: End, to: End) => LinkModel {
  const zones = new Map(members.map(({ id, zone }) => [id, zone]));
  const zoneOf = (end: End): string => ('clientsOf' in end ? end.clientsOf : zones.get(end.node)!);
  const named = new Set(links.flatMap(({ from, to }) => [from, to].flatMap((place) => nodeIn(place) ?? [])));
  const known = new Map<string, LinkModel>();
  /** Ends of one name have the same links. */
  const nameOf = (end: End): string =>
    'clientsOf' in end ? `c${end.clientsOf}` : named.has(end.node) ? `n${end.node}` : `z${zoneOf(end)}`;
  return (from, to) => {
    const name = JSON.stringify([nameOf(from), nameOf(to)]);
    const found = known.get(name) ?? modelOf(links, { from, to, zoneOf });
    known.set(name, found);
    return found;
  };
}

const nodeIn = (place: Place | undefined): NodeId | undefined =>
  place !== undefined && 'node' in place ? place.node : undefined;

interface Ends {
  readonly from: End;
  readonly to: End;
  readonly zoneOf: (end: End) => string;
}

function modelOf(links: readonly LinkRule[], { from, to, zoneOf }: Ends): LinkModel {
  const covers = (place: Place | undefined, end: End): boolean => {
    if (place === undefined) return true;
    return 'zone' in place ? zoneOf(end) === place.zone : 'node' in end && end.node === place.node;
  };
  const ofClients = 'clientsOf' in from || 'clientsOf' in to;
  const applies = (rule: LinkRule): boolean => {
    if (rule.clients !== undefined && rule.clients !== ofClients) return false;
    if (rule.sameZone && zoneOf(from) !== zoneOf(to)) return false;
    const there = covers(rule.from, from) && covers(rule.to, to);
    return there || (rule.bothWays && covers(rule.from, to) && covers(rule.to, from));
  };
  let model = DEFAULT_LINK;
  for (const { changes } of links.filter(applies)) {
    const byType = { ...model.byType, ...changes.byType };
    model = { ...model, ...changes, ...(Object.keys(byType).length > 0 && { byType }) };
  }
  return model;
}
