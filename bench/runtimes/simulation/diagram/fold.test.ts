import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../trace.ts';
import { type Fold, foldText, foldTrace } from './fold.ts';
import { eventful, heartbeats, message } from './testing/made-up-trace.ts';

const foldsOf = (trace: readonly TraceEvent[]): Fold[] =>
  foldTrace(trace).filter((piece): piece is Fold => piece.kind === 'fold');

test('what happens for the third time is folded, with its length and its counts', () => {
  const pieces = foldTrace(heartbeats(0, 30));
  assert.equal(pieces.length, 9, 'two rounds of four messages, and one fold');
  const fold = pieces.at(-1) as Fold;
  assert.equal(foldText(fold), '270.6 ms, 112 events: 56 beat, 56 pulse');
  assert.equal(foldText(fold, 1), '270.6 ms, 112 events: 56 beat, …');
});

test('nothing is lost: shown and folded events together are the trace', () => {
  const trace = [...heartbeats(0, 30), ...eventful.map((event) => ({ ...event, atUs: event.atUs + 400_000 }))];
  const events = foldTrace(trace).reduce((sum, piece) => sum + (piece.kind === 'fold' ? piece.events : 1), 0);
  assert.equal(events, trace.length);
});

test('changes are never folded, and what led to them and followed them is shown', () => {
  const changeUs = 300_200;
  const change: TraceEvent = { kind: 'role', atUs: changeUs, node: 'n2', role: 'candidate' };
  const sorted = [...heartbeats(0, 60), change].sort((a, b) => a.atUs - b.atUs);
  const pieces = foldTrace(sorted);
  const at = pieces.indexOf(change);
  assert.ok(at > 0);
  const shown = pieces.filter((piece) => piece.kind !== 'fold');
  assert.equal(shown.filter((event) => event.atUs > changeUs).length, 8, 'after a change two rounds are news again');
  const underWay = shown.filter(
    (event) => event.kind === 'message' && event.atUs < changeUs && (event.arrivesUs ?? 0) >= changeUs,
  );
  assert.equal(underWay.length, 2);
});

test('a message is news if it is lost, or has other flags or records, though its type is old', () => {
  const odd = [
    message(200_000, 'n1', 'n2', undefined, { type: 'beat', round: 1 }),
    message(201_000, 'n1', 'n2', 202_000, { type: 'beat', round: 1, stop: true }),
    message(203_000, 'n1', 'n2', 204_000, { type: 'beat', round: 1, stop: false }),
    message(205_000, 'n1', 'n2', 206_000, { type: 'beat', round: 1, entries: [1] }),
  ];
  const trace = [...heartbeats(0, 20), ...odd, ...heartbeats(300_000, 20)];
  const pieces = foldTrace(trace);
  for (const event of odd) assert.ok(pieces.includes(event));
  assert.equal(foldsOf(trace).length, 2);
});

test('the same between ever other nodes is soon no news either', () => {
  const trace = Array.from({ length: 40 }, (_, i) =>
    message(i * 100, `n${i}`, `n${i + 1}`, i * 100 + 50, { type: 'ping' }),
  );
  assert.deepEqual(
    foldsOf(trace).map(({ events }) => events),
    [32],
  );
});

test('a few events are not worth a fold, and what has to be kept never is', () => {
  assert.deepEqual(foldsOf(heartbeats(0, 3)), []);
  const trace = heartbeats(0, 30);
  const kept = trace[60]!;
  assert.ok(foldTrace(trace, (event) => event === kept).includes(kept));
});

test('answers are told apart by their outcome', () => {
  const answer = (atUs: number, reason?: string): TraceEvent => ({
    kind: 'answer',
    atUs,
    node: 'n1',
    ticket: atUs,
    answer: reason === undefined ? { outcome: 'ok', result: {} } : { outcome: 'fail', reason },
  });
  const refused = answer(50, 'unavailable');
  const trace = [...Array.from({ length: 50 }, (_, i) => answer(i)), refused];
  assert.ok(foldTrace(trace).includes(refused));
  assert.match(foldText(foldsOf(trace)[0]!), /48 answers$/);
});
