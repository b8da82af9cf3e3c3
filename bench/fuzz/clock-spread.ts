/** How far apart the clocks of a random trial's nodes were: below that, nobody who decides by clocks promises an order. */
import type { Claims } from '../../engines/api.ts';
import type { Step } from '../faults/steps.ts';
import type { Fault } from '../faults/vocabulary.ts';

/** Stamps fall into whole milliseconds, and several within one count on into the next. */
const RESOLUTION_MS = 5;

/** `clocks`: what is wrong with them from the beginning, by node. What the claims allow for, if a fault changes a clock on the way. */
export function clockSpreadMs(
  clocks: readonly Fault[],
  steps: readonly Step[],
  nodes: readonly string[],
  untilMs: number,
  { assumes }: Claims,
): number {
  if (steps.some(({ do: { kind } }) => kind === 'skew' || kind === 'drift')) return assumes.skewMs;
  const offBy = (node: string, atMs: number): number =>
    clocks.reduce((sum, fault) => {
      if (fault.kind === 'skew' && fault.node === node) return sum + fault.skewMs;
      return fault.kind === 'drift' && fault.node === node ? sum + (fault.ppm * atMs) / 1e6 : sum;
    }, 0);
  const spreads = [0, untilMs].map((atMs) => {
    const off = nodes.map((node) => offBy(node, atMs));
    return Math.max(...off) - Math.min(...off);
  });
  return Math.max(...spreads) + RESOLUTION_MS;
}
