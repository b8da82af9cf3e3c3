/** Figures that only a real clock can give. In virtual time they stay empty: the same seed has to give the same bytes. */
import type { Cluster } from '../runtimes/cluster.ts';
import { watchSteal } from './steal.ts';

const isVirtual = (cluster: Cluster): boolean => cluster.direct !== undefined;

/** Now, as text; undefined in virtual time. */
export const startTime = (cluster: Cluster): string | undefined =>
  isVirtual(cluster) ? undefined : new Date().toISOString();

/** Starts watching how much CPU is stolen, as `watchSteal` does; in virtual time nothing is. */
export const stealDuring = (cluster: Cluster): (() => number | undefined) =>
  isVirtual(cluster) ? () => undefined : watchSteal();
