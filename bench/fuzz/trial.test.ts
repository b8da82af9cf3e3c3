/** The instrument is only as good as the bugs it finds: tiny broken engines, each to be caught within a few seeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyEngine, Operation, Request } from '../../engines/api.ts';
import raft from '../../engines/raft/index.ts';
import unreplicated from '../../engines/unreplicated/index.ts';
import { type AnyHost, type AnyMessage, tinyEngine } from '../runtimes/simulation/simulation-fixture.ts';
import type { Breach } from './demands.ts';
import { membersOf } from './environment.ts';
import { runRandomTrial } from './trial.ts';

type Write = Exclude<Operation, { kind: 'get' }>;

/** The first violation within so many seeds, and how many seeds it took. */
function firstBreach(engine: AnyEngine, seeds: number): Breach & { readonly seed: number } {
  for (let seed = 1; seed <= seeds; seed++) {
    const { breach } = runRandomTrial(engine, { preset: 'default', seed });
    if (breach !== undefined) return { seed, ...breach };
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
    const { breach, counts, faults } = runRandomTrial(engine, { preset: 'default', seed });
    assert.equal(breach, undefined, `seed ${seed}`);
    assert.ok(counts.acknowledged > 30 && faults.length > 1, `seed ${seed}: ${counts.acknowledged} acknowledged`);
  }
});

test('unreplicated passes', () => {
  for (let seed = 1; seed <= 5; seed++) {
    assert.equal(runRandomTrial(unreplicated, { preset: 'default', seed }).breach, undefined, `seed ${seed}`);
  }
});

test('an engine that loses acknowledged writes after a restart is caught', () => {
  class Forgetful extends Holder {
    override append(): void {}
  }
  const breach = firstBreach(engineOf(Forgetful), 20);
  assert.equal(breach.property, 'durability');
  assert.match(breach.sentence, /^the acknowledged (put|append) of v\d+;? to [a-z]+-?\d+ by c\d is on no node$/);
});

test('an engine that answers before its disk has synced is caught', () => {
  class Hasty extends Holder {
    override answer(request: Request): void {
      this.host.reply(request, this.host.store.apply(request.operation), 'now');
    }
  }
  const breach = firstBreach(engineOf(Hasty), 40);
  assert.match(breach.property, /^(durability|linearizability)$/);
});

test('an engine that applies an append twice after a restart is caught', () => {
  class Twice extends Holder {
    constructor(host: AnyHost) {
      super(host);
      for (const write of host.log.recovered as Write[]) if (write.kind === 'append') host.store.apply(write);
    }
  }
  const breach = firstBreach(engineOf(Twice), 20);
  assert.equal(breach.property, 'exactly once');
  assert.match(breach.sentence, /^the append of v\d+; to document-\d by c\d took effect twice$/);
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
  const breach = firstBreach(engineOf(Gossip, { promises: { reads: { default: 'eventual' } } }), 20);
  assert.equal(breach.property, 'convergence');
  assert.match(breach.sentence, /^the copies of \S+ differ though all is quiet: n1 .*, n2 .*, n3 /);
});

