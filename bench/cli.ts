#!/usr/bin/env node
/**
 * The command line. `run` is the default and may be left out. Exit codes: 0 done, 1 a check or comparison failed, 2 bad
 * input, 3 a trial could not be measured, 130 interrupted.
 */
import { generalHelp } from './commands/help.ts';
import { InputError, unknownName } from './input.ts';
import { ResultError } from './reports/run-folder.ts';

type Command = (args: readonly string[]) => Promise<number>;

/** Loaded when called: what draws charts takes longer to load than a wrong flag to find. */
const COMMANDS: { readonly [name: string]: () => Promise<Command> } = {
  run: async () => (await import('./commands/run.ts')).runCommand,
  list: async () => (await import('./commands/list.ts')).listCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  fuzz: async () => (await import('./commands/fuzz.ts')).fuzzCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  calibrate: async () => (await import('./commands/calibrate.ts')).calibrateCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
};

async function main(args: readonly string[]): Promise<number> {
  const [first = 'run', ...rest] = args;
  if (first === '--help' || first === '-h' || first === 'help') {
    process.stdout.write(generalHelp());
    return 0;
  }
  const [name, flags] = first.startsWith('-') ? ['run', args] : [first, rest];
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) return (await load())(flags);
  throw unknownName('the command', first, Object.keys(COMMANDS));
}

// Whoever read the output has seen enough: `… list presets | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof InputError) {
    process.stderr.write(`replibench: ${error.message}\n`);
    process.exitCode = 2;
  } else if (error instanceof ResultError) {
    process.stderr.write(`replibench: ${error.message}\n`);
    process.exitCode = 3;
  } else {
    process.stderr.write(`replibench failed, which it should not: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 3;
  }
}
