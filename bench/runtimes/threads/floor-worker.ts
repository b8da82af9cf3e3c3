/** One thread of the floor: a client, a leader or a follower that carry messages and do nothing else with them. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Board, type BoardBuffers } from './board.ts';
import { Link } from './link.ts';

export type FloorMode = 'single' | 'batch';

export interface FloorStart {
  readonly role: 'client' | 'leader' | 'follower';
  readonly mode: FloorMode;
  readonly clients: number;
  readonly valueBytes: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly board: BoardBuffers;
  readonly ports: readonly MessagePort[];
}

export interface FloorFigures {
  readonly operationsPerS: number;
  readonly p50Ms: number;
  /** The latest that a 5 ms timer of the leader fired under this load. */
  readonly timerLatenessMaxMs: number;
}

interface Item {
  readonly id: number;
}

const TIMER_MS = 5;

const start = workerData as FloorStart;
const board = new Board(start.board);
const counters = { bytes: 0, dropped: 0 };
/** Of the first port: a leader's to its client. */
const firstCounters = { bytes: 0, dropped: 0 };

/** `batch`: one message per peer and turn. `single`: one message per entry. */
function sendAll(link: Link, items: Item[]): void {
  if (items.length === 0) return;
  if (start.mode === 'batch') link.send(items, 0);
  else for (const item of items) link.send([item], 0);
}

/** Calls back with everything that waits at all ports, once a turn; and after each frame, be it returned credit. */
function connect(onTurn: (items: readonly Item[][]) => void, onFrame = (): void => {}): Link[] {
  const links: Link[] = start.ports.map((port, place) => {
    const link: Link = new Link(port, place === 0 ? firstCounters : counters, (frame) => {
      const first = link.accept(frame) as Item[] | undefined;
      const turn: Item[][] = links.map(() => []);
      if (first !== undefined) turn[place]!.push(...first);
      for (const [i, other] of links.entries()) {
        for (let more = other.receive(); more !== undefined; more = other.receive()) turn[i]!.push(...(more as Item[]));
      }
      if (turn.some((items) => items.length > 0)) onTurn(turn);
      onFrame();
    });
    return link;
  });
  return links;
}

function follow(): void {
  const [leader] = connect(([entries]) =>
    sendAll(
      leader!,
      entries!.map(({ id }) => ({ type: 'ack', id })),
    ),
  );
}

/** Answers once one of two followers has an entry, as a majority of three does. */
function lead(): void {
  const acknowledged = new Set<number>();
  let latenessMaxMs = 0;
  let dueMs = performance.now() + TIMER_MS;
  setInterval(() => {
    latenessMaxMs = Math.max(latenessMaxMs, performance.now() - dueMs);
    dueMs = performance.now() + TIMER_MS;
    board.setCounter(0, 'latenessMaxMs', latenessMaxMs);
  }, TIMER_MS);
  let rungBytes = 0;
  const ring = (): void => {
    if (firstCounters.bytes === rungBytes) return;
    rungBytes = firstCounters.bytes;
    board.ring();
  };
  const [client, ...followers] = connect(([requests, ...acknowledgements]) => {
    for (const follower of followers) sendAll(follower, requests!);
    const answers: Item[] = [];
    for (const { id } of acknowledgements.flat()) {
      if (acknowledged.delete(id)) continue;
      acknowledged.add(id);
      answers.push({ id });
    }
    if (answers.length === 0) return;
    sendAll(client!, answers);
  }, ring);
}

function load(): void {
  const value = 'x'.repeat(start.valueBytes);
  const link = new Link(start.ports[0]!, counters);
  const sentAtMs = new Map<number, number>();
  const latenciesMs: number[] = [];
  let id = 0;
  const ask = (count: number): void => {
    const now = performance.now();
    const items = Array.from({ length: count }, () => {
      sentAtMs.set(++id, now);
      return { type: 'append', id, key: `k${id % 1000}`, value: `${id}.${value}` };
    });
    sendAll(link, items);
  };
  // Time counts from the first answer on: the other threads may still be starting.
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.POSITIVE_INFINITY;
  ask(start.clients);
  for (let now = performance.now(); now < toMs; now = performance.now()) {
    const rings = board.rings();
    let answered = 0;
    for (let items = link.receive(); items !== undefined; items = link.receive()) {
      const endMs = performance.now();
      for (const item of items as Item[]) {
        if (endMs >= fromMs) latenciesMs.push(endMs - sentAtMs.get(item.id)!);
        sentAtMs.delete(item.id);
        answered++;
      }
    }
    if (answered > 0 && toMs === Number.POSITIVE_INFINITY) {
      fromMs = performance.now() + start.warmupMs;
      toMs = fromMs + start.measureMs;
    }
    if (answered > 0) ask(answered);
    else board.waitForRing(rings, 50);
  }
  latenciesMs.sort((a, b) => a - b);
  const figures: FloorFigures = {
    operationsPerS: (latenciesMs.length / start.measureMs) * 1000,
    p50Ms: latenciesMs[Math.floor(latenciesMs.length / 2)] ?? Number.NaN,
    timerLatenessMaxMs: board.counter(0, 'latenessMaxMs'),
  };
  parentPort!.postMessage(figures);
}

if (start.role === 'client') load();
else if (start.role === 'leader') lead();
else follow();
