/** What became of the planted bugs, as a table of hunts (CSV) and as a page: who was caught, by what, and how soon. */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Hunt } from './hunt.ts';
import type { PlantedBugs } from './planted-bug.ts';

/** A hunt of the engine's bug of this id. */
export type Kill = Hunt & { readonly engine: string; readonly id: string };

const COLUMNS = ['engine', 'id', 'first_seed', 'seeds', 'property', 'shrunk_faults'];

export const toCsv = (kills: readonly Kill[]): string =>
  stringify([
    COLUMNS,
    ...kills.map(({ engine, id, firstSeed, seeds, property, faults }) => [
      engine,
      id,
      firstSeed,
      seeds,
      property,
      faults,
    ]),
  ]);

export function fromCsv(text: string): Kill[] {
  const [, ...rows] = parse(text) as string[][];
  return rows.map(([engine, id, firstSeed, seeds, property, faults]) => ({
    engine: engine!,
    id: id!,
    firstSeed: Number(firstSeed),
    seeds: Number(seeds),
    property: property === '' ? undefined : property,
    faults: faults === '' ? undefined : Number(faults),
  }));
}

/** The page, in Markdown. */
export function killPage(plantedBugs: readonly PlantedBugs[], kills: readonly Kill[]): string {
  const parts = plantedBugs.map(({ engine, bugs }) => {
    const ofEngine = kills.filter((kill) => kill.engine === engine);
    const properties = [...new Set(ofEngine.flatMap(({ property }) => property ?? []))].sort();
    const rows = bugs.map(({ id, defect, preset, options, plan }) => {
      const hunts = ofEngine.filter((kill) => kill.id === id);
      const changes = Object.entries(options ?? {}).map(([key, value]) => `${key}=${value}`);
      const settings = [preset ?? [], ...changes].flat().join(',');
      const where =
        (settings === '' ? '' : ` (\`${settings}\`)`) + (plan === undefined ? '' : `; faults: ${plan.title}`);
      const shares = properties.map((property) => share(hunts, property));
      return [id, defect + where, seedsText(hunts), faultsText(hunts), ...shares];
    });
    return `## ${engine}\n\n${table(['id', 'defect', 'seeds', 'faults', ...properties], rows)}`;
  });
  return `${PREFACE}\n${parts.join('\n')}`;
}

const PREFACE = `# Planted bugs

Each engine with one defect put into it, hunted by random trials: which check kills it, and how soon. Written by
\`npm run planted-bugs\`, which hunts all of them, or those that are named (\`npm run planted-bugs -- raft:R7\`); the hunts
stand in \`kills.csv\`.

- The id is the row of VERIFICATION.md, section 4; a letter behind it is another form of the defect, and X a bug not listed there.
- Seeds: how many trials a kill took, the median of the hunts and their range. A hunt is given up after 1,000.
- Behind a defect stand, in brackets, preset and options where they are not the default's. Where it names faults, these took the place
  of those that a seed draws: chance alone hardly ever puts them together.
- Faults: what is left of the first kill's schedule when it has been shrunk.
- The other columns: in how many of the hunts the property was the one that broke.
`;

function seedsText(hunts: readonly Hunt[]): string {
  if (hunts.length === 0) return 'not hunted';
  if (hunts.some(({ property }) => property === undefined)) return 'not caught';
  const seeds = hunts.map((hunt) => hunt.seeds).sort((a, b) => a - b);
  return `${seeds[Math.floor((seeds.length - 1) / 2)]} (${seeds[0]}–${seeds.at(-1)})`;
}

const faultsText = (hunts: readonly Hunt[]): string => String(hunts[0]?.faults ?? '');

function share(hunts: readonly Hunt[], property: string): string {
  const kills = hunts.filter((hunt) => hunt.property === property).length;
  return kills === 0 ? '' : `${kills}/${hunts.length}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
