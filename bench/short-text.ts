/**
 * Plain data in a few words, for people: as JSON, but keys and simple strings without quotes, fractions rounded to three
 * digits, and whatever is long cut short with a count of what is missing. One line, the same text for the same data.
 */

export interface ShortTextLimits {
  /** Items of a list, and fields of an object, that are shown; the rest is counted. */
  readonly items: number;
  readonly fields: number;
  /** Of a string. */
  readonly characters: number;
  /** Levels of lists and objects; what lies deeper is only counted. */
  readonly depth: number;
  /** Of a number. */
  readonly decimals: number;
}

const LIMITS: ShortTextLimits = { items: 4, fields: 8, characters: 20, depth: 3, decimals: 3 };

/** Nothing is cut, for texts that have to tell any two values apart. */
export const WHOLE: ShortTextLimits = {
  items: Number.POSITIVE_INFINITY,
  fields: Number.POSITIVE_INFINITY,
  characters: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
  decimals: Number.POSITIVE_INFINITY,
};

/** What reads as itself without quotes: no number, no space, nothing that means something in the text around it. */
const SIMPLE = /^[\p{L}_$][\p{L}\p{N}_$#./@-]*$/u;
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'undefined']);

/** `{term:3 entries:[[7 3 put k v] …2] vote:null}` */
export function shortText(value: unknown, limits: Partial<ShortTextLimits> = {}): string {
  const all = { ...LIMITS, ...limits };
  return text(value, all, all.depth);
}

/** A message: its type, then its other fields: `append{term:3 entries:[…2]}`. */
export function shortMessage(message: { readonly type: string }, limits: Partial<ShortTextLimits> = {}): string {
  const { type, ...fields } = message;
  const rest = shortText(fields, limits);
  return rest === '{}' ? type : `${type}${rest}`;
}

/** At most so many characters, the last one `…` if some were cut; a character of two code units is never halved. */
export function shortened(whole: string, characters = 26): string {
  if (whole.length <= characters) return whole;
  const all = [...whole];
  return all.length <= characters ? whole : `${all.slice(0, Math.max(0, characters - 1)).join('')}…`;
}

function text(value: unknown, limits: ShortTextLimits, depth: number): string {
  if (typeof value === 'string') return quoted(shortened(value, limits.characters), value);
  if (typeof value === 'number') return String(limits.decimals > 20 ? value : Number(value.toFixed(limits.decimals)));
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value))
    return `[${listed(value, (item) => text(item, limits, depth - 1), depth > 0 ? limits.items : 0)}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const field = ([key, inner]: [string, unknown]): string => `${quoted(key, key)}:${text(inner, limits, depth - 1)}`;
  return `{${listed(fields, field, depth > 0 ? limits.fields : 0)}}`;
}

function listed<Item>(all: readonly Item[], write: (item: Item) => string, most: number): string {
  const texts = all.slice(0, most).map(write);
  if (texts.length < all.length) texts.push(`…${all.length - texts.length}`);
  return texts.join(' ');
}

const quoted = (shown: string, whole: string): string =>
  SIMPLE.test(whole) && !WORDS.has(whole) ? shown : JSON.stringify(shown);
