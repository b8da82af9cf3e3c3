/**
 * Siblings: of two writes of a key neither of which knew of the other both live on, until a later write replaces what it has read.
 *
 * The state of a key is a dotted version vector set (Almeida, Gonçalves, Baquero, Fonte: "Scalable and accurate causality tracking for
 * eventually consistent stores", DAIS 2014). Every write has a dot, which names it: an actor and one of the actor's times. The
 * clock says up to which time each actor's writes have been seen; the siblings are those of them that nothing has replaced. A write
 * comes with a context, the clock of what its client had read: it replaces the siblings that its context covers, and no others. A
 * clock without dots could not tell the second of two clients of one coordinator from somebody who has read what the first has written.
 *
 * A write that is in the clock and not among the siblings has been replaced. So a clock must cover a write only where all that the
 * write's actor did before it has been seen too: an actor names itself on a state that holds all its own former writes, and takes
 * a new name where it may have lost some. Times may leave gaps, so they are the stamps that the engine has anyway.
 */
import { isNewer } from '../parts/hybrid-clock.ts';
import type { PlainVersion } from './version.ts';

/** Up to which time each actor's writes have been seen: pairs of actor and time, actors in order. */
export type Clock = readonly (string | number)[];

/** A write that nothing has replaced: its dot, and what it wrote. */
export type Sibling = readonly [time: number, actor: string, written: PlainVersion];

export interface Siblings {
  readonly clock: Clock;
  /** The winner first: what is not deleted, then the newest time, then the actor. Never empty. */
  readonly living: readonly Sibling[];
}

export const NOTHING_SEEN: readonly (string | number)[] = [];

/** Up to when the actor's writes have been seen; 0: none. */
export function seenOf(clock: Clock, actor: string): number {
  for (let i = 0; i < clock.length; i += 2) if (clock[i] === actor) return clock[i + 1] as number;
  return 0;
}

const covers = (clock: Clock, [time, actor]: Sibling): boolean => time <= seenOf(clock, actor);

const isDot = (a: Sibling, b: Sibling): boolean => a[0] === b[0] && a[1] === b[1];

/** Everything that either has seen. */
export function joinClocks(a: Clock, b: Clock): Clock {
  const joined: (string | number)[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [actor, other] = [a[i] as string, b[j] as string];
    if (j >= b.length || (i < a.length && actor < other)) {
      joined.push(actor, a[i + 1]!);
      i += 2;
    } else if (i >= a.length || other < actor) {
      joined.push(other, b[j + 1]!);
      j += 2;
    } else {
      joined.push(actor, Math.max(a[i + 1] as number, b[j + 1] as number));
      i += 2;
      j += 2;
    }
  }
  return joined;
}

const equalClocks = (a: Clock, b: Clock): boolean => a.length === b.length && a.every((part, i) => part === b[i]);

export const sameSiblings = (a: Siblings, b: Siblings): boolean =>
  a.living.length === b.living.length &&
  a.living.every((sibling, i) => isDot(sibling, b.living[i]!)) &&
  equalClocks(a.clock, b.clock);

/**
 * Everything that either knows: a sibling stays unless the other has seen it and does not hold it any more. Returns `a` itself
 * if `b` adds nothing, and else `b` itself if `a` adds nothing.
 */
export function mergeSiblings(a: Siblings, b: Siblings): Siblings {
  const shared = (sibling: Sibling, others: readonly Sibling[]): Sibling | undefined =>
    others.find((other) => isDot(sibling, other));
  const ofA = a.living.filter((sibling) => shared(sibling, b.living) !== undefined || !covers(b.clock, sibling));
  const ofB = b.living.filter((sibling) => shared(sibling, a.living) === undefined && !covers(a.clock, sibling));
  const merged = { clock: joinClocks(a.clock, b.clock), living: inOrder([...ofA, ...ofB]) };
  if (sameSiblings(merged, a)) return a;
  return sameSiblings(merged, b) ? b : merged;
}

/** The state after a write under this dot, which is the actor's newest, by a client that had read what `context` covers. */
export function afterWrite(
  before: Siblings | undefined,
  context: Clock,
  time: number,
  actor: string,
  written: PlainVersion,
): Siblings {
  const seen = joinClocks(before?.clock ?? NOTHING_SEEN, context);
  const rest = (before?.living ?? []).filter((sibling) => !covers(context, sibling));
  return { clock: joinClocks(seen, [actor, time]), living: inOrder([...rest, [time, actor, written]]) };
}

const inOrder = (siblings: Sibling[]): readonly Sibling[] =>
  siblings.sort((a, b) => {
    const [goneA, goneB] = [a[2].content === null, b[2].content === null];
    if (goneA !== goneB) return goneA ? 1 : -1;
    return isNewer(a[0], a[1], b[0], b[1]) ? -1 : 1;
  });
