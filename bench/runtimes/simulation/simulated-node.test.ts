import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Note, Operation } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import { DEFAULT_LINK } from '../../topologies/defaults.ts';
import type { LinkModel, NodeModel } from '../../topologies/links.ts';
import type { Simulation } from './simulation.ts';
import { type AnyHost, QUICK_NODE, simulate, three } from './simulation-fixture.ts';

const withSync = (lowMs: number, highMs: number): NodeModel => ({
  ...QUICK_NODE,
  sync: { kind: 'uniform', lowMs, highMs },
});
const put: Operation = { kind: 'put', key: 'k', value: 'v' };

// ---------------------------------------------------------------------------------------------------- turns and time

test('handlers of one node never run inside each other, and a turn takes at most 256 inputs', () => {
  const turns: number[] = [];
  let inputs = 0;
  let inside = false;
  const simulation = simulate((host) => ({
    onRequest: () => {
      assert.equal(inside, false);
      inside = true;
      inputs++;
      inside = false;
    },
    onTurnEnd: () => {
      if (host.self === 'n1') turns.push(inputs);
      inputs = 0;
    },
  }));
  for (let i = 0; i < 600; i++) simulation.submit('n1', put);
  simulation.run(1);
  const full = turns.filter((count) => count > 0);
  assert.ok(Math.max(...full) <= 256);
  assert.equal(
    full.reduce((sum, count) => sum + count, 0),
    600,
  );
});

test('timers fire at their virtual time', () => {
  const fired: number[] = [];
  const simulation = simulate((host) => {
    if (host.self === 'n1') host.setTimer('t', 12.5);
    return { onTimer: () => fired.push(host.now()) };
  });
  simulation.run(12.4);
  assert.deepEqual(fired, []);
  simulation.run(100);
  assert.deepEqual(fired, [12.5]);
});

test('a timer moved forward, back and away fires when it was last set for', () => {
  const fired: string[] = [];
  const simulation = simulate((host) => {
    if (host.self !== 'n1') return {};
    for (const delayMs of [50, 10, 30]) host.setTimer('moved', delayMs);
    host.setTimer('cleared', 5);
    host.clearTimer('cleared');
    return { onTimer: (name) => fired.push(`${name}@${host.now()}`) };
  });
  simulation.run(200);
  assert.deepEqual(fired, ['moved@30']);
});

test('an engine that re-arms a timer without delay throws instead of hanging the simulation', () => {
  const simulation = simulate((host) => {
    if (host.self === 'n1') host.setTimer('t', 0);
    return { onTimer: () => host.setTimer('t', 0) };
  });
  assert.throws(() => simulation.run(1), /time stands still/);
});

test('spares join, the others found, and a new life restarts', () => {
  const boots: string[] = [];
  const members = [...three, { id: 's', zone: 'a', kind: 'spare' as const }];
  const simulation = simulate(
    (host) => {
      boots.push(`${host.self} ${host.boot}`);
      return {};
    },
    { members },
  );
  simulation.crash('n2', 'kill');
  simulation.restart('n2');
  assert.deepEqual(boots, ['n1 found', 'n2 found', 'n3 found', 's join', 'n2 restart']);
});

// ------------------------------------------------------------------------------------------------ crashes and clients

const echo = (host: AnyHost) => ({ onRequest: (request: { id: number }) => host.reply(request, { value: 'echo' }) });

test('an answer comes back, with the time at which it did', () => {
  const simulation = simulate(echo);
  const submitted = simulation.submit('n1', put);
  assert.equal(submitted.answer, undefined);
  simulation.run(10);
  assert.deepEqual(submitted.answer, { outcome: 'ok', result: { value: 'echo' } });
  assert.ok(submitted.answeredAtMs! > 0 && submitted.answeredAtMs! <= 10);
});

test('a refusal keeps its leader hint, and an unknown its reason', () => {
  const refuse = simulate((host) => ({
    onRequest: (request) => host.fail(request, { effect: 'none', reason: 'not-leader', leader: 'n3' }),
  }));
  const refused = refuse.submit('n1', put);
  refuse.run(10);
  assert.equal(refused.answer?.outcome, 'fail');
  assert.equal(refused.answer?.outcome === 'fail' && refused.answer.leader, 'n3');
  const doubt = simulate((host) => ({
    onRequest: (request) => host.fail(request, { effect: 'unknown', reason: 'lost' }),
  }));
  const doubted = doubt.submit('n1', put);
  doubt.run(10);
  assert.deepEqual(doubted.answer, { outcome: 'unknown', reason: 'lost' });
});

test('open requests of a killed node end unknown, also those that still wait in its inbox', () => {
  const links: LinkModel = { ...DEFAULT_LINK, delay: { kind: 'constant', ms: 0.25 } };
  const simulation = simulate(() => ({}), { links });
  const submitted = Array.from({ length: 600 }, () => simulation.submit('n1', put));
  // At the very instant of their arrival: the first turn has not come yet.
  simulation.events.at(250, () => simulation.crash('n1', 'kill'));
  simulation.run(5);
  for (const { answer } of submitted) assert.deepEqual(answer, { outcome: 'unknown', reason: 'broken' });
});

test('a request answered but still behind the disk ends unknown as well', () => {
  const simulation = simulate(
    (host) => ({
      onRequest: (request) => {
        host.log.append('x');
        host.reply(request, {});
      },
    }),
    { node: withSync(50, 50) },
  );
  const submitted = simulation.submit('n1', put);
  simulation.run(10);
  simulation.crash('n1', 'kill');
  simulation.run(500);
  assert.deepEqual(submitted.answer, { outcome: 'unknown', reason: 'broken' });
});

