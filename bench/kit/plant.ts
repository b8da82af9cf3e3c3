/**
 * Planted bugs: small textual changes to a compiled engine, which prove that tests and checks see something. The engine itself
 * stays as it is, and has no switch for being wrong: a copy of its module, and of all that this imports, is changed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, parse, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AnyEngine } from '../../engines/api.ts';
import { InputError, unknownName } from '../input.ts';
import { loadEngine } from '../runtimes/host/load-engine.ts';
import { BUILT_IN_ENGINES, builtInModule } from '../trials/engines.ts';

/** One change of one place. Compiled text is what counts: `ballot.js`, indented by four. */
export interface Change {
  /** A compiled file, relative to the folder of the engine's module: `ballot.js`, `../parts/quorum.js`. */
  readonly file: string;
  /** Stands exactly once in the file, so that a change of the engine that the bug does not survive is noticed. */
  readonly find: string;
  readonly replace: string;
}

/**
 * The engine with bugs in it. A built-in engine is given as it was imported, any other by its module's URL.
 *
 * @throws {InputError} if a change does not fit, or makes something of the module that is no engine.
 */
export async function plant(engine: AnyEngine | string | URL, ...changes: readonly Change[]): Promise<AnyEngine> {
  const module = typeof engine === 'string' || engine instanceof URL ? engine : await moduleOf(engine);
  return loadEngine(await plantedModule(module, changes));
}

/**
 * The same as a module: the file URL of the changed copy, for worker threads and child processes to load. The copy is there
 * until this process ends.
 */
export async function plantedModule(module: string | URL, changes: Change | readonly Change[]): Promise<string> {
  const entry = fileURLToPath(module);
  const texts = readWithImports(entry);
  for (const change of [changes].flat()) apply(change, dirname(entry), texts);
  const folder = temporaryFolder();
  const copyOf = (path: string): string => join(folder, relative(parse(path).root, path));
  for (const [path, text] of texts) {
    await mkdir(dirname(copyOf(path)), { recursive: true });
    await writeFile(copyOf(path), withPackagesFound(path, text));
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  return pathToFileURL(copyOf(entry)).href;
}

async function moduleOf(engine: AnyEngine): Promise<string> {
  if ((BUILT_IN_ENGINES as readonly string[]).includes(engine.name)) {
    const module = builtInModule(engine.name);
    if ((await loadEngine(module)) === engine) return module;
  }
  throw new InputError(`plant must be given the URL of the module of ${engine.name}, since it is no built-in engine`);
}

/** What stands in quotes behind `from` or `import`. A comment that says so, too, names no file that is there. */
const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\2/g;

/** The texts of a module and of all files that it reaches by relative imports, by path. */
function readWithImports(entry: string): Map<string, string> {
  const texts = new Map<string, string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (texts.has(path)) continue;
    const text = readFileSync(path, 'utf8');
    texts.set(path, text);
    for (const [, , , specifier] of text.matchAll(IMPORT)) {
      const target = resolve(dirname(path), specifier!);
      if (specifier!.startsWith('.') && existsSync(target)) open.push(target);
    }
  }
  return texts;
}

/** Packages are not found from a temporary folder: they are imported by their place. */
function withPackagesFound(path: string, text: string): string {
  const { resolve: find } = createRequire(path);
  return text.replace(IMPORT, (whole, before: string, quote: string, specifier: string) => {
    if (specifier.startsWith('.') || specifier.includes(':') || isBuiltin(specifier)) return whole;
    try {
      return `${before}${quote}${pathToFileURL(find(specifier)).href}${quote}`;
    } catch {
      return whole;
    }
  });
}

function apply({ file, find, replace }: Change, folder: string, texts: Map<string, string>): void {
  const path = join(folder, file);
  const text = texts.get(path);
  if (text === undefined) {
    const files = [...texts.keys()].map((known) => relative(folder, known)).sort();
    throw unknownName('the file of a planted bug', file, files);
  }
  const pieces = text.split(find);
  if (find === '' || pieces.length !== 2) {
    const times = find === '' ? 'everywhere' : `${pieces.length - 1} times`;
    throw new InputError(
      `a planted bug must match exactly once in ${file}, but ${JSON.stringify(find)} stands ${times}`,
    );
  }
  texts.set(path, pieces.join(replace));
}

const folders: string[] = [];

function temporaryFolder(): string {
  if (folders.length === 0) {
    process.once('exit', () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'replibench-planted-'));
  folders.push(folder);
  return folder;
}
