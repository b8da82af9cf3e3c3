/** Raft: one elected leader orders all operations in a log, and a majority's disks make them last. */
import type { EngineDefinition } from '../api.ts';
import { claims } from './claims.ts';
import { invariants } from './invariants.ts';
import type { Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import { presets } from './presets.ts';
import type { LogRecord } from './records.ts';
import { RaftReplica } from './replica.ts';
import { validate } from './validate.ts';

export type { RaftOptions } from './options.ts';

const definition: EngineDefinition<Message, LogRecord, RaftOptions> = {
  name: 'raft',
  presets,
  claims,
  validate,
  commands: ['add', 'remove', 'promote', 'replace', 'transfer', 'drain', 'snapshot'],
  create: (host, options) => new RaftReplica(host, options),
  invariants,
};

export default definition;
