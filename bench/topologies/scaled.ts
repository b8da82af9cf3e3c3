/** Topologies of other sizes: a trial may state numbers of nodes and shares of lost messages in place of a file each. */
import type { Member } from '../../engines/api.ts';
import type { Topology } from './topology.ts';

/**
 * The same topology with so many full nodes, dealt to the zones of its full nodes as evenly as that goes, and with each message
 * between nodes lost with this probability. Witnesses and spares stay away; rules for links of single nodes hold for whoever has
 * their names now.
 */
export function scaled(topology: Topology, nodes: number, lossShare: number): Topology {
  const { members, links, scaling } = topology;
  const zones = [...new Set(members.filter(({ kind }) => kind === 'full').map(({ zone }) => zone))];
  const dealt: Member[] = [];
  for (const [place, zone] of zones.entries()) {
    const share = Math.floor(nodes / zones.length) + (place < nodes % zones.length ? 1 : 0);
    for (let i = 0; i < share; i++) dealt.push({ id: `n${dealt.length + 1}`, zone, kind: 'full' });
  }
  const lossy = { bothWays: false, sameZone: false, clients: false, changes: { lossShare } };
  return {
    ...topology,
    members: dealt,
    links: lossShare === 0 ? links : [...links, lossy],
    scaling: { of: scaling?.of ?? topology, lossShare },
  };
}

/** Each number of nodes with each loss, those of one number one after the other. */
export const scalings = (
  topology: Topology,
  { nodes, loss }: { readonly nodes: readonly number[]; readonly loss: readonly number[] },
): Topology[] => nodes.flatMap((count) => loss.map((lossShare) => scaled(topology, count, lossShare)));
