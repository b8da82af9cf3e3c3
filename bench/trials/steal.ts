/** How much CPU the hypervisor takes away. On shared machines that decides whether a figure means anything. */
import { readFileSync } from 'node:fs';

interface CpuTimes {
  readonly total: number;
  readonly stolen: number;
}

/** From `/proc/stat`, in ticks over all cores; undefined elsewhere than on Linux. */
function readCpuTimes(): CpuTimes | undefined {
  try {
    const ticks = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.trim().split(/\s+/).slice(1).map(Number);
    // user nice system idle iowait irq softirq steal; guest times are in user already.
    return { total: ticks.slice(0, 8).reduce((sum, tick) => sum + tick, 0), stolen: ticks[7] ?? 0 };
  } catch {
    return undefined;
  }
}

/** Starts watching; the returned function gives the share of all CPU time that was stolen since. */
export function watchSteal(): () => number | undefined {
  const before = readCpuTimes();
  return () => {
    const after = readCpuTimes();
    if (before === undefined || after === undefined || after.total === before.total) return undefined;
    return (after.stolen - before.stolen) / (after.total - before.total);
  };
}
