/** `npm run tidy`: prints what breaks the rules of the house, and exits 1 if anything does. */
import { projectRoot } from './project.ts';
import { checkProject } from './tidy/check-project.ts';

const { files, violations } = checkProject(projectRoot(import.meta.dirname));
for (const violation of violations) console.log(violation);
console.log(
  violations.length === 0
    ? `tidy: ${files} files keep the rules of the house.`
    : `tidy: ${violations.length} violations in ${files} files.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
