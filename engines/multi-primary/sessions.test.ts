import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultSwitch } from '../../bench/runtimes/simulation/fault-switch.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import { THREE } from './fixture.test.ts';
import engine from './index.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';

/** A session writes through a node whose clock is a minute ahead, then through another, and reads through the third. */
function writeTwice(options: Options, carriesToken: boolean): unknown {
  const simulation = new Simulation({ engine, options, members: THREE, seed: 1 });
  new FaultSwitch(simulation).inject({ kind: 'skew', node: 'n1', skewMs: 60_000 });
  // Between the nodes nothing is heard meanwhile of the writes of others.
  simulation.cut(['n1'], ['n2']);
  let context: string | undefined;
  const ask = (node: string, operation: Parameters<Simulation['submit']>[1]) => {
    const submitted = simulation.submit(node, operation, context === undefined || !carriesToken ? {} : { context });
    simulation.run(50);
    const { answer } = submitted;
    assert.equal(answer?.outcome, 'ok');
    if (answer?.outcome === 'ok') context = answer.result.context;
    return answer?.outcome === 'ok' ? answer.result.value : undefined;
  };
  ask('n1', { kind: 'put', key: 'a', value: 'first' });
  ask('n2', { kind: 'put', key: 'a', value: 'second' });
  return ask('n3', { kind: 'get', key: 'a' });
}

test('a session reads what it wrote last, through whatever nodes, if it carries the token', () => {
  assert.equal(writeTwice(presets.default, true), 'second');
});

test('without the token, or with stamps from the time of day, its later write is lost behind a clock that is ahead', () => {
  assert.equal(writeTwice(presets.default, false), 'first');
  assert.equal(writeTwice({ ...presets.default, clock: 'wall' }, true), 'first');
});
