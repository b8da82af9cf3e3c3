/**
 * `npm run speed:checks`: how fast the checkers are, each figure from a process of its own. Times are CPU times of that
 * process, so that neighbours on the machine disturb them less; still, a quiet machine is best.
 *
 * The histories are real executions: every operation takes effect at one instant between its start and its end, so the
 * verdict must be linearizable.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeColumns, NONE, type Operations, OperationsBuilder, UNSEEN } from '../bench/checks/columns.ts';
import { checkLinearizability } from '../bench/checks/linearizability.ts';
import { CAS, GET, OK, PUT, UNKNOWN } from '../bench/history.ts';
import { Random } from '../bench/random.ts';

const ROUNDS = 5;

/** A quarter of the outcomes is unknown; of those, every second took effect. A tenth are swaps, half are reads. */
function registers(length: number, keyCount: number, seed: number): Operations {
  const random = new Random(seed);
  const columns = makeColumns(length);
  const state = new Int32Array(keyCount).fill(NONE);
  const overlapMs = 2;
  for (let row = 0; row < length; row++) {
    const atMs = row / 100;
    const key = random.below(keyCount);
    const unknown = random.below(4) === 0;
    const happens = !unknown || random.below(2) === 0;
    const draw = random.next();
    const kind = draw < 0.5 ? GET : draw < 0.6 ? CAS : PUT;
    columns.process[row] = row % 64;
    columns.kind[row] = kind;
    columns.key[row] = key;
    columns.value[row] = kind === GET ? UNSEEN : row;
    columns.expected[row] = kind === CAS ? state[key]! : UNSEEN;
    columns.observed[row] = kind === GET && !unknown ? state[key]! : UNSEEN;
    columns.outcome[row] = unknown ? UNKNOWN : OK;
    columns.swapped[row] = kind === CAS && !unknown ? 1 : 0;
    columns.start[row] = atMs - random.next() * overlapMs;
    columns.end[row] = unknown ? Number.POSITIVE_INFINITY : atMs + random.next() * overlapMs;
    if (kind !== GET && happens) state[key] = row;
  }
  return {
    ...columns,
    length,
    keyCount,
    valueCount: length,
    initial: new Int32Array(keyCount).fill(NONE),
    keyText: String,
    valueText: (value) => (value === NONE ? null : String(value)),
    processText: String,
  };
}

/** Clients in a closed loop append to documents and read them, half and half. */
function documents(length: number, clients: number, keyCount: number, unknownShare: number, seed: number): Operations {
  const random = new Random(seed);
  const freeMs = new Float64Array(clients);
  const asked = Array.from({ length }, (_, row) => {
    const client = row % clients;
    const startMs = freeMs[client]! + random.next();
    const endMs = startMs + 1 + random.next() * 19;
    const unknown = random.next() < unknownShare;
    freeMs[client] = endMs;
    const effectMs = random.between(startMs, unknown ? endMs + 100 : endMs);
    return {
      row,
      client,
      key: `k${random.below(keyCount)}`,
      reads: random.below(2) === 0,
      startMs,
      endMs,
      effectMs,
      unknown,
    };
  });
  const texts = new Map<string, string>();
  const builder = new OperationsBuilder();
  asked.sort((a, b) => a.effectMs - b.effectMs);
  for (const { row, client, key, reads, startMs, endMs, unknown } of asked) {
    const line = { process: client, key, start: startMs, end: endMs, outcome: unknown ? 'unknown' : 'ok' } as const;
    const text = texts.get(key) ?? null;
    if (reads) {
      builder.add({ ...line, op: 'get', ...(unknown ? {} : { value: text }) });
    } else {
      builder.add({ ...line, op: 'append', value: `${row};` });
      if (!unknown || random.below(2) === 0) texts.set(key, `${text ?? ''}${row};`);
    }
  }
  return builder.build();
}

function timedMs(operations: Operations): number {
  const before = process.cpuUsage();
  const { verdict } = checkLinearizability(operations);
  const { user, system } = process.cpuUsage(before);
  if (verdict !== 'linearizable') throw new Error(`a real execution is called ${verdict}`);
  return (user + system) / 1000;
}

const perSecond = (operations: number, tookMs: number): string =>
  `${Math.round((operations / tookMs) * 1000).toLocaleString('en')} operations/s`;
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

const PARTS: Readonly<Record<string, () => string>> = {
  zones: () => {
    const operations = registers(1_000_000, 1000, 1);
    const tookMs = Array.from({ length: ROUNDS }, () => timedMs(operations));
    const all = tookMs.map((ms) => ms.toFixed(0)).join(', ');
    return `zones, 1,000,000 operations on 1,000 keys, a quarter unknown: ${perSecond(1_000_000, median(tookMs))} (${all} ms)`;
  },
  memory: () => {
    const tookMs = timedMs(registers(10_000_000, 1000, 2));
    const peakMiB = (process.resourceUsage().maxRSS / 1024).toFixed(0);
    return `zones, 10,000,000 operations as columns: ${perSecond(10_000_000, tookMs)}, peak ${peakMiB} MiB`;
  },
  search: () => {
    const took = [0, 0.1].map((unknownShare) => {
      const ms = Array.from({ length: ROUNDS }, (_, seed) => timedMs(documents(2000, 50, 10, unknownShare, seed)));
      return `${unknownShare * 100} % unknown ${Math.max(...ms).toFixed(0)} ms`;
    });
    return `search, 2,000 operations, 50 clients, 10 documents, slowest of ${ROUNDS} histories: ${took.join(', ')}`;
  },
};

const [part] = process.argv.slice(2);
if (part !== undefined) {
  console.log(PARTS[part]!());
} else {
  for (const name of Object.keys(PARTS)) {
    const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
