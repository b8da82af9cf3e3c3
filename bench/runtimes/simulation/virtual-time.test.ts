import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventQueue } from './events.ts';
import { VirtualTime } from './virtual-time.ts';

function setUp() {
  const events = new EventQueue();
  const time = new VirtualTime(events);
  const log: string[] = [];
  const say = (text: string): void => void log.push(`${events.nowUs / 1000} ${text}`);
  return { events, time, log, say };
}

test('who waits is woken at its time, in the order of times, and those of one time in the order in which they began', async () => {
  const { time, log, say } = setUp();
  const sleeper = async (name: string, ...timesMs: number[]): Promise<void> => {
    for (const timeMs of timesMs) {
      await time.until(timeMs);
      say(name);
    }
  };
  await Promise.all([sleeper('a', 10, 20), sleeper('b', 5, 20), sleeper('c', 20, 20.5), sleeper('d', 5, 10)]);
  assert.deepEqual(log, ['5 b', '5 d', '10 a', '10 d', '20 c', '20 b', '20 a', '20.5 c']);
});

test('no time passes while something that was woken still runs, however often it awaits', async () => {
  const { time, log, say } = setUp();
  const busy = async (): Promise<void> => {
    await time.until(1);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    await (async () => say('still the same instant'))();
    await time.until(3);
    say('woken again');
  };
  const other = async (): Promise<void> => {
    await time.until(2);
    say('other');
  };
  await Promise.all([other(), busy()]);
  assert.deepEqual(log, ['1 still the same instant', '2 other', '3 woken again']);
});

test('waits within waits: each level goes on when the one below it is over', async () => {
  const { events, time, log, say } = setUp();
  const inner = async (): Promise<string> => {
    await time.until(7);
    return time.wait<string>((wake) => events.after(500, () => wake('inner')));
  };
  const outer = async (): Promise<void> => {
    say(await inner());
    say(await inner());
  };
  await Promise.all([outer(), time.until(7.2).then(() => say('beside'))]);
  assert.deepEqual(log, ['7.2 beside', '7.5 inner', '8 inner']);
});

test('a time that has come is waited for no longer, and a part of a microsecond is rounded up', async () => {
  const { events, time } = setUp();
  await time.until(4);
  await time.until(1);
  assert.equal(events.nowUs, 4000);
  await time.until(4.0001);
  assert.equal(events.nowUs, 4001);
  await time.until(4.1 + 0.2);
  assert.equal(events.nowUs, 4300, 'not for what doubles cannot hold');
});

test('the same code takes the same course each time, whatever the promises are made of', async () => {
  const run = async (): Promise<string[]> => {
    const { events, time, log, say } = setUp();
    const walker = async (name: string, everyMs: number): Promise<void> => {
      for (let i = 1; i <= 20; i++) {
        await (i % 3 === 0 ? time.until(i * everyMs) : time.wait((wake) => events.after(everyMs * 1000, () => wake())));
        if (i % 4 === 0) await null;
        say(name);
      }
    };
    await Promise.all([walker('a', 3), walker('b', 2), walker('c', 6), walker('d', 3)]);
    return log;
  };
  const first = await run();
  assert.equal(first.length, 80);
  assert.deepEqual(await run(), first);
});

test('a wait that cannot begin rejects, and nobody else is held up by it', async () => {
  const { time } = setUp();
  const failing = time.wait(() => {
    throw new Error('not today');
  });
  await assert.rejects(failing, /not today/);
  await time.until(1);
});

test('a wait for which nothing is going to happen breaks the simulation, and so does an event that throws', async () => {
  const broken = (begin: (time: VirtualTime, events: EventQueue) => void): Promise<unknown> =>
    new Promise((resolve) => {
      const { events, time } = setUp();
      time.onBroken = resolve;
      begin(time, events);
    });
  assert.match(String(await broken((time) => void time.wait(() => {}))), /waits for nothing/);
  const thrown = new Error('a node threw');
  const seen = await broken((time, events) => {
    events.at(5, () => {
      throw thrown;
    });
    void time.until(1);
  });
  assert.equal(seen, thrown);
});

test('once it has ended, no time passes any more', async () => {
  const { events, time } = setUp();
  await time.until(1);
  time.end();
  let isWoken = false;
  void time.until(2).then(() => {
    isWoken = true;
  });
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([isWoken, events.nowUs], [false, 1000]);
});
