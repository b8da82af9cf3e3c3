/** Which engines there are: the built-in ones by name, and anybody's module by path or package name. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Claims, Member } from '../../engines/api.ts';
import { InputError, unknownName } from '../input.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';

/** In the order in which they are shown. */
export const BUILT_IN_ENGINES = ['unreplicated', 'primary-replica', 'multi-primary', 'raft'] as const;

export type Options = Readonly<Record<string, unknown>>;

/** What can be told of an engine without running it. Plain data. */
export interface EngineDescription {
  readonly module: string;
  readonly name: string;
  readonly presets: Readonly<Record<string, Options>>;
}

/** What an engine says of one configuration. */
export interface Verdict {
  readonly claims: Claims;
  /** Whole sentences; empty: nothing is wrong. */
  readonly problems: readonly string[];
}

/** To the worker that looks at an engine, and back. */
export interface DescribeOrder {
  readonly module: string;
  readonly judge?: { readonly options: Options; readonly members: readonly Member[] };
}
export type DescribeReport =
  | { readonly ok: true; readonly description: EngineDescription; readonly verdict?: Verdict }
  | { readonly ok: false; readonly problem: string };

/** An outside module may loop for ever while it is loaded. */
const DESCRIBE_TIMEOUT_MS = 10_000;

/** Looks at a module in a thread of its own: what it does there, loop or exit, cannot hurt the command line. */
async function askWorker(order: DescribeOrder): Promise<Extract<DescribeReport, { ok: true }>> {
  const worker = new Worker(new URL('./describe-worker.js', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const report = await new Promise<DescribeReport>((done) => {
      const say = (problem: string): void => done({ ok: false, problem: `the engine ${order.module} ${problem}` });
      worker.on('message', done);
      worker.on('error', (error) => say(`failed while it was loaded: ${error.message}`));
      worker.on('exit', () => say('ended the process while it was loaded'));
      timer = setTimeout(() => say(`was not loaded within ${DESCRIBE_TIMEOUT_MS / 1000} s`), DESCRIBE_TIMEOUT_MS);
    });
    if (!report.ok) throw new InputError(report.problem);
    return report;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

export const builtInModule = (name: string): string => new URL(`../../engines/${name}/index.js`, import.meta.url).href;

/** `NAME`, `NAME:PRESET`, `./module.js`, `package` or any of these with a preset: where the module is, and the preset. */
function locate(text: string): { module: string; preset: string } {
  const colon = text.lastIndexOf(':');
  const [name, preset] = colon > 1 ? [text.slice(0, colon), text.slice(colon + 1)] : [text, 'default'];
  if ((BUILT_IN_ENGINES as readonly string[]).includes(name)) return { module: builtInModule(name), preset };
  if (/^\.{0,2}[/\\]|\.[cm]?js$/.test(name)) {
    const path = resolve(name);
    if (!existsSync(path)) throw new InputError(`--engine must name an engine's module, but there is no file "${name}"`);
    return { module: pathToFileURL(path).href, preset };
  }
  try {
    const found = createRequire(`${process.cwd()}/`).resolve(name);
    if (found.startsWith('/')) return { module: pathToFileURL(found).href, preset };
  } catch {
    // Neither a built-in engine nor a package: said below.
  }
  throw unknownName('--engine', name, BUILT_IN_ENGINES);
}

export async function describeEngine(module: string): Promise<EngineDescription> {
  return (await askWorker({ module })).description;
}

export interface ChosenEngine {
  readonly description: EngineDescription;
  readonly choice: EngineChoice;
}

/** Resolves an `--engine` argument to a module and one of its presets. */
export async function chooseEngine(text: string): Promise<ChosenEngine> {
  const { module, preset } = locate(text);
  const description = await describeEngine(module);
  const options = description.presets[preset];
  if (options === undefined) throw unknownName(`the preset of ${description.name}`, preset, Object.keys(description.presets));
  return { description, choice: { module, name: description.name, preset, options } };
}

export async function judgeEngine(choice: EngineChoice, members: readonly Member[]): Promise<Verdict> {
  const { module, options } = choice;
  return (await askWorker({ module, judge: { options, members } })).verdict!;
}

/**
 * Applies `KEY=VALUE` or `ENGINE.KEY=VALUE` settings to the chosen engines. A value has the type that the option has in
 * the engine's preset. Each setting must fit at least one engine.
 */
export function applySettings(engines: readonly EngineChoice[], settings: readonly string[]): EngineChoice[] {
  const changed = engines.map((engine) => ({ ...engine, options: { ...engine.options } as Record<string, unknown> }));
  for (const setting of settings) {
    const [, only, key, text] = /^(?:([\w-]+)\.)?(\w+)=(.*)$/.exec(setting) ?? [];
    if (key === undefined || text === undefined) {
      throw new InputError(`--set must be KEY=VALUE or ENGINE.KEY=VALUE, but "${setting}" came`);
    }
    const fitting = changed.filter(({ name, options }) => (only === undefined || only === name) && key in options);
    if (fitting.length === 0) {
      const of = changed.filter(({ name }) => only === undefined || only === name);
      throw unknownName('--set', key, [...new Set(of.flatMap(({ options }) => Object.keys(options)))]);
    }
    for (const { name, options } of fitting) options[key] = typed(`${name}.${key}`, options[key], text);
  }
  return changed;
}

function typed(field: string, like: unknown, text: string): unknown {
  if (typeof like === 'number') {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new InputError(`${field} must be a number, but "${text}" came`);
    return value;
  }
  if (typeof like === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new InputError(`${field} must be true or false, but "${text}" came`);
    return text === 'true';
  }
  return text;
}
