/** The audit of documents: after heal and with time to converge, every node is asked for every document in each of the three ways. */
import type { Operation, Request } from '../../engines/api.ts';
import { type History, isDocumentKey, keyName } from '../history.ts';
import type { DocumentAudit, DocumentSeen } from '../measures/conflicts.ts';
import type { Answer, Cluster } from '../runtimes/cluster.ts';

const BATCH = 500;
/** Longer than any answer takes of a cluster that is whole. */
const TIMEOUT_MS = 10_000;

type Seen = {
  -readonly [Part in keyof DocumentSeen]: DocumentSeen[Part] extends readonly (infer One)[] ? One[] : boolean;
};

/** Reads all documents that the history's operations name. */
export async function auditDocuments(cluster: Cluster, history: History): Promise<DocumentAudit> {
  const keys = [...new Set(history.key.subarray(0, history.length))].filter(isDocumentKey);
  const audit = new Map(
    keys.map((key): [number, Seen] => [key, { winners: [], locals: [], versions: [], isPartial: false }]),
  );
  for (const member of cluster.members) {
    if (member.kind !== 'full') continue;
    for (let from = 0; from < keys.length; from += BATCH) {
      const some = keys.slice(from, from + BATCH);
      await readAll(
        cluster,
        member.id,
        some.map((key) => [key, audit.get(key)!]),
      );
    }
  }
  return audit;
}

async function readAll(cluster: Cluster, node: string, documents: readonly (readonly [number, Seen])[]): Promise<void> {
  const gets = documents.map(([key]): Operation => ({ kind: 'get', key: keyName(key) }));
  const ask = async (read: Request['read'], take: (seen: Seen, answer: Answer & { outcome: 'ok' }) => void) => {
    const answers = await cluster.ask(node, gets, read, TIMEOUT_MS);
    for (const [i, answer] of answers.entries()) {
      const [, seen] = documents[i]!;
      if (answer.outcome === 'ok') take(seen, answer);
      else if (answer.outcome === 'unknown') seen.isPartial = true;
    }
  };
  await ask('default', (seen, { result }) => seen.winners.push(result.value ?? null));
  await ask('local', (seen, { result }) => seen.locals.push(result.value ?? null));
  await ask('versions', (seen, { result }) => seen.versions.push([...(result.versions ?? [])]));
}
