/** A flood of requests to one node comes to an end: each is answered, and no turn puts out more than its inputs allow. */
import type { AnyEngine, NodeId } from '../../../engines/api.ts';
import { TURN_INPUTS_MAX } from '../../runtimes/host/replica-host.ts';
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
    let overflow: string | undefined;
    const engine = countSends(setting.engine, (node, count) => {
      if (count > most) overflow ??= `${node} sent ${count} messages in one turn, more than ${most}`;
    });
    const cluster = new LoadedCluster({ ...setting, engine }, 1);
    const node = engine.stores === false ? cluster.ids[0] : cluster.service()?.node;
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

/** Tells how many messages each turn of the engine sends, whenever they leave. */
function countSends(engine: AnyEngine, onTurn: (node: NodeId, count: number) => void): AnyEngine {
  return {
    ...engine,
    create: (host, options) => {
      let count = 0;
      const send = host.send.bind(host);
      host.send = (...message) => {
        count++;
        send(...message);
      };
      const replica = engine.create(host, options);
      const onTurnEnd = replica.onTurnEnd?.bind(replica);
      replica.onTurnEnd = () => {
        onTurnEnd?.();
        onTurn(host.self, count);
        count = 0;
      };
      return replica;
    },
  };
}
