/** From an injury and its victim to the faults to inject at once. */
import type { Member } from '../../engines/api.ts';
import type { Random } from '../random.ts';
import type { Clients, Course, Injury, Way } from './steps.ts';
import type { End, Fault } from './vocabulary.ts';

/** Where an injury happens. */
export interface Surroundings {
  readonly members: readonly Member[];
  /** One a client, so a zone may stand there more than once. */
  readonly clientZones: readonly string[];
}

/** An injury that does not take its time. */
export type InstantInjury = Exclude<Injury, Course>;

/** The faults that an injury means for one victim, all to be injected at once. */
export function faultsOf(injury: InstantInjury, victim: Member, around: Surroundings, random: Random): Fault[] {
  const others = around.members.filter(({ id }) => id !== victim.id);
  switch (injury.kind) {
    case 'power-cut':
      return [injury];
    case 'vanish-zone':
      return around.members
        .filter(({ zone }) => zone === victim.zone)
        .map(({ id }): Fault => ({ kind: 'vanish', node: id }));
    case 'delay-zone':
      return delaysAround(victim.zone, injury.delayMs, around);
    case 'kill-zone':
    case 'cut-zone':
      return [{ ...injury, zone: victim.zone }];
    case 'delay':
    case 'drop':
    case 'duplicate':
    case 'reorder':
    case 'hold': {
      const { way = 'both', ...fault } = injury;
      const clients = fault.type === undefined ? clientEnds(around) : [];
      const ends: End[] = [...others.map(nodeEnd), ...clients];
      return ends.map((end) => ({ ...fault, ...alongLink(nodeEnd(victim), end, way) }));
    }
    case 'isolate':
      return cutOff([victim], others, victim, around, injury.clients ?? 'outside', 'both');
    case 'mute':
      return cutOff([victim], others, victim, around, injury.clients ?? 'outside', 'out');
    case 'deaf':
      return cutOff([victim], others, victim, around, injury.clients ?? 'outside', 'in');
    case 'partition': {
      const { mine, theirs } = sidesOf(
        victim,
        around.members,
        injury.side ?? random.pick(['minority', 'majority']),
        random,
      );
      return cutOff(mine, theirs, victim, around, injury.clients ?? 'everywhere', 'both');
    }
    case 'bridge': {
      const mixed = shuffled(others, random);
      const half = Math.ceil(mixed.length / 2);
      return cutOff(mixed.slice(0, half), mixed.slice(half), victim, around, 'everywhere', 'both');
    }
    case 'star':
      return others.flatMap((one, i) =>
        others.slice(i + 1).map((other): Fault => ({ kind: 'cut', from: nodeEnd(one), to: nodeEnd(other) })),
      );
    case 'cut-link':
      return [{ kind: 'cut', ...alongLink(nodeEnd(victim), nodeEnd(random.pick(others)), injury.way ?? 'both') }];
    default:
      return [{ ...injury, node: victim.id }];
  }
}

const nodeEnd = ({ id }: Member): End => ({ node: id });

const clientEnds = ({ clientZones }: Surroundings): { readonly clientsOf: string }[] =>
  [...new Set(clientZones)].map((clientsOf) => ({ clientsOf }));

const alongLink = (mine: End, other: End, way: Way): { from: End; to: End; oneWay?: true } => {
  if (way === 'both') return { from: mine, to: other };
  return way === 'out' ? { from: mine, to: other, oneWay: true } : { from: other, to: mine, oneWay: true };
};

/** Delays on all links between a zone, its clients included, and the others. Clients do not talk to each other. */
function delaysAround(zone: string, delayMs: number, around: Surroundings): Fault[] {
  const inside = around.members.filter((member) => member.zone === zone).map(nodeEnd);
  const outside = around.members.filter((member) => member.zone !== zone).map(nodeEnd);
  const mine = clientEnds(around).filter(({ clientsOf }) => clientsOf === zone);
  const theirs = clientEnds(around).filter(({ clientsOf }) => clientsOf !== zone);
  const delays = (ends: readonly End[], others: readonly End[]): Fault[] =>
    ends.flatMap((from) => others.map((to): Fault => ({ kind: 'delay', delayMs, from, to })));
  return [...delays(inside, [...outside, ...theirs]), ...delays(mine, outside)];
}

/** Cuts the links between two sides, and those of the first one to the clients who shall not reach it. */
function cutOff(
  mine: readonly Member[],
  theirs: readonly Member[],
  victim: Member,
  around: Surroundings,
  clients: Clients,
  way: Way,
): Fault[] {
  const barred = clientEnds(around).filter(({ clientsOf }) => {
    return clients === 'outside' || (clients === 'inside' && clientsOf !== victim.zone);
  });
  const ends: End[] = [...theirs.map(nodeEnd), ...barred];
  return mine.flatMap((member) => ends.map((end): Fault => ({ kind: 'cut', ...alongLink(nodeEnd(member), end, way) })));
}

/** The largest minority, or the smallest majority, around the victim, and the rest. Spares count for neither. */
function sidesOf(victim: Member, members: readonly Member[], side: 'minority' | 'majority', random: Random) {
  const voters = members.filter(({ kind }) => kind !== 'spare').length;
  const minority = Math.floor((voters - 1) / 2);
  const size = side === 'minority' ? minority : voters - minority;
  const others = members.filter(({ id, kind }) => id !== victim.id && kind !== 'spare');
  const mine = [victim, ...shuffled(others, random).slice(0, Math.max(1, size) - 1)];
  return { mine, theirs: members.filter(({ id }) => mine.every((member) => member.id !== id)) };
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0]!);
}
