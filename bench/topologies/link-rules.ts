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
export function linkBetween({ members, links }: LinkPlan, from: End, to: End): LinkModel {
  const zoneOf = (end: End): string =>
    'clientsOf' in end ? end.clientsOf : members.find(({ id }) => id === end.node)!.zone;
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
