/** Who is meant by a target. */
import type { Member, NodeId } from '../../engines/api.ts';
import type { Random } from '../random.ts';
import type { Target } from './steps.ts';

/** What is known when a target is chosen. */
export interface Known {
  readonly members: readonly Member[];
  readonly leader: NodeId | undefined;
  /** Who made the trigger, and whom it was about. */
  readonly trigger?: NodeId | undefined;
  readonly peer?: NodeId | undefined;
}

/** The node that is hit. Throws if the target is not there: plans are checked against their topology before. */
export function chooseTarget(target: Target, known: Known, random: Random): Member {
  const { members } = known;
  const named = (id: NodeId | undefined): Member | undefined => members.find((member) => member.id === id);
  const full = members.filter(({ kind }) => kind === 'full');
  const oneOf = (candidates: readonly Member[]): Member => random.pick(candidates.length > 0 ? candidates : full);
  let found: Member | undefined;
  switch (target) {
    case 'random':
      return random.pick(full);
    case 'leader':
      return named(known.leader) ?? random.pick(full);
    case 'follower':
      return oneOf(full.filter(({ id }) => id !== known.leader));
    case 'spare':
      found = random.pick(members.filter(({ kind }) => kind === 'spare'));
      break;
    case 'trigger':
      found = named(known.trigger);
      break;
    case 'peer':
      return named(known.peer) ?? oneOf(full.filter(({ id }) => id !== known.trigger));
    default:
      if ('node' in target) found = named(target.node);
      else if ('place' in target) found = members[target.place - 1];
      else found = random.pick(members.filter(({ zone }) => zone === target.zone));
  }
  if (found === undefined) throw new Error(`the fault plan names ${JSON.stringify(target)}, which is not there`);
  return found;
}

/** Whether what this node did counts for a trigger that is `by` the target. */
export function isMeant(target: Target, node: NodeId, { members, leader }: Known): boolean {
  if (target === 'random' || target === 'trigger' || target === 'peer') return true;
  if (target === 'leader') return node === leader;
  const place = members.findIndex(({ id }) => id === node);
  const member = members[place];
  if (target === 'spare') return member?.kind === 'spare';
  if (target === 'follower') return member?.kind === 'full' && node !== leader;
  if ('node' in target) return node === target.node;
  return 'place' in target ? place === target.place - 1 : member?.zone === target.zone;
}
