/** Reads a command's flags, and says in one sentence what is wrong with them. */
import { parseArgs } from 'node:util';
import { InputError, nearest } from '../input.ts';

/** One flag: what it takes (nothing: a switch), and what it is for. */
export interface Flag {
  readonly takes?: string;
  readonly many?: boolean;
  readonly says: string;
}
export type Flags = { readonly [name: string]: Flag };

type ValueOf<F extends Flag> = F extends { readonly takes: string }
  ? F extends { readonly many: true }
    ? readonly string[]
    : string | undefined
  : boolean;
export type Values<F extends Flags> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

export interface Arguments<F extends Flags> {
  readonly values: Values<F>;
  readonly words: readonly string[];
}

/**
 * @throws {InputError} for a flag that the command has not, a value too many, too few or twice.
 */
export function readArguments<F extends Flags>(command: string, args: readonly string[], flags: F): Arguments<F> {
  const named = args.map((arg) => (arg === '-h' ? '--help' : arg));
  const { tokens } = parseArgs({ args: named, options: optionsOf(flags), strict: false, tokens: true });
  const values: Record<string, unknown> = {};
  const words: string[] = [];
  for (const [name, flag] of Object.entries(flags)) values[name] = flag.many ? [] : flag.takes ? undefined : false;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (flag === undefined) throw unknownFlag(command, token.rawName, flags);
    if (flag.takes === undefined) {
      if (token.value !== undefined) throw new InputError(`--${token.name} takes no value, but "${token.value}" came`);
      values[token.name] = true;
    } else {
      const value = token.value;
      if (value === undefined || value === '' || (!token.inlineValue && value.startsWith('--'))) {
        throw new InputError(`--${token.name} needs a value: ${flag.takes}`);
      }
      if (flag.many) (values[token.name] as string[]).push(value);
      else if (values[token.name] !== undefined) throw new InputError(`--${token.name} was given twice`);
      else values[token.name] = value;
    }
  }
  return { values: values as Values<F>, words };
}

function optionsOf(flags: Flags): { [name: string]: { type: 'string' | 'boolean'; multiple: true } } {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.takes === undefined ? 'boolean' : 'string', multiple: true },
    ]),
  );
}

function unknownFlag(command: string, came: string, flags: Flags): InputError {
  const near = nearest(came.replace(/^-+/, ''), Object.keys(flags));
  const hint = near === undefined ? `; see "replibench ${command} --help"` : `; did you mean --${near}?`;
  return new InputError(`${command} has no flag ${came}${hint}`);
}

/** The value of a flag that counts something; undefined: the flag was left out. */
export function wholeNumber(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least) {
    throw new InputError(`--${flag} must be a whole number of ${least} or more, but "${text}" came`);
  }
  return value;
}

/** The flags as lines of help. */
export function flagLines(flags: Flags): string {
  const left = Object.entries(flags).map(([name, { takes }]) => `  --${name}${takes === undefined ? '' : ` ${takes}`}`);
  const width = Math.max(...left.map((text) => text.length)) + 2;
  return Object.values(flags)
    .map(({ says, many }, i) => `${left[i]!.padEnd(width)}${says}${many ? ' (may be repeated)' : ''}\n`)
    .join('');
}