test('a killed node refuses new requests for certain; after its restart it answers', () => {
  const simulation = simulate(echo);
  simulation.crash('n1', 'kill');
  const refused = simulation.submit('n1', put);
  simulation.run(5);
  assert.deepEqual(refused.answer, { outcome: 'fail', reason: 'refused' });
  simulation.restart('n1');
  const again = simulation.submit('n1', put);
  simulation.run(5);
  assert.equal(again.answer?.outcome, 'ok');
});

test('a vanished node is silence for its clients, before and after', () => {
  const simulation = simulate(() => ({}));
  const open = simulation.submit('n1', put);
  simulation.run(5);
  simulation.crash('n1', 'vanish');
  const late = simulation.submit('n1', put);
  simulation.run(1000);
  assert.deepEqual([open.answer, late.answer], [undefined, undefined]);
});

test('a kill is told to the peers that can hear it, and so is the return; a vanish is not told', () => {
  const links: string[] = [];
  const simulation = simulate((host) => ({ onLink: (peer, up) => links.push(`${host.self}: ${peer} ${up}`) }));
  const told = (ms: number): string[] => {
    simulation.run(ms);
    return links.splice(0).sort();
  };
  simulation.crash('n1', 'kill');
  assert.deepEqual(told(5), ['n2: n1 false', 'n3: n1 false']);
  simulation.restart('n1');
  assert.deepEqual(told(5), ['n2: n1 true', 'n3: n1 true']);
  simulation.crash('n1', 'vanish');
  assert.deepEqual(told(5), []);
  simulation.restart('n1');
  told(5);
  simulation.cut(['n1'], ['n2']);
  simulation.crash('n1', 'kill');
  assert.deepEqual(told(5), ['n3: n1 false'], 'n2 is behind a cut');
});

test('a new life has its timers and inputs to itself', () => {
  const seen: string[] = [];
  const simulation = simulate((host) => {
    if (host.self === 'n1' && host.boot === 'found') host.setTimer('old', 10);
    return { onTimer: (name) => seen.push(name), onDurable: (position) => seen.push(`durable ${position}`) };
  });
  simulation.crash('n1', 'kill');
  simulation.restart('n1');
  simulation.run(100);
  assert.deepEqual(seen, []);
  assert.equal(simulation.node('n1').life, 1);
});

test('crashing what is down and restarting what is up changes nothing', () => {
  const simulation = simulate(echo);
  simulation.restart('n1');
  assert.equal(simulation.node('n1').life, 0);
  simulation.crash('n1', 'kill');
  const { traceHash } = simulation;
  simulation.crash('n1', 'kill');
  assert.equal(simulation.traceHash, traceHash);
  assert.throws(() => simulation.node('n1').host, /n1 is down/);
});

for (const where of ['onRequest', 'onTurnEnd'] as const) {
  test(`a crash in the middle of a turn, in ${where}, takes the whole turn with it`, () => {
    const heard: string[] = [];
    let requests = 0;
    const onNote = (_node: string, note: Note): void => {
      if (note.kind === 'trace') simulation.crash('n1', 'kill');
    };
    const simulation: Simulation = simulate(
      (host) => ({
        onRequest: (request) => {
          requests++;
          host.log.append('lost');
          host.send('n2', { type: 'lost' }, 'now');
          host.reply(request, {}, 'now');
          if (where === 'onRequest') host.note({ kind: 'trace', text: 'crash here' });
        },
        onMessage: (from) => heard.push(from),
        onTurnEnd: () => {
          if (requests > 0 && where === 'onTurnEnd') host.note({ kind: 'trace', text: 'crash here' });
        },
      }),
      { onNote },
    );
    const submitted = [simulation.submit('n1', put), simulation.submit('n1', put)];
    simulation.run(10);
    for (const { answer } of submitted) assert.deepEqual(answer, { outcome: 'unknown', reason: 'broken' });
    assert.deepEqual(heard, []);
    assert.deepEqual(simulation.node('n1').disk.entries, []);
    assert.equal(requests, where === 'onRequest' ? 1 : 2, 'the dead are handed nothing');
  });
}

test('over random crashes, what is recovered is a prefix of what was appended, and at least what was durable', () => {
  const shorter = { kill: 0, vanish: 0 };
  for (let seed = 1; seed <= 40; seed++) {
    const appended: number[] = [];
    let durable = 0;
    let next = 0;
    const lives: (readonly number[])[] = [];
    const simulation = simulate(
      (host) => {
        if (host.self !== 'n1') return {};
        lives.push(host.log.recovered as number[]);
        host.setTimer('append', 0.1);
        return {
          onTimer: () => {
            assert.equal(host.log.append(next), appended.push(next));
            next++;
            host.setTimer('append', 0.1);
          },
          onDurable: (position) => {
            durable = position;
          },
        };
      },
      { seed, node: withSync(0.1, 3) },
    );
    const random = new Random(`crashes ${seed}`);
    for (let crash = 0; crash < 6; crash++) {
      simulation.run(random.between(1, 20));
      const how = random.pick(['kill', 'vanish'] as const);
      simulation.crash('n1', how);
      simulation.restart('n1');
      const recovered = lives.at(-1)!;
      assert.deepEqual(recovered, appended.slice(0, recovered.length));
      assert.ok(recovered.length >= durable, `${recovered.length} of ${durable} durable`);
      if (how === 'kill') assert.equal(recovered.length, appended.length, 'a kill loses nothing that was written');
      if (recovered.length < appended.length) shorter[how]++;
      appended.length = recovered.length;
      durable = recovered.length;
    }
  }
  assert.ok(shorter.vanish > 20, `only ${shorter.vanish} times did a power loss lose anything`);
});
