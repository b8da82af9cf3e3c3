/** What a file imports, and what each folder may import: data flows one way (`bench/` knows engines by their contract only). */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { at, isTest, type Rule, type Source } from './source.ts';

export interface Import {
  /** A path from the project's root, `node:…`, or a package's name; `*` if it is computed. */
  readonly target: string;
  /** Nothing of it is left in the compiled file. */
  readonly typeOnly: boolean;
  readonly offset: number;
}

/**
 * Every import of a file: `import` and `export … from`, imports for their effect, `import(…)` as an expression or a type.
 * In code, `from` and `import` before a string can mean nothing else.
 */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  for (const match of source.code.matchAll(/(?<![.\w$])(from|import)\s*(?:\(\s*)?(['"`])?/g)) {
    const [whole, keyword, quote] = match;
    const isCall = whole.includes('(');
    if (quote === undefined && !(keyword === 'import' && isCall)) continue;
    const open = match.index + whole.length;
    const close = quote === undefined ? open : source.code.indexOf(quote, open);
    const target = quote === undefined ? '*' : resolveImport(source.path, source.text.slice(open, close));
    found.push({
      target,
      typeOnly: isTypeOnly(source, match.index, keyword === 'from', isCall, close),
      offset: match.index,
    });
  }
  return found;
}

function isTypeOnly(source: Source, offset: number, isFrom: boolean, isCall: boolean, close: number): boolean {
  // `import('./x.ts').Name` is a type: as an expression it would be a promise, which has no such property.
  if (isCall) return /^['"`]?\s*\)\s*\.\s*[A-Z]/.test(source.code.slice(close));
  if (!isFrom) return false;
  const head = source.code.slice(0, offset);
  const start = Math.max(head.lastIndexOf('import'), head.lastIndexOf('export'));
  return /^(?:import|export)\s+type\b/.test(head.slice(start));
}

/** Turns what stands between the quotes into a path from the root, `node:…`, or a package's name. */
export function resolveImport(importer: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(importer), specifier);
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** One sentence of the architecture: files below `folder` import none of what `forbidden` matches. */
interface Layer {
  readonly folder: string;
  readonly forbidden: RegExp;
  /** What is allowed after all. */
  readonly except?: (found: Import, importer: string) => boolean;
  readonly why: string;
}

const CONTRACTS = new Set(['engines/api.ts', 'bench/runtimes/cluster.ts']);
const contractTypes = (found: Import): boolean => found.typeOnly && CONTRACTS.has(found.target);

/** The folder of one engine, such as `engines/raft/`; empty for the contract, which stands beside them. */
const engineFolder = (path: string): string => /^engines\/[^/]+\//.exec(path)?.[0] ?? '';

/** Tests are exempt from all of these. */
export const LAYERS: readonly Layer[] = [
  {
    folder: 'engines/api.ts',
    forbidden: /./,
    why: 'the contract imports nothing',
  },
  {
    folder: 'engines/',
    forbidden: /^(?!engines\/)/,
    why: 'an engine is a function of what its host hands it, and imports nothing from outside engines/',
  },
  {
    folder: 'engines/',
    forbidden: /^engines\/(?!api\.ts$|parts\/)/,
    except: (found, importer) => engineFolder(found.target) === engineFolder(importer),
    why: 'an engine knows its own folder, the contract and parts/; what two engines share belongs in parts/',
  },
  {
    folder: 'bench/measures/',
    forbidden: /^(?:engines|bench\/(?:trials|runtimes|reports|kit|commands))\/|^bench\/cli/,
    except: contractTypes,
    why: 'measures know histories, not engines, runtimes or trials',
  },
  {
    folder: 'bench/checks/',
    forbidden: /^(?:engines|bench\/(?:trials|runtimes|reports|kit|commands))\/|^bench\/cli/,
    except: contractTypes,
    why: 'checks know histories, not engines, runtimes or trials',
  },
  {
    folder: 'bench/reports/',
    forbidden: /^(?:engines|bench\/(?:trials|runtimes|kit|commands))\/|^bench\/cli/,
    why: 'reports know tables, not trials or engines',
  },
  {
    folder: 'bench/runtimes/',
    forbidden: /^engines\/(?!api\.ts$)/,
    why: 'runtimes know the contract, not engines',
  },
  {
    folder: 'bench/',
    forbidden: /^scripts\//,
    why: 'what ships does not depend on the tools of development',
  },
  {
    folder: '',
    forbidden: /\.test\.ts$|\/testing(?:\.ts$|\/)/,
    why: 'only tests use tests and what was made for them',
  },
];

export const layerRule: Rule = (source) => {
  if (isTest(source.path)) return [];
  return importsOf(source).flatMap((found) =>
    LAYERS.filter(
      (layer) =>
        source.path.startsWith(layer.folder) &&
        // A computed import names no file: only engines, which may import nothing of the sort, are held to it.
        (found.target !== '*' || layer.folder.startsWith('engines/')) &&
        layer.forbidden.test(found.target) &&
        !layer.except?.(found, source.path),
    )
      .slice(0, 1)
      .map((layer) => at(source, found.offset, `imports ${found.target}, but ${layer.why}`)),
  );
};

/** What ships may import only packages that are installed with it. */
export function packageRule(dependencies: ReadonlySet<string>): Rule {
  return (source) => {
    if (isTest(source.path) || !source.path.startsWith('bench/')) return [];
    return importsOf(source)
      .filter(({ target }) => !/^(?:node:|bench\/|engines\/|scripts\/|\*$)/.test(target) && !dependencies.has(target))
      .map(({ target, offset }) =>
        at(source, offset, `imports ${target}, which is not among package.json's dependencies`),
      );
  };
}
