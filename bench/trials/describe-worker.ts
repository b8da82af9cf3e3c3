/** Loads one engine's module and tells what it is, in a thread that can be given up. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AnyEngine, Claims } from '../../engines/api.ts';
import { loadEngine } from '../runtimes/host/load-engine.ts';
import type { DescribeOrder, DescribeReport, Verdict } from './engines.ts';

const { module, judge } = workerData as DescribeOrder;

const NEEDS: readonly unknown[] = ['any-node', 'write-quorum', 'majority', 'all'] satisfies Claims['needs'][];

async function describe(): Promise<DescribeReport> {
  try {
    const engine = await loadEngine(module);
    const { name, presets } = engine;
    return {
      ok: true,
      description: { module, name, presets },
      verdicts: judge.map((configuration) => verdictOf(engine, configuration)),
    };
  } catch (error) {
    return { ok: false, problem: messageOf(error) };
  }
}

function verdictOf(engine: AnyEngine, { options, members }: DescribeOrder['judge'][number]): Verdict {
  const problems: unknown = ask(engine, 'validate', () => engine.validate?.(options, members) ?? []);
  if (!Array.isArray(problems)) throw new Error(`the engine ${engine.name} must return a list from validate`);
  // Claims are made of options that hold together: of others nothing is asked.
  if (problems.length > 0) return { claims: undefined, problems: problems.map(String), timeoutsMs: {} };
  const claims = ask(engine, 'claims', () => engine.claims(options, members));
  const wrong = wrongClaim(claims);
  if (wrong !== undefined) throw new Error(`the engine ${engine.name} must claim ${wrong}`);
  const { needs, deadlines, election } = claims;
  const stated = { needs, ...(deadlines !== undefined && { deadlines }), ...(election !== undefined && { election }) };
  return { claims: stated, problems: [], timeoutsMs: timeoutsOf(engine, members) };
}

function ask<T>(engine: AnyEngine, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new Error(`the engine ${engine.name} threw in ${what}: ${messageOf(error)}`);
  }
}

/** What trials depend on must be as the contract has it. */
function wrongClaim(claims: unknown): string | undefined {
  if (typeof claims !== 'object' || claims === null) return 'something: an object of claims';
  const { needs, deadlines, election } = claims as Partial<Claims>;
  if (!NEEDS.includes(needs)) return `as needs one of ${NEEDS.join(', ')}, but ${JSON.stringify(needs)} came`;
  if (deadlines !== undefined && !areNumbers(deadlines?.shortestTimeoutMs, deadlines?.heartbeatMs))
    return `deadlines in ms, but ${JSON.stringify(deadlines)} came`;
  if (election === undefined) return undefined;
  const { timeoutMinMs, timeoutMaxMs, heartbeatMs, roundTrips, syncs } = election ?? {};
  if (areNumbers(timeoutMinMs, timeoutMaxMs, heartbeatMs, roundTrips, syncs)) return undefined;
  return `the times of an election, but ${JSON.stringify(election)} came`;
}

const areNumbers = (...values: readonly unknown[]): boolean =>
  values.every((value) => typeof value === 'number' && value >= 0);

/** The shortest time-out of each preset that can run on these members; undefined: no verdict of it hangs on time. */
function timeoutsOf(engine: AnyEngine, members: Parameters<AnyEngine['claims']>[1]): Verdict['timeoutsMs'] {
  const timeoutsMs: Record<string, number | undefined> = {};
  for (const [preset, options] of Object.entries(engine.presets)) {
    try {
      if ((engine.validate?.(options, members) ?? []).length > 0) continue;
      timeoutsMs[preset] = engine.claims(options, members).deadlines?.shortestTimeoutMs;
    } catch {
      // A preset that cannot be asked cannot be recommended.
    }
  }
  return timeoutsMs;
}

/** One line: what is wrong is said in one sentence. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;

const report = await describe();
try {
  parentPort!.postMessage(report);
} catch (error) {
  const problem = `the engine ${module} must have presets that are plain data, but ${messageOf(error)}`;
  parentPort!.postMessage({ ok: false, problem } satisfies DescribeReport);
}
