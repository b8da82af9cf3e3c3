/**
 * What a session carries from one answer to the next: the time that it has come to and, of siblings, which writes of one key it has
 * read. A write of this key replaces what the context covers; for any other key it says nothing. The answer to a write carries none: that
 * would have to name one dot without what came before it. So a session's next write of the key reads first.
 */
import type { Clock } from './siblings.ts';

const TIME_BASE = 36;
const SEPARATOR = ' ';

/** The time comes first. */
export const withTime = (time: number, causal: string | undefined): string =>
  causal === undefined ? time.toString(TIME_BASE) : `${time.toString(TIME_BASE)}${SEPARATOR}${causal}`;

export const timeIn = (context: string): number => Number.parseInt(context, TIME_BASE);

export const contextOf = (key: string, clock: Clock): string => JSON.stringify([key, ...clock]);

/** What of the key has been read; undefined: the context is not about this key. */
export function seenIn(context: string | undefined, key: string): Clock | undefined {
  const at = context?.indexOf(SEPARATOR) ?? -1;
  if (at === -1) return undefined;
  const [about, ...clock] = JSON.parse(context!.slice(at + 1)) as [string, ...(string | number)[]];
  return about === key ? clock : undefined;
}
