import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../trace.ts';
import { type SpaceTimeOptions, spaceTimeDiagram } from './space-time.ts';
import { eventful, heartbeats, members, message } from './testing/made-up-trace.ts';

const draw = (trace: readonly TraceEvent[], more: Partial<SpaceTimeOptions> = {}): string =>
  spaceTimeDiagram(trace, { members, title: 'a trial', ...more });

const elementsOf = (svg: string, pattern: RegExp): string[] => svg.split('\n').filter((line) => pattern.test(line));
const arrowsOf = (svg: string): string[] => elementsOf(svg, /^<g class="message/);
const textsOf = (svg: string): string[] => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

/** Every element closes what it opened. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, slash, name, rest] of svg.matchAll(/<(\/?)([a-z]+)((?:[^<>"]|"[^"<>]*")*)>/g)) {
    if (slash === '/') assert.equal(open.pop(), name);
    else if (!rest!.endsWith('/')) open.push(name!);
  }
  assert.deepEqual(open, []);
  assert.doesNotMatch(svg.replace(/&(?:amp|lt|gt|quot|#39|#10);/g, ''), /&/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
}

test('every message is an arrow that names its ends, its type and its times; a lost one says so', () => {
  const svg = draw(eventful);
  assertWellFormed(svg);
  const arrows = arrowsOf(svg);
  assert.equal(arrows.length, 3);
  assert.match(svg, /n1 → n2 {2}append\{term:2 entries:\[\[1 2 k v\]\]\}&#10;2\.000 ms, arrives 2\.600 ms/);
  assert.match(svg, /n1 → n3 {2}append\{[^}]*\}&#10;2\.000 ms, lost/);
  assert.equal(arrows.filter((arrow) => arrow.includes('"message lost"')).length, 1);
});

test('where there is room an arrow shows its type, the flags that are set, and how many records it carries', () => {
  const texts = textsOf(draw(eventful));
  assert.equal(texts.filter((text) => text === 'append [1]').length, 2);
  assert.ok(texts.includes('acked (granted)'));
});

test('each type of message has a colour of its own, the same in the legend and on the arrows', () => {
  const svg = draw(heartbeats(0, 2));
  const coloursOf = (type: string): string[] => {
    const arrows = arrowsOf(svg).filter((arrow) => arrow.includes(`  ${type}{`));
    assert.equal(arrows.length, 4);
    return [...new Set(arrows.map((arrow) => / stroke="([^"]+)"/.exec(arrow)![1]!))];
  };
  const [beat, pulse] = [coloursOf('beat'), coloursOf('pulse')];
  assert.equal(beat.length, 1);
  assert.equal(pulse.length, 1);
  assert.notEqual(beat[0], pulse[0]);
  const samples = svg.slice(0, svg.indexOf('>pulse</text>'));
  for (const [colour] of [beat, pulse]) assert.ok(samples.includes(`stroke="${colour}" stroke-width="2"`));
});

test('faults and their ends are told in words beside a bar, roles and lives beside their node', () => {
  const svg = draw(eventful);
  const texts = textsOf(svg);
  for (const text of [
    'cut n1 | n2',
    'pause n3',
    'healed: pause n3',
    'drift n3 +200 ppm',
    'kill n1',
    'healed: kill n1',
    'killed',
    'restarts',
    'leader · 2',
    'suspects n1',
    'transfer to n3 ▸',
    'put k=v ▸',
    '◂ ok · put k=v',
    '◂ fail (not-leader)',
  ]) {
    assert.ok(texts.includes(text), text);
  }
  assert.equal(elementsOf(svg, /^<g class="fault"/).length, 4);
  assert.ok(!texts.includes('leads, epoch 2'), 'the role says it');
});

test('a fault that began before the view is told at its top', () => {
  const texts = textsOf(draw(eventful, { fromMs: 7, toMs: 12 }));
  assert.ok(texts.includes('cut n1 | n2 (since 4.0 ms)'));
  assert.ok(texts.includes('healed: pause n3'));
  assert.ok(!texts.includes('put k=v ▸'));
});

test('a violation stands at the top, and as a line where it was found', () => {
  const svg = draw(eventful);
  assert.ok(textsOf(svg).includes('k was read as &quot;w&quot;, which nobody wrote.'));
  assert.equal(elementsOf(svg, /^<g class="violation"/).length, 1);
  assert.doesNotMatch(draw(heartbeats(0, 1)), /class="violation"/);
});

test('texts of engines cannot leave their place in the file', () => {
  const text = '</text><script>alert("&")</script>\u0000\ud800';
  const evil: readonly TraceEvent[] = [
    message(0, 'n1', 'n2', 500, { type: text, [text]: text }),
    { kind: 'role', atUs: 600, node: 'n1', role: text },
    { kind: 'note', atUs: 700, node: 'n2', note: { kind: 'trace', text } },
    { kind: 'answer', atUs: 800, node: 'n2', ticket: 1, answer: { outcome: 'unknown', reason: text } },
    { kind: 'violation', atUs: 900, text },
  ];
  const svg = draw(evil, { title: text });
  assertWellFormed(svg);
  assert.doesNotMatch(svg, /<script/);
  assert.doesNotMatch(svg, /(?!\n)\p{Cc}|\p{Surrogate}/u);
});

test('the same trace gives the same bytes', () => {
  assert.equal(draw(eventful), draw(structuredClone(eventful)));
});

test('quiet stretches become one gap that counts what it leaves out', () => {
  const svg = draw([...heartbeats(0, 100), { kind: 'fault', atUs: 1_000_000, fault: { kind: 'kill', node: 'n1' } }]);
  const folds = textsOf(svg).filter((text) => text.includes('events:'));
  assert.equal(folds.length, 1);
  assert.match(folds[0]!, /^960\.0 ms, 386 events: 194 beat, 192 pulse$/);
  assert.ok(textsOf(svg).includes('kill n1'));
});

test('of a long trace the part around the violation is drawn, or else the last', () => {
  const unlike = Array.from({ length: 3000 }, (_, i) =>
    message(i * 1000, 'n1', 'n2', i * 1000 + 500, { type: `t${i}` }),
  );
  const violation: TraceEvent = { kind: 'violation', atUs: 1_000_000, text: 'wrong' };
  const trace = [...unlike, violation].sort((a, b) => a.atUs - b.atUs);
  const around = draw(trace);
  assert.equal(arrowsOf(around).length, 399);
  assert.match(around, /642\.0 to 1040\.0 ms, 400 of the trial&#39;s 3,001 events/);
  assert.match(draw(unlike), /2600\.0 to 2999\.0 ms/);
  assert.equal(arrowsOf(draw(unlike, { fromMs: 0, toMs: 499 })).length, 500, 'times asked for are drawn whole');
});

test('what is highlighted is never folded', () => {
  const trace = heartbeats(0, 100);
  const chosen = trace[200]!;
  assert.equal(arrowsOf(draw(trace)).length, 8);
  assert.equal(arrowsOf(draw(trace, { highlight: (event) => event === chosen })).length, 9);
});

test('a trial without events, nodes that nobody knows and messages to oneself are drawn without complaint', () => {
  assertWellFormed(draw([]));
  assertWellFormed(draw(heartbeats(0, 1), { members: [] }));
  assert.equal(arrowsOf(draw(heartbeats(0, 1), { members: members.slice(0, 2) })).length, 2);
  const self = draw([message(0, 'n1', 'n1', 500, { type: 'note' })], { members: members.slice(0, 1) });
  assertWellFormed(self);
  assert.equal(arrowsOf(self).length, 1);
});
