/**
 * The load generator's thread. It sleeps on a doorbell and not in an event loop: timers there are exact to a millisecond
 * only, and an operation that starts late by schedule would look like a slow one. Nodes ring after each batch of answers.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Generator } from '../../workloads/generator.ts';
import { packHistory } from '../../workloads/recorder.ts';
import { Board } from './board.ts';
import { startClock } from './clock.ts';
import { Inbox } from './inbox.ts';
import { Link } from './link.ts';
import type { GeneratorOrder, GeneratorStart, WireAnswer, WireRequest } from './wire.ts';

/** Looks at the cluster's orders at least this often. */
const IDLE_MS = 50;
const ANSWERS_PER_TURN_MAX = 4096;

const start = workerData as GeneratorStart;
const board = new Board(start.board);
const nowUs = startClock(start.epoch);
const nodes = start.members.length;
const inbox = new Inbox(board, nodes, `${start.plan.seed}/links`);
const counters = { bytes: 0, dropped: 0 };
const links: Link[] = start.ports.map((port) => new Link(port, counters));
const outgoing: WireRequest[][] = start.members.map(() => []);
const closed: boolean[] = start.members.map(() => false);
const zones = start.plan.zones.length;
/** By the zone's number in the history: the end of its clients' links. A zone that clients live in twice has its cache at the first. */
const cacheEnds = [...new Set(start.plan.zones)].map((zone) => nodes + start.plan.zones.indexOf(zone));

const generator = new Generator(start.plan, start.members, {
  now: () => nowUs() / 1000,
  send: (node, attempt, client) => {
    const { id, session, serial, settled, read, operation, context } = attempt;
    const request: WireRequest = [id, client % zones, session, serial, settled, read, operation];
    if (context !== undefined) request.push(context);
    outgoing[node]!.push(request);
  },
  tell: (from, to, key) => inbox.arriveAt(cacheEnds[to]!, cacheEnds[from]!, [[to, key]], nowUs()),
});

let running = false;

function obey(): void {
  for (let waiting = receiveMessageOnPort(parentPort!); waiting; waiting = receiveMessageOnPort(parentPort!)) {
    const order = waiting.message as GeneratorOrder;
    if (order.kind === 'step') {
      generator.start(order.step);
      running = true;
    } else if (order.kind === 'stop') generator.stop();
    else {
      links[order.place]?.close();
      links[order.place] = new Link(order.port, counters);
    }
  }
}

/** A node whose process ended is known at once, unless it vanished. */
function watchNodes(): void {
  for (let node = 0; node < nodes; node++) {
    if (board.isClosed(node) === closed[node]) continue;
    closed[node] = !closed[node];
    generator.onNode(node, closed[node] ? 'broken' : 'up');
  }
}

function receive(): void {
  for (let node = 0; node < nodes; node++) {
    while (inbox.size < ANSWERS_PER_TURN_MAX) {
      const items = links[node]!.receive();
      if (items === undefined) break;
      arrive(node, items as WireAnswer[]);
    }
  }
  inbox.release(nowUs());
  inbox.take(ANSWERS_PER_TURN_MAX, (node, item) => {
    if (node >= nodes) {
      const [zone, key] = item as [zone: number, key: number];
      generator.onChanged(zone, key);
      return;
    }
    const [id, , atMs, across, result, failure] = item as WireAnswer;
    const crossed = across === 1;
    if (result !== null) generator.onAnswer(node, { id, outcome: 'ok', result, atMs, crossed });
    else if (failure?.effect === 'none') {
      const { reason, leader } = failure;
      generator.onAnswer(node, { id, outcome: 'fail', reason, atMs, crossed, ...(leader !== undefined && { leader }) });
    } else generator.onAnswer(node, { id, outcome: 'unknown', reason: failure?.reason ?? '', atMs, crossed });
  });
}

/** One frame carries answers for several zones, and each zone's clients are an end of their own. */
function arrive(node: number, items: readonly WireAnswer[]): void {
  const now = nowUs();
  for (let from = 0; from < items.length; ) {
    const zone = items[from]![1];
    let to = from + 1;
    while (to < items.length && items[to]![1] === zone) to++;
    inbox.arriveAt(nodes + zone, node, from === 0 && to === items.length ? items : items.slice(from, to), now);
    from = to;
  }
}

function flush(): void {
  for (let node = 0; node < nodes; node++) {
    const requests = outgoing[node]!;
    if (requests.length === 0) continue;
    outgoing[node] = [];
    links[node]!.send(requests, 0);
  }
}

function finish(): void {
  running = false;
  const { packed, transfer } = packHistory(generator.take());
  parentPort!.postMessage(packed, transfer);
}

parentPort!.postMessage('started');
for (;;) {
  const rings = board.rings();
  obey();
  receive();
  watchNodes();
  generator.tick();
  flush();
  const latest = generator.latestWrite();
  if (latest !== undefined) board.setLatestWrite(latest.node, latest.endMs);
  if (running && generator.finished) finish();
  const wakeAtMs = Math.min(generator.wakeAt() ?? Number.POSITIVE_INFINITY, inbox.nextDueUs() / 1000);
  const waitMs = Math.min(wakeAtMs - nowUs() / 1000, IDLE_MS);
  if (waitMs > 0 && inbox.size === 0) board.waitForRing(rings, waitMs);
}
