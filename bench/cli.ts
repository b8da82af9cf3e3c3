#!/usr/bin/env node
/**
 * The command line. `run` is the default and may be left out. Exit codes: 0 done, 1 a check or comparison failed, 2 bad
 * input, 3 a trial could not be measured, 130 interrupted.
 */
import { generalHelp } from './commands/help.ts';
import { listCommand } from './commands/list.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { InputError, unknownName } from './input.ts';
import { ResultError } from './reports/run-folder.ts';

const COMMANDS = { run: runCommand, list: listCommand, report: reportCommand } as const;

async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) return runCommand([]);
  if (first === '--help' || first === '-h' || first === 'help') {
    process.stdout.write(generalHelp());
    return 0;
  }
  if (first in COMMANDS) return COMMANDS[first as keyof typeof COMMANDS](rest);
  if (first.startsWith('-')) return runCommand(args);
  throw unknownName('the command', first, Object.keys(COMMANDS));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof InputError) {
    process.stderr.write(`replibench: ${error.message}\n`);
    process.exitCode = 2;
  } else if (error instanceof ResultError) {
    process.stderr.write(`replibench: ${error.message}\n`);
    process.exitCode = 3;
  } else throw error;
}
