/** Where the project's own data files are: beside the sources, whether the code runs compiled or not. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of `package.json`. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the compiled code');
    folder = parent;
  }
  return folder;
}

export const projectRoot = findRoot();

/** A folder of the project's sources, such as `bench/suites`. */
export const sourceFolder = (path: string): string => join(projectRoot, path);
