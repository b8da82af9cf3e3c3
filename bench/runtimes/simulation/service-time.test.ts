/** What inputs cost: a node is busy, its outputs leave when the turn is paid, and what comes meanwhile waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkModel, NodeModel } from '../../topologies/links.ts';
import type { Submitted } from './simulation.ts';
import { type AnyHost, QUICK_NODE, simulate } from './simulation-fixture.ts';

const away: LinkModel = {
  delay: { kind: 'constant', ms: 0.1 },
  lossShare: 0,
  duplicateShare: 0,
  reorderShare: 0,
};
const disk = { sync: { kind: 'constant', ms: 0.3 }, append: { kind: 'constant', ms: 0 } } as const;
const costing = (costs: Partial<NodeModel>) => ({ links: away, node: { ...QUICK_NODE, ...disk, ...costs } });

const echo = (host: AnyHost) => ({ onRequest: (ticket: { id: number }) => host.reply(ticket, {}) });
const get = { kind: 'get', key: 'k' } as const;
const put = { kind: 'put', key: 'k', value: 'v' } as const;
const answeredUs = (...submitted: readonly Submitted[]): number[] =>
  submitted.map(({ answeredAtMs }) => answeredAtMs! * 1000);

test('an operation is answered when its processor time is over, and the next waits for that', () => {
  const simulation = simulate(echo, costing({ perOperationMs: 0.25 }));
  const first = simulation.submit('n1', get);
  simulation.run(0.05);
  const second = simulation.submit('n1', get);
  simulation.run(5);
  assert.deepEqual(answeredUs(first, second), [100 + 250 + 100, 100 + 2 * 250 + 100]);
});

test('a fraction of a microsecond is no fraction of virtual time', () => {
  const simulation = simulate(echo, costing({ perOperationMs: 0.0054 }));
  const together = Array.from({ length: 10 }, () => simulation.submit('n1', get));
  simulation.run(5);
  assert.deepEqual(new Set(answeredUs(...together)), new Set([100 + 54 + 100]));
});

test('a message costs the node that sends it and the node that gets it', () => {
  const simulation = simulate(
    (host) => ({
      onRequest: (ticket) => {
        for (const to of ['n2', 'n3']) host.send(to, { type: 'ask', ticket: ticket.id });
      },
      onMessage: (from, { type, ticket }) => {
        if (type === 'ask') host.send(from, { type: 'tell', ticket });
        else if (from === 'n3') host.reply({ id: ticket as number }, {});
      },
    }),
    costing({ perMessageMs: 0.02 }),
  );
  const asked = simulation.submit('n1', get);
  simulation.run(5);
  // There and back, twice; n2's message is paid first, n3 gets one, and n1 gets that of n2 and then that of n3.
  assert.deepEqual(answeredUs(asked), [20 + 20 + 20 + 4 * 100]);
});

const store = (host: AnyHost) => ({
  onRequest: (ticket: { id: number }) => {
    host.log.append('entry');
    host.reply(ticket, {});
  },
});

test('a sync costs processor time when it has ended; without syncs there is none', () => {
  for (const [durability, tookUs] of [
    ['fsync', 100 + 300 + 150 + 100],
    ['none', 100 + 100],
  ] as const) {
    const simulation = simulate(store, { ...costing({ perSyncMs: 0.15 }), durability });
    const asked = simulation.submit('n1', put);
    simulation.run(5);
    assert.deepEqual(answeredUs(asked), [tookUs], durability);
  }
});

test('the end of a sync does not wait for the backlog of requests', () => {
  const turnUs = 256 * 20;
  const simulation = simulate(store, costing({ perOperationMs: 0.02 }));
  const [first] = Array.from({ length: 10 * 256 }, () => simulation.submit('n1', put));
  simulation.run(200);
  // Its own turn, the one under way when its sync ends, and the one that hands that in.
  const [tookUs] = answeredUs(first!);
  assert.ok(tookUs! > 2 * turnUs && tookUs! <= 3 * turnUs + 200, `${tookUs} µs`);
});
