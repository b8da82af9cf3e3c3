/** Every chart that a run's tables allow. A chart whose rows are missing is left out, never drawn empty. */
import type { Chart } from './charts/draw.ts';
import { latencyChart } from './charts/latency.ts';
import { recoveryCharts } from './charts/recovery.ts';
import { throughputChart } from './charts/throughput.ts';
import { timelineCharts } from './charts/timeline.ts';
import type { Tables } from './tables.ts';

export function drawCharts(tables: Tables): Chart[] {
  const single = [throughputChart(tables), latencyChart(tables)].filter((chart) => chart !== undefined);
  return [...single, ...timelineCharts(tables), ...recoveryCharts(tables)];
}
