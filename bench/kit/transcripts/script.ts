/**
 * A transcript's text: lines that begin with `>` are the script, and everything else between them is what was recorded, but
 * for comments (`#`) and empty lines. `engines/README.md` shows one; `STEPS` below lists what a script can say.
 */
import type { NodeId, Operation, Request } from '../../../engines/api.ts';
import { InputError, unknownName } from '../../input.ts';

export type Step =
  | { readonly kind: 'cluster'; readonly nodes: number; readonly settings: ReadonlyMap<string, string> }
  | { readonly kind: 'hide'; readonly names: readonly string[] }
  | {
      readonly kind: 'ask';
      readonly node: NodeId;
      readonly operation: Operation;
      readonly session: string;
      readonly read: Request['read'];
    }
  | { readonly kind: 'pass'; readonly forMs: number }
  | { readonly kind: 'kill' | 'vanish' | 'restart' | 'wipe'; readonly node: NodeId }
  | { readonly kind: 'cut'; readonly some: readonly NodeId[]; readonly others: readonly NodeId[] }
  | { readonly kind: 'mend' | 'look' };

/** A line that stays as it is; a step is also carried out, and what it brought about follows it. */
export interface ScriptLine {
  readonly text: string;
  readonly number: number;
  readonly step?: Step;
}

/** Each step as it is written; capitals are to be filled in. */
const STEPS = {
  cluster: 'cluster NUMBER [preset=NAME] [seed=NUMBER] [OPTION=VALUE …]',
  hide: 'hide MESSAGE-TYPE-OR-KIND …',
  get: 'get NODE KEY [read=local|versions] [as=SESSION]',
  put: 'put NODE KEY VALUE [as=SESSION]',
  append: 'append NODE KEY VALUE [as=SESSION]',
  delete: 'delete NODE KEY [as=SESSION]',
  cas: 'cas NODE KEY EXPECTED VALUE [as=SESSION], EXPECTED being - for an absent key',
  pass: 'pass NUMBERs, NUMBERms or NUMBERus',
  kill: 'kill NODE',
  vanish: 'vanish NODE',
  restart: 'restart NODE',
  wipe: 'wipe NODE, while it is down',
  cut: 'cut NODE … | NODE …',
  mend: 'mend',
  look: 'look',
} as const;

const UNITS_US: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1_000_000 };

type StepName = keyof typeof STEPS;

/** @throws {InputError} naming the source and the line. */
export function readScript(source: string, text: string): ScriptLine[] {
  const lines: ScriptLine[] = [];
  for (const [at, line] of text.replace(/\n$/, '').split('\n').entries()) {
    const number = at + 1;
    if (line.startsWith('>')) lines.push({ text: line, number, step: readStep(`${source}:${number}`, line.slice(1)) });
    else if (line === '' || line.startsWith('#')) lines.push({ text: line, number });
  }
  return lines;
}

function readStep(source: string, text: string): Step {
  const [name = '', ...rest] = text.trim().split(/\s+/);
  if (!Object.hasOwn(STEPS, name)) throw unknownName(`${source}: the step`, name, Object.keys(STEPS));
  const isSetting = (word: string): boolean => /^\w+=/.test(word);
  const words = rest.filter((word) => !isSetting(word));
  const settings = new Map(
    rest.filter(isSetting).map((word): [string, string] => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
  const form = STEPS[name as StepName];
  const step = stepOf(name as StepName, words, settings);
  const isMeant = (setting: string): boolean => name === 'cluster' || form.includes(`[${setting}=`);
  if (step === undefined || ![...settings.keys()].every(isMeant)) {
    throw new InputError(`${source}: expected "${form}", but "${text.trim()}" came`);
  }
  return step;
}

function stepOf(name: StepName, words: readonly string[], settings: ReadonlyMap<string, string>): Step | undefined {
  const [first, second, third, fourth] = words;
  const ask = (operation: Operation, length: number): Step | undefined => {
    const read = settings.get('read') ?? 'default';
    if (words.length !== length || (read !== 'default' && read !== 'local' && read !== 'versions')) return undefined;
    return { kind: 'ask', node: first!, operation, session: settings.get('as') ?? 'c1', read };
  };
  switch (name) {
    case 'cluster':
      return /^[1-9]\d?$/.test(first ?? '') ? { kind: name, nodes: Number(first), settings } : undefined;
    case 'hide':
      return first === undefined ? undefined : { kind: name, names: words };
    case 'get':
    case 'delete':
      return ask({ kind: name, key: second! }, 2);
    case 'put':
    case 'append':
      return ask({ kind: name, key: second!, value: third! }, 3);
    case 'cas':
      return ask({ kind: name, key: second!, expected: third === '-' ? null : third!, value: fourth! }, 4);
    case 'pass': {
      const [, count, unit] = /^(\d+)(us|ms|s)$/.exec(first ?? '') ?? [];
      return count === undefined ? undefined : { kind: name, forMs: (Number(count) * UNITS_US[unit!]!) / 1000 };
    }
    case 'kill':
    case 'vanish':
    case 'restart':
    case 'wipe':
      return words.length === 1 ? { kind: name, node: first! } : undefined;
    case 'cut': {
      const bar = words.indexOf('|');
      const [some, others] = [words.slice(0, Math.max(0, bar)), words.slice(bar + 1)];
      return some.length > 0 && others.length > 0 ? { kind: name, some, others } : undefined;
    }
    case 'mend':
    case 'look':
      return words.length === 0 ? { kind: name } : undefined;
  }
}
