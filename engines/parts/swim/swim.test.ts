import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DELAY_MS, Group } from '../membership-group.test.ts';
import type { SwimMessage } from './messages.ts';
import type { SwimOptions } from './options.ts';
import { Swim } from './swim.ts';

fc.configureGlobal({ seed: 1 });

const OPTIONS: SwimOptions = {
  probeMs: 100,
  probeTimeoutMs: 40,
  indirectProbes: 2,
  suspicionMs: 300,
  suspicionMaxFactor: 3,
  healthMax: 8,
  gossipMs: 20,
  gossipNodes: 3,
  pushPullMs: 3000,
};
const PLAIN = { suspicionMaxFactor: 1, healthMax: 0, gossipNodes: 0, pushPullMs: 0 };

/** The life is the incarnation. */
const group = (count: number, seed: number, change: Partial<SwimOptions> = {}): Group<SwimMessage, Swim> =>
  new Group(count, seed, (self, nodes, life, world) => new Swim(self, nodes, life, { ...OPTIONS, ...change }, world));

/** One member whose time and messages the test makes up. */
class Solo {
  now = 0;
  wakesAt = 0;
  readonly pings: number[] = [];
  readonly swim: Swim;

  constructor(change: Partial<SwimOptions> = {}) {
    this.swim = new Swim(
      'n1',
      ['n1', 'n2', 'n3', 'n4', 'n5'],
      0,
      { ...OPTIONS, ...change },
      {
        now: () => this.now,
        random: () => 0.5,
        send: (_to, { type }) => {
          if (type === 'swim-ping') this.pings.push(this.now);
        },
        wakeIn: (delayMs) => {
          this.wakesAt = this.now + delayMs;
        },
        changed: () => {},
      },
    );
    this.pings.length = 0;
  }

  /** Lets the timer fire, late by so much, and tells when. */
  fire(lateMs = 0): number {
    this.now = this.wakesAt + lateMs;
    this.swim.tick();
    return this.now;
  }

  /** Lets time pass, every timer being punctual. */
  pass(untilMs: number): void {
    while (this.wakesAt <= untilMs) this.fire();
    this.now = untilMs;
  }

  hear(...rumours: (string | number)[]): void {
    this.swim.onMessage('n3', { type: 'swim-gossip', rumours: rumours as never });
  }

  get seen(): string[] {
    return ['n2', 'n3', 'n4', 'n5'].map((node) => this.swim.statusOf(node));
  }
}

test('a member that wakes up late draws no conclusion from the probe under way, unless it never doubts itself', () => {
  const isAccusedAfterSleep = (change: Partial<SwimOptions>): boolean => {
    const solo = new Solo({ gossipNodes: 0, pushPullMs: 0, ...change });
    while (solo.pings.length === 0) solo.fire();
    solo.fire(OPTIONS.probeMs);
    return solo.seen.some((status) => status !== 'alive');
  };
  assert.ok(!isAccusedAfterSleep({}));
  assert.ok(isAccusedAfterSleep({ healthMax: 0 }));
});

test('a member that wakes up late gives its suspects that time again', () => {
  const solo = new Solo({ probeMs: 10_000, gossipNodes: 0, pushPullMs: 0 });
  solo.hear('n2', 'suspect', 0, 'n3');
  const dueMs = OPTIONS.suspicionMs * OPTIONS.suspicionMaxFactor;
  assert.equal(solo.wakesAt, dueMs);
  solo.fire(5000);
  assert.equal(solo.swim.statusOf('n2'), 'suspect');
  solo.pass(dueMs + 14_999);
  assert.equal(solo.swim.statusOf('n2'), 'suspect');
  solo.pass(dueMs + 15_001);
  assert.equal(solo.swim.statusOf('n2'), 'dead');
});

test('a member that has to contradict doubts itself: its next periods are longer', () => {
  const solo = new Solo({ probeTimeoutMs: 90 });
  solo.hear('n1', 'suspect', 0, 'n3');
  assert.equal(solo.swim.incarnation, 1);
  solo.pass(1000);
  assert.equal(solo.pings[1]! - solo.pings[0]!, 2 * OPTIONS.probeMs);
});

test('who is accused in an older incarnation, or praised in its own, need not contradict', () => {
  const solo = new Solo();
  solo.hear('n1', 'suspect', 0, 'n3');
  solo.hear('n1', 'dead', 0, 'n3', 'n1', 'alive', 1, 'n1');
  assert.equal(solo.swim.incarnation, 1);
  solo.hear('n1', 'dead', 1, 'n3');
  assert.equal(solo.swim.incarnation, 2);
});

test('rumours of strangers are nobody’s business', () => {
  const solo = new Solo();
  solo.hear('stranger', 'dead', 7, 'n3');
  assert.equal(solo.swim.statusOf('stranger'), 'alive');
});

test('members that are up stay alive in each other’s eyes when nothing is lost', () => {
  const members = group(5, 1);
  members.run(20_000);
  assert.deepEqual(members.changes, []);
});

