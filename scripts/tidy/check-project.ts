/** Holds the whole project to the rules of the house. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../project.ts';
import { contractRule, purityRule } from './engines.ts';
import { layerRule, packageRule } from './imports.ts';
import { commandRule, compilerRule, layoutRule, linterRule, lockFileRule } from './project-files.ts';
import { type Rule, readSource, type Violation } from './source.ts';
import { headerRule, leftoverRule, machinePathRule, nameRule, seedRule, sizeRule, wordRule } from './style.ts';

/** Files in which a path of one machine would be read by people or programs. */
const TEXT = /\.(?:ts|js|json|jsonl|ya?ml|md|csv|html)$/;

export interface Verdict {
  readonly files: number;
  readonly violations: readonly Violation[];
}

/** Looks at every file below `root` that people wrote, and at the committed results. */
export function checkProject(root: string): Verdict {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const { dependencies = {}, scripts = {} } = JSON.parse(read('package.json')) as {
    dependencies?: Record<string, string>;
    scripts?: Record<string, string>;
  };
  const commands = new Set(Object.keys(scripts));
  const rules: readonly Rule[] = [
    layerRule,
    packageRule(new Set(Object.keys(dependencies))),
    contractRule,
    purityRule,
    sizeRule,
    leftoverRule,
    headerRule,
    seedRule,
    wordRule,
  ];

  const entries = readdirSync(root, { withFileTypes: true });
  const benchFolders = readdirSync(join(root, 'bench'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = filesBelow(root);
  const results = entries.some((entry) => entry.name === 'results')
    ? filesBelow(join(root, 'results'), new Set()).filter((path) => path.startsWith('reference/'))
    : [];

  const violations = [
    ...layoutRule(
      entries.map((entry) => entry.name),
      benchFolders.map((entry) => entry.name),
    ),
    ...lockFileRule(read('package-lock.json')),
    ...compilerRule(read('tsconfig.json')),
    ...linterRule(read('biome.json')),
    ...files.flatMap(nameRule),
    ...files
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => {
        const source = readSource(path, read(path));
        return rules.flatMap((rule) => rule(source));
      }),
    ...files.filter((path) => path.endsWith('.md')).flatMap((path) => commandRule(path, read(path), commands)),
    ...[...files, ...results.map((path) => `results/${path}`)]
      .filter((path) => TEXT.test(path))
      .flatMap((path) => machinePathRule(path, read(path))),
  ];
  return { files: files.length + results.length, violations };
}
