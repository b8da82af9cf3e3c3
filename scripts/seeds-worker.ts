/** Runs a stretch of seeds of one preset, in a thread of the pool. */
import { loadEngine } from '../bench/runtimes/host/load-engine.ts';
import { runSeed } from '../bench/runtimes/simulation/random-trial.ts';

export interface SeedsTask {
  readonly module: string;
  readonly preset: string;
  readonly first: number;
  readonly last: number;
}

export interface SeedsReport {
  readonly acknowledged: number;
  readonly violations: readonly { readonly seed: number; readonly violation: string }[];
}

export default async function runSeeds({ module, preset, first, last }: SeedsTask): Promise<SeedsReport> {
  const engine = await loadEngine(module);
  const violations: { seed: number; violation: string }[] = [];
  let acknowledged = 0;
  for (let seed = first; seed <= last; seed++) {
    const verdict = runSeed({ engine, preset, seed });
    acknowledged += verdict.acknowledged;
    if (verdict.violation !== undefined) violations.push({ seed, violation: verdict.violation });
  }
  return { acknowledged, violations };
}
