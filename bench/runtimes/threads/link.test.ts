import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import fc from 'fast-check';
import { CREDIT, Link, QUEUE_MAX } from './link.ts';

const newCounters = () => ({ bytes: 0, dropped: 0 });
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** A link, and the bare port at its other end, which returns no credit by itself. */
function half(context: TestContext): { link: Link; counters: ReturnType<typeof newCounters>; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  const counters = newCounters();
  const link = new Link(port1, counters);
  context.after(() => {
    link.close();
    port2.close();
  });
  return { link, counters, port: port2 };
}

function frames(port: MessagePort): unknown[][] {
  const taken: unknown[][] = [];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    if (typeof next.message === 'string') taken.push(JSON.parse(next.message) as unknown[]);
  }
  return taken;
}

test('one send is one frame, and its bytes are counted', (context) => {
  const { link, counters, port } = half(context);
  link.send([{ type: 'a', n: 1 }, { type: 'b' }], 0);
  link.send(['c'], 0);
  assert.deepEqual(frames(port), [[{ type: 'a', n: 1 }, { type: 'b' }], ['c']]);
  assert.deepEqual(counters, { bytes: '[{"type":"a","n":1},{"type":"b"}]["c"]'.length, dropped: 0 });
});

test('no more than the credit is under way; the rest waits for credit and keeps its order', (context) => {
  const { link, counters, port } = half(context);
  for (let i = 0; i < 600; i += 20) link.send(range(i, i + 20), 0);
  assert.deepEqual(frames(port).flat(), range(0, CREDIT));
  port.postMessage(100);
  assert.equal(link.receive(), undefined);
  assert.deepEqual(frames(port).flat(), range(CREDIT, CREDIT + 100));
  port.postMessage(CREDIT);
  link.receive();
  assert.deepEqual(frames(port).flat(), range(CREDIT + 100, 600));
  assert.equal(counters.dropped, 0);
});

test('a batch larger than the credit is split', (context) => {
  const { link, port } = half(context);
  link.send(range(0, 1000), 0);
  assert.deepEqual(frames(port), [range(0, CREDIT)]);
  port.postMessage(CREDIT);
  link.receive();
  assert.deepEqual(frames(port), [range(CREDIT, 2 * CREDIT)]);
});

test('urgent items overtake what queues, in their own order', (context) => {
  const { link, port } = half(context);
  link.send(range(0, CREDIT), 0);
  link.send(['queued 1', 'queued 2'], 0);
  link.send(['urgent 1', 'queued 3'], 1);
  link.send(['urgent 2'], 1);
  frames(port);
  port.postMessage(3);
  link.receive();
  assert.deepEqual(frames(port).flat(), ['urgent 1', 'urgent 2', 'queued 1']);
  link.send(['urgent 3'], 1);
  port.postMessage(3);
  link.receive();
  assert.deepEqual(frames(port).flat(), ['urgent 3', 'queued 2', 'queued 3']);
});

test('past the queue’s bound a link drops, and counts it', (context) => {
  const { link, counters, port } = half(context);
  link.send(range(0, CREDIT), 0);
  link.send(range(0, QUEUE_MAX - 1), 0);
  assert.equal(counters.dropped, 0);
  link.send(['last', 'dropped 1', 'dropped 2'], 0);
  link.send(['dropped 3'], 1);
  assert.equal(counters.dropped, 3);
  frames(port);
  port.postMessage(QUEUE_MAX + CREDIT);
  link.receive();
  const arrived = frames(port).flat();
  assert.equal(arrived.length, QUEUE_MAX);
  assert.equal(arrived.at(-1), 'last');
});

test('the receiver returns credit on receipt, in batches', (context) => {
  const { link, port } = half(context);
  const credit = (): unknown[] => {
    const taken: unknown[] = [];
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      taken.push(next.message);
    return taken;
  };
  port.postMessage(JSON.stringify(range(0, CREDIT / 2 - 1)));
  assert.equal(link.receive()?.length, CREDIT / 2 - 1);
  assert.deepEqual(credit(), []);
  port.postMessage(JSON.stringify(['one more', 'and one']));
  link.receive();
  assert.deepEqual(credit(), [CREDIT / 2 + 1]);
});

test('whatever is sent and whenever it is received, everything arrives once and in order, within the credit', () => {
  const steps = fc.array(
    fc.oneof(fc.record({ send: fc.integer({ min: 1, max: 400 }) }), fc.constant('receive' as const)),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(steps, (script) => {
      const { port1, port2 } = new MessageChannel();
      const [sender, receiver] = [new Link(port1, newCounters()), new Link(port2, newCounters())];
      let sent = 0;
      const arrived: unknown[] = [];
      const receive = (): boolean => {
        let underWay = 0;
        for (let items = receiver.receive(); items !== undefined; items = receiver.receive()) {
          underWay += items.length;
          arrived.push(...items);
        }
        sender.receive();
        assert.ok(underWay <= CREDIT, `${underWay} items were under way`);
        return underWay > 0;
      };
      for (const step of script) {
        if (step === 'receive') receive();
        else {
          sender.send(range(sent, sent + step.send), 0);
          sent += step.send;
        }
      }
      while (receive());
      assert.deepEqual(arrived, range(0, sent));
      sender.close();
      receiver.close();
    }),
    { numRuns: 100, seed: 1 },
  );
});

test('an idle thread is told of a frame, and fetches what waits behind it', async (context) => {
  const { link, port } = half(context);
  const arrived: unknown[] = [];
  const done = new Promise<void>((resolve) => {
    const idle: Link = new Link(port, newCounters(), (frame) => {
      arrived.push(...idle.accept(frame)!);
      for (let items = idle.receive(); items !== undefined; items = idle.receive()) arrived.push(...items);
      if (arrived.length === 3) resolve();
    });
  });
  link.send([1], 0);
  link.send([2, 3], 0);
  await done;
  assert.deepEqual(arrived, [1, 2, 3]);
});

test('the other end is told of a close, after what was sent before it; the closing end is not', async () => {
  const { port1, port2 } = new MessageChannel();
  const told: string[] = [];
  const closing = new Link(port1, newCounters(), undefined, () => told.push('closing end'));
  const closed = once(port2, 'close');
  new Link(
    port2,
    newCounters(),
    (frame) => told.push(frame as string),
    () => told.push('other end'),
  );
  closing.send(['last'], 0);
  closing.close();
  await closed;
  await new Promise(setImmediate);
  assert.deepEqual(told, ['["last"]', 'other end']);
  closing.send(['too late'], 0);
  assert.equal(closing.receive(), undefined);
});
