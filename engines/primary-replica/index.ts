/** primary-replica: one primary ships its log to replicas; by the options a hot standby done badly, or done properly. */
import type { EngineDefinition } from '../api.ts';
import { claims } from './claims.ts';
import { invariants } from './invariants.ts';
import type { Entry, Message } from './messages.ts';
import { Node } from './node.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';
import { validate } from './validate.ts';

const engine: EngineDefinition<Message, Entry, Options> = {
  name: 'primary-replica',
  presets,
  claims,
  validate,
  commands: ['transfer', 'drain'],
  create: (host, options) => new Node(host, options),
  invariants,
};

export default engine;
