import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { NodeId } from '../api.ts';
import { suffice } from '../parts/joint-quorum.ts';
import {
  admits,
  type Configuration,
  entering,
  everyone,
  founding,
  isJoint,
  leaving,
  takesPart,
  votes,
  withLearner,
  withoutLearner,
} from './configuration.ts';
import { Configurations } from './configurations.ts';
import { three } from './fixture.test.ts';

const founded = founding([...three, { id: 's', zone: 'z', kind: 'spare' }]);

test('a cluster is founded with everyone but its spares', () => {
  assert.deepEqual(everyone(founded), ['a', 'b', 'c']);
  assert.deepEqual([votes(founded, 's'), takesPart(founded, 's'), isJoint(founded)], [false, false, false]);
});

test('a learner takes part and does not vote', () => {
  const learning = withLearner(founded, 's');
  assert.deepEqual([takesPart(learning, 's'), votes(learning, 's')], [true, false]);
  assert.deepEqual(withoutLearner(learning, 's'), founded);
});

test('during a change old and new voters decide, after it the new ones alone', () => {
  const change = entering(withLearner(founded, 's'), { promote: { node: 's', disk: 0 }, remove: 'c' });
  assert.deepEqual([change.voters, change.outgoing, change.learners], [['a', 'b', 's'], ['a', 'b', 'c'], []]);
  const after = leaving(change);
  assert.deepEqual([after.voters, isJoint(after), takesPart(after, 'c')], [['a', 'b', 's'], false, false]);
});

test('who is promoted is admitted with the disk it has, and with no other', () => {
  const after = leaving(entering(withLearner(founded, 's'), { promote: { node: 's', disk: 7 } }));
  assert.deepEqual([admits(after, 's', 7), admits(after, 's', 0), admits(after, 'a', 0)], [true, false, true]);
  const again = leaving(entering(leaving(entering(after, { demote: 's' })), { promote: { node: 's', disk: 9 } }));
  assert.deepEqual([admits(again, 's', 7), admits(again, 's', 9)], [false, true]);
  assert.deepEqual(leaving(entering(again, { remove: 's' })).disks, []);
});

test('who is demoted for its disk is to return, until it has or is removed', () => {
  const demoted = leaving(entering(founded, { demote: 'c' }));
  assert.deepEqual([demoted.voters, demoted.learners, demoted.returning], [['a', 'b'], ['c'], ['c']]);
  const back = leaving(entering(demoted, { promote: { node: 'c', disk: 5 } }));
  assert.deepEqual([back.voters, back.learners, back.returning], [['a', 'b', 'c'], [], []]);
  assert.deepEqual(withoutLearner(demoted, 'c').returning, []);
});

test('whatever the change, nobody can decide without the other side on its way', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const set = fc.subarray(ids);
  fc.assert(
    fc.property(
      fc.subarray(ids, { minLength: 1 }),
      fc.constantFrom(...ids),
      fc.constantFrom(...ids),
      set,
      set,
      (voters, node, other, some, rest) => {
        const before: Configuration = { voters, outgoing: [], learners: [], returning: [], disks: [] };
        const change = {
          ...(voters.includes(node) ? { remove: node } : { promote: { node, disk: 0 } }),
          ...(voters.includes(other) && other !== node ? { demote: other } : {}),
        };
        const joint = entering(before, change);
        const after = leaving(joint);
        const decide = (by: Configuration, who: readonly NodeId[]): boolean =>
          by.voters.length > 0 && suffice(by, (id) => who.includes(id));
        // Two steps that follow each other have a voter in common, whoever decides them.
        for (const [one, two] of [
          [before, joint],
          [joint, after],
        ] as const) {
          if (decide(one, some) && decide(two, rest)) assert.ok(some.some((id) => rest.includes(id)));
        }
      },
    ),
    { seed: 17 },
  );
});

test('a configuration counts from its entry on, and no more when the entry is gone', () => {
  const log = new Configurations(founded);
  const learning = withLearner(founded, 's');
  const joint = entering(learning, { promote: { node: 's', disk: 0 } });
  log.append(4, learning);
  log.append(9, joint);
  assert.deepEqual([log.current, log.currentIndex], [joint, 9]);
  assert.deepEqual([log.at(8).configuration, log.at(3).configuration], [learning, founded]);
  log.truncate(9);
  assert.deepEqual([log.current, log.currentIndex], [learning, 4]);
  log.truncate(1);
  assert.deepEqual([log.current, log.currentIndex], [founded, 0]);
});

test('what is forgotten leaves the configuration that its end had', () => {
  const log = new Configurations(founded);
  const learning = withLearner(founded, 's');
  log.append(4, learning);
  log.forget(6);
  log.truncate(1);
  assert.deepEqual([log.current, log.at(6).index], [learning, 4]);
  log.begin(20, founded);
  assert.deepEqual([log.current, log.currentIndex, log.all.length], [founded, 20, 1]);
});
