/** The cumulative distribution of the time without a leader, one curve a pair of time-outs, a chart a part of the suite. */
import { type ElectionsPart, electionsOf } from '../elections/elections.ts';
import { countRange } from '../numbers.ts';
import type { Tables } from '../tables.ts';
import { cumulativeChart } from './cumulative.ts';
import type { Chart } from './draw.ts';
import { FURTHER } from './theme.ts';

export function electionsCharts(tables: Tables): Chart[] {
  const parts = electionsOf(tables);
  return parts.map((part, i) => electionsChart(part, parts.length === 1 ? 'elections' : `elections-${i + 1}`));
}

function electionsChart({ part, topology, lines }: ElectionsPart, name: string): Chart {
  const about = part === '' ? topology : part;
  const counts = lines.map(({ sorted }) => sorted.length);
  return cumulativeChart({
    name,
    caption: `Time without a leader after its death, ${about}: share of crashes after which another led within a time, for ${lines.length} pairs of time-outs, n = ${countRange(counts)} crashes each.`,
    title: `How long until another node led: ${about}`,
    subtitle: `share of crashes within a time, by time-outs in ms; triangles: the mean in theory, without split votes`,
    axis: 'ms without a leader',
    curves: lines.map(({ label, sorted, modelMs }, i) => {
      return { label, sorted, modelMs, style: { colour: FURTHER[i % FURTHER.length]!, dash: undefined } };
    }),
  });
}
