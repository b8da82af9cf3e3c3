/** From what an engine answers to what its client is told. */
import type { Failure, Result } from '../../../engines/api.ts';
import type { Answer } from '../cluster.ts';

export function toAnswer(answer: { readonly result: Result } | { readonly failure: Failure }): Answer {
  if ('result' in answer) return { outcome: 'ok', result: answer.result };
  const { failure } = answer;
  if (failure.effect === 'unknown') return { outcome: 'unknown', reason: failure.reason };
  return { outcome: 'fail', reason: failure.reason, ...(failure.leader !== undefined && { leader: failure.leader }) };
}
