/** The scorecard of a run: one page that says what was measured, what was left out, and how to read it. */

import { conflictsOf } from './conflicts/conflicts.ts';
import { conflictsSections, conflictsWords } from './conflicts/conflicts-sections.ts';
import { detectionOf } from './detection/detection.ts';
import { detectionSections } from './detection/detection-sections.ts';
import { electionsOf } from './elections/elections.ts';
import { electionsSections } from './elections/elections-sections.ts';
import { faultRows } from './faults.ts';
import { type Grid, gridOf } from './grid/grid.ts';
import { gridSections, gridWords } from './grid/grid-sections.ts';
import { lossFitSection } from './grid/loss-fit.ts';
import { groupBy } from './grouping.ts';
import { isMemoryFileSystem } from './machine.ts';
import type { Manifest } from './manifest.ts';
import { countText, msText, shareText } from './numbers.ts';
import type { Run } from './run.ts';
import { type PresetFigures, presetFigures } from './scorecard/figures.ts';
import type { Section, VoidReason, VoidSummary } from './scorecard/section.ts';
import { buildSections, failoverSections } from './scorecard/sections.ts';
import { stalenessOf } from './staleness/staleness.ts';
import { stalenessSections } from './staleness/staleness-sections.ts';
import { standingOf } from './standing/standing.ts';
import { standingSections } from './standing/standing-sections.ts';
import { sweepSections } from './sweeps/sweep-sections.ts';
import { sweepsOf } from './sweeps/sweeps.ts';
import type { Tables } from './tables.ts';
import { viewsOf } from './views.ts';
import { zonesOf } from './zones/zones.ts';
import { zonesSections, zonesWords } from './zones/zones-sections.ts';

export interface Scorecard {
  readonly title: string;
  /** What was run, when and on what: a few lines. */
  readonly heading: readonly string[];
  readonly sections: readonly Section[];
  /** What the page has besides, for who wants every figure. */
  readonly details: readonly Section[];
  readonly voids: { readonly trials: VoidSummary; readonly faults: VoidSummary };
  /** What a reader must know before quoting a figure: whole sentences. */
  readonly warnings: readonly string[];
  readonly howToRead: readonly string[];
  readonly directory: string;
  readonly presets: readonly PresetFigures[];
}

/** Above this the trial-by-trial rule voids; a run near it deserves a word too. */
const STEAL_NOTICE = 0.02;
/** Faults below which a distribution is an anecdote (on threads; the default suite has as many). */
const FAULTS_MIN = 6;

interface Judged {
  readonly valid?: boolean | undefined;
  readonly void_reason?: string | undefined;
}

function summarise(rows: readonly Judged[]): VoidSummary {
  const voided = rows.filter((row) => row.valid === false);
  const reasons: VoidReason[] = groupBy(voided, (row) => row.void_reason ?? '').map((group) => ({
    reason: group[0]!.void_reason || 'no reason was recorded',
    count: group.length,
  }));
  return { total: rows.length, voided: voided.length, reasons: reasons.sort((a, b) => b.count - a.count) };
}

const utc = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

