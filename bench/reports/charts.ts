/** Every chart that a run's tables allow. A chart whose rows are missing is left out, never drawn empty. */
import { conflictsCharts } from './charts/conflicts.ts';
import { detectionCharts } from './charts/detection.ts';
import type { Chart } from './charts/draw.ts';
import { electionsCharts } from './charts/elections.ts';
import { gridCharts } from './charts/grid.ts';
import { latencyChart } from './charts/latency.ts';
import { recoveryCharts } from './charts/recovery.ts';
import { stalenessCharts } from './charts/staleness.ts';
import { standingCharts } from './charts/standing.ts';
import { sweepCharts } from './charts/sweep.ts';
import { throughputChart } from './charts/throughput.ts';
import { timelineCharts } from './charts/timeline.ts';
import { zonesCharts } from './charts/zones.ts';
import type { Tables } from './tables.ts';
import { viewsOf } from './views.ts';

export function drawCharts(tables: Tables): Chart[] {
  const single = [throughputChart(tables), latencyChart(tables)].filter((chart) => chart !== undefined);
  const { elections, zones, standing, sweeps, sudden } = viewsOf(tables);
  // Where there are too many kinds of faults to look at each, one picture of all.
  const ofGrid = gridCharts(sudden);
  const ofSudden = ofGrid.length > 0 ? ofGrid : [...timelineCharts(sudden), ...recoveryCharts(sudden)];
  return [
    ...single,
    ...conflictsCharts(tables),
    ...detectionCharts(tables),
    ...electionsCharts(elections),
    ...zonesCharts(zones),
    ...standingCharts(standing),
    ...sweepCharts(sweeps),
    ...ofSudden,
    ...stalenessCharts(tables),
  ];
}
