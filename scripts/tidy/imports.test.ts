import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, layerRule, packageRule } from './imports.ts';
import { readSource } from './source.ts';

const targets = (text: string, path = 'bench/trials/x.ts') =>
  importsOf(readSource(path, text)).map(({ target, typeOnly }) => (typeOnly ? `type ${target}` : target));

test('every way to import is seen', () => {
  assert.deepEqual(
    targets(`
      import a from './a.ts';
      import type { B } from '../b.ts';
      import {
        c,
        type C,
      } from "../../c.ts";
      import './d.ts';
      import * as e from 'fs';
      export { f } from 'node:fs';
      export * from '@scope/package/deep';
      export type { G } from 'package/deep';
      const h = await import('./h.ts');
      let i: import('./i.ts').I;
      const j = import(name);
    `),
    [
      'bench/trials/a.ts',
      'type bench/b.ts',
      'c.ts',
      'bench/trials/d.ts',
      'node:fs',
      'node:fs',
      '@scope/package',
      'type package',
      'bench/trials/h.ts',
      'type bench/trials/i.ts',
      '*',
    ],
  );
});

test('what only looks like an import is none', () => {
  assert.deepEqual(
    targets(
      `// import a from './a.ts'\nconst b = "import './b.ts'"; Array.from('c'); const from = 'd'; x.import('e');`,
    ),
    [],
  );
  assert.deepEqual(targets('import.meta.url'), []);
});

/** The targets that a file at `path` may not import. */
const refused = (path: string, text: string) =>
  layerRule(readSource(path, text)).map((violation) => /imports ([^ ,]+)/.exec(violation)?.[1]);

test('an engine imports its own folder, the contract and parts, and nothing else', () => {
  const text = `
    import type { Host } from '../api.ts';
    import { quorum } from '../parts/quorum.ts';
    import { log } from './log.ts';
    import { vote } from '../raft/vote.ts';
    import { Random } from '../../bench/random.ts';
    import type { History } from '../../bench/history.ts';
    import { readFile } from 'node:fs';
    import 'zod';
    const late = import(name);
  `;
  assert.deepEqual(refused('engines/primary-replica/index.ts', text), [
    'engines/raft/vote.ts',
    'bench/random.ts',
    'bench/history.ts',
    'node:fs',
    'zod',
    '*',
  ]);
  assert.deepEqual(refused('engines/primary-replica/index.test.ts', text), []);
});

test('the contract imports nothing, and parts know no engine', () => {
  assert.deepEqual(refused('engines/api.ts', `import type { Quorum } from './parts/quorum.ts';`), [
    'engines/parts/quorum.ts',
  ]);
  assert.deepEqual(
    refused('engines/parts/clock.ts', `import { a } from '../raft/index.ts'; import { b } from './b.ts';`),
    ['engines/raft/index.ts'],
  );
});

test('measures and checks know histories, and only the types of the two contracts', () => {
  const text = `
    import { OK } from '../history.ts';
    import type { NodeId } from '../../engines/api.ts';
    import type { ClusterEvent } from '../runtimes/cluster.ts';
    import { now } from '../runtimes/cluster.ts';
    import raft from '../../engines/raft/index.ts';
    import type { Trial } from '../trials/trial.ts';
  `;
  const expected = ['bench/runtimes/cluster.ts', 'engines/raft/index.ts', 'bench/trials/trial.ts'];
  assert.deepEqual(refused('bench/measures/outage.ts', text), expected);
  assert.deepEqual(refused('bench/checks/zones.ts', text), expected);
  assert.deepEqual(refused('bench/trials/one-trial.ts', text), []);
});

test('reports know tables, not trials or engines', () => {
  const text = `import { a } from '../trials/a.ts'; import type { B } from '../../engines/api.ts'; import { c } from './c.ts';`;
  assert.deepEqual(refused('bench/reports/page.ts', text), ['bench/trials/a.ts', 'engines/api.ts']);
});

test('runtimes know the contract, not engines', () => {
  const text = `import type { Host } from '../../../engines/api.ts'; import raft from '../../../engines/raft/index.ts'; import(url);`;
  assert.deepEqual(refused('bench/runtimes/threads/node.ts', text), ['engines/raft/index.ts']);
});

test('what ships imports neither tests, nor what was made for them, nor the tools of development', () => {
  const text = `
    import { a } from '../scripts/project.ts';
    import { b } from './b.test.ts';
    import { c } from './reports/testing/c.ts';
    import { d } from './testing.ts';
    import { e } from './protesting.ts';
  `;
  const expected = ['scripts/project.ts', 'bench/b.test.ts', 'bench/reports/testing/c.ts', 'bench/testing.ts'];
  assert.deepEqual(refused('bench/cli.ts', text), expected);
});

test('what was made for tests may import what tests may', () => {
  const text = `import { FakeHost } from '../../bench/kit/fake-host.ts';`;
  for (const path of ['engines/raft/testing.ts', 'engines/raft/testing/cluster.ts'])
    assert.deepEqual(refused(path, text), []);
  assert.deepEqual(refused('engines/raft/protesting.ts', text), ['bench/kit/fake-host.ts']);
  assert.deepEqual(refused('engines/raft/index.ts', `import { a } from './testing.ts';`), ['engines/raft/testing.ts']);
});

test('what ships imports only packages that are installed with it', () => {
  const rule = packageRule(new Set(['zod']));
  const text = `import { z } from 'zod'; import 'node:fs'; import { a } from './a.ts'; import fc from 'fast-check'; import(name);`;
  assert.equal(rule(readSource('bench/x.ts', text)).length, 1);
  assert.match(rule(readSource('bench/x.ts', text))[0]!, /fast-check/);
  assert.deepEqual(rule(readSource('bench/x.test.ts', text)), []);
});
