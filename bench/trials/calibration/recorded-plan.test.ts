import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../../paths.ts';
import { readRun } from '../../reports/run.ts';
import { chooseEngine, judgeEngine } from '../engines.ts';
import { planTrials } from '../plan-trials.ts';
import { recordedPlan } from './recorded-plan.ts';

const REFERENCE = readRun(join(projectRoot, 'results', 'reference'));

test("a run's own trials are planned again, under the same names", async () => {
  const { engines, ...plan } = recordedPlan(REFERENCE);
  const contestants = await Promise.all(
    engines.map(async ({ name, preset }) => {
      const { choice } = await chooseEngine(`${name}:${preset}`);
      const { claims } = await judgeEngine(choice, plan.topology.members);
      return { engine: choice, claims: claims! };
    }),
  );
  const planned = planTrials({ ...plan, contestants, runtime: 'simulation' });
  const names = planned.map((each) => (each.kind === 'trial' ? each.spec.trial : 'floor'));
  const recorded = REFERENCE.tables.trials!.filter(({ attempt }) => attempt === 1).map(({ trial }) => trial);
  assert.deepEqual(names, [...new Set(recorded)]);
});

test('a configuration that cannot be gone through again is told with its field', () => {
  const manifest = { ...REFERENCE.manifest };
  const changed = (configuration: object) => recordedPlan({ ...REFERENCE, manifest: { ...manifest, configuration } });
  const whole = manifest.configuration as { suite: { trials: object[] } };
  assert.throws(() => changed({ ...whole, policy: 5 }), /manifest\.json: policy: expected an object, but 5 came$/);
  const trials = [{ ...whole.suite.trials[0], seconds: 'few' }];
  assert.throws(
    () => changed({ ...whole, suite: { ...whole.suite, trials } }),
    /manifest\.json: suite\.trials\.0: seconds: expected a number of seconds, but "few" came$/,
  );
  assert.throws(
    () => recordedPlan({ ...REFERENCE, manifest: { ...manifest, simulated: 'lan' } }),
    /--from must be a run on threads, but .* was simulated$/,
  );
});
