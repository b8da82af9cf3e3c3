import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contractRule, purityRule } from './engines.ts';
import { readSource } from './source.ts';

const broken = (text: string, path = 'engines/raft/index.ts') => purityRule(readSource(path, text));

const FORBIDDEN = [
  'Date.now()',
  'new Date()',
  'performance.now()',
  'Math.random()',
  'setTimeout(f, 1)',
  'setInterval(f, 1)',
  'setImmediate(f)',
  'queueMicrotask(f)',
  'process.exit()',
  "process['env']",
  "fetch('x')",
  'console.log(1)',
  'crypto.randomUUID()',
  'globalThis.x',
  'new Promise(f)',
  'let x: Promise<void>;'.replace('let', 'declare const'),
  'async function f() {}',
  'const f = async () => 1;',
  'class A { async m() {} }',
  'await f();',
  'names.sort((a, b) => a.localeCompare(b))',
  'new Intl.Collator()',
  'new WeakRef(x)',
  'Atomics.wait(a, 0, 0)',
];

for (const text of FORBIDDEN) {
  test(`an engine may not have: ${text}`, () => {
    assert.equal(broken(`{ ${text} }`).length, 1, broken(`{ ${text} }`).join('\n'));
    assert.deepEqual(broken(`{ ${text} }`, 'engines/raft/index.test.ts'), []);
    assert.deepEqual(broken(`{ ${text} }`, 'bench/random.ts'), []);
  });
}

const ALLOWED = [
  'host.now(); host.random(); host.setTimer(name, 1); host.clearTimer(name)',
  'history.process[0]; this.process(entry); const process = 1',
  "// Date, await and Promise in a sentence\nconst mode = 'async'",
  'const presets = { async: 1, default: 2 }; presets.async',
  'const Dated = 1; const fetched = 2; const lastUpdate = 3; const awaiting = 4',
  'host.fetch(1); Math.floor(1); interface A { performance: number; console?: string }',
];

for (const text of ALLOWED) {
  test(`an engine may have: ${text.replaceAll('\n', ' ')}`, () => assert.deepEqual(broken(text), []));
}

test('an engine holds no state of the module', () => {
  assert.equal(broken('let count = 0;').length, 1);
  assert.equal(broken('export let { a } = b;').length, 1);
  assert.equal(broken('var count;').length, 1);
  assert.equal(broken('const cache = new Map<string, number>();').length, 1);
  assert.equal(broken('const seen: Set<string> = new Set();').length, 1);
  assert.equal(broken('const queue: string[] = [];').length, 1);
  assert.equal(broken('const counts: Record<string, number> = {};').length, 1);
  assert.equal(broken('class A { static count = 0; }').length, 1);
  assert.equal(broken('class A { static #count: number = 0; }').length, 1);
});

test('constants, fixed tables and state inside functions and replicas are fine', () => {
  assert.deepEqual(broken('const limit = 3; const TABLE: ReadonlyMap<string, number> = new Map([]);'), []);
  assert.deepEqual(
    broken('const NONE: readonly string[] = []; const ONE = [1]; const EMPTY: Readonly<Record<string, number>> = {};'),
    [],
  );
  assert.deepEqual(broken('function f() { let i = 0; const seen = new Set(); for (let j = 0; j < 1; j++) {} }'), []);
  assert.deepEqual(
    broken('class A { static readonly limit = 3; readonly #peers = new Map(); static of(): A { return x; } }'),
    [],
  );
});

test('a broken rule names the file, the line, what and why', () => {
  assert.deepEqual(broken('const a = 1;\nconst b = () => Math.random();'), [
    'engines/raft/index.ts:2: uses Math.random, but chance comes from host.random()',
  ]);
});

test('the contract holds types only', () => {
  const contract = (text: string) => contractRule(readSource('engines/api.ts', text)).length;
  assert.equal(contract('/** The contract. */\nexport type A = string;\nexport interface B { c(): void }'), 0);
  for (const text of [
    'export const a = 1;',
    'export function f() {}',
    'class A {}',
    'export default a;',
    'export abstract class A {}',
  ]) {
    assert.equal(contract(text), 1, text);
  }
});
