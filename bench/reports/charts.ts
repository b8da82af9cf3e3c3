/** Every chart that a run's tables allow. A chart whose rows are missing is left out, never drawn empty. */
import type { Chart } from './charts/draw.ts';
import { gridCharts } from './charts/grid.ts';
import { latencyChart } from './charts/latency.ts';
import { recoveryCharts } from './charts/recovery.ts';
import { throughputChart } from './charts/throughput.ts';
import { timelineCharts } from './charts/timeline.ts';
import type { Tables } from './tables.ts';

export function drawCharts(tables: Tables): Chart[] {
  const single = [throughputChart(tables), latencyChart(tables)].filter((chart) => chart !== undefined);
  // Where there are too many kinds of faults to look at each, one picture of all.
  const ofGrid = gridCharts(tables);
  const ofFaults = ofGrid.length > 0 ? ofGrid : [...timelineCharts(tables), ...recoveryCharts(tables)];
  return [...single, ...ofFaults];
}
