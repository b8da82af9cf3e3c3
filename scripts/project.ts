/** Where the project stands on this disk, whichever folder the compiled scripts were put into. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder at or above `from` that holds a `package.json`. */
export function projectRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`No package.json at or above ${from}`);
  }
}

/** Folders that no walk through the project enters: made by tools, or somebody else's. */
const FOREIGN = new Set(['node_modules', 'dist', 'results']);

/** The files below `folder`, sorted, as paths relative to it with `/` between names. Dot files and foreign folders are left out. */
export function filesBelow(folder: string, foreign: ReadonlySet<string> = FOREIGN): string[] {
  const found: string[] = [];
  const walk = (prefix: string): void => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || foreign.has(entry.name)) continue;
      if (entry.isDirectory()) walk(`${prefix}${entry.name}/`);
      else found.push(prefix + entry.name);
    }
  };
  walk('');
  return found.sort();
}
