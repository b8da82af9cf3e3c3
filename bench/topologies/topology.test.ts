import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InputError } from '../input.ts';
import { sourceFolder } from '../paths.ts';
import { DEFAULT_LINK, DEFAULT_NODE } from './defaults.ts';
import { meanMs } from './delays.ts';
import { linkBetween } from './link-rules.ts';
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
    assert.deepEqual(structuredClone(topology), topology);
    assert.deepEqual(JSON.parse(JSON.stringify(topology)), topology);
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

/** Mean round trip in ms between two nodes of a built-in topology. */
function roundTripMs(name: string, a: string, b: string): number {
  const topology = loadTopology(name);
  const oneWayMs = (from: string, to: string) => meanMs(linkBetween(topology, { node: from }, { node: to }).delay);
  return Number((oneWayMs(a, b) + oneWayMs(b, a)).toFixed(6));
}

test('the built-in topologies are as wide as their titles say', () => {
  assert.equal(roundTripMs('lan', 'n1', 'n2'), 0.3);
  assert.equal(roundTripMs('lan-one-zone', 'n1', 'n2'), 0.3);
  assert.equal(roundTripMs('metro-3az', 'n1', 'n3'), 1.2);
  assert.equal(roundTripMs('us-continental', 'n1', 'n3'), 70);
  assert.equal(roundTripMs('primary-standby', 'n1', 'n2'), 0.3);
  assert.equal(roundTripMs('primary-standby-two-zones', 'n1', 'n2'), 65);
  assert.equal(roundTripMs('two-zones-of-three', 'n1', 'n3'), 0.3);
  assert.equal(roundTripMs('two-zones-of-three', 'n3', 'n4'), 65);
  for (const [name, nodes] of [
    ['white-paper-3-zones', ['n1', 'n2', 'n3']],
    ['three-zones-of-three', ['n1', 'n4', 'n7']],
  ] as const) {
    const [east, midwest, west] = nodes;
    assert.equal(roundTripMs(name, east, midwest), 25);
    assert.equal(roundTripMs(name, midwest, west), 45);
    assert.equal(roundTripMs(name, east, west), 65);
  }
  assert.equal(roundTripMs('aws-5', 'n1', 'n2'), 72.5025, 'us-east-1 and us-west-2, mean of both directions');
});

test('an observed topology is the plain one with three witnesses beside its nodes', () => {
  const inOneZone = ['one-zone', 'primary-standby'];
  for (const name of ['one-zone', 'primary-standby', 'primary-standby-two-zones', 'white-paper-3-zones']) {
    const [plain, observed] = [loadTopology(name), loadTopology(`${name}-observed`)];
    const full = observed.members.filter(({ kind }) => kind === 'full');
    assert.deepEqual(full, plain.members, name);
    assert.deepEqual(observed.clientZones, plain.clientZones, name);
    const zones = observed.members.filter(({ kind }) => kind === 'witness').map(({ zone }) => zone);
    assert.equal(zones.length, 3, name);
    assert.equal(new Set(zones).size, inOneZone.includes(name) ? 1 : 3, name);
    for (const a of plain.members) {
      for (const b of plain.members) {
        if (a.id < b.id) assert.equal(roundTripMs(`${name}-observed`, a.id, b.id), roundTripMs(name, a.id, b.id));
      }
    }
  }
});

test('topologies for threads have the links and disks of threads', () => {
  for (const name of ['one-zone', 'three-zones', 'five-zones']) {
    const topology = loadTopology(name);
    assert.deepEqual(linkBetween(topology, { node: 'n1' }, { node: 'n3' }), DEFAULT_LINK);
    assert.deepEqual(topology.node, DEFAULT_NODE);
  }
});

const TWO_ZONES = 'title: t\nzones: [{ name: east, full: 2 }, { name: west, full: 1 }]\nclients: [east, far]\n';

test('a file states links by zone, node, way, client and message type, and disks and processors', () => {
  const topology = load(`${TWO_ZONES}links:
  - { delay_ms: 1, loss: 0.01 }
  - { within: zone, delay_ms: { uniform: [0.1, 0.2] } }
  - { between: [east, west], delay_ms: 30, types: { append: 35 } }
  - { from: west, to: n2, delay_ms: 40, duplicate: 0.1 }
  - { clients: true, between: [far, n3], delay_ms: 80, reorder: 0.5, loss: 0 }
disk: { sync_ms: 2 }
service: { per_message_ms: 0.003 }
`);
  const link = (from: string, to: string) => linkBetween(topology, { node: from }, { node: to });
  const usual = { lossShare: 0.01, duplicateShare: 0, reorderShare: 0 };
  const byType = { append: { kind: 'constant', ms: 35 } };
  assert.deepEqual(link('n1', 'n2'), { ...usual, delay: { kind: 'uniform', lowMs: 0.1, highMs: 0.2 } });
  assert.deepEqual(link('n2', 'n3'), { ...usual, delay: { kind: 'constant', ms: 30 }, byType });
  assert.deepEqual(link('n3', 'n2'), { ...usual, delay: { kind: 'constant', ms: 40 }, byType, duplicateShare: 0.1 });
  assert.deepEqual(linkBetween(topology, { node: 'n3' }, { clientsOf: 'far' }), {
    delay: { kind: 'constant', ms: 80 },
    lossShare: 0,
    duplicateShare: 0,
    reorderShare: 0.5,
  });
  assert.deepEqual(topology.node, { ...DEFAULT_NODE, sync: { kind: 'constant', ms: 2 }, perMessageMs: 0.003 });
});

