/** The instrument is only as good as the bugs it finds: tiny broken engines, each to be caught within a few seeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyEngine, Operation, Request } from '../../../engines/api.ts';
import unreplicated from '../../../engines/unreplicated/index.ts';
import { randomMembers, runSeed } from './random-trial.ts';
import { type AnyHost, type AnyMessage, tinyEngine } from './simulation-fixture.ts';

type Write = Exclude<Operation, { kind: 'get' }>;

/** The first violation within so many seeds, and how many seeds it took. */
function firstViolation(engine: AnyEngine, seeds: number, nodes?: number): { seed: number; violation: string } {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violation } = runSeed({ engine, preset: 'default', seed, ...(nodes === undefined ? {} : { nodes }) });
    if (violation !== undefined) return { seed, violation };
  }
  throw new Error(`${seeds} seeds found nothing`);
}

/** A sound engine of one holder, n1, from which the broken ones differ in one point. */
class Holder {
  readonly host: AnyHost;

  constructor(host: AnyHost) {
    this.host = host;
    for (const write of host.log.recovered as Write[]) host.store.apply(write);
  }

  onRequest(request: Request): void {
    const { operation } = request;
    if (this.host.self !== 'n1') this.pointAtHolder(request);
    else {
      if (operation.kind !== 'get') this.append(operation);
      this.answer(request);
    }
  }

  pointAtHolder(request: Request): void {
    this.host.fail(request, { effect: 'none', reason: 'not-leader', leader: 'n1' }, 'now');
  }

  append(write: Write): void {
    this.host.log.append(write);
  }

  answer(request: Request): void {
    this.host.reply(request, this.host.store.apply(request.operation));
  }

  onMessage(_from: string, _message: AnyMessage): void {}
  onTimer(): void {}

  holds(): boolean {
    return this.host.self === 'n1';
  }

  status() {
    return { role: 'tiny' };
  }
}

type HolderClass = new (host: AnyHost) => Holder;
const engineOf = (Class: HolderClass, more: Parameters<typeof tinyEngine>[1] = {}): AnyEngine => ({
  ...tinyEngine(() => ({}), more),
  create: (host: AnyHost) => new Class(host),
});

test('the sound holder passes: what the others are caught for is their one difference', () => {
  const engine = engineOf(Holder);
  for (let seed = 1; seed <= 5; seed++) {
    const { violation, acknowledged, faults } = runSeed({ engine, preset: 'default', seed });
    assert.equal(violation, undefined, `seed ${seed}`);
    assert.ok(
      acknowledged > 100 && faults.length > 3,
      `seed ${seed}: ${acknowledged} acknowledged, ${faults.length} faults`,
    );
  }
});

test('unreplicated passes', () => {
  for (let seed = 1; seed <= 5; seed++) {
    assert.equal(runSeed({ engine: unreplicated, preset: 'default', seed }).violation, undefined, `seed ${seed}`);
  }
});

test('an engine that loses acknowledged writes after a restart is caught', () => {
  class Forgetful extends Holder {
    override append(): void {}
  }
  const { violation } = firstViolation(engineOf(Forgetful), 3);
  assert.match(
    violation,
    /^the acknowledged (write of ledger-\d+ is on no node|element v\d+; is 0 times in document-\d)$/,
  );
});

test('an engine that answers before its disk has synced is caught', () => {
  class Hasty extends Holder {
    override answer(request: Request): void {
      this.host.reply(request, this.host.store.apply(request.operation), 'now');
    }
  }
  const { violation } = firstViolation(engineOf(Hasty), 40);
  assert.match(violation, /^the acknowledged |^a read of k\d /);
});

test('an engine that applies an append twice after a restart is caught', () => {
  class Twice extends Holder {
    constructor(host: AnyHost) {
      super(host);
      for (const write of host.log.recovered as Write[]) if (write.kind === 'append') host.store.apply(write);
    }
  }
  const { violation } = firstViolation(engineOf(Twice), 3);
  assert.match(violation, /^the acknowledged element v\d+; is 2 times in document-\d$/);
});

/** Every node holds everything; writes are sent on once, and never again. */
class Gossip extends Holder {
  override onRequest(request: Request): void {
    const { operation } = request;
    if (operation.kind !== 'get') {
      this.append(operation);
      for (const { id } of this.host.members)
        if (id !== this.host.self) this.host.send(id, { type: 'write', operation });
    }
    this.answer(request);
  }
  override onMessage(_from: string, { operation }: AnyMessage): void {
    this.append(operation as Write);
    this.host.store.apply(operation as Write);
  }
  override holds(): boolean {
    return true;
  }
}

test('an engine whose replicas diverge is caught', () => {
  const { violation } = firstViolation(engineOf(Gossip, { promises: { reads: { default: 'eventual' } } }), 3);
  assert.match(violation, /^\S+ is (missing on n\d|\S+ on n\d and \S+ elsewhere, though all is quiet)$/);
});

test('an engine that may diverge by its claims is not blamed for it', () => {
  const promises = { reads: { default: 'eventual' as const }, converges: false };
  for (let seed = 1; seed <= 5; seed++) {
    const { violation } = runSeed({ engine: engineOf(Gossip, { promises }), preset: 'default', seed });
    assert.equal(violation, undefined, `seed ${seed}`);
  }
});

