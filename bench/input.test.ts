import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { InputError, nearest, parseInput, unknownName } from './input.ts';
import { readYaml } from './yaml-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-input-'));
after(() => rmSync(folder, { recursive: true }));

/** The sentence of the mistake that the call throws. */
function mistake(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message;
  }
  throw new Error('nothing was thrown');
}

const engines = ['unreplicated', 'primary-replica', 'multi-primary', 'raft'];

test('the nearest name is the one with the fewest slips', () => {
  assert.equal(nearest('rafft', engines), 'raft');
  assert.equal(nearest('fart', ['raft', 'cart']), 'cart');
  assert.equal(nearest('multi-pirmary', engines), 'multi-primary', 'a swap of neighbours is one slip');
  assert.equal(nearest('ratf', engines), 'raft');
});

test('a beginning stands for its name, in either case', () => {
  assert.equal(nearest('prim', engines), 'primary-replica');
  assert.equal(nearest('RAFT', engines), 'raft');
  assert.equal(nearest('key', ['keyCount', 'zone']), 'keyCount');
  assert.equal(nearest('keyc', ['keyCount', 'zone']), 'keyCount');
});

test('the exact name wins over a longer one that begins like it', () => {
  assert.equal(nearest('raft', ['raft-learner', 'raft']), 'raft');
});

test('there is no nearest name for a word that is like none', () => {
  assert.equal(nearest('zookeeper', engines), undefined);
  assert.equal(nearest('', engines), undefined);
  assert.equal(nearest('raft', []), undefined);
});

test('an unknown name is answered with the field, the names, what came and the nearest', () => {
  assert.equal(
    unknownName('--engine', 'rafft', ['raft', 'etcd']).message,
    '--engine must be one of raft, etcd, but "rafft" came; did you mean "raft"?',
  );
  assert.equal(
    unknownName('--engine', 'zookeeper', ['raft', 'etcd']).message,
    '--engine must be one of raft, etcd, but "zookeeper" came',
  );
});

const schema = z.strictObject({
  nodes: z.int().min(1),
  mode: z.enum(['open', 'closed']).default('open'),
  target: z.union([z.enum(['leader', 'random']), z.strictObject({ node: z.string() })]).optional(),
  links: z.array(z.strictObject({ from: z.string(), delayMs: z.number() })).default([]),
});
const parse = (value: unknown): string => mistake(() => parseInput('x.yaml', value, schema));

test('sound input comes back with its defaults', () => {
  assert.deepEqual(parseInput('x.yaml', { nodes: 3 }, schema), { nodes: 3, mode: 'open', links: [] });
});

test('a mistake names the source, the field, the expectation and what came', () => {
  assert.equal(parse({}), 'x.yaml: nodes: expected number, but nothing came');
  assert.equal(parse({ nodes: 'three' }), 'x.yaml: nodes: expected number, but "three" came');
  assert.equal(parse({ nodes: 0 }), 'x.yaml: nodes: expected number to be >=1, but 0 came');
  assert.equal(parse('text'), 'x.yaml: the file: expected object, but "text" came');
  assert.equal(parse(null), 'x.yaml: the file: expected object, but null came');
});

test('a field deep inside is named by its whole path', () => {
  const value = {
    nodes: 3,
    links: [
      { from: 'a', delayMs: 1 },
      { from: 'b', delayMs: '2' },
    ],
  };
  assert.equal(parse(value), 'x.yaml: links.1.delayMs: expected number, but "2" came');
});

test('a wrong choice is answered with the choices and the nearest', () => {
  const sentence = 'x.yaml: mode: expected one of open, closed, but "close" came; did you mean "closed"?';
  assert.equal(parse({ nodes: 1, mode: 'close' }), sentence);
});

test('where several shapes will do, all are named', () => {
  const sentence = 'x.yaml: target: expected one of leader, random, or object, but "nobody" came';
  assert.equal(parse({ nodes: 1, target: 'nobody' }), sentence);
});

test('where only one of several shapes is of the kind that came, its own mistake is told', () => {
  assert.equal(parse({ nodes: 1, target: { node: 7 } }), 'x.yaml: target.node: expected string, but 7 came');
  assert.equal(
    parse({ nodes: 1, target: { node: 'a', zoen: 'b' } }),
    'x.yaml: target.zoen: expected one of the fields node, but "zoen" came',
  );
});

