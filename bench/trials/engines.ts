/** Which engines there are: the built-in ones by name, and anybody's module by path or package name. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Claims, Member } from '../../engines/api.ts';
import { InputError, unknownName } from '../input.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';

/** Those that take writes, and so can be measured side by side. */
export const STORING_ENGINES = ['unreplicated', 'primary-replica', 'multi-primary', 'raft'] as const;

/** In the order in which they are shown. */
export const BUILT_IN_ENGINES = [...STORING_ENGINES, 'membership'] as const;

export type Options = Readonly<Record<string, unknown>>;

/** What can be told of an engine without running it. Plain data. */
export interface EngineDescription {
  readonly module: string;
  readonly name: string;
  readonly presets: Readonly<Record<string, Options>>;
}

/** What an engine says of one configuration. */
export interface Verdict {
  /** What trials depend on; undefined if there are problems. */
  readonly claims: Pick<Claims, 'needs' | 'deadlines' | 'election'> | undefined;
  /** Whole sentences; empty: nothing is wrong. */
  readonly problems: readonly string[];
  /** By preset, its shortest time-out; undefined: no verdict of it hangs on time. What cannot run on the members is left out. */
  readonly timeoutsMs: Readonly<Record<string, number | undefined>>;
}

/** To the worker that looks at an engine, and back. */
export interface DescribeOrder {
  readonly module: string;
  /** Configurations to be judged, in this order. */
  readonly judge: readonly { readonly options: Options; readonly members: readonly Member[] }[];
}
export type DescribeReport =
  | { readonly ok: true; readonly description: EngineDescription; readonly verdicts: readonly Verdict[] }
  | { readonly ok: false; readonly problem: string };

/** An outside module may loop for ever while it is loaded. */
const DESCRIBE_TIMEOUT_MS = 10_000;

