/**
 * A transcript's text: lines that begin with `>` are the script, and everything else between them is what was recorded, but
 * for comments (`#`) and empty lines. `engines/README.md` shows one; `STEPS` below lists what a script can say.
 */
import type { Command, NodeId, Operation, Request } from '../../../engines/api.ts';
import type { Fault } from '../../faults/vocabulary.ts';
import { InputError, unknownName } from '../../input.ts';
import { FAULT_STEPS, faultsOf } from './fault-steps.ts';

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
  | { readonly kind: 'command'; readonly node: NodeId; readonly command: Command }
  | { readonly kind: 'fault'; readonly text: string; readonly faults: readonly Fault[] }
  /** The fault that was written so; empty: whatever stands. */
  | { readonly kind: 'heal'; readonly text: string }
  | { readonly kind: 'look' };

/** A line that stays as it is; a step is also carried out, and what it brought about follows it. */
export interface ScriptLine {
  readonly text: string;
  readonly number: number;
  readonly step?: Step;
}

/** Each step as it is written; capitals are to be filled in. */
const STEPS = {
  cluster: 'cluster NUMBER [spares=NUMBER] [preset=NAME] [seed=NUMBER] [OPTION=VALUE …]',
  hide: 'hide MESSAGE-TYPE-OR-KIND …',
  get: 'get NODE KEY [read=local|versions] [as=SESSION]',
  put: 'put NODE KEY VALUE [as=SESSION]',
  append: 'append NODE KEY VALUE [as=SESSION]',
  add: 'add NODE KEY NUMBER [as=SESSION]',
  delete: 'delete NODE KEY [as=SESSION]',
  cas: 'cas NODE KEY EXPECTED VALUE [as=SESSION], EXPECTED being - for an absent key',
  pass: 'pass NUMBERs, NUMBERms or NUMBERus',
  command: 'command NODE add|remove|promote NODE, replace NODE by NODE, transfer [to NODE], drain or snapshot',
  ...FAULT_STEPS,
  heal: 'heal [FAULT as it was written]',
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
  const step = stepOf(name as StepName, rest, words, settings);
  const isMeant = (setting: string): boolean => name === 'cluster' || name === 'heal' || form.includes(`${setting}=`);
  if (step === undefined || ![...settings.keys()].every(isMeant)) {
    throw new InputError(`${source}: expected "${form}", but "${text.trim()}" came`);
  }
  return step;
}

function stepOf(
  name: StepName,
  rest: readonly string[],
  words: readonly string[],
  settings: ReadonlyMap<string, string>,
): Step | undefined {
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
    case 'add':
      return ask({ kind: name, key: second!, value: third! }, 3);
    case 'cas':
      return ask({ kind: name, key: second!, expected: third === '-' ? null : third!, value: fourth! }, 4);
    case 'pass': {
      const [, count, unit] = /^(\d+)(us|ms|s)$/.exec(first ?? '') ?? [];
      return count === undefined ? undefined : { kind: name, forMs: (Number(count) * UNITS_US[unit!]!) / 1000 };
    }
    case 'command': {
      const command = commandOf(second, words.slice(2));
      return command && { kind: name, node: first!, command };
    }
    case 'heal':
      return { kind: name, text: rest.join(' ') };
    case 'look':
      return words.length === 0 ? { kind: name } : undefined;
    default: {
      const faults = faultsOf(name, words, settings);
      return faults && { kind: 'fault', text: [name, ...rest].join(' '), faults };
    }
  }
}

function commandOf(kind: string | undefined, words: readonly string[]): Command | undefined {
  const [first, link, second] = words;
  switch (kind) {
    case 'add':
    case 'remove':
    case 'promote':
      return words.length === 1 ? { kind, node: first! } : undefined;
    case 'replace':
      return words.length === 3 && link === 'by' ? { kind, node: first!, by: second! } : undefined;
    case 'transfer':
      if (words.length === 0) return { kind };
      return words.length === 2 && first === 'to' ? { kind, to: link! } : undefined;
    case 'drain':
    case 'snapshot':
      return words.length === 0 ? { kind } : undefined;
    default:
      return undefined;
  }
}