test('a silent member is suspected, then dead everywhere, within the periods promised', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 7 }), fc.nat(), fc.boolean(), (count, seed, plain) => {
      const members = group(count, seed, plain ? PLAIN : {});
      members.run(1000);
      members.stop('n1');
      // Its turn comes within two rounds; each member that finds out confirms, and a missed answer may stretch a period or two.
      const rounds = 2 * (count - 1) + 4;
      members.run(rounds * OPTIONS.probeMs + OPTIONS.suspicionMs + 2 * OPTIONS.probeMs);
      for (const id of members.ids.slice(1)) {
        assert.equal(members.members.get(id)!.statusOf('n1'), 'dead');
        assert.equal(members.seenBy(id).filter((status) => status !== 'alive').length, 1);
      }
    }),
    { numRuns: 40 },
  );
});

test('lost messages kill nobody for good: everyone is alive again soon after', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(), fc.boolean(), (count, seed, plain) => {
      const members = group(count, seed, plain ? PLAIN : {});
      members.lossShare = 0.4;
      members.run(5000);
      members.lossShare = 0;
      // Members that have come to doubt themselves probe as much less often.
      members.run(plain ? 2000 : 6000);
      assert.ok(members.allAlive(), members.changes.slice(-10).join('\n'));
    }),
    { numRuns: 40 },
  );
});

test('two sides that hold each other dead find together after a cut, long after the rumour has died', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.nat(), (half, seed) => {
      const members = group(2 * half, seed);
      for (const a of members.ids.slice(0, half)) for (const b of members.ids.slice(half)) members.cut(a, b);
      members.run(20_000);
      assert.ok(
        members
          .seenBy('n1')
          .slice(half - 1)
          .every((status) => status === 'dead'),
      );
      members.cuts.clear();
      members.run(2000 * half);
      assert.ok(members.allAlive(), members.changes.slice(-10).join('\n'));
    }),
    { numRuns: 20 },
  );
});

test('an accused member that probes its accuser learns of it from the answer', () => {
  const members = group(2, 1, { gossipNodes: 0, pushPullMs: 0 });
  members.run(500);
  members.members.get('n1')!.linkDown('n2');
  members.members.get('n1')!.onMessage('n2', {
    type: 'swim-ping',
    probe: 9,
    me: 0,
    you: { status: 'alive', incarnation: 0 },
    rumours: [],
  });
  members.run(DELAY_MS);
  assert.equal(members.members.get('n2')!.incarnation, 1);
});

test('a member that lost one link only is saved by the others who probe it', () => {
  const members = group(4, 3);
  members.run(500);
  members.cut('n1', 'n2');
  members.run(10_000);
  assert.equal(members.members.get('n1')!.statusOf('n2'), 'alive');
  assert.deepEqual(members.changes, []);
});

test('a member that restarts with a higher incarnation is alive everywhere within a round trip, in a small group', () => {
  const members = group(3, 4);
  members.run(500);
  members.stop('n1');
  for (const id of ['n2', 'n3']) members.members.get(id)!.linkDown('n1');
  assert.equal(members.members.get('n2')!.statusOf('n1'), 'dead');
  members.start('n1', 65_536);
  members.run(2 * DELAY_MS);
  assert.ok(members.allAlive());
});

test('in a large group a member that restarts greets a handful, and a rumour tells the others', () => {
  const members = group(60, 4);
  members.run(500);
  members.stop('n1');
  for (const id of members.ids.slice(1)) members.members.get(id)!.linkDown('n1');
  members.run(2000);
  const pings = members.sent['swim-ping']!;
  members.start('n1', 65_536);
  assert.equal(members.sent['swim-ping']! - pings, 5);
  members.run(300);
  assert.ok(members.allAlive(), members.changes.slice(-10).join('\n'));
});

test('a member that restarts learns at once who has died meanwhile', () => {
  const members = group(6, 8);
  members.stop('n1');
  members.stop('n2');
  for (const id of members.ids.slice(2)) for (const dead of ['n1', 'n2']) members.members.get(id)!.linkDown(dead);
  members.run(3000);
  members.start('n1', 65_536);
  members.run(100);
  assert.notEqual(members.members.get('n1')!.statusOf('n2'), 'alive');
});

test('a member that restarts with a lower incarnation than it had outbids its former life', () => {
  const members = group(3, 5);
  members.stop('n1');
  members.start('n1', 1000);
  members.run(500);
  members.stop('n1');
  members.run(2000);
  members.start('n1', 1);
  members.run(1000);
  assert.ok(members.allAlive());
  assert.ok(members.members.get('n1')!.incarnation > 1000);
});

test('a member that slept blames itself and not the others', () => {
  const members = group(4, 6);
  members.run(500);
  for (let i = 0; i < 10; i++) {
    members.pause('n1', 150);
    members.run(700);
  }
  assert.deepEqual(
    members.changes.filter((change) => change.startsWith('n1:')),
    [],
  );
  members.run(1000);
  assert.ok(members.allAlive());
});