test('an engine that may diverge by its claims is not blamed for it', () => {
  const promises = { reads: { default: 'eventual' as const }, converges: false };
  for (let seed = 1; seed <= 5; seed++) {
    const { breach, counts } = runRandomTrial(engineOf(Gossip, { promises }), { preset: 'default', seed });
    assert.notEqual(breach?.property, 'convergence', `seed ${seed}`);
    assert.ok(counts.diverged > 0, 'it is counted');
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
  /** A message may arrive twice. */
  readonly #arrived = new Set<string>();
  override onMessage(_from: string, { write }: AnyMessage): void {
    const text = JSON.stringify(write);
    if (this.#arrived.has(text)) return;
    this.#arrived.add(text);
    this.append(write as Write);
    this.host.store.apply(write as Write);
  }
}

test('an engine that serves stale reads from a second node, while it claims linearizable, is caught', () => {
  const breach = firstBreach(engineOf(SecondReader), 20);
  assert.equal(breach.property, 'linearizability');
});

test('the same stale reads are no violation where eventual is all that is claimed', () => {
  const engine = engineOf(SecondReader, { promises: { reads: { default: 'eventual' } } });
  for (let seed = 1; seed <= 5; seed++) {
    assert.equal(runRandomTrial(engine, { preset: 'default', seed }).breach, undefined, `seed ${seed}`);
  }
});

test('an engine that stops answering after a fault is caught', () => {
  class Sulking extends Holder {
    override onRequest(request: Request): void {
      if (this.host.boot !== 'restart') super.onRequest(request);
    }
  }
  const breach = firstBreach(engineOf(Sulking), 20);
  assert.equal(breach.property, 'liveness');
  assert.match(breach.sentence, /^\d+ ms after everything was healed writes are still not acknowledged$/);
});

test('an engine whose reads wait for the next write is caught', () => {
  class Waking extends Holder {
    #early: Request[] | undefined = this.host.boot === 'restart' ? [] : undefined;
    override onRequest(request: Request): void {
      if (request.operation.kind === 'get' && this.#early !== undefined) {
        this.#early.push(request);
        return;
      }
      super.onRequest(request);
      for (const read of this.#early ?? []) super.onRequest(read);
      this.#early = undefined;
    }
  }
  const breach = firstBreach(engineOf(Waking), 60);
  assert.equal(breach.property, 'liveness');
  assert.match(breach.sentence, /^\d+ ms after everything was healed reads are still not answered$/);
});

/** It acknowledges adds that the next life does not know of. */
class Forgetful extends Holder {
  override append(write: Write): void {
    if (write.kind !== 'add') super.append(write);
  }
}

test('an engine that adds twice is caught, and so is one that forgets an add', () => {
  class Doubling extends Holder {
    override answer(request: Request): void {
      const { operation } = request;
      if (this.host.boot === 'restart' && operation.kind === 'add') this.host.store.apply(operation);
      super.answer(request);
    }
  }
  const twice = firstBreach(engineOf(Doubling, { promises: { reads: { default: 'eventual' } } }), 60);
  assert.equal(twice.property, 'exactly once');
  assert.match(twice.sentence, /^the counter growing shows more than all that was added: (a get of )?\d+/);
  const none = { reads: { default: 'eventual' }, sessions: [] } as const;
  const lost = firstBreach(engineOf(Forgetful, { promises: none }), 60);
  assert.equal(lost.property, 'durability');
  assert.match(
    lost.sentence,
    /^no copy of the counter (growing|balance) holds all that was acknowledged: (-?\d+|nothing)$/,
  );
});

test('a lost add is no violation where adds of several writers may be lost', () => {
  const promises = { reads: { default: 'eventual' }, keepsAdds: false } as const;
  let lost = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { breach, counts } = runRandomTrial(engineOf(Forgetful, { promises }), { preset: 'default', seed });
    assert.equal(breach, undefined, `seed ${seed}`);
    lost += counts.lost;
  }
  assert.ok(lost > 0);
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
  const breach = firstBreach(engineOf(Denying), 20);
  assert.equal(breach.property, 'definite failure');
  assert.match(breach.sentence, /^the put of v\d+ to [a-z]+-?\d+ by c\d failed for certain, and yet it is there$/);
});

test('an engine that applies different operations at one index is caught', () => {
  class Unordered extends Gossip {
    #index = 0;
    override answer(request: Request): void {
      this.host.reply(request, this.host.store.apply(request.operation, ++this.#index));
    }
  }
  const breach = firstBreach(engineOf(Unordered), 20);
  assert.equal(breach.property, 'State-machine safety');
  assert.match(breach.sentence, /n\d applied \{.*\} at index \d+, where another applied \{.*\}$/);
});

test('an engine whose own invariant breaks is caught with its sentence', () => {
  const engine = tinyEngine((host) => ({ inspect: () => host.boot }), {
    invariants: (nodes) => ([...nodes.values()].includes('restart') ? 'a node has restarted' : undefined),
  });
  assert.equal(firstBreach(engine, 20).sentence, 'a node has restarted');
});

test('an engine that throws is caught', () => {
  const engine = tinyEngine((host) => {
    if (host.boot === 'restart') throw new Error('the log makes no sense');
    return {};
  });
  assert.match(firstBreach(engine, 20).sentence, /^a node threw: .*the log makes no sense/);
});

test('an engine that shares what it sends is caught within ten seeds: every tenth is strict', () => {
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
  const breach = firstBreach(
    engineOf(Sharing, {
      promises: { reads: {}, converges: false, acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false } },
    }),
    10,
  );
  assert.equal(breach.seed, 10);
  assert.match(breach.sentence, /^a node threw: Cannot add property/);
});

test('a seed gives the same verdict and the same trace every time, and another seed another trace', () => {
  const run = (seed: number) => runRandomTrial(engineOf(Gossip), { preset: 'default', seed, safetyMs: 2000 });
  assert.deepEqual(run(3), run(3));
  assert.notEqual(run(3).traceHash, run(4).traceHash);
});

test('a trial takes the same course whether it is watched or not', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const trial = { preset: 'default', seed };
    const watched = runRandomTrial(raft, trial, () => {});
    const { traceHash, lines } = runRandomTrial(raft, trial);
    assert.deepEqual([watched.traceHash, watched.lines], [traceHash, lines], `seed ${seed}`);
  }
});

test('the faults are told in order, each with its time', () => {
  const { faults } = runRandomTrial(unreplicated, { preset: 'default', seed: 1 });
  const times = faults.map((line) => Number.parseFloat(line));
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  for (const line of faults) assert.match(line, /^[\d.]+ [a-z]/);
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
  runRandomTrial(engine, { preset: 'default', seed: 1, nodes: 4, options: { b: 2 }, safetyMs: 0 });
  // A first trial finds out which messages the engine sends.
  assert.deepEqual(seen.at(-1), { options: { a: 1, b: 2 }, members: 4 });
  assert.throws(() => runRandomTrial(engine, { preset: 'fast', seed: 1 }), /tiny has no preset fast/);
  assert.deepEqual(
    membersOf(4).map(({ id, zone }) => id + zone),
    ['n1a', 'n2b', 'n3c', 'n4a'],
  );
});
