/**
 * What a random trial demands of its engine: of every engine what the contract says, of each what it claims and no more. What
 * is not claimed is counted.
 */
import type { Claims } from '../../engines/api.ts';
import { type Operations, OperationsBuilder } from '../checks/columns.ts';
import { convergence } from '../checks/convergence.ts';
import { counters } from '../checks/counters.ts';
import { checkLinearizability } from '../checks/linearizability.ts';
import { sessions } from '../checks/sessions.ts';
import { writes } from '../checks/writes.ts';
import type { HistoryLine } from '../history-line.ts';
import type { Simulation } from '../runtimes/simulation/simulation.ts';

/** A promise that was broken. */
export interface Breach {
  /** Which, in a word or two: breaches of one property are alike. */
  readonly property: string;
  /** How, in one sentence. */
  readonly sentence: string;
  /** At which operations it shows, if it does at any. */
  readonly operations?: readonly HistoryLine[];
}

/** What was found, claimed or not; per trial. */
export interface Counts {
  readonly operations: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly resurrected: number;
  /** By guarantee. */
  readonly sessionAnomalies: number;
  /** Keys whose history has no linear order. */
  readonly unordered: number;
  /** Keys whose copies differ, or are missing, though all is quiet. */
  readonly diverged: number;
}

export interface Findings {
  readonly breach: Breach | undefined;
  readonly counts: Counts;
}

/** What happened that the judgement depends on. */
export interface Circumstances {
  /** A disk was replaced by an empty one, which what was acknowledged may survive, but no eventual read. */
  readonly diskLost: boolean;
  /** How far apart the clocks were. */
  readonly skewMs: number;
  /** Asks, by key, for the versions that nodes still keep, where losers are kept. That takes time, in which copies may change once more. */
  readonly kept: () => ReadonlyMap<string, readonly string[]>;
}

export function judge(
  simulation: Simulation,
  claims: Claims,
  lines: readonly HistoryLine[],
  circumstances: Circumstances,
): Findings {
  const { diskLost } = circumstances;
  const isStrong = claims.reads.default === 'linearizable';
  const skewMs = isStrong ? 0 : circumstances.skewMs;
  const operations = operationsOf(lines);
  const keepsConcurrent = claims.keepsConcurrent === true;
  const copies = copiesAtTheEnd(simulation);
  const finals = finalCopies(simulation, lines, circumstances.kept());
  const judging = { finals, skewMs, keepsConcurrent, replacesOnlyRead: claims.replacesOnlyRead === true };
  const fate = writes(operations, judging);
  const sums = counters(operations, { finals });
  const seen = sessions(operations, { skewMs });
  // Where no order is promised, histories without one are counted; what is wrong with each would take minutes to find.
  const order = checkLinearizability(operations, { windows: isStrong });
  // What lasts of documents or counters may not be promised, and what sessions see of keys that are deleted: then the other keys
  // are judged by themselves.
  const unkept = unkeptOperations(claims);
  const lasting = part(lines, unkept);
  const promisedLost = lasting === undefined ? fate.lost : writes(lasting.operations, judging).lost;
  const guarantees = isStrong || !diskLost ? claims.sessions : [];
  const steady = guarantees.length === 0 ? undefined : part(lines, keepsConcurrent ? [...unkept, 'delete'] : unkept);
  const promisedSeen = steady === undefined ? seen : sessions(steady.operations, judging);
  const diverged = [...copies.differing, ...copies.missing];

  const breaches: (Breach | undefined)[] = [];
  const demand = (property: string, sentence: string | undefined, at?: { readonly rows: readonly number[] }): void => {
    if (sentence !== undefined) {
      breaches.push({ property, sentence, ...(at && { operations: at.rows.map((row) => lines[row]!) }) });
    }
  };
  const [lost] = promisedLost.examples.map((example) => rowsOf(example, lasting));
  const keeps = claims.acknowledged.powerLoss;
  demand(
    'durability',
    lost && keeps ? `the acknowledged ${shown(lines, lost.rows[0]!)} is on no node` : undefined,
    lost,
  );
  const [less] = sums.lost.examples;
  demand(
    'durability',
    less && keeps && claims.keepsAdds !== false
      ? `no copy of the counter ${less.key} holds all that was acknowledged: ${copiesOf(finals, less.key)}`
      : undefined,
    less,
  );
  const back = fate.resurrected.examples;
  // Of two versions of a register that somebody has seen, an engine whose copies merge does not promise which one wins.
  const refused = back.find(({ rows: [row] }) => isRefused(lines, row!));
  const shownAt = (example: { readonly rows: readonly number[] }): string => shown(lines, example.rows[0]!);
  demand('definite failure', refused && `the ${shownAt(refused)} failed for certain, and yet it is there`, refused);
  const undone = back.find(({ rows }) => rows.some((row) => lines[row]!.op === 'delete'));
  demand(
    'durability',
    undone && keeps && !keepsConcurrent
      ? `the ${shownAt(undone)} is there again, though it had been deleted`
      : undefined,
    undone,
  );
  const [twice] = fate.duplicated.examples;
  demand('exactly once', twice && `the ${shown(lines, twice.rows[0]!)} took effect twice`, twice);
  const [more] = sums.surplus.examples;
  demand(
    'exactly once',
    more && `the counter ${more.key} shows more than all that was added: ${shownOrHeld(lines, finals, more)}`,
    more,
  );
  if (isStrong && keeps) {
    const [violation] = order.violations;
    demand('linearizability', violation && `${violation.key}: ${violation.property}`, violation);
    if (order.verdict === 'unknown') demand('linearizability', 'the checker ran out of its budget');
  }
  for (const guarantee of guarantees) {
    const [example] = promisedSeen[guarantee].examples.map((one) => rowsOf(one, steady));
    demand(guarantee, example && `${guarantee} was broken by the ${shown(lines, example.rows.at(-1)!)}`, example);
  }
  const [apart] = diverged;
  demand(
    'convergence',
    apart && claims.converges
      ? `the copies of ${apart.key} differ though all is quiet: ${[...apart.copies].map(([node, value]) => `${node} ${value}`).join(', ')}`
      : undefined,
    apart && { rows: writesTo(apart.key, lines) },
  );
  return {
    breach: breaches[0],
    counts: {
      operations: lines.length,
      acknowledged: lines.filter(({ outcome }) => outcome === 'ok').length,
      lost: fate.lost.count + sums.lost.count,
      duplicated: fate.duplicated.count + sums.surplus.count,
      resurrected: fate.resurrected.count,
      sessionAnomalies: Object.values(seen).reduce((sum, { count }) => sum + count, 0),
      unordered: order.violations.length,
      diverged: diverged.length,
    },
  };
}

