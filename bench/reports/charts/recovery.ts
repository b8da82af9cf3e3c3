/** The cumulative distribution of the time without writes after a fault, one curve an engine preset. */
import { type Fault, faultKinds, faultTitle, validFaults } from '../faults.ts';
import { countRange } from '../numbers.ts';
import { groupByPreset } from '../presets.ts';
import { compareDurations } from '../statistics.ts';
import type { Tables } from '../tables.ts';
import { type Curve, cumulativeChart, overIn } from './cumulative.ts';
import type { Chart } from './draw.ts';
import { type PresetStyle, presetStyles } from './theme.ts';

function curvesOf(faults: readonly Fault[], styles: ReadonlyMap<string, PresetStyle>): Curve[] {
  return groupByPreset(faults).flatMap(({ label, rows }) => {
    const sorted = rows.flatMap((fault) => (fault.outage === undefined ? [] : [fault.outage])).sort(compareDurations);
    return sorted.length === 0 ? [] : [{ label, style: styles.get(label)!, sorted }];
  });
}

/** One chart a kind of fault; none when no valid fault was measured. */
export function recoveryCharts(tables: Tables): Chart[] {
  const faults = validFaults(tables);
  const styles = presetStyles(
    [...(tables.trials ?? []), ...faults].map((row) => ({ engine: row.engine ?? '', preset: row.preset ?? 'default' })),
  );
  const kinds = faultKinds(faults);
  return kinds.flatMap((kind) => {
    const curves = curvesOf(
      faults.filter((fault) => fault.fault === kind),
      styles,
    );
    if (curves.length === 0) return [];
    const name = kinds.length === 1 ? 'recovery' : `recovery-${kind.replace(/[^a-z0-9]+/gi, '-')}`;
    return [recoveryChart(name, faultTitle(kind), curves)];
  });
}

function recoveryChart(name: string, title: string, curves: readonly Curve[]): Chart {
  const counts = curves.map((curve) => curve.sorted.length);
  const never = curves.filter((curve) => overIn(curve) < curve.sorted.length).length;
  return cumulativeChart({
    name,
    caption: `${title}: share of faults after which writes were back within a time, for ${curves.length} engine presets, n = ${countRange(counts)} faults each; ${never} did not always come back within the observation.`,
    title: `${title}: how long until writes were back`,
    subtitle:
      'share of faults with an outage of at most so long, for the clients worst off; a curve that stays below 100 % did not always come back',
    axis: 'outage, ms',
    curves,
  });
}
