/** The multi-primary engine: every node takes every operation; the last writer wins. See README.md. */
import type { EngineDefinition } from '../api.ts';
import { claims } from './claims.ts';
import { invariants } from './inspection.ts';
import type { Entry, Message } from './messages.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';
import { MultiPrimary } from './replica.ts';
import { validate } from './validate.ts';

const engine: EngineDefinition<Message, Entry, Options> = {
  name: 'multi-primary',
  presets,
  claims,
  validate,
  create: (host, options) => new MultiPrimary(host, options),
  invariants,
};

export default engine;