test('an unknown field is answered with the known ones and the nearest, also deep inside', () => {
  assert.equal(
    parse({ nodes: 1, mod: 'open' }),
    'x.yaml: mod: expected one of the fields nodes, mode, target, links, but "mod" came; did you mean "mode"?',
  );
  assert.equal(
    parse({ nodes: 1, links: [{ from: 'a', delayMs: 1, delayms: 2 }] }),
    'x.yaml: links.0.delayms: expected one of the fields from, delayMs, but "delayms" came; did you mean "delayMs"?',
  );
});

test("a schema's own words stand as they are", () => {
  const own = z.strictObject({ rate: z.number({ error: 'expected operations per second' }) });
  assert.equal(
    mistake(() => parseInput('x.yaml', { rate: 'fast' }, own)),
    'x.yaml: rate: expected operations per second, but "fast" came',
  );
});

test('a long value is shortened, and one that contains itself is not shown', () => {
  const long = parse({ nodes: 'n'.repeat(500) });
  assert.ok(long.length < 120 && long.endsWith('… came'), long);
  const loop: unknown[] = [];
  loop.push(loop);
  assert.equal(parse({ nodes: loop }), 'x.yaml: nodes: expected number, but something that contains itself came');
});

function yaml(text: string): string {
  const path = join(folder, 'x.yaml');
  writeFileSync(path, text);
  return mistake(() => readYaml(path, schema)).replace(folder, '.');
}

test('a YAML file is read and checked', () => {
  const path = join(folder, 'sound.yaml');
  writeFileSync(path, 'nodes: 3\nmode: closed\n');
  assert.deepEqual(readYaml(path, schema), { nodes: 3, mode: 'closed', links: [] });
});

test('a file that is not there is told with the reason', () => {
  const path = join(folder, 'none.yaml');
  assert.equal(
    mistake(() => readYaml(path, schema)),
    `cannot read ${path}: ENOENT`,
  );
});

test('whatever is wrong with YAML is one sentence that names the line', () => {
  assert.equal(yaml('nodes: 0'), './x.yaml:1: nodes: expected number to be >=1, but 0 came');
  assert.equal(yaml(''), './x.yaml:1: the file: expected object, but null came');
  assert.match(yaml('mode: open\nnodes: a: b'), /^\.\/x\.yaml:2: Nested mappings [^:]*$/);
  assert.match(yaml('nodes: 1\nnodes: 2'), /^\.\/x\.yaml:2: Map keys must be unique$/);
  assert.match(yaml('nodes: &a 1\nmode: *a\nlinks: *missing'), /^\.\/x\.yaml:3: Unresolved alias .*missing$/);
  const tenfold = [0, 1, 2, 3].map((i) => `- &l${i + 1} [${Array(10).fill(`*l${i}`)}]`);
  assert.match(yaml(['- &l0 [x]', ...tenfold].join('\n')), /^\.\/x\.yaml:2: Excessive alias count [^\n]*$/);
  for (const text of ['nodes: a: b', 'nodes: [1', 'nodes: *missing']) assert.equal(yaml(text).includes('\n'), false);
});

test('the line is that of the field, or of what should have held it', () => {
  const line = (text: string): string => /^\.\/x\.yaml:(\d+): [\w.]+: /.exec(yaml(text))![1]!;
  assert.equal(line('# what for\n\nmode: open\n'), '3', 'a missing field: where its object begins');
  assert.equal(line('nodes: 1\nlinks:\n  - from: a\n    delayMs: 1\n  - from: b\n    delayMs: no\n'), '6');
  assert.equal(line('nodes: 1\nlinks:\n  - from: a\n    delayMs: 1\n  - from: b\n'), '5', 'a missing field of an item');
  assert.equal(line('nodes: 1\nlinks:\n  5\n'), '2', 'where the name stands, not the value');
  assert.equal(line('nodes: 1\nmode: open\nlinkss: []\n'), '3', 'an unknown field: its own line');
  assert.equal(line('links:\n  - &a\n    from: 1\n    delayMs: 1\n  - *a\nnodes: 1\n'), '3');
  assert.equal(line('nodes: 1\nlinks:\n  - from: a\n    delayMs: 1\n    more:\n      - 1\n'), '5');
});