/** Looks at a module in a thread of its own: what it does there, loop or exit, cannot hurt the command line. */
async function askWorker(
  order: DescribeOrder,
  timeoutMs: number = DESCRIBE_TIMEOUT_MS,
): Promise<Extract<DescribeReport, { ok: true }>> {
  const worker = new Worker(new URL('./describe-worker.js', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
    // What a module prints while it is loaded must not get between the lines of JSON on our own stdout.
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  let timer: NodeJS.Timeout | undefined;
  try {
    const report = await new Promise<DescribeReport>((done) => {
      const say = (problem: string): void => done({ ok: false, problem: `the engine ${order.module} ${problem}` });
      worker.on('message', done);
      worker.on('error', (error) => say(`failed while it was loaded: ${error.message}`));
      worker.on('exit', () => say('ended its process while it was loaded'));
      timer = setTimeout(() => say(`was not loaded within ${timeoutMs / 1000} s`), timeoutMs);
    });
    if (!report.ok) throw new InputError(report.problem);
    return report;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

export const builtInModule = (name: string): string => new URL(`../../engines/${name}/index.js`, import.meta.url).href;

/** Where an engine's module is, which of its presets, and what of that is changed, as `KEY=VALUE`. */
interface Located {
  readonly module: string;
  readonly preset: string;
  readonly settings: readonly string[];
}

/**
 * `NAME`, `./module.js` or `package`, each with a preset, with changes, or with both: `raft:etcd`, `raft:preVote=false`,
 * `raft:etcd,preVote=false,checkQuorum=false`.
 */
function locate(field: string, text: string): Located {
  const colon = text.lastIndexOf(':');
  const [name, variant] = colon > 1 ? [text.slice(0, colon), text.slice(colon + 1)] : [text, 'default'];
  const parts = variant.split(',');
  const preset = parts[0]!.includes('=') ? 'default' : parts.shift()!;
  return { module: moduleOf(field, name), preset, settings: parts };
}

function moduleOf(field: string, name: string): string {
  if ((BUILT_IN_ENGINES as readonly string[]).includes(name)) return builtInModule(name);
  if (/^\.{0,2}[/\\]|\.[cm]?js$/.test(name)) {
    const path = resolve(name);
    if (!existsSync(path))
      throw new InputError(`${field} must name an engine's module, but there is no file "${name}"`);
    return pathToFileURL(path).href;
  }
  try {
    const found = createRequire(`${process.cwd()}/`).resolve(name);
    if (isAbsolute(found)) return pathToFileURL(found).href;
  } catch {
    // Neither a built-in engine nor a package: said below.
  }
  throw unknownName(field, name, BUILT_IN_ENGINES);
}

/**
 * Loads a module in a thread of its own and tells what is in it.
 *
 * @throws {InputError} if it is no engine, or does not end within `timeoutMs`, 10 s if left out.
 */
export async function describeEngine(module: string, timeoutMs?: number): Promise<EngineDescription> {
  return (await askWorker({ module, judge: [] }, timeoutMs)).description;
}

export interface ChosenEngine {
  readonly description: EngineDescription;
  /** Its preset is called as it was asked for, changes included. */
  readonly choice: EngineChoice;
  /** The preset without changes. */
  readonly preset: string;
}

/** Stands for each preset of an engine, as in `raft:*`. */
const EVERY_PRESET = '*';
export const namesEveryPreset = (text: string): boolean => /:\*(,|$)/.test(text);

/** Resolves an `--engine` argument to a module and one of its presets; `field` is where it stood. */
export async function chooseEngine(text: string, field = '--engine'): Promise<ChosenEngine> {
  const located = locate(field, text);
  return presetOf(await describeEngine(located.module), located, field);
}

/** The same for several arguments, of which `NAME:*` means every preset of that engine. */
export async function chooseEngines(texts: readonly string[], field = '--engine'): Promise<ChosenEngine[]> {
  const located = texts.map((text) => locate(field, text));
  const modules = [...new Set(located.map(({ module }) => module))];
  const described = new Map(
    await Promise.all(modules.map(async (module) => [module, await describeEngine(module)] as const)),
  );
  return located.flatMap((one) => {
    const description = described.get(one.module)!;
    const presets = one.preset === EVERY_PRESET ? Object.keys(description.presets) : [one.preset];
    return presets.map((preset) => presetOf(description, { ...one, preset }, field));
  });
}

function presetOf(description: EngineDescription, { preset, settings }: Located, field: string): ChosenEngine {
  const { module, name, presets } = description;
  const options = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (options === undefined) throw unknownName(`the preset of ${name}`, preset, Object.keys(presets));
  const choice = { module, name, preset, options };
  if (settings.length === 0) return { description, choice, preset };
  const [changed] = applySettings([choice], settings, field);
  const called = preset === 'default' ? settings.join() : [preset, ...settings].join();
  return { description, choice: { ...changed!, preset: called }, preset };
}

/** Asks an engine what is wrong with its options on these members, and what it claims under them. */
export async function judgeEngine(choice: EngineChoice, members: readonly Member[]): Promise<Verdict> {
  return (await judgeEngines([{ choice, members }]))[0]!;
}

/** The same of several engines and places; each module is loaded once. */
export async function judgeEngines(
  cases: readonly { readonly choice: EngineChoice; readonly members: readonly Member[] }[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  await Promise.all(
    [...new Set(cases.map(({ choice }) => choice.module))].map(async (module) => {
      const places = [...cases.keys()].filter((place) => cases[place]!.choice.module === module);
      const judge = places.map((place) => {
        const { choice, members } = cases[place]!;
        return { options: choice.options, members };
      });
      const report = await askWorker({ module, judge });
      for (const [i, place] of places.entries()) verdicts[place] = report.verdicts[i]!;
    }),
  );
  return verdicts;
}

/**
 * Applies `KEY=VALUE` or `ENGINE.KEY=VALUE` settings to the chosen engines. A value has the type that the option has in
 * the engine's preset. Each setting must fit at least one engine.
 */
export function applySettings(
  engines: readonly EngineChoice[],
  settings: readonly string[],
  field = '--set',
): EngineChoice[] {
  const changed = engines.map((engine) => ({ ...engine, options: { ...engine.options } as Record<string, unknown> }));
  for (const setting of settings) {
    const { only, key, text } = parseSetting(setting, field);
    const named = changed.filter(({ name }) => only === undefined || only === name);
    if (only !== undefined && named.length === 0) {
      throw unknownName(`the engine in ${field}`, only, [...new Set(changed.map(({ name }) => name))]);
    }
    const fitting = named.filter(({ options }) => Object.hasOwn(options, key));
    if (fitting.length === 0) throw unknownOption(key, named, field);
    for (const { name, options } of fitting) options[key] = typed(`${name}.${key}`, options[key], text);
  }
  return changed;
}

/** Those of the settings that change an option of this engine. */
export function settingsOf({ name, options }: EngineChoice, settings: readonly string[]): string[] {
  return settings.filter((setting) => {
    const { only, key } = parseSetting(setting, '--set');
    return (only === undefined || only === name) && Object.hasOwn(options, key);
  });
}

function parseSetting(setting: string, field: string): { only: string | undefined; key: string; text: string } {
  const [, only, key, text] = /^(?:([\w.-]+)\.)?(\w+)=(.*)$/s.exec(setting) ?? [];
  if (key !== undefined && text !== undefined) return { only, key, text };
  throw new InputError(`${field} must be KEY=VALUE or ENGINE.KEY=VALUE, but "${setting}" came`);
}

function unknownOption(key: string, engines: readonly EngineChoice[], field: string): InputError {
  const keys = [...new Set(engines.flatMap(({ options }) => Object.keys(options)))];
  if (keys.length > 0) return unknownName(field === '--set' ? field : `an option in ${field}`, key, keys);
  const names = [...new Set(engines.map(({ name }) => name))].join(', ');
  return new InputError(`${field} must name an option, but "${key}" came and ${names} has none`);
}

/** Turns text into a value of the type that the preset's value has. */
function typed(field: string, like: unknown, text: string): unknown {
  if (typeof like === 'number') {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value))
      throw new InputError(`${field} must be a number, but "${text}" came`);
    return value;
  }
  if (typeof like === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new InputError(`${field} must be true or false, but "${text}" came`);
    return text === 'true';
  }
  if (typeof like === 'object') {
    const value = fromJson(text);
    if (typeof value === 'object' && Array.isArray(value) === Array.isArray(like)) return value;
    const expected = Array.isArray(like) ? 'a list' : 'an object';
    throw new InputError(`${field} must be ${expected} in JSON, but "${text}" came`);
  }
  return text;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
