/** The kit is only as good as what it notices: broken engines, each to be named by its check; and a sound one to be let pass. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { AnyEngine } from '../../engines/api.ts';
import { sourceFolder } from '../paths.ts';
import { examine } from './conformance/check.ts';
import { CHECKS } from './conformance/checks.ts';
import { brokenPromises, settingOf, testEngine } from './test-engine.ts';
import { BROKEN, engineOf, Holder } from './testing/broken-engines.ts';

/** What the check of this name finds wrong, and what it says beside. */
function look(engine: AnyEngine, name: string): { broken: string | undefined; said: string[] } {
  const said: string[] = [];
  const check = CHECKS.find((candidate) => candidate.name === name)!;
  const broken = examine(check, { ...settingOf(engine, 'default'), say: (text) => said.push(text) });
  return { broken, said };
}

for (const [title, engine, name, says] of BROKEN) {
  test(`an engine that ${title} fails the check ${name}`, () => {
    assert.match(look(engine, name).broken ?? 'nothing was found', says);
  });
}

test('a sound engine passes every check, and every check fails some engine', () => {
  for (const { name } of CHECKS) assert.equal(look(engineOf(Holder), name).broken, undefined, name);
  assert.deepEqual(new Set(BROKEN.map(([, , name]) => name)), new Set(CHECKS.map(({ name }) => name)));
});

test('what an engine bears beyond its claims is said, and breaks nothing', () => {
  const modest = engineOf(Holder, { acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false } });
  assert.deepEqual(look(modest, 'power-loss'), {
    broken: undefined,
    said: ['bore 5 power losses of all nodes, and claims none'],
  });
});

test('an engine that waits for nothing has one trace for all seeds: that is said, and no fault of it', () => {
  const [, hasty] = BROKEN.find(([, , name]) => name === 'power-loss')!;
  assert.deepEqual(look(hasty, 'determinism').said, [
    'has the same trace for two seeds: nothing hangs on links, disks or chance',
  ]);
});

test('no more is demanded than an engine claims', () => {
  const powerless = { acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false }, converges: false };
  for (const [title, { create }, name] of BROKEN) {
    if (!['recovery', 'power-loss', 'convergence'].includes(name) || title === 'never serves again') continue;
    assert.equal(look(engineOf(Holder, powerless, { create }), name).broken, undefined, title);
  }
});

test('an engine that cannot run on three members is looked at where it can run', () => {
  const five = engineOf(
    Holder,
    {},
    { validate: (_options: object, { length }) => (length === 5 ? [] : ['It needs five.']) },
  );
  assert.equal(settingOf(five, 'default').members.length, 5);
});

test('what is broken is told as values, of all checks or of some, without what is skipped', () => {
  const [, hasty] = BROKEN.find(([, , name]) => name === 'power-loss')!;
  const found = (checks?: string[], skipped: string[] = []) =>
    brokenPromises(hasty, checks, { skip: skipped.map((check) => ({ check, reason: 'it is known' })) });
  const [first, ...others] = found(['idle', 'power-loss']);
  assert.deepEqual([first!.preset, first!.check, others], ['default', 'power-loss', []]);
  assert.match(first!.broken, /lost when the power failed$/);
  assert.deepEqual(found(['idle', 'power-loss'], ['power-loss']), []);
  assert.throws(() => found(['power-los']), /^Error: the check must be one of .*did you mean "power-loss"\?$/);
});

test('an unknown check or preset, and a skip without a reason, are mistakes', () => {
  const engine = engineOf(Holder);
  assert.throws(
    () => testEngine(engine, { skip: [{ check: 'lost-disk', reason: 'because' }] }),
    /^Error: the check to skip must be one of definition, .*, but "lost-disk" came; did you mean "lost-disks"\?$/,
  );
  assert.throws(
    () => testEngine(engine, { skip: [{ check: 'idle', reason: ' ' }] }),
    /expected a reason to skip the check idle/,
  );
  assert.throws(() => testEngine(engine, { presets: ['fast'] }), /the preset must be one of default, but "fast" came/);
});

test('an outside engine in plain JavaScript is tested by the package: what fails and what is skipped is told with its reason', () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const file = `${sourceFolder('bench/kit/testing/outside-engine')}/notebook.test.js`;
  const { stdout, status } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
    encoding: 'utf8',
    env,
  });
  assert.match(stdout, /^ *ok \d+ - notebook:default recovery: /m);
  assert.match(stdout, /^ *ok \d+ - notebook talks as in the transcript write$/m);
  assert.match(stdout, /^ *ok \d+ - notebook:default claims-under-faults: .* # SKIP its fuzz run is longer$/m);
  assert.match(stdout, /^ *not ok \d+ - hasty-notebook:default power-loss: /m);
  assert.match(stdout, /hasty-notebook:default fails the check power-loss: n1 acknowledged key-\d+/);
  assert.equal(stdout.match(/^ *not ok \d+ - (?!\S*\.js)/gm)?.length, 1, stdout);
  assert.equal(status, 1);
});
