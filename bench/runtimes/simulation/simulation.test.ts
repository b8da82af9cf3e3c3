import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../../engines/api.ts';
import unreplicated from '../../../engines/unreplicated/index.ts';
import { evenLink } from '../../topologies/links.ts';
import { Simulation, type SimulationPlan } from './simulation.ts';
import { type AnyMessage, QUICK_NODE, simulate, three, tinyEngine } from './simulation-fixture.ts';

const put: Operation = { kind: 'put', key: 'k', value: 'v' };

/** Each node beats to all others every millisecond; counts what each hears from whom. */
function beating(plan: Partial<SimulationPlan> = {}) {
  const heard = new Map<string, number>();
  const simulation = simulate((host) => {
    host.setTimer('beat', 1);
    return {
      onTimer: () => {
        for (const { id } of host.members) if (id !== host.self) host.send(id, { type: 'beat' });
        host.setTimer('beat', 1);
      },
      onMessage: (from) => heard.set(`${from}>${host.self}`, (heard.get(`${from}>${host.self}`) ?? 0) + 1),
    };
  }, plan);
  const during = (ms: number): Map<string, number> => {
    heard.clear();
    simulation.run(ms);
    return new Map(heard);
  };
  return { simulation, during };
}

// ------------------------------------------------------------------------------------------------------- determinism

function traceOf(seed: number, strict = false): string {
  const { simulation, during } = beating({
    seed,
    strict,
    links: evenLink(0.001, 0.9, 0.1, 0.1),
  });
  during(100);
  simulation.crash('n2', 'vanish');
  during(50);
  simulation.restart('n2');
  simulation.submit('n1', put);
  during(100);
  return simulation.traceHash;
}

test('the same seed gives the same trace, and other seeds give others', () => {
  assert.equal(traceOf(1), traceOf(1));
  assert.equal(new Set(Array.from({ length: 20 }, (_, seed) => traceOf(seed))).size, 20);
});

test('nodes may begin one after the other, each at a time of the seed', () => {
  const begins = (seed: number): number[] => {
    const times: number[] = [];
    const onTrace: SimulationPlan['onTrace'] = (event) => {
      if (event.kind === 'start') times.push(event.atUs);
    };
    const node = { ...QUICK_NODE, start: { kind: 'uniform', lowMs: 10, highMs: 60 } } as const;
    const { simulation } = beating({ seed, node, onTrace });
    simulation.run(100);
    return times;
  };
  const times = begins(1);
  assert.equal(new Set(times).size, 3);
  assert.ok(times.every((us) => us >= 10_000 && us <= 60_000));
  assert.deepEqual(begins(1), times);
  assert.notDeepEqual(begins(2), times);
});

test('the strict mode changes nothing of the trace', () => {
  assert.equal(traceOf(3, true), traceOf(3, false));
});

test('the trace tells answers apart, not only that they came', () => {
  const hash = (value: string): string => {
    const simulation = simulate((host) => ({ onRequest: (request) => host.reply(request, { value }) }));
    simulation.submit('n1', { kind: 'get', key: 'k' });
    simulation.run(10);
    return simulation.traceHash;
  };
  assert.equal(hash('a'), hash('a'));
  assert.notEqual(hash('a'), hash('b'));
});

test('each node and each life has random numbers of its own', () => {
  const numbers: number[] = [];
  const simulation = simulate((host) => {
    numbers.push(host.random());
    return {};
  });
  simulation.crash('n1', 'kill');
  simulation.restart('n1');
  assert.equal(new Set(numbers).size, 4);
});

// ------------------------------------------------------------------------------------------------------------- links

test('every message arrives where links lose nothing', () => {
  const heard = beating().during(500.9);
  assert.deepEqual([...heard.keys()].sort(), ['n1>n2', 'n1>n3', 'n2>n1', 'n2>n3', 'n3>n1', 'n3>n2']);
  for (const count of heard.values()) assert.ok(count >= 499 && count <= 500, `${count} of 500`);
});