test('zones stand in regions, those of clients too, and links may differ from the table', () => {
  const topology = load(`title: t
zones: [{ name: a, full: 1 }, { name: us-east-1, full: 1 }]
clients: [a, b]
regions: { table: aws-2020-06-05, of: { a: eu-west-1, b: ap-south-1 }, jitter_ms: { exponential: { mean: 1 } } }
links: [{ from: a, to: us-east-1, delay_ms: 99 }]
`);
  const oneWayMs = (from: string, to: string) => meanMs(linkBetween(topology, { node: from }, { node: to }).delay);
  assert.equal(oneWayMs('n1', 'n2'), 99);
  assert.equal(oneWayMs('n2', 'n1').toFixed(3), '36.252');
  assert.equal(meanMs(linkBetween(topology, { clientsOf: 'b' }, { node: 'n1' }).delay).toFixed(3), '60.125');
});

test('a wrong link, region, disk or processor is named with its line', () => {
  const PLACES = 'east, west, far, n1, n2, n3';
  const cases: readonly (readonly [string, string | RegExp])[] = [
    [
      'links:\n  - { delay_ms: 1 }\n  - { between: [east, wset], delay_ms: 1 }',
      `6: links.1.between.1: expected one of ${PLACES}, but "wset" came; did you mean "west"?`,
    ],
    ['links:\n  - from: n9', `5: links.0.from: expected one of ${PLACES}, but "n9" came; did you mean "n1"?`],
    ['links: [{ between: [east], delay_ms: 1 }]', '4: links.0.between: expected two zones or nodes, but ["east"] came'],
    [
      'links: [{ between: [east, west], to: n1 }]',
      '4: links.0.between: expected either between, or from and to, but ["east","west"] came',
    ],
    ['links: [{ within: zones }]', '4: links.0.within: expected zone, but "zones" came; did you mean "zone"?'],
    ['links: [{ loss: 5 }]', '4: links.0.loss: expected at most 1, but 5 came'],
    ['links: [5]', '4: links.0: expected a rule with its fields, but 5 came'],
    [
      'links:\n- delay_ms:\n    normal: { mean: 1 }',
      '6: links.0.delay_ms.normal.sd: expected a number, but nothing came',
    ],
    [
      'links:\n- types: { append: soon }',
      /^5: links\.0\.types\.append: expected a number of milliseconds, or .*"soon" came$/,
    ],
    ['links: [{ delay: 5 }]', /^4: links\.0\.delay: expected one of the fields within, .* did you mean "delay_ms"\?$/],
    ['disk: { sync_ms: -1 }', '4: disk.sync_ms: expected 0 or more, but -1 came'],
    ['service: { per_sync_ms: x }', '4: service.per_sync_ms: expected a number of milliseconds, but "x" came'],
    [
      'regions: { table: aws-2020 }',
      '4: regions.table: expected one of aws-2020-06-05, gcp-2020-06-02, but "aws-2020" came; did you mean "aws-2020-06-05"?',
    ],
    [
      'regions:\n  table: aws-2020-06-05\n  of: { west: us-west-1, far: sa-east-1,\n    east: us-esat-1 }',
      /^7: regions\.of\.east: expected one of af-south-1, .*, but "us-esat-1" came; did you mean "us-east-1"\?$/,
    ],
    [
      'regions:\n  table: aws-2020-06-05\n  of: { west: us-west-1, far: sa-east-1 }',
      /^6: regions\.of\.east: expected one of af-south-1, .*, but nothing came$/,
    ],
  ];
  for (const [yaml, sentence] of cases) {
    const told = mistake(TWO_ZONES + yaml).replace('/mine.yaml:', '');
    if (typeof sentence === 'string') assert.equal(told, sentence);
    else assert.match(told, sentence);
  }
});

test("the README's examples load, and its table has every built-in topology", () => {
  const readme = readFileSync(`${sourceFolder('bench/topologies')}/README.md`, 'utf8');
  const [whole, regions] = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml!);
  assert.equal(load(whole!).members.length, 4);
  assert.ok(load(whole! + regions!).links.length > load(whole!).links.length);
  for (const name of topologyNames()) assert.ok(readme.includes(`\`${name}\``), name);
});
