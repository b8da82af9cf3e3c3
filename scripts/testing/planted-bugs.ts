/**
 * `npm run planted-bugs [-- ENGINE:ID …]`: hunts planted bugs, all if none is named, on all cores, and writes what became of
 * them into `bench/fuzz/planted-bugs/`: `kills.csv` and the page made of it. Exits with 1 if one was not caught.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLANTED_BUGS } from '../../bench/fuzz/planted-bugs/all.ts';
import { hunt } from '../../bench/fuzz/planted-bugs/hunt.ts';
import { fromCsv, type Kill, killPage, toCsv } from '../../bench/fuzz/planted-bugs/kills.ts';
import { TrialPool } from '../../bench/fuzz/pool.ts';
import { InputError, unknownName } from '../../bench/input.ts';
import { projectRoot } from '../../bench/paths.ts';

const FOLDER = join(projectRoot, 'bench/fuzz/planted-bugs');
const LIMITS = { hunts: 3, seedsMax: 1000 };
const PATIENCE_S = 60;

async function main(wanted: readonly string[]): Promise<void> {
  const all = PLANTED_BUGS.flatMap(({ engine, bugs }) =>
    bugs.map((bug) => ({ engine, bug, name: `${engine}:${bug.id}` })),
  );
  const stranger = wanted.find((name) => all.every((one) => one.name !== name));
  if (stranger !== undefined)
    throw unknownName(
      'a planted bug',
      stranger,
      all.map(({ name }) => name),
    );
  const csv = join(FOLDER, 'kills.csv');
  const known = existsSync(csv) ? fromCsv(readFileSync(csv, 'utf8')) : [];
  const kills = new Map(
    all.map(({ engine, bug, name }) => [name, known.filter((kill) => kill.engine === engine && kill.id === bug.id)]),
  );
  const pool = new TrialPool(PATIENCE_S);
  for (const { engine, bug, name } of all) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const hunts: Kill[] = (await hunt(pool, engine, bug, LIMITS)).map((one) => ({ ...one, engine, id: bug.id }));
    kills.set(name, hunts);
    const strangers = hunts
      .flatMap(({ property }) => property ?? 'nothing')
      .filter((name) => !bug.killedBy.includes(name));
    console.log(
      `${name}: ${hunts.map(({ seeds, property }) => `${property ?? 'nothing'} after ${seeds}`).join(', ')}; ${hunts[0]!.faults} faults`,
    );
    if (strangers.length > 0) console.log(`  not expected: ${strangers.join(', ')}`);
    if (hunts.some(({ property }) => property === undefined)) process.exitCode = 1;
    // Written each time: what is done is done.
    const rows = [...kills.values()].flat();
    writeFileSync(csv, toCsv(rows));
    writeFileSync(join(FOLDER, 'README.md'), killPage(PLANTED_BUGS, rows));
  }
  await pool.close();
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`planted-bugs: ${error.message}`);
  process.exitCode = 2;
}
