/** `report.html`: one self-contained page, readable without scripts, style sheets or anything from elsewhere. */
import type { Chart } from './charts/draw.ts';
import { PAGE_COLOURS } from './charts/theme.ts';
import { significant } from './numbers.ts';
import { dataTable, escapeHtml, factsTable, listOf, sectionTable } from './page/html.ts';
import { STYLE } from './page/style.ts';
import type { Run } from './run.ts';
import { type Scorecard, voidLines } from './scorecard.ts';
import { TABLE_NAMES, type TableName, type TableRow, tableFile } from './tables.ts';

/** Tables whose rows are for charts and other tools, not for reading: the page links to their files. */
const LINKED: readonly TableName[] = ['timeline', 'latency'];
/** A longer table is linked too. */
const ROWS_MAX = 2000;

/** A chart with colours replaced by the page's, so that it turns dark with the page. */
function inlineSvg({ svg }: Chart): string {
  let inlined = svg;
  for (const [variable, colour] of Object.entries(PAGE_COLOURS))
    inlined = inlined.replaceAll(colour, `var(${variable})`);
  return inlined;
}

function machineFacts({ manifest, tables }: Run): [string, string][] {
  const { machine, sync } = manifest;
  const facts: [string, string][] = [
    ['started', manifest.startedAt],
    ['finished', manifest.finishedAt ?? 'not'],
    ['command line', manifest.commandLine.join(' ')],
    ['seed', String(manifest.seed)],
    ['configuration', `SHA-256 ${manifest.configurationDigest}`],
    ['Replibench', manifest.toolVersion],
    ['Node and V8', `${machine.nodeVersion}, ${machine.v8Version}`],
    ['system', `${machine.os}, ${machine.arch}`],
    ['processor', `${machine.cores} × ${machine.cpuModel}`],
    ['memory', `${significant(machine.memoryBytes / 2 ** 30, 3)} GiB`],
    ['file system of the logs', machine.fileSystem],
  ];
  if (sync !== undefined) {
    facts.push(['synced write of 4 KiB', `p50 ${significant(sync.p50Ms, 2)} ms, p99 ${significant(sync.p99Ms, 2)} ms`]);
  }
  if (manifest.stealShare !== undefined) facts.push(['CPU stolen', `${significant(manifest.stealShare * 100, 2)} %`]);
  if (manifest.exitStatus !== undefined) facts.push(['exit status', String(manifest.exitStatus)]);
  const lateness = Math.max(...(tables.trials ?? []).map((row) => row.lateness_max_ms ?? Number.NEGATIVE_INFINITY));
  if (Number.isFinite(lateness)) facts.push(['latest deadline handled', `${significant(lateness, 2)} ms late`]);
  return facts;
}

function tableParts({ tables }: Run): string {
  return TABLE_NAMES.map((name) => {
    const rows: readonly TableRow<typeof name>[] | undefined = tables[name];
    if (rows === undefined) return '';
    if (!LINKED.includes(name) && rows.length <= ROWS_MAX) return dataTable(name, rows);
    return `<p><a href="${tableFile(name)}">${tableFile(name)}</a>: ${rows.length} rows</p>`;
  }).join('\n');
}

/** What would be too long for the page, folded away. */
function detailsOf({ details }: Scorecard): string {
  if (details.length === 0) return '';
  const tables = details.map(sectionTable).join('\n');
  return `<details><summary>Every fault by itself: ${details.length} tables</summary>${tables}</details>`;
}

export function renderPage(run: Run, scorecard: Scorecard, charts: readonly Chart[]): string {
  const figures = charts.map(
    (chart) => `<figure>${inlineSvg(chart)}<figcaption>${escapeHtml(chart.caption)}</figcaption></figure>`,
  );
  const voids = voidLines(scorecard.voids).map((line) => `<p>${escapeHtml(line.trim())}</p>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(scorecard.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(scorecard.title)}</h1>
${listOf(scorecard.heading, 'plain')}
${listOf(scorecard.warnings, 'warnings')}
${scorecard.sections.length === 0 ? '<p>Nothing was measured.</p>' : scorecard.sections.map(sectionTable).join('\n')}
${scorecard.sections.length === 0 ? '' : listOf(scorecard.howToRead, 'plain')}
${figures.join('\n')}
${detailsOf(scorecard)}
<section><h2>Left out</h2>${voids.length === 0 ? '<p>No trial is void.</p>' : voids.join('')}</section>
<section><h2>Machine and run</h2>${factsTable(machineFacts(run))}</section>
<section><h2>Tables</h2>
<p class="note">The files stand beside this page; <a href="datapackage.json">datapackage.json</a> describes every column. An empty cell: not measured.</p>
${tableParts(run)}
</section>
</body>
</html>
`;
}
