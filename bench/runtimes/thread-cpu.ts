/** What the system knows of the thread that asks. */
import { readFileSync } from 'node:fs';

/** CPU time of this thread; undefined where the system does not tell. */
export function threadCpuMs(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}
