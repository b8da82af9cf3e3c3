/** The audit: after heal, with all nodes up and quiet, every node is asked for every ledger key and document. */
import type { Operation } from '../../engines/api.ts';
import { type History, keyName, OK } from '../history.ts';
import { Audit } from '../measures/audit.ts';
import { isLedgerWrite } from '../measures/ledger.ts';
import type { Answer, Cluster } from '../runtimes/cluster.ts';

const BATCH = 500;
const TIMEOUT_MS = 3000;
/** Copies need time to become equal: an audit that misses something is taken again, until then. */
const PATIENCE_MS = 6000;
const PAUSE_MS = 150;

/**
 * Reads all ledger keys of the history, again and again until every acknowledged write was found or patience ends. Before
 * that it leaves the nodes to themselves for `quietMs`, which counts as patience: a node that was the primary once may still
 * hold what it will drop when it has found its place.
 */
export async function auditLedger(cluster: Cluster, history: History, quietMs = 0): Promise<Audit> {
  const rows = new Map<number, number[]>();
  for (let index = 0; index < history.length; index++) {
    if (!isLedgerWrite(history, index)) continue;
    const key = history.key[index]!;
    if (!rows.has(key)) rows.set(key, []);
    rows.get(key)!.push((history.firstRow ?? 0) + index);
  }
  const patientUntilMs = cluster.now() + Math.max(quietMs, PATIENCE_MS);
  await cluster.sleepUntil(cluster.now() + quietMs);
  for (;;) {
    await cluster.sleepUntil(cluster.now() + PAUSE_MS);
    const audit = await readAll(cluster, rows);
    if (findsAll(audit, history) || cluster.now() >= patientUntilMs || cluster.failure() !== undefined) return audit;
  }
}

function findsAll(audit: Audit, history: History): boolean {
  const { firstRow = 0 } = history;
  for (let i = 0; i < history.length; i++) {
    if (history.outcome[i] === OK && isLedgerWrite(history, i) && !audit.found.has(firstRow + i)) return false;
  }
  return true;
}

/** `rows`: by key, the writes to look for. */
async function readAll(cluster: Cluster, rows: ReadonlyMap<number, readonly number[]>): Promise<Audit> {
  const keys = [...rows.keys()];
  const audit = new Audit();
  const read = new Set<number>();
  for (const member of cluster.members) {
    if (member.kind !== 'full') continue;
    for (let from = 0; from < keys.length; from += BATCH) {
      const some = keys.slice(from, from + BATCH);
      const gets = some.map((key): Operation => ({ kind: 'get', key: keyName(key) }));
      const answers = await askSomehow(cluster, member.id, gets);
      for (const [i, key] of some.entries()) {
        take(audit, key, answers[i]!);
        if (answers[i]!.outcome === 'ok') read.add(key);
      }
      const missing = some.filter((key) => rows.get(key)!.some((row) => !audit.found.has(row)));
      await readVersions(cluster, member.id, missing, audit);
    }
  }
  // A key that every node refuses to show is not gone: nobody knows.
  for (const key of keys) if (!read.has(key)) audit.addUnread(key);
  return audit;
}

/** The node's own state where it shows it; where it refuses, what it answers to any client. */
async function askSomehow(cluster: Cluster, node: string, gets: readonly Operation[]): Promise<Answer[]> {
  const answers = await cluster.ask(node, gets, 'local', TIMEOUT_MS);
  const refused = answers.flatMap((answer, i) => (answer.outcome === 'fail' ? [i] : []));
  if (refused.length === 0) return answers;
  const again = await cluster.ask(
    node,
    refused.map((i) => gets[i]!),
    'default',
    TIMEOUT_MS,
  );
  for (const [place, i] of refused.entries()) answers[i] = again[place]!;
  return answers;
}

function take(audit: Audit, key: number, answer: Answer): void {
  if (answer.outcome === 'ok') audit.addRead(key, answer.result.value ?? null);
  else if (answer.outcome === 'unknown') audit.addUnread(key);
}

/** What no plain read shows, be it an element of a document, may still be kept in a losing version. */
async function readVersions(cluster: Cluster, node: string, keys: readonly number[], audit: Audit): Promise<void> {
  if (keys.length === 0) return;
  const gets = keys.map((key): Operation => ({ kind: 'get', key: keyName(key) }));
  const answers = await cluster.ask(node, gets, 'versions', TIMEOUT_MS);
  for (const [i, key] of keys.entries()) {
    const answer = answers[i]!;
    if (answer.outcome === 'ok') audit.addVersions(key, answer.result.versions ?? []);
  }
}
