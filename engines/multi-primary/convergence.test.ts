import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, FaultKind } from '../../bench/faults/vocabulary.ts';
import { copiesAtTheEnd } from '../../bench/fuzz/demands.ts';
import { FaultSwitch } from '../../bench/runtimes/simulation/fault-switch.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Member } from '../api.ts';
import engine from './index.ts';

/** Five nodes in three zones, three copies a key. */
const FIVE: readonly Member[] = [...'abcab'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));
const node = 'n1';
const [from, to] = [{ node: 'n1' }, { node: 'n2' }];

const FAULTS: { readonly [Kind in FaultKind]: Fault & { readonly kind: Kind } } = {
  kill: { kind: 'kill', node },
  vanish: { kind: 'vanish', node, keep: 0 },
  pause: { kind: 'pause', node },
  slow: { kind: 'slow', node, perInputMs: 3 },
  'kill-zone': { kind: 'kill-zone', zone: 'a' },
  'power-cut': { kind: 'power-cut' },
  cut: { kind: 'cut', from, to },
  delay: { kind: 'delay', from, to, delayMs: 400 },
  drop: { kind: 'drop', from, to, share: 0.7 },
  duplicate: { kind: 'duplicate', from, to, share: 0.7 },
  reorder: { kind: 'reorder', from, to, share: 0.7, delayMs: 400 },
  hold: { kind: 'hold', from, to },
  'cut-zone': { kind: 'cut-zone', zone: 'a', clients: 'inside' },
  'slow-disk': { kind: 'slow-disk', node, syncMs: 300 },
  'stall-disk': { kind: 'stall-disk', node },
  'scatter-syncs': { kind: 'scatter-syncs', node, syncMs: 100 },
  'fill-disk': { kind: 'fill-disk', node },
  'read-error': { kind: 'read-error', node },
  'corrupt-log': { kind: 'corrupt-log', node },
  wipe: { kind: 'wipe', node },
  skew: { kind: 'skew', node, skewMs: 5000 },
  drift: { kind: 'drift', node, ppm: 10_000 },
};

/** Writes to every node that is up, for so many ms of virtual time: to keys of their own, so that what a copy misses stays missed, and deletions. */
function load(simulation: Simulation, forMs: number): void {
  for (let ms = 0; ms < forMs; ms += 10) {
    const now = simulation.nowMs;
    for (const { id } of simulation.nodes().filter(({ up }) => up)) {
      simulation.submit(id, { kind: 'put', key: `${now} ${id}`, value: `${now}` });
      if (ms % 40 === 0) simulation.submit(id, { kind: 'delete', key: `${now - 200} ${id}` });
      simulation.submit(id, { kind: 'append', key: 'document', value: `${now} ${id};` });
    }
    simulation.run(10);
  }
}

/** The presets looked at, and by when their copies must be equal: what CouchDB's nodes have missed in silence takes as long as it takes to notice that. */
const CONVERGES_MS = { default: 20_000, couchdb: 90_000 } as const;

const apart = (simulation: Simulation): number => {
  const { differing, missing } = copiesAtTheEnd(simulation);
  return differing.length + missing.length;
};

for (const [preset, boundMs] of Object.entries(CONVERGES_MS) as [keyof typeof CONVERGES_MS, number][]) {
  for (const [kind, fault] of Object.entries(FAULTS)) {
    test(`copies become equal after the fault ${kind} (${preset})`, (t) => {
      const simulation = new Simulation({ engine, options: engine.presets[preset]!, members: FIVE, seed: 7 });
      const faults = new FaultSwitch(simulation);
      load(simulation, 500);
      faults.inject(fault);
      load(simulation, 2500);
      faults.heal(fault);
      const before = apart(simulation);
      let afterMs = 0;
      for (; apart(simulation) > 0 && afterMs < boundMs; afterMs += 50) simulation.run(50);
      assert.equal(apart(simulation), 0);
      t.diagnostic(`${kind}: ${before} keys differed at the heal, none ${afterMs} ms later`);
    });
  }
}
