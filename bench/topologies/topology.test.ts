import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InputError } from '../input.ts';
import { loadTopology, topologyNames } from './topology.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-topology-'));
after(() => rmSync(folder, { recursive: true }));

function load(yaml: string): ReturnType<typeof loadTopology> {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, yaml);
  return loadTopology(path);
}

function mistake(yaml: string): string {
  try {
    load(yaml);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message.replace(folder, '');
  }
  throw new Error('the file was taken');
}

test('every built-in topology loads, with nodes and clients', () => {
  assert.ok(topologyNames().includes('three-zones'));
  for (const name of topologyNames()) {
    const topology = loadTopology(name);
    assert.equal(topology.name, name);
    assert.notEqual(topology.title, '');
    assert.ok(topology.members.some(({ kind }) => kind === 'full'));
    assert.ok(topology.clientZones.length > 0);
    assert.equal(new Set(topology.members.map(({ id }) => id)).size, topology.members.length);
  }
});

test('three zones have one node each, and clients in every zone', () => {
  const { members, clientZones } = loadTopology('three-zones');
  assert.deepEqual(members, [
    { id: 'n1', zone: 'a', kind: 'full' },
    { id: 'n2', zone: 'b', kind: 'full' },
    { id: 'n3', zone: 'c', kind: 'full' },
  ]);
  assert.deepEqual(clientZones, ['a', 'b', 'c']);
});

test('full nodes come first, then witnesses and spares; clients live where the file says', () => {
  const topology = load(
    'title: t\nzones:\n  - { name: a, full: 1, witness: 1 }\n  - { name: b, full: 1, spare: 1 }\nclients: [b, far]\n',
  );
  assert.equal(topology.name, 'mine');
  assert.deepEqual(
    topology.members.map(({ id, zone, kind }) => `${id} ${zone} ${kind}`),
    ['n1 a full', 'n2 b full', 'n3 a witness', 'n4 b spare'],
  );
  assert.deepEqual(topology.clientZones, ['b', 'far']);
});

test('an unknown name is answered with the nearest', () => {
  assert.throws(
    () => loadTopology('three-zone'),
    /^Error: --topology must be one of .*, but "three-zone" came; did you mean "three-zones"\?$/,
  );
});

test('one sentence names what is wrong with a file', () => {
  assert.equal(mistake('zones: [{ name: a, full: 1 }]'), '/mine.yaml:1: title: expected a title, but nothing came');
  assert.equal(mistake('title: t'), '/mine.yaml:1: zones: expected a list of zones, but nothing came');
  assert.equal(mistake('title: t\nzones: []'), '/mine.yaml:2: zones: expected at least one zone, but [] came');
  assert.equal(
    mistake('title: t\nzones: [{ name: a, full: many }]'),
    '/mine.yaml:2: zones.0.full: expected a whole number, but "many" came',
  );
  assert.equal(
    mistake('title: t\nzones: [{ name: a, full: -1 }]'),
    '/mine.yaml:2: zones.0.full: expected 0 or more, but -1 came',
  );
  assert.equal(
    mistake('title: t\nzones: [{ name: "a b", full: 1 }]'),
    '/mine.yaml:2: zones.0.name: expected the name of a zone, of letters, digits, "-" and "_", but "a b" came',
  );
  assert.equal(
    mistake('title: t\nzones: [{ name: a, fulll: 1 }]'),
    '/mine.yaml:2: zones.0.fulll: expected one of the fields name, full, witness, spare, but "fulll" came; did you mean "full"?',
  );
});

test('nodes need a zone of their own name, and somebody must hold data', () => {
  const twice = mistake('title: t\nzones: [{ name: a, full: 1 }, { name: a, full: 1 }]');
  assert.match(twice, /^\/mine\.yaml:2: zones: expected zones with a name each of their own, but \[.*\] came$/);
  const nobody = mistake('title: t\nzones: [{ name: a, witness: 3 }]');
  assert.match(nobody, /^\/mine\.yaml:2: zones: expected at least one full node, but \[.*\] came$/);
});
