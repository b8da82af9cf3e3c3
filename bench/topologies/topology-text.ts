/** Writes topology files. */
import { Document, isMap, isSeq, visit } from 'yaml';
import { statedDelay } from './delay-file.ts';
import type { Delay, NodeModel } from './links.ts';
import type { Topology } from './topology.ts';

/** Full nodes, witnesses and spares of a zone. */
interface Zone {
  readonly name: string;
  full?: number;
  witness?: number;
  spare?: number;
}

/** YAML that loads as these places, all links and nodes alike; `comment` stands on top, one sentence a line. */
export function topologyText(
  { title, members, clientZones }: Pick<Topology, 'title' | 'members' | 'clientZones'>,
  { delay, node }: { readonly delay: Delay; readonly node: NodeModel },
  comment: readonly string[],
): string {
  const zones = new Map<string, Zone>();
  for (const { zone: name, kind } of members) {
    const zone = zones.get(name) ?? { name };
    zone[kind] = (zone[kind] ?? 0) + 1;
    zones.set(name, zone);
  }
  const document = new Document({
    title,
    zones: [...zones.values()],
    clients: clientZones,
    links: [{ delay_ms: statedDelay(delay) }],
    disk: { sync_ms: statedDelay(node.sync), append_ms: statedDelay(node.append) },
    service: {
      per_message_ms: node.perMessageMs,
      per_operation_ms: node.perOperationMs,
      per_sync_ms: node.perSyncMs,
    },
  });
  document.commentBefore = comment.map((line) => ` ${line}`).join('\n');
  // As people write these files: a line for each zone, link, disk and processor.
  visit(document, {
    Collection: (_, collection, path) => {
      const isList = isSeq(collection) && collection.items.some(isMap);
      if (path.length > 1 && !isList) collection.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
