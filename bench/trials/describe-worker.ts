/** Loads one engine's module and tells what it is, in a thread that can be given up. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from '../runtimes/host/load-engine.ts';
import type { DescribeOrder, DescribeReport } from './engines.ts';

const { module, judge } = workerData as DescribeOrder;

async function describe(): Promise<DescribeReport> {
  try {
    const engine = await loadEngine(module);
    const description = { module, name: engine.name, presets: engine.presets };
    if (judge === undefined) return { ok: true, description };
    const problems = engine.validate?.(judge.options, judge.members) ?? [];
    const claims = engine.claims(judge.options, judge.members);
    return { ok: true, description, verdict: { claims, problems } };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

const report = await describe();
try {
  parentPort!.postMessage(report);
} catch (error) {
  parentPort!.postMessage({ ok: false, problem: `the engine ${module} must have plain data as presets: ${error}` });
}
