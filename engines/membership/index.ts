/** An engine that keeps membership and nothing else: to measure failure detection alone. See README.md. */
import type { EngineDefinition } from '../api.ts';
import { deadlinesOf } from '../parts/membership-kinds.ts';
import { type MembershipOptions, validateMembership } from '../parts/membership-options.ts';
import type { Entry, Message } from './messages.ts';
import { presets } from './presets.ts';
import { MembershipNode } from './replica.ts';

const engine: EngineDefinition<Message, Entry, MembershipOptions> = {
  name: 'membership',
  stores: false,
  presets,
  claims: (options) => ({
    reads: { default: 'eventual', local: 'eventual' },
    sessions: [],
    // No write is ever acknowledged.
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false },
    exactlyOnce: false,
    // Once all are up and connected, all believe all alive.
    converges: true,
    needs: 'any-node',
    // A node measures the others' silence by its own clock: where that runs wrong, its time-outs are off by as much.
    assumes: { driftPpm: 10_000, skewMs: 10_000 },
    deadlines: deadlinesOf(options),
  }),
  validate: validateMembership,
  create: (host, options) => new MembershipNode(host, options),
};

export default engine;