/** n1 takes the writes and sends them on; n2 answers reads from what has arrived. */
class SecondReader extends Holder {
  override append(write: Write): void {
    super.append(write);
    if (this.host.self === 'n1') this.host.send('n2', { type: 'write', write });
  }
  override onRequest(request: Request): void {
    if (this.host.self === 'n2' && request.operation.kind === 'get') this.answer(request);
    else super.onRequest(request);
  }
  override onMessage(_from: string, { write }: AnyMessage): void {
    this.append(write as Write);
    this.host.store.apply(write as Write);
  }
}

test('an engine that serves stale reads from a second node, while it claims linearizable, is caught', () => {
  const { violation } = firstViolation(engineOf(SecondReader), 3);
  assert.match(
    violation,
    /^a read of k\d at [\d.]+ returned (v\d+|null), though a newer value had been seen by [\d.]+$/,
  );
});

test('the same stale reads are no violation where eventual is all that is claimed', () => {
  const engine = engineOf(SecondReader, { promises: { reads: { default: 'eventual' } } });
  for (let seed = 1; seed <= 5; seed++) {
    assert.equal(runSeed({ engine, preset: 'default', seed }).violation, undefined, `seed ${seed}`);
  }
});

test('an engine that stops answering after a fault is caught', () => {
  class Sulking extends Holder {
    override onRequest(request: Request): void {
      if (this.host.boot !== 'restart') super.onRequest(request);
    }
  }
  const { violation } = firstViolation(engineOf(Sulking), 3);
  assert.match(violation, /^of \d+ writes in the 4000 ms after recovery only 0 were acknowledged$/);
});

test('an engine that refuses what it has done is caught', () => {
  class Denying extends Holder {
    override answer(request: Request): void {
      const { operation } = request;
      if (this.host.boot === 'restart' || operation.kind !== 'put') super.answer(request);
      else {
        this.host.store.apply(operation);
        this.host.fail(request, { effect: 'none', reason: 'conflict' });
      }
    }
  }
  const { violation } = firstViolation(engineOf(Denying), 3);
  assert.match(violation, /^the write of v\d+ under ledger-\d+ failed for certain, and yet it is there$/);
});

test('an engine that applies different operations at one index is caught', () => {
  class Unordered extends Gossip {
    #index = 0;
    override answer(request: Request): void {
      this.host.reply(request, this.host.store.apply(request.operation, ++this.#index));
    }
  }
  const { violation } = firstViolation(engineOf(Unordered), 2);
  assert.match(violation, /^n\d applied \{.*\} at index \d+, where another applied \{.*\}$/);
});

test('an engine whose own invariant breaks is caught with its sentence', () => {
  const engine = tinyEngine((host) => ({ inspect: () => host.boot }), {
    invariants: (nodes) => ([...nodes.values()].includes('restart') ? 'a node has restarted' : undefined),
  });
  assert.equal(firstViolation(engine, 3).violation, 'a node has restarted');
});

test('an engine that throws is caught', () => {
  const engine = tinyEngine((host) => {
    if (host.boot === 'restart') throw new Error('the log makes no sense');
    return {};
  });
  assert.match(firstViolation(engine, 3).violation, /^a node threw: .*the log makes no sense/);
});

test('an engine that shares what it sends is caught within five seeds: every fifth is strict', () => {
  class Sharing extends Gossip {
    readonly #all: Write[] = [];
    override append(write: Write): void {
      super.append(write);
      this.#all.push(write);
      const other = this.host.self === 'n1' ? 'n2' : 'n1';
      this.host.send(other, { type: 'write', operation: write, all: this.#all });
    }
    override onMessage(): void {}
  }
  const { seed, violation } = firstViolation(
    engineOf(Sharing, {
      promises: { reads: {}, converges: false, acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false } },
    }),
    5,
  );
  assert.equal(seed, 5);
  assert.match(violation, /^a node threw: TypeError/);
});

test('a seed gives the same verdict and the same trace every time, and another seed another trace', () => {
  const run = (seed: number) => runSeed({ engine: engineOf(Gossip), preset: 'default', seed, safetyMs: 2000 });
  assert.deepEqual(run(3), run(3));
  assert.notEqual(run(3).traceHash, run(4).traceHash);
});

test('the faults are told in order, each with its time', () => {
  const { faults } = runSeed({ engine: unreplicated, preset: 'default', seed: 1 });
  const times = faults.map((line) => Number.parseFloat(line));
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  for (const line of faults) {
    assert.match(
      line,
      /^[\d.]+ (power loss|kill n\d|vanish n\d|restart n\d|isolate n\d|n\d cannot (send|hear)|cut n\d (and n\d|to n\d, one way)|mend)$/,
    );
  }
});

test('nodes and options can be given, and a preset that is not there is named', () => {
  const seen: object[] = [];
  const engine: AnyEngine = {
    ...engineOf(Holder),
    presets: { default: { a: 1, b: 1 } },
    create: (host: AnyHost, options: object) => {
      seen.push({ options, members: host.members.length });
      return new Holder(host);
    },
  };
  runSeed({ engine, preset: 'default', seed: 1, nodes: 4, options: { b: 2 }, safetyMs: 0 });
  assert.deepEqual(seen[0], { options: { a: 1, b: 2 }, members: 4 });
  assert.throws(() => runSeed({ engine, preset: 'fast', seed: 1 }), /tiny has no preset fast/);
  assert.deepEqual(
    randomMembers(4).map(({ id, zone }) => id + zone),
    ['n1a', 'n2b', 'n3c', 'n4a'],
  );
});
