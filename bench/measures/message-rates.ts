/** What nodes send each other in a second, from the growth of their counters by type of message. */
import type { NodeId } from '../../engines/api.ts';
import type { NodeSample, SentOfType } from '../runtimes/cluster.ts';

/** Per node and second, means over the nodes. */
export interface MessageRates {
  readonly messagesPerNodeS: number;
  /** Estimated bytes. */
  readonly bytesPerNodeS: number;
  /** Those of the two that carry everything that a node knows. */
  readonly stateMessagesPerNodeS: number;
  readonly stateBytesPerNodeS: number;
}

/** Messages that carry all that a node knows say so: `push` or `pull` is a word of their type's name. */
const STATE_TYPE = /(^|-)(push|pull)(-|$)/;

/**
 * @param nodes whose messages count: those that were up throughout. There must be one.
 * @param seconds between the two samples.
 * @returns undefined if the runtime does not count messages by type.
 */
export function messageRates(
  before: readonly NodeSample[],
  after: readonly NodeSample[],
  nodes: readonly NodeId[],
  seconds: number,
): MessageRates | undefined {
  const wanted = new Set(nodes);
  const atStart = new Map(before.map(({ node, sent }) => [node, sent]));
  let [messages, bytes, stateMessages, stateBytes] = [0, 0, 0, 0];
  for (const { node, sent } of after) {
    if (!wanted.has(node)) continue;
    const earlier = atStart.get(node);
    if (sent === undefined || earlier === undefined) return undefined;
    for (const grown of growth(earlier, sent)) {
      messages += grown.messages;
      bytes += grown.bytes;
      if (!STATE_TYPE.test(grown.type)) continue;
      stateMessages += grown.messages;
      stateBytes += grown.bytes;
    }
  }
  const nodeSeconds = nodes.length * seconds;
  return {
    messagesPerNodeS: messages / nodeSeconds,
    bytesPerNodeS: bytes / nodeSeconds,
    stateMessagesPerNodeS: stateMessages / nodeSeconds,
    stateBytesPerNodeS: stateBytes / nodeSeconds,
  };
}

function growth(before: readonly SentOfType[], after: readonly SentOfType[]): SentOfType[] {
  const atStart = new Map(before.map((sent) => [sent.type, sent]));
  return after.map(({ type, messages, bytes }) => {
    const from = atStart.get(type) ?? { messages: 0, bytes: 0 };
    return { type, messages: messages - from.messages, bytes: bytes - from.bytes };
  });
}