test('loss and doubling have the shares asked for', () => {
  const total = (links: SimulationPlan['links']): number =>
    [
      ...beating({ ...(links && { links }) })
        .during(1000)
        .values(),
    ].reduce((sum, count) => sum + count, 0);
  // 6,000 messages; five standard deviations of a share of 0.2 are 155.
  const lost = 6000 - total(evenLink(0.001, 0.002, 0.2, 0));
  assert.ok(Math.abs(lost - 1200) < 155, `${lost} lost`);
  const doubled = total(evenLink(0.001, 0.002, 0, 0.2)) - 6000;
  assert.ok(Math.abs(doubled - 1200) < 165, `${doubled} doubled`);
});

test('messages overtake each other', () => {
  const order: number[] = [];
  const simulation = simulate(
    (host) => {
      if (host.self === 'n1') for (let n = 0; n < 50; n++) host.send('n2', { type: 'x', n });
      return { onMessage: (_from, message) => order.push((message as AnyMessage).n as number) };
    },
    { links: evenLink(0.3, 0.9) },
  );
  simulation.run(10);
  const sorted = Array.from({ length: 50 }, (_, n) => n);
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    sorted,
  );
  assert.notDeepEqual(order, sorted);
});

test('a one-way cut stops one way', () => {
  const { simulation, during } = beating();
  during(10);
  simulation.network.cut(0, 1);
  const heard = during(100);
  assert.equal(heard.get('n1>n2'), undefined);
  assert.ok(heard.get('n2>n1')! > 90 && heard.get('n1>n3')! > 90);
});

test('a cut of two groups stops every link between them and none within, until it is mended', () => {
  const { simulation, during } = beating();
  during(10);
  simulation.cut(['n1'], ['n2', 'n3']);
  assert.deepEqual([...during(100).keys()].sort(), ['n2>n3', 'n3>n2']);
  simulation.network.mendAll();
  assert.equal(during(100).size, 6);
});

test('a cut is silence: no peer is told', () => {
  const links: string[] = [];
  const simulation = simulate(() => ({ onLink: (peer) => links.push(peer) }));
  simulation.cut(['n1'], ['n2', 'n3']);
  simulation.run(1000);
  assert.deepEqual(links, []);
});

// ----------------------------------------------------------------------------------------------------------- watching

test('what is delivered, applied and noted is told to whoever watches', () => {
  const seen: string[] = [];
  const simulation = simulate(
    (host) => {
      if (host.self === 'n1') {
        host.send('n2', { type: 'hello' });
        host.send('n3', { type: 'hello' });
        host.store.apply(put, 4);
        host.note({ kind: 'leads', epoch: 2 });
      }
      return {};
    },
    {
      onDeliver: (from, to, { type }) => seen.push(`${from}>${to} ${type}`),
      onApply: (node, index, { key }) => seen.push(`${node} applied ${key} at ${index}`),
      onNote: (node, { kind }) => seen.push(`${node} ${kind}`),
    },
  );
  simulation.crash('n3', 'vanish');
  simulation.run(10);
  assert.deepEqual(seen, ['n1 applied k at 4', 'n1 leads', 'n1>n2 hello'], 'n3 is down: nothing is delivered there');
});

test('the invariants see every node that is up', () => {
  const engine = tinyEngine((host) => ({ inspect: () => host.self }), {
    invariants: (nodes) => [...nodes].map(([id, view]) => `${id}=${view}`).join(' '),
  });
  const simulation = new Simulation({ engine, options: {}, members: three, seed: 1 });
  simulation.crash('n2', 'kill');
  assert.equal(simulation.brokenInvariant(), 'n1=n1 n3=n3');
  assert.equal(simulate(() => ({})).brokenInvariant(), undefined);
});

test('an unknown node is named', () => {
  assert.throws(() => simulate(() => ({})).node('n9'), /no node n9/);
});

test('a real engine keeps what it acknowledged through a power loss', () => {
  const simulation = new Simulation({ engine: unreplicated, options: {}, members: three, seed: 2 });
  const write = simulation.submit('n1', put);
  simulation.run(10);
  assert.equal(write.answer?.outcome, 'ok');
  simulation.crash('n1', 'vanish');
  simulation.restart('n1');
  const read = simulation.submit('n1', { kind: 'get', key: 'k' });
  simulation.run(10);
  assert.deepEqual(read.answer, { outcome: 'ok', result: { value: 'v' } });
});
