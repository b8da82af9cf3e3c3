import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../../engines/api.ts';
import type { End } from '../faults/vocabulary.ts';
import { DEFAULT_LINK } from './defaults.ts';
import { type LinkRule, linkBetween, linksOf } from './link-rules.ts';
import type { Delay, LinkModel } from './links.ts';

const members: readonly Member[] = [
  { id: 'n1', zone: 'east', kind: 'full' },
  { id: 'n2', zone: 'east', kind: 'full' },
  { id: 'n3', zone: 'west', kind: 'spare' },
];
const constant = (ms: number): Delay => ({ kind: 'constant', ms });
const rule = (changes: Partial<LinkModel>, conditions: Partial<LinkRule> = {}): LinkRule => ({
  bothWays: false,
  sameZone: false,
  ...conditions,
  changes,
});
const toMs = (ms: number, conditions: Partial<LinkRule> = {}): LinkRule => rule({ delay: constant(ms) }, conditions);

const end = (name: string): End => (name.startsWith('n') ? { node: name } : { clientsOf: name });

/** The constant delays of links written `from>to`. */
const delays = (links: readonly LinkRule[], ...pairs: string[]): number[] =>
  pairs.map((pair) => {
    const [from, to] = pair.split('>') as [string, string];
    const { delay } = linkBetween({ members, links }, end(from), end(to));
    assert.ok(delay.kind === 'constant');
    return delay.ms;
  });

test('without rules all ends are as near as threads are', () => {
  assert.deepEqual(linkBetween({ members, links: [] }, { node: 'n1' }, { node: 'n3' }), DEFAULT_LINK);
  assert.deepEqual(linkBetween({ members, links: [] }, { clientsOf: 'moon' }, { node: 'n3' }), DEFAULT_LINK);
});

test('a rule between two zones holds for their nodes and clients, both ways', () => {
  const links = [toMs(1), toMs(30, { from: { zone: 'east' }, to: { zone: 'west' }, bothWays: true })];
  assert.deepEqual(delays(links, 'n1>n3', 'n3>n2', 'east>n3', 'n3>east', 'west>n1'), [30, 30, 30, 30, 30]);
  assert.deepEqual(delays(links, 'n1>n2', 'east>n1', 'west>n3', 'moon>n3'), [1, 1, 1, 1]);
});

test('a rule for one way leaves the way back alone', () => {
  const links = [
    toMs(1),
    toMs(40, { from: { zone: 'east' }, to: { zone: 'west' } }),
    toMs(9, { from: { node: 'n3' } }),
  ];
  assert.deepEqual(delays(links, 'n1>n3', 'east>n3', 'n3>n1', 'n3>west', 'west>n3'), [40, 40, 9, 9, 1]);
});

test('a node is one end, however many others are in its zone', () => {
  const links = [toMs(1), toMs(7, { from: { node: 'n1' }, to: { zone: 'east' }, bothWays: true })];
  assert.deepEqual(delays(links, 'n1>n2', 'n2>n1', 'east>n1', 'n2>east', 'n1>n3'), [7, 7, 7, 1, 1]);
});

test('links within zones and links of clients can be told from the others', () => {
  const links = [
    toMs(1),
    toMs(2, { sameZone: true }),
    toMs(3, { clients: true }),
    toMs(4, { sameZone: true, clients: true }),
    toMs(5, { clients: false, from: { zone: 'west' } }),
  ];
  assert.deepEqual(
    delays(links, 'n1>n3', 'n1>n2', 'east>n3', 'east>n2', 'n2>east', 'n3>n1', 'west>n1'),
    [1, 2, 3, 4, 4, 5, 3],
  );
});

test('a later rule changes the fields that it states, and message types one by one', () => {
  const links = [
    rule({ delay: constant(1), lossShare: 0.1, byType: { append: constant(5), vote: constant(6) } }),
    rule({ reorderShare: 0.2, byType: { vote: constant(7) } }),
    rule({ lossShare: 0 }, { from: { node: 'n1' } }),
    rule({ duplicateShare: 0.5 }, { from: { node: 'n2' } }),
  ];
  assert.deepEqual(linkBetween({ members, links }, { node: 'n1' }, { node: 'n3' }), {
    delay: constant(1),
    byType: { append: constant(5), vote: constant(7) },
    lossShare: 0,
    duplicateShare: 0,
    reorderShare: 0.2,
  });
});

test('links between the same two zones share their model, but for nodes that a rule names', () => {
  const links = [toMs(1), toMs(7, { from: { node: 'n1' } })];
  const link = linksOf({ members: [...members, { id: 'n4', zone: 'east', kind: 'full' }], links });
  assert.equal(link({ node: 'n2' }, { node: 'n3' }), link({ node: 'n4' }, { node: 'n3' }));
  const waysMs = [
    ['n1', 'n3'],
    ['n2', 'n3'],
    ['n3', 'n1'],
    ['n1', 'n2'],
    ['n2', 'n4'],
  ].map(([from, to]) => {
    const { delay } = link({ node: from! }, { node: to! });
    return delay.kind === 'constant' ? delay.ms : undefined;
  });
  assert.deepEqual(waysMs, [7, 1, 1, 7, 1]);
});
