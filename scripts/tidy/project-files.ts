/** The project's shape and its settings: the top level, the lock file, and how strictly the compiler and the linter look. */
import type { Violation } from './source.ts';

/** The top level is fixed. Dot files are not looked at. */
const TOP_LEVEL = new Set([
  'engines',
  'bench',
  'results',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'README.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'node_modules',
  'dist',
]);

/** The rooms of `bench/`; `commands` are those of `cli.ts`. Files beside them are what several rooms share. */
const BENCH_FOLDERS = new Set([
  'commands',
  'suites',
  'topologies',
  'workloads',
  'runtimes',
  'faults',
  'fuzz',
  'trials',
  'measures',
  'checks',
  'reports',
  'kit',
]);

const REQUIRED = ['engines', 'bench', 'scripts', 'package.json', 'tsconfig.json'];

/** `entries`: the names at the top level; `benchFolders`: the folders directly below `bench/`. */
export function layoutRule(entries: readonly string[], benchFolders: readonly string[]): Violation[] {
  return [
    ...entries
      .filter((entry) => !entry.startsWith('.') && !TOP_LEVEL.has(entry))
      .map(
        (entry) =>
          `${entry}:1: stands at the top level, which holds ${[...TOP_LEVEL].slice(0, 4).join(', ')} and settings only`,
      ),
    ...REQUIRED.filter((entry) => !entries.includes(entry)).map((entry) => `${entry}:1: is missing at the top level`),
    ...benchFolders
      .filter((folder) => !BENCH_FOLDERS.has(folder))
      .map((folder) => `bench/${folder}:1: is no room of bench/, which are ${[...BENCH_FOLDERS].join(', ')}`),
  ];
}

/**
 * Addresses in a lock file tie every installation to the registry of whoever wrote it last. Without all optional packages,
 * those for other platforms included, `npm ci` refuses to install anything.
 */
export function lockFileRule(text: string): Violation[] {
  const addresses = text
    .split('\n')
    .flatMap((line, i) =>
      /"resolved"\s*:/.test(line) ? [`package-lock.json:${i + 1}: holds a download address`] : [],
    );
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, { optionalDependencies?: object }> };
  const locked = new Set(Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, '')));
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !locked.has(name))
      .map((name) => `package-lock.json:1: lacks ${name}, an optional package of ${place}, without which npm ci stops`),
  );
  return [...addresses, ...missing];
}

/** What the documents tell people to type must work: every `npm run NAME` in them is a script of `package.json`. */
export function commandRule(path: string, text: string, scripts: ReadonlySet<string>): Violation[] {
  return text
    .split('\n')
    .flatMap((line, i) =>
      [...line.matchAll(/\bnpm run ([\w:-]*\w)/g)]
        .filter((match) => !scripts.has(match[1]!))
        .map((match) => `${path}:${i + 1}: says "${match[0]}", but package.json has no such script`),
    );
}

const STRICT_FLAGS = [
  'strict',
  'noUncheckedIndexedAccess',
  'exactOptionalPropertyTypes',
  'noImplicitOverride',
  'noImplicitReturns',
  'noFallthroughCasesInSwitch',
  'noUnusedLocals',
  'noUnusedParameters',
  'erasableSyntaxOnly',
  'verbatimModuleSyntax',
] as const;

export function compilerRule(text: string): Violation[] {
  const { compilerOptions = {} } = JSON.parse(text) as { compilerOptions?: Record<string, unknown> };
  return STRICT_FLAGS.filter((flag) => compilerOptions[flag] !== true).map(
    (flag) => `tsconfig.json:1: expected ${flag} to be on`,
  );
}

/** Linter rules that must be errors, by group; all of the recommended ones are on. */
const LINT_ERRORS: Readonly<Record<string, readonly string[]>> = {
  correctness: ['noUnusedImports', 'noUnusedVariables'],
  style: ['useImportType', 'useNodejsImportProtocol'],
  suspicious: ['noExplicitAny'],
};

export function linterRule(text: string): Violation[] {
  const { linter } = JSON.parse(text) as { linter?: { enabled?: boolean; rules?: Record<string, unknown> } };
  const rules = linter?.rules ?? {};
  const recommended =
    linter?.enabled !== false && rules.recommended !== false && (rules.preset ?? 'recommended') === 'recommended';
  const level = (group: string, rule: string): unknown => {
    const setting = (rules[group] as Record<string, unknown> | undefined)?.[rule];
    return typeof setting === 'object' && setting !== null ? (setting as { level?: unknown }).level : setting;
  };
  return [
    ...(recommended ? [] : ['biome.json:1: expected the recommended rules to be on']),
    ...Object.entries(LINT_ERRORS).flatMap(([group, names]) =>
      names
        .filter((rule) => level(group, rule) !== 'error')
        .map((rule) => `biome.json:1: expected ${group}/${rule} to be an error`),
    ),
  ];
}
