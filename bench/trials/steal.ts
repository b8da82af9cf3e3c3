/** How much CPU the hypervisor takes away. On shared machines that decides whether a figure means anything. */
import { readFileSync } from 'node:fs';

interface CpuTimes {
  readonly total: number;
  readonly stolen: number;
}

/** The text of `/proc/stat`; undefined elsewhere than on Linux. */
function readProcStat(): string | undefined {
  try {
    return readFileSync('/proc/stat', 'utf8');
  } catch {
    return undefined;
  }
}

/** In ticks, over all cores: what the first line counts. */
function cpuTimes(procStat: string | undefined): CpuTimes | undefined {
  const [name, ...ticks] = procStat?.split('\n', 1)[0]?.trim().split(/\s+/) ?? [];
  if (name !== 'cpu' || ticks.length < 8) return undefined;
  // user nice system idle iowait irq softirq steal; guest times are in user already.
  const counted = ticks.slice(0, 8).map(Number);
  return { total: counted.reduce((sum, tick) => sum + tick, 0), stolen: counted[7]! };
}

/**
 * Starts watching; the returned function gives the share of all CPU time that was stolen since, and undefined where the
 * system does not tell, or not one tick has passed.
 *
 * @param read gives the text of `/proc/stat`.
 */
export function watchSteal(read: () => string | undefined = readProcStat): () => number | undefined {
  const before = cpuTimes(read());
  return () => {
    const after = cpuTimes(read());
    if (before === undefined || after === undefined || after.total <= before.total) return undefined;
    return (after.stolen - before.stolen) / (after.total - before.total);
  };
}