test('a member that hears little calls fewer of the others dead with Lifeguard than without', () => {
  const falselyDead = (change: Partial<SwimOptions>): number => {
    let count = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const members = group(8, seed, { ...change, gossipNodes: 3 });
      members.deafness.set('n1', 0.7);
      members.run(30_000);
      count += members.changes.filter((change) => !change.includes(': n1 ') && change.endsWith('> dead')).length;
    }
    return count;
  };
  const [plain, lifeguard] = [falselyDead(PLAIN), falselyDead({})];
  assert.ok(plain >= 20 && lifeguard <= plain / 5, `${plain} without, ${lifeguard} with`);
});

test('a suspicion that nobody confirms takes as many times longer as is set', () => {
  const deadAfterMs = (change: Partial<SwimOptions>): number => {
    // Cut off alone, with none left who could confirm it but those who are silent too.
    const members = group(5, 2, { ...change, healthMax: 0 });
    for (const id of members.ids.slice(1)) members.cut('n1', id);
    let ms = 0;
    while (members.calledDead('n2').filter((change) => change.startsWith('n1')).length === 0 && ms < 20_000) {
      members.run(10);
      ms += 10;
    }
    return ms;
  };
  const [plain, grown] = [deadAfterMs({ suspicionMaxFactor: 1 }), deadAfterMs({ suspicionMaxFactor: 5 })];
  assert.equal(grown - plain, 4 * OPTIONS.suspicionMs);
});

test('a member whose probes fail and whose helpers are silent as well probes less often', () => {
  const pings = (healthMax: number): number => {
    const members = group(4, 7, { healthMax, suspicionMs: 1_000_000, gossipNodes: 0, pushPullMs: 0 });
    for (const id of members.ids.slice(1)) members.stop(id);
    members.run(20_000);
    return members.sent['swim-ping']!;
  };
  const [trusting, doubting] = [pings(0), pings(8)];
  assert.ok(trusting > 190 && doubting < trusting / 5, `${trusting} and ${doubting}`);
});

test('helpers that report silence clear the member that asked: it goes on at full pace', () => {
  const members = group(4, 7, { suspicionMs: 1_000_000, gossipNodes: 0, pushPullMs: 0 });
  members.stop('n4');
  members.run(1000);
  const before = members.sent['swim-ping']!;
  members.run(20_000);
  // Three members with 200 periods each, and what they probe for each other.
  assert.ok(members.sent['swim-nack']! > 0);
  assert.ok(members.sent['swim-ping']! - before >= 590, String(members.sent['swim-ping']! - before));
});

test('an accused member contradicts, and the suspicion is taken back everywhere before it is due', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 9 }), fc.nat(), (count, seed) => {
      const members = group(count, seed);
      members.run(300);
      members.members.get('n2')!.onMessage('n3', { type: 'swim-gossip', rumours: ['n1', 'suspect', 0, 'n3'] });
      members.run(OPTIONS.suspicionMs);
      assert.ok(members.allAlive());
      members.run(OPTIONS.suspicionMs * OPTIONS.suspicionMaxFactor);
      assert.deepEqual(members.calledDead('n1'), []);
      assert.equal(members.members.get('n1')!.incarnation, 1);
    }),
    { numRuns: 30 },
  );
});

test('the full exchange brings what rumours missed, and a death in it may still be contradicted', () => {
  const members = group(4, 9, {
    gossipNodes: 0,
    probeMs: 1_000_000,
    probeTimeoutMs: 40,
    pushPullMs: 500,
    suspicionMs: 2000,
  });
  members.run(100);
  members.members.get('n2')!.linkDown('n1');
  members.run(2000);
  for (const id of ['n3', 'n4']) assert.ok(!members.calledDead('n1').some((change) => change.startsWith(id)));
  assert.ok(members.allAlive(), members.changes.join('\n'));
  assert.ok(members.changes.includes('n2: n1 dead > alive'));
});

test('messages a member and second do not depend on the number of members', () => {
  const rate = (count: number): number => {
    const members = group(count, 1, { probeMs: 250, probeTimeoutMs: 120, gossipMs: 50, pushPullMs: 7500 });
    const total = (): number =>
      Object.entries(members.sent).reduce((sum, [type, n]) => (/push|pull/.test(type) ? sum : sum + n), 0);
    members.run(2000);
    const before = total();
    members.run(10_000);
    assert.ok(members.sent['swim-push']! > 0);
    assert.deepEqual(members.changes, []);
    return (total() - before) / count / 10;
  };
  const rates = [rate(9), rate(100), rate(1000)];
  // A ping and an answer each 250 ms.
  for (const each of rates) assert.ok(Math.abs(each - 8) < 0.8, rates.join());
});

test('a thousand members hear of a death within seconds, each told of it a bounded number of times', () => {
  const members = group(1000, 2);
  members.run(500);
  members.stop('n1');
  members.run(4000);
  assert.equal(members.calledDead('n1').length, 999);
  assert.equal(members.changes.filter((change) => !change.includes(': n1 ')).length, 0);
  const before = members.sent['swim-gossip'];
  members.run(1000);
  assert.equal(members.sent['swim-gossip'], before);
});