/** What was accepted with fewer copies than promised may stay, and may go. */
function operationsOf(lines: readonly HistoryLine[]): Operations {
  const builder = new OperationsBuilder();
  for (const line of lines) builder.add(line.ack === 'accepted' ? { ...line, outcome: 'unknown' } : line);
  return builder.build();
}

/** What may be lost where others do the same at the same time. */
function unkeptOperations({ keepsAppends, keepsAdds }: Claims): HistoryLine['op'][] {
  return [...(keepsAppends === false ? (['append'] as const) : []), ...(keepsAdds === false ? (['add'] as const) : [])];
}

/** What is judged by itself, and which rows of the whole its rows are. */
interface Part {
  readonly operations: Operations;
  readonly rows: readonly number[];
}

/** All keys on which nobody tried any of these; undefined: that is all there are. */
function part(lines: readonly HistoryLine[], without: readonly HistoryLine['op'][]): Part | undefined {
  const keys = new Set(lines.filter(({ op }) => without.includes(op)).map(({ key }) => key));
  if (keys.size === 0) return undefined;
  const rows = lines.flatMap(({ key }, row) => (keys.has(key) ? [] : [row]));
  return { operations: operationsOf(rows.map((row) => lines[row]!)), rows };
}

const rowsOf = (example: { readonly rows: readonly number[] }, of: Part | undefined) => ({
  rows: example.rows.map((row) => of?.rows[row] ?? row),
});

/** All copies are equal, and each owner has one. Undefined while that is not so. Who owns nothing of what it has, takes no part any more. */
export function copiesAtTheEnd(simulation: Simulation): ReturnType<typeof convergence> {
  const holds = (node: string, key: string): boolean => simulation.node(node).host.holds(key);
  const up = simulation.nodes().filter((node) => node.up && simulation.members[node.place]!.kind !== 'witness');
  const stores = up.map((node) => [node.id, new Map(node.host.store.entries())] as const);
  const taking = stores.filter(
    ([node, store]) => store.size === 0 || [...store.keys()].some((key) => holds(node, key)),
  );
  return convergence(new Map(taking), holds);
}

function finalCopies(
  simulation: Simulation,
  lines: readonly HistoryLine[],
  kept: ReadonlyMap<string, readonly string[]>,
) {
  const up = simulation.nodes().filter((node) => node.up);
  const keys = new Set(lines.map(({ key }) => key));
  return new Map(
    [...keys].map((key) => [
      key,
      {
        found: up.filter(({ host }) => host.holds(key)).map(({ host }) => host.store.get(key)),
        versions: kept.get(key) ?? [],
      },
    ]),
  );
}

const copiesOf = (finals: ReturnType<typeof finalCopies>, key: string): string =>
  finals
    .get(key)!
    .found.map((text) => text ?? 'nothing')
    .join(', ');

/** What a read of a counter showed; where no read is the example, the copies at the end. */
function shownOrHeld(
  lines: readonly HistoryLine[],
  finals: ReturnType<typeof finalCopies>,
  { key, rows: [row] }: { readonly key: string; readonly rows: readonly number[] },
): string {
  return lines[row!]!.op === 'get' ? `a ${shown(lines, row!)}` : copiesOf(finals, key);
}

/** Of a key whose copies differ. */
const WRITES_SHOWN = 4;
const writesTo = (key: string, lines: readonly HistoryLine[]): number[] =>
  lines.flatMap((line, row) => (line.key === key && line.op !== 'get' ? [row] : [])).slice(-WRITES_SHOWN);

const isRefused = (lines: readonly HistoryLine[], row: number): boolean => lines[row]!.outcome === 'fail';

function shown(lines: readonly HistoryLine[], row: number): string {
  const { op, key, value, process } = lines[row]!;
  const text = value ?? 'nothing';
  return `${op} of ${text.length > 40 ? `${text.slice(0, 20)}…${text.slice(-15)}` : text} ${op === 'get' ? 'from' : 'to'} ${key} by ${process}`;
}

/** So many fresh operations have to be answered, and hardly any to be left without an answer. A full node may refuse. */
const FRESH_ANSWERS = 10;
const SILENT_SHARE_MAX = 0.2;

/** Whether reads, or writes, are answered again; undefined: it is too early to tell. */
export function isLive(fresh: readonly HistoryLine[], what: 'reads' | 'writes'): boolean | undefined {
  const asked = fresh.filter(({ op }) => (what === 'reads' ? op === 'get' : op !== 'get' && op !== 'cas'));
  const acknowledged = asked.filter(({ outcome }) => outcome === 'ok').length;
  const silent = asked.filter(({ outcome }) => outcome === 'unknown').length;
  if (acknowledged + silent < FRESH_ANSWERS) return undefined;
  return silent <= SILENT_SHARE_MAX * (acknowledged + silent);
}
