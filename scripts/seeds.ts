/**
 * `npm run seeds -- [ENGINE[:PRESET] …] [--seeds A..B]`: random faults in the simulation, one verdict a seed, spread over the
 * cores. Without names: every preset of every built-in engine. Prints the first broken seeds and exits with 1 if there are any.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Piscina } from 'piscina';
import { InputError } from '../bench/input.ts';
import { BUILT_IN_ENGINES, chooseEngine } from '../bench/trials/engines.ts';
import type { SeedsReport, SeedsTask } from './seeds-worker.ts';

const SEEDS_PER_TASK = 20;
const BROKEN_SHOWN_MAX = 5;

interface Preset {
  readonly label: string;
  readonly module: string;
  readonly preset: string;
}

async function presetsOf(names: readonly string[]): Promise<Preset[]> {
  const presets: Preset[] = [];
  for (const name of names.length > 0 ? names : BUILT_IN_ENGINES) {
    const { description, choice } = await chooseEngine(name);
    const wanted = name.includes(':') ? [choice.preset] : Object.keys(description.presets);
    for (const preset of wanted)
      presets.push({ label: `${description.name}:${preset}`, module: description.module, preset });
  }
  return presets;
}

function seedsFrom(text: string): { first: number; last: number } {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (first !== undefined && last !== undefined && Number(first) <= Number(last)) {
    return { first: Number(first), last: Number(last) };
  }
  if (/^[1-9]\d*$/.test(text)) return { first: 1, last: Number(text) };
  throw new InputError(`--seeds must be a number of seeds or a range A..B, but "${text}" came`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { seeds: { type: 'string', default: '1000' } },
    allowPositionals: true,
  });
  const { first, last } = seedsFrom(values.seeds);
  const presets = await presetsOf(positionals);
  const pool = new Piscina<SeedsTask, SeedsReport>({
    filename: new URL('./seeds-worker.js', import.meta.url).href,
    maxThreads: availableParallelism(),
  });
  let broken = 0;
  for (const { label, module, preset } of presets) {
    const tasks: Promise<SeedsReport>[] = [];
    for (let from = first; from <= last; from += SEEDS_PER_TASK) {
      tasks.push(pool.run({ module, preset, first: from, last: Math.min(last, from + SEEDS_PER_TASK - 1) }));
    }
    const reports = await Promise.all(tasks);
    const violations = reports.flatMap((report) => report.violations);
    const acknowledged = reports.reduce((sum, report) => sum + report.acknowledged, 0);
    const count = last - first + 1;
    console.log(`${label}: ${count} seeds, ${acknowledged} acknowledged operations, ${violations.length} broken`);
    for (const { seed, violation } of violations.slice(0, BROKEN_SHOWN_MAX))
      console.log(`  seed ${seed}: ${violation}`);
    broken += violations.length;
  }
  await pool.destroy();
  return broken === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof InputError) && (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') !== true)
    throw error;
  console.error(`seeds: ${(error as Error).message}`);
  process.exitCode = 2;
}
