import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { linkBetween } from './link-rules.ts';
import type { Delay, NodeModel } from './links.ts';
import { loadTopology, topologyNames } from './topology.ts';
import { topologyText } from './topology-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-topology-text-'));
after(() => rmSync(folder, { recursive: true }));

const EVERY_KIND: Delay = {
  kind: 'sum',
  parts: [
    { kind: 'constant', ms: 0.03 },
    { kind: 'uniform', lowMs: 0.1, highMs: 0.2 },
    { kind: 'normal', meanMs: 5, sdMs: 1 },
    { kind: 'log-normal', medianMs: 0.28, sigma: 0.15 },
    { kind: 'pareto', scaleMs: 1, shape: 2.5 },
    {
      kind: 'mixture',
      parts: [
        { weight: 0.99, delay: { kind: 'constant', ms: 0 } },
        { weight: 0.01, delay: { kind: 'exponential', meanMs: 1.9 } },
      ],
    },
  ],
};
const NODE: NodeModel = {
  sync: { kind: 'log-normal', medianMs: 0.5, sigma: 0.2 },
  append: { kind: 'constant', ms: 0.003 },
  perMessageMs: 0.0638,
  perOperationMs: 0.00409,
  perSyncMs: 0.114,
};

test('what was written loads as the same places, links and nodes', () => {
  for (const name of topologyNames()) {
    const { title, members, clientZones } = loadTopology(name);
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, topologyText({ title, members, clientZones }, { delay: EVERY_KIND, node: NODE }, ['# sure']));
    const loaded = loadTopology(path);
    assert.deepEqual({ ...loaded, links: [] }, { name, title, members, clientZones, links: [], node: NODE });
    assert.deepEqual(linkBetween(loaded, { node: 'n1' }, { clientsOf: clientZones[0]! }).delay, EVERY_KIND);
  }
});

test('a comment stands on top, and zones have a line each, as people write them', () => {
  const text = topologyText(loadTopology('three-zones'), { delay: { kind: 'constant', ms: 1 }, node: NODE }, [
    'From here:',
    'two cores',
  ]);
  assert.match(text, /^# From here:\n# two cores\n/);
  assert.match(text, /\nzones:\n {2}- \{ name: a, full: 1 \}\n {2}- \{ name: b, full: 1 \}\n/);
  assert.match(text, /\nlinks:\n {2}- \{ delay_ms: 1 \}\n/);
});
