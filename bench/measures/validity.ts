/**
 * When a trial is void: each rule returns the reason in one sentence, or undefined. A void trial's figures are not averaged
 * in. Rules whose input could not be measured (undefined) find nothing.
 */
import { type History, OK } from '../history.ts';
import type { ClusterEvent, Durability } from '../runtimes/cluster.ts';
import { type FaultInterval, isInside } from './fault-intervals.ts';
import { percentile, sortValues } from './percentiles.ts';
import { selectRows } from './selection.ts';

export const GENERATOR_LATENESS_MAX_MS = 10;
export const STEAL_SHARE_MAX = 0.05;
export const RATE_SHARE_MIN = 0.9;
export const FAULT_LATENESS_MAX_MS = 20;

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Lateness of the generator at p99, over the operations intended outside faults. What was shed was never started: left out. */
export function generatorLatenessMs(history: History, faults: readonly FaultInterval[]): number | undefined {
  const lateness = new Float64Array(history.length);
  let count = 0;
  for (let row = 0; row < history.length; row++) {
    if (history.shed[row] === 1 || isInside(faults, history.intended[row]!)) continue;
    lateness[count++] = history.start[row]! - history.intended[row]!;
  }
  return percentile(sortValues(lateness.subarray(0, count)), 0.99);
}

/** The generator was late: intended and actual starts differ by more than 10 ms at p99 outside faults. */
export function generatorLate(history: History, faults: readonly FaultInterval[]): string | undefined {
  const latenessMs = generatorLatenessMs(history, faults);
  if (latenessMs === undefined || latenessMs <= GENERATOR_LATENESS_MAX_MS) return undefined;
  return `the load generator was late: at p99 operations started ${ms(latenessMs)} after their intended start, and ${GENERATOR_LATENESS_MAX_MS} ms are allowed`;
}

/** How late a deadline may be handled before it can cause a false failover: half of (shortest time-out − heartbeat). */
export function deadlineBoundMs(shortestTimeoutMs: number, heartbeatMs: number): number {
  return Math.max(0, shortestTimeoutMs - heartbeatMs) / 2;
}

/** A node handled a deadline too late, outside injected faults. The maximum decides: a p99 hides the one that matters. */
export function deadlineLate(latenessMaxMs: number, boundMs: number): string | undefined {
  if (latenessMaxMs <= boundMs) return undefined;
  return `a node handled a deadline ${ms(latenessMaxMs)} late, and half of (shortest time-out − heartbeat) is ${ms(boundMs)}`;
}

/** The hypervisor stole more than 5 % of the CPU during the trial. Undefined: the platform does not tell. */
export function cpuStolen(stealShare: number | undefined): string | undefined {
  if (stealShare === undefined || stealShare <= STEAL_SHARE_MAX) return undefined;
  return `the hypervisor stole ${percent(stealShare)} of the CPU, and ${percent(STEAL_SHARE_MAX)} are allowed`;
}

export interface RateBeforeFault {
  /** The part of the load before the fault that counts, by intended start. */
  readonly fromMs: number;
  readonly t0Ms: number;
  /** What the trial's plan offers. */
  readonly offeredPerS: number;
}

/** Before the fault the rate of ok operations was below 90 % of the offered rate: the cluster was ill already, or overloaded. */
export function rateLow(history: History, { fromMs, t0Ms, offeredPerS }: RateBeforeFault): string | undefined {
  if (t0Ms <= fromMs) return 'there was no load before the fault to compare with';
  let ok = 0;
  for (const row of selectRows(history, { fromMs, toMs: t0Ms })) if (history.outcome[row] === OK) ok++;
  const perS = (ok * 1000) / (t0Ms - fromMs);
  if (perS >= RATE_SHARE_MIN * offeredPerS) return undefined;
  return `before the fault ${perS.toFixed(1)} operations per second ended ok, below ${percent(RATE_SHARE_MIN)} of the ${offeredPerS} offered`;
}

/**
 * The fault did not happen, or took effect more than 20 ms late.
 *
 * @param fault the event that the injection or command gave; undefined if it gave none, for instance because no node led.
 * @param planned what was planned, in words: it begins the sentence ("the kill of the leader").
 */
export function faultMissed(fault: ClusterEvent | undefined, planned: string): string | undefined {
  if (fault?.kind === 'command') return undefined;
  if (fault?.kind !== 'fault') return `${planned} did not happen`;
  if (fault.lateMs <= FAULT_LATENESS_MAX_MS) return undefined;
  return `${planned} took effect ${ms(fault.lateMs)} late, and ${FAULT_LATENESS_MAX_MS} ms are allowed`;
}

/** File systems that keep files in memory, where a sync means nothing; names as the Linux mount table has them. */
const MEMORY_FILE_SYSTEMS: readonly string[] = ['tmpfs', 'ramfs', 'devtmpfs', 'rootfs', 'hugetlbfs'];

/** Figures with `fsync` on a memory file system are refused. Undefined: the file system is not known. */
export function syncsMeanNothing(durability: Durability, fileSystem: string | undefined): string | undefined {
  if (durability !== 'fsync' || fileSystem === undefined || !MEMORY_FILE_SYSTEMS.includes(fileSystem)) return undefined;
  return `the logs lie on ${fileSystem}, a file system in memory, where durability fsync means nothing`;
}

/** The reasons that were found, as one text; undefined if there are none. */
export function voidReason(...reasons: readonly (string | undefined)[]): string | undefined {
  const found = reasons.filter((reason) => reason !== undefined);
  return found.length === 0 ? undefined : found.join('; ');
}
