/** Fault plans: an injury, whom it hits, and for how long; built in by name, or from a YAML file. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { unknownName } from '../input.ts';
import { readYaml } from '../yaml-file.ts';
import type { FaultPlan, Target } from './single.ts';

const plan = (
  name: string,
  title: string,
  kind: FaultPlan['kind'],
  target: Target,
  more: Partial<FaultPlan> = {},
): FaultPlan => ({ name, title, kind, target, clients: 'outside', delayMs: 0, ...more });

export const FAULT_PLANS: readonly FaultPlan[] = [
  plan('kill-leader', 'the process of the leading node dies; its connections close', 'kill', 'leader'),
  plan('vanish-leader', 'the leading node loses power or its cable: nothing but silence', 'vanish', 'leader'),
  plan('pause-leader', 'the leading node stands still for 3 s and goes on', 'pause', 'leader', { healAfterMs: 3000 }),
  plan('isolate-leader', 'the leading node is cut off from nodes and clients', 'isolate', 'leader'),
  plan('isolate-leader-with-clients', 'the same, but the clients of its zone still reach it', 'isolate', 'leader', {
    clients: 'inside',
  }),
  plan('slow-leader', 'everything to and from the leading node takes 200 ms more', 'delay', 'leader', {
    delayMs: 200,
    healAfterMs: 3000,
  }),
  plan('kill-random', 'the process of a random node dies', 'kill', 'random'),
  plan('vanish-random', 'a random node falls silent', 'vanish', 'random'),
  plan('cut-leader-zone', 'the zone of the leading node is cut off, its clients with it', 'cut-zone', 'leader', {
    clients: 'inside',
  }),
  plan('kill-leader-zone', 'every node in the zone of the leading node dies', 'kill-zone', 'leader'),
  plan('power-cut', 'every node loses power at once', 'power-cut', 'random', { healAfterMs: 200 }),
];

const schema = z.strictObject({
  title: z.string().default('from a file'),
  kind: z.enum(['kill', 'vanish', 'pause', 'isolate', 'delay', 'cut-zone', 'kill-zone', 'power-cut']),
  target: z
    .union([z.enum(['leader', 'random']), z.strictObject({ node: z.string() }), z.strictObject({ zone: z.string() })])
    .default('leader'),
  clients: z.enum(['inside', 'outside']).default('outside'),
  delay_ms: z.int().min(1).default(200),
  heal_after_ms: z.number().positive().optional(),
});

export function loadFaultPlan(nameOrFile: string): FaultPlan {
  const found = FAULT_PLANS.find(({ name }) => name === nameOrFile);
  if (found !== undefined) return found;
  if (!existsSync(nameOrFile)) {
    const names = FAULT_PLANS.map(({ name }) => name);
    throw unknownName('--fault', nameOrFile, names);
  }
  const { title, kind, target, clients, delay_ms, heal_after_ms } = readYaml(nameOrFile, schema);
  return {
    name: nameOrFile,
    title,
    kind,
    target,
    clients,
    delayMs: delay_ms,
    ...(heal_after_ms !== undefined && { healAfterMs: heal_after_ms }),
  };
}
