/** What each node is at every time of a trial: up or down or standing still, in which role. */
import type { Member, NodeId } from '../../../../engines/api.ts';
import type { TraceEvent } from '../trace.ts';

export interface Stretch {
  readonly fromUs: number;
  readonly toUs: number;
  readonly state: 'up' | 'down' | 'paused';
  readonly role: string | undefined;
}

type State = Pick<Stretch, 'state' | 'role'>;

/** Each node's stretches, without holes, over all times. A node of which no start is told was up all along. */
export function lifelines(
  trace: readonly TraceEvent[],
  members: readonly Member[],
): ReadonlyMap<NodeId, readonly Stretch[]> {
  return new Map(members.map(({ id }) => [id, stretchesOf(id, trace)]));
}

function stretchesOf(node: NodeId, trace: readonly TraceEvent[]): Stretch[] {
  const life = trace.find((event) => (event.kind === 'start' || event.kind === 'end') && event.node === node);
  const stretches: Stretch[] = [];
  let now: State = { state: life?.kind === 'start' ? 'down' : 'up', role: undefined };
  let fromUs = Number.NEGATIVE_INFINITY;
  for (const event of trace) {
    const next = after(event, node, now);
    if (next === undefined || (next.state === now.state && next.role === now.role)) continue;
    if (event.atUs > fromUs) stretches.push({ fromUs, toUs: event.atUs, ...now });
    fromUs = event.atUs;
    now = next;
  }
  return [...stretches, { fromUs, toUs: Number.POSITIVE_INFINITY, ...now }];
}

/** What an event makes of a node; undefined: it has nothing to do with it. */
function after(event: TraceEvent, node: NodeId, now: State): State | undefined {
  switch (event.kind) {
    case 'start':
      return event.node === node ? { state: 'up', role: undefined } : undefined;
    case 'end':
      return event.node === node ? { state: 'down', role: undefined } : undefined;
    case 'role':
      return event.node === node ? { state: now.state, role: event.role } : undefined;
    case 'fault':
    case 'heal':
      if (event.fault.kind !== 'pause' || event.fault.node !== node || now.state === 'down') return undefined;
      return { state: event.kind === 'fault' ? 'paused' : 'up', role: now.role };
    default:
      return undefined;
  }
}