export function headingLines(manifest: Manifest): string[] {
  const { machine, sync, simulated } = manifest;
  const disk = sync === undefined ? '' : `, synced write ${msText(sync.p50Ms)} ms (p99 ${msText(sync.p99Ms)})`;
  const gigabytes = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB`;
  return [
    `suite ${manifest.suite}${manifest.quick ? ', quick' : ''}, seed ${manifest.seed}, ${utc(manifest.startedAt)}, Replibench ${manifest.toolVersion}`,
    ...(simulated === undefined
      ? [
          `${machine.cores} cores (${machine.cpuModel}), ${gigabytes}, ${machine.os}, Node ${machine.nodeVersion}`,
          `logs on ${machine.fileSystem}${disk}`,
        ]
      : [
          `simulated: virtual time, links, disks and processors of the ${simulated.includes(',') ? 'topologies' : 'topology'} ${simulated}, Node ${machine.nodeVersion}`,
        ]),
  ];
}

function warningsOf(manifest: Manifest, presets: readonly PresetFigures[], tables: Tables): string[] {
  const warnings: string[] = [];
  if (manifest.interrupted) warnings.push('The run was interrupted: it shows only what had been measured by then.');
  else if (manifest.finishedAt === undefined)
    warnings.push('The run did not end: it shows only what had been measured by then.');
  if (manifest.quick) warnings.push('A quick run has few repeats: do not quote its figures.');
  if (isMemoryFileSystem(manifest.machine.fileSystem)) {
    warnings.push('The logs were on a memory file system: syncs cost nothing there.');
  }
  const steal = manifest.stealShare ?? 0;
  if (steal > STEAL_NOTICE)
    warnings.push(`The hypervisor took ${shareText(steal)} of the CPU away: compare shares, not speeds.`);
  const few = presets.filter((preset) => preset.failover.some((one) => one.n < FAULTS_MIN));
  if (few.length > 0)
    warnings.push(`Fewer than ${FAULTS_MIN} valid faults: ${few.map((preset) => preset.label).join(', ')}.`);
  const named = new Set(
    (tables.trials ?? []).filter((row) => row.valid !== false).map((row) => `${row.engine}/${row.preset}`),
  );
  const empty = presets.filter(
    (preset) => (tables.trials ?? []).length > 0 && !named.has(`${preset.engine}/${preset.preset}`),
  );
  if (empty.length > 0) warnings.push(`No valid trial: ${empty.map((preset) => preset.label).join(', ')}.`);
  return warnings;
}

function howToRead(sections: readonly Section[], hasFaults: boolean, grid: Grid | undefined): string[] {
  const lines = ['n: valid repeats, for failovers faults; figures are medians. · : not measured.'];
  if (sections.some((section) => section.columns.some((column) => column.title === 'of floor'))) {
    lines.push('of floor: share of what bare threads carry without a protocol; travels best.');
  }
  if (grid !== undefined) {
    lines.push(...gridWords(grid), 'RTO, and every other figure of each fault: report.html.');
  } else if (hasFaults) {
    lines.push(
      '> x: not over after the x ms observed. commit: first new write that ended ok.',
      'RTO: from then on 99 % succeed. false: leader changes without a cause.',
      'lost/acked: acknowledged writes that no node held afterwards.',
    );
  }
  if (sections.some((section) => section.columns.some((column) => column.title === 'rejoin'))) {
    lines.push('rejoin: ms from its restart until the node that was down had everything again, by its own word.');
  }
  return lines;
}

export function buildScorecard({ manifest, tables, directory }: Run): Scorecard {
  const presets = presetFigures(tables);
  const perFault = failoverSections(presets);
  const { elections, zones, standing, sweeps, sudden } = viewsOf(tables);
  const grid = gridOf(sudden);
  const hasOnlySudden = sudden.failovers?.length === (tables.failovers ?? []).length;
  const perSudden = hasOnlySudden ? perFault : failoverSections(presetFigures(sudden));
  const ofSudden = grid === undefined ? perSudden : [...gridSections(grid), ...lossFitSection(sudden)];
  const detection = detectionSections(detectionOf(tables));
  const hitZones = zonesOf(zones);
  const edited = conflictsOf(tables);
  const ofFaults = [
    ...detection.main,
    ...conflictsSections(edited),
    ...stalenessSections(stalenessOf(tables)),
    ...electionsSections(electionsOf(elections)),
    ...zonesSections(hitZones),
    ...standingSections(standingOf(standing)),
    ...sweepSections(sweepsOf(sweeps)),
    ...ofSudden,
  ];
  const sections = buildSections(presets, tables.floor ?? [], ofFaults);
  return {
    title: manifest.title,
    heading: headingLines(manifest),
    sections,
    details: [...detection.details, ...(grid === undefined && hasOnlySudden ? [] : perFault)],
    voids: { trials: summarise(tables.trials ?? []), faults: summarise(faultRows(tables)) },
    warnings: warningsOf(manifest, presets, tables),
    howToRead: [
      ...howToRead(sections, (sudden.failovers ?? []).length > 0, grid),
      ...zonesWords(hitZones),
      ...conflictsWords(edited),
    ],
    directory,
    presets,
  };
}

/** `3 of 40 trials` with the reasons, as lines of plain text; none when nothing is void. */
export function voidLines(voids: Scorecard['voids']): string[] {
  return (['trials', 'faults'] as const).flatMap((what) => {
    const { total, voided, reasons } = voids[what];
    if (voided === 0) return [];
    return [
      `${countText(voided)} of ${countText(total)} ${what} void, left out of every figure:`,
      ...reasons.map(({ reason, count }) => `  ${countText(count)} × ${reason}`),
    ];
  });
}

/** The scorecard's data for `--json`: plain data; undefined figures are left out, lower bounds carry `censored: true`. */
export function scorecardJson(scorecard: Scorecard, manifest: Manifest): unknown {
  const { configuration: _configuration, ...facts } = manifest;
  return {
    directory: scorecard.directory,
    run: facts,
    presets: scorecard.presets,
    voids: scorecard.voids,
    warnings: scorecard.warnings,
  };
}
