/** All that the rest of the harness uses of the reports. */
export { describeMachine, isMemoryFileSystem, type Machine, measureSync, type SyncCost } from './machine.ts';
export { configurationDigest, type Manifest, type ManifestUpdate } from './manifest.ts';
export { type Report, writeReport } from './report.ts';
export { createRunFolder, ResultError, type RunFolder } from './run-folder.ts';
export { buildScorecard, type Scorecard, scorecardJson } from './scorecard.ts';
export type { TableName, TableRow } from './tables.ts';
export { renderScorecard, type TextStyle, textStyle } from './terminal.ts';
