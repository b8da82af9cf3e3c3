/** Whatever the file operation before which a process ends or power fails: what is recovered is a state that the log had. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, mock, test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../../random.ts';
import type { Durability } from '../../cluster.ts';
import { tearLog } from './log-damage.ts';
import { LogFile } from './log-file.ts';
import { recoverLog } from './recovery.ts';
import { segmentsIn } from './segments.ts';
import { Crash, CrashingFiles } from './testing/crashing-files.ts';

const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'crashes-')));
after(() => fs.rmSync(root, { recursive: true }));

/** So many of all entries ever appended are discarded, and so many there are. */
interface State {
  readonly discarded: number;
  readonly entries: number;
}

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), amount: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('discard' as const), amount: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sync' as const), amount: fc.constant(0) }) },
);
const lives = fc.array(
  fc.record({
    actions: fc.array(action, { maxLength: 25 }),
    operations: fc.nat({ max: 70 }),
    powerLoss: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Random lives of one log, and after each the question whether what is left is what may be. */
class Trial {
  readonly #folder: string;
  readonly #durability: Durability;
  readonly #segmentBytes: number;
  readonly #files: CrashingFiles;
  readonly #random: Random;
  /** All states that the log has had, and has not lost; the last one may not have been reached. */
  readonly #states: State[] = [{ discarded: 0, entries: 0 }];
  #names: string[] = [];
  /** The first state that may be recovered after a power loss, and after a mere crash. */
  #durable = 0;
  #written = 0;
  #syncedBytes = 0;
  removed = 0;

  constructor(folder: string, durability: Durability, segmentBytes: number, seed: number) {
    this.#folder = folder;
    this.#durability = durability;
    this.#segmentBytes = segmentBytes;
    this.#files = new CrashingFiles(folder);
    this.#random = new Random(seed);
  }

  live(
    actions: readonly { readonly kind: 'append' | 'discard' | 'sync'; readonly amount: number }[],
    crashAt: number,
  ): void {
    this.#files.crashAfter(crashAt);
    try {
      const log = this.#begin();
      const { discarded } = this.#states.at(-1)!;
      for (const { kind, amount } of actions) {
        const state = this.#states.at(-1)!;
        if (kind === 'sync') {
          this.#files.endSyncs();
        } else if (kind === 'append') {
          const names = Array.from({ length: amount }, () => `${this.#random.next()}`);
          this.#names = [...this.#names.slice(0, state.entries), ...names];
          this.#states.push({ discarded: state.discarded, entries: state.entries + amount });
          log.append(names);
        } else if (state.discarded < state.entries) {
          const gone = Math.min(state.entries, state.discarded + amount);
          this.#states.push({ discarded: gone, entries: state.entries });
          log.discard(gone - discarded + 1);
        }
        this.#written = this.#states.length - 1;
      }
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    this.#files.endProcess();
  }

  #begin(): LogFile {
    const { discarded } = this.#states.at(-1)!;
    const log = new LogFile(
      this.#folder,
      this.#durability,
      {
        onDurable: (position) => {
          const durable = this.#states.findIndex(({ entries }) => entries >= discarded + position);
          assert.notEqual(durable, -1);
          this.#durable = Math.max(this.#durable, durable);
        },
        onOffsets: (_written, synced) => {
          this.#syncedBytes = synced;
        },
        onError: (error) => assert.fail(error),
      },
      this.#files.disk,
      this.#segmentBytes,
    );
    assert.deepEqual(log.recovered, this.#names.slice(discarded));
    if (this.#durability === 'fsync') this.#durable = this.#states.length - 1;
    return log;
  }

  losePower(): void {
    if (this.#durability === 'fsync') this.#files.losePower(() => this.#random.next());
    else if (fs.existsSync(this.#folder)) tearLog(this.#folder, this.#syncedBytes, this.#random);
    this.#written = 0;
  }

  check(): void {
    const { entries, discarded, end } = recoverLog(this.#folder);
    assert.equal(end.entries, discarded + entries.length);
    const at = this.#states.findIndex((state) => state.discarded === discarded && state.entries === end.entries);
    assert.ok(at >= this.#durable, `state ${at} of ${this.#states.length}, and ${this.#durable} was durable`);
    assert.ok(at >= this.#written, `state ${at} of ${this.#states.length}, and ${this.#written} was written`);
    assert.deepEqual(entries, this.#names.slice(discarded, end.entries));
    this.#names.length = end.entries;
    this.#states.length = at + 1;
    this.#written = at;
    const [oldest] = segmentsIn(this.#folder);
    if (oldest !== undefined && oldest.start.bytes > 0) this.removed++;
  }
}

for (const durability of ['fsync', 'none'] as const) {
  test(`after a crash or a power loss at any operation the log has a state that it had, not before what was durable: ${durability}`, () => {
    let folders = 0;
    let removed = 0;
    fc.assert(
      fc.property(lives, fc.constantFrom(1, 60, 200), fc.nat(), (all, segmentBytes, seed) => {
        const folder = join(root, `${durability}-${++folders}.log`);
        const trial = new Trial(folder, durability, segmentBytes, seed);
        try {
          for (const { actions, operations, powerLoss } of all) {
            trial.live(actions, operations);
            if (powerLoss) trial.losePower();
            trial.check();
          }
        } finally {
          mock.restoreAll();
          syncBuiltinESMExports();
        }
        removed += trial.removed;
        fs.rmSync(folder, { recursive: true, force: true });
      }),
      { seed: 7, numRuns: 400 },
    );
    assert.ok(removed > 100, `segments had been removed ${removed} times only`);
  });
}
