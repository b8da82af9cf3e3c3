/** Which nodes hold a key, and how many of them an operation needs. */
import type { Member, NodeId } from '../api.ts';
import { Ring } from '../parts/ring.ts';
import type { Options } from './options.ts';
import { areUnavoidable, meet, type Need, needOf, type Quorum, type Zones, zonesOf } from './quorums.ts';

/** A key's copies: the same object for all keys that have the same. */
export interface Owners {
  /** Who is asked to write and to read: who holds the copies, stand-ins in the place of those that are down. */
  readonly nodes: readonly NodeId[];
  /** Who holds the copies. */
  readonly placed: readonly NodeId[];
  /** Whom each stand-in stands in for; undefined: there are none. */
  readonly standsInFor: ReadonlyMap<NodeId, NodeId> | undefined;
  /** What this node's writes and reads need of them. */
  readonly write: Need;
  readonly read: Need;
  /** What reads need of them, in whatever zone their coordinators stand. */
  readonly readAnywhere: readonly Need[];
}

type Placing = Pick<Options, 'copies' | 'zoneAware' | 'writeQuorum' | 'readQuorum'> &
  Partial<Pick<Options, 'missingCopies'>>;

export class Placement {
  readonly ring: Ring;
  /** Whether every read quorum meets every write quorum and every other read quorum. */
  readonly readsMeet: boolean;
  readonly #self: NodeId;
  readonly #quorums: Pick<Options, 'writeQuorum' | 'readQuorum'>;
  readonly #zones: Zones;
  readonly #owners = new Map<readonly NodeId[], Owners>();

  constructor(options: Placing, members: readonly Member[], self: NodeId) {
    this.#self = self;
    this.ring = ringOf(options, members);
    const zones = zonesOf(members);
    this.#quorums = options;
    this.#zones = zones;
    this.readsMeet = doMeetOn(this.ring, options, zones);
    for (const nodes of this.ring.placements()) this.#owners.set(nodes, this.#describe(nodes, nodes, undefined));
  }

  #describe(nodes: readonly NodeId[], placed: readonly NodeId[], standsInFor: Owners['standsInFor']): Owners {
    const { writeQuorum, readQuorum } = this.#quorums;
    const zone = this.#zones.get(this.#self)!;
    return {
      nodes,
      placed,
      standsInFor,
      write: needOf(writeQuorum, nodes, this.#zones, zone),
      read: needOf(readQuorum, nodes, this.#zones, zone),
      readAnywhere: needsAnywhere(readQuorum, nodes, this.#zones),
    };
  }

  ownersOf(key: string): Owners {
    return this.#owners.get(this.ring.copiesOf(key))!;
  }

  /** The same with stand-ins, for each of which the map names whom it stands in for. */
  withStandIns({ placed }: Owners, standsInFor: ReadonlyMap<NodeId, NodeId>): Owners {
    const standIns = new Map([...standsInFor].map(([standIn, owner]) => [owner, standIn]));
    const nodes = placed.map((owner) => standIns.get(owner) ?? owner);
    return this.#describe(nodes, placed, standsInFor);
  }

  holds(key: string): boolean {
    return this.ring.copiesOf(key).includes(this.#self);
  }
}

/** Whether no read can miss what these nodes hold. */
export const isInEveryRead = (holders: ReadonlySet<NodeId>, { nodes, readAnywhere }: Owners): boolean =>
  areUnavoidable(holders, readAnywhere, nodes);

/** Whether, of every key, any two reads have a copy in common, and any read and any write. */
export const doReadsMeet = (options: Placing, members: readonly Member[]): boolean =>
  doMeetOn(ringOf(options, members), options, zonesOf(members));

function doMeetOn(ring: Ring, { readQuorum, writeQuorum, missingCopies }: Placing, zones: Zones): boolean {
  // Who takes a copy's place for a write may not be who takes it for a read, nor may anybody.
  if (missingCopies === 'stand-ins') return false;
  return ring.placements().every((nodes) => {
    const reads = needsAnywhere(readQuorum, nodes, zones);
    return meet(reads, reads, nodes) && meet(needsAnywhere(writeQuorum, nodes, zones), reads, nodes);
  });
}

/** The fewest and the most copies that a write waits for, whatever its key and wherever its coordinator stands. */
export function copiesAwaited(options: Placing, members: readonly Member[]): { least: number; most: number } {
  const zones = zonesOf(members);
  const placements = ringOf(options, members).placements();
  const needs = placements.flatMap((nodes) => needsAnywhere(options.writeQuorum, nodes, zones));
  const counts = needs.map(({ least }) => least);
  return { least: Math.min(...counts), most: Math.max(...counts) };
}

const ringOf = ({ copies, zoneAware }: Placing, members: readonly Member[]): Ring =>
  new Ring(members, copies, zoneAware);

/** What the quorum needs in each zone where its coordinator may stand. */
function needsAnywhere(quorum: Quorum, nodes: readonly NodeId[], zones: Zones): Need[] {
  const places = quorum === 'local-majority' ? new Set(zones.values()) : [zones.values().next().value!];
  return [...places].map((zone) => needOf(quorum, nodes, zones, zone));
}
