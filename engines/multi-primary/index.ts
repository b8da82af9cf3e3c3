/** The multi-primary engine: every node takes every operation, and copies that have seen the same become equal. See README.md. */
import type { EngineDefinition } from '../api.ts';
import { claims } from './claims.ts';
import { invariants } from './inspection.ts';
import type { Entry, Message } from './messages.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';
import { MultiPrimary } from './replica.ts';
import { revisionClaims } from './revisions/claims.ts';
import { RevisionInspection, revisionInvariants } from './revisions/inspection.ts';
import type { RevisionEntry, RevisionMessage } from './revisions/messages.ts';
import { type RevisionOptions, validateRevisions } from './revisions/options.ts';
import { revisionPresets } from './revisions/presets.ts';
import { RevisionReplica } from './revisions/replica.ts';
import { validate } from './validate.ts';

/** Of revision trees a replica has other rooms, and so other options. */
const haveTrees = (options: Options | RevisionOptions): options is RevisionOptions =>
  options.versions === 'revision-trees';

const engine: EngineDefinition<Message | RevisionMessage, Entry | RevisionEntry, Options | RevisionOptions> = {
  name: 'multi-primary',
  presets: { ...presets, ...revisionPresets },
  claims: (options, members) => (haveTrees(options) ? revisionClaims(options, members) : claims(options, members)),
  validate: (options, members) =>
    haveTrees(options) ? validateRevisions(options, members) : validate(options, members),
  // What a life recovers was written by a former life of the same kind.
  create: (host, options) =>
    haveTrees(options) ? new RevisionReplica(host as never, options) : new MultiPrimary(host as never, options),
  invariants: (nodes) =>
    nodes.values().next().value instanceof RevisionInspection ? revisionInvariants(nodes) : invariants(nodes),
};

export default engine;
