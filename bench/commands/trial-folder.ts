/** Writes what there is to look at of one random trial: the same trial gives the same bytes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../fuzz/picture.ts';
import { reportJson, reportText, type Told } from '../fuzz/report.ts';
import { writeHistory } from '../history-lines.ts';
import { writing } from '../reports/run-folder.ts';

const STYLE = { columns: 100, colour: false };

/** Files of the same names are replaced. @throws {ResultError} if they cannot be written. */
export function writeTrialFolder(directory: string, told: Told, picture: Picture): void {
  const path = (name: string): string => join(directory, name);
  writing(directory, () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path('report.txt'), reportText(told, STYLE));
    writeFileSync(path('report.json'), `${JSON.stringify(reportJson(told), null, 2)}\n`);
    writeFileSync(path('space-time.svg'), picture.svg);
    writeFileSync(path('log.txt'), picture.log);
    rmSync(path('history.jsonl'), { force: true });
    writeHistory(path('history.jsonl'), told.verdict?.lines ?? []);
  });
}
