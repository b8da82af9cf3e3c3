/** A flood of requests to one node comes to an end: each is answered, and no turn puts out more than its inputs allow. */
import { TURN_INPUTS_MAX } from '../../runtimes/host/replica-host.ts';
import { watchEngine } from '../watch.ts';
import type { Check } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

const REQUESTS = 10_000;
const LIMIT_MS = 60_000;
const STEP_MS = 250;
/** Messages to each peer for one input: far more than any protocol needs. */
const MESSAGES_PER_INPUT_AND_PEER = 4;

export const boundedWork: Check = {
  name: 'bounded-work',
  promise: `a flood of ${REQUESTS} requests to one node ends, and each turn puts out a bounded number of messages`,
  presets: 'default',
  run(setting) {
    const most = TURN_INPUTS_MAX * MESSAGES_PER_INPUT_AND_PEER * (setting.members.length - 1);
    const sent = new Map<string, number>();
    let overflow: string | undefined;
    const engine = watchEngine(setting.engine, {
      onSend: (node) => sent.set(node, (sent.get(node) ?? 0) + 1),
      onTurnEnd: (node) => {
        const count = sent.get(node) ?? 0;
        if (count > most) overflow ??= `${node} sent ${count} messages in one turn, more than ${most}`;
        sent.set(node, 0);
      },
    });
    const cluster = new LoadedCluster({ ...setting, engine }, 1);
    const node = cluster.service()?.node;
    if (node === undefined) return 'no write was acknowledged in the first minute of a healthy cluster';
    let open = Array.from({ length: REQUESTS }, () => cluster.write(node));
    for (let passedMs = 0; open.length > 0 && passedMs < LIMIT_MS; passedMs += STEP_MS) {
      cluster.simulation.run(STEP_MS);
      open = open.filter(({ answer }) => answer === undefined);
    }
    if (overflow !== undefined) return overflow;
    if (open.length === 0) return undefined;
    return `of ${REQUESTS} requests that came at once, ${node} had not answered ${open.length} after ${LIMIT_MS / 1000} s`;
  },
};
