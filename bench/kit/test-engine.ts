/** The conformance kit: one call tests that an engine keeps the contract, and what it claims of itself. */
import { test } from 'node:test';
import type { AnyEngine, Member } from '../../engines/api.ts';
import { InputError, unknownName } from '../input.ts';
import { randomMembers } from '../runtimes/simulation/random-trial.ts';
import { examine, type Setting } from './conformance/check.ts';
import { CHECKS } from './conformance/checks.ts';

export interface TestEngineOptions {
  /** Checks that are not demanded, each with a reason that the test's output shows. */
  readonly skip?: readonly { readonly check: string; readonly reason: string }[];
  /** Left out: all of the engine's. */
  readonly presets?: readonly string[];
  /** Seeds of random faults for each preset. Left out: 2 for the default one, 1 for each other. */
  readonly seeds?: number;
}

/**
 * Registers a test for each check and preset.
 *
 * @throws {InputError} if a check or preset is unknown, or a reason is missing.
 */
export function testEngine(engine: AnyEngine, { skip = [], presets, seeds }: TestEngineOptions = {}): void {
  const names = CHECKS.map((check) => check.name);
  const reasons = new Map<string, string>();
  for (const { check, reason } of skip) {
    if (!names.includes(check)) throw unknownName('the check to skip', check, names);
    if (!/\w/.test(reason ?? '')) throw new InputError(`expected a reason to skip the check ${check}, but none came`);
    reasons.set(check, reason);
  }
  for (const preset of presets ?? Object.keys(engine.presets)) {
    const setting = settingOf(engine, preset, seeds);
    for (const check of CHECKS) {
      if (check.presets === 'default' && preset !== 'default') continue;
      const skipped = reasons.get(check.name);
      test(`${engine.name}:${preset} ${check.name}: ${check.promise}`, { skip: skipped ?? false }, (t) => {
        const broken = examine(check, { ...setting, say: (text) => t.diagnostic(`${engine.name}:${preset} ${text}`) });
        if (broken !== undefined) throw new Error(`${engine.name}:${preset} fails the check ${check.name}: ${broken}`);
      });
    }
  }
}

/** A preset that cannot run on three members fails the check `definition`; the others look at it where it can run. */
export function settingOf(
  engine: AnyEngine,
  preset: string,
  seeds = preset === 'default' ? 2 : 1,
): Omit<Setting, 'say'> {
  const { presets } = engine;
  if (!Object.hasOwn(presets, preset)) throw unknownName('the preset', preset, Object.keys(presets));
  const options: object = presets[preset];
  const isValid = (members: readonly Member[]): boolean => (engine.validate?.(options, members) ?? []).length === 0;
  const members = [3, 5, 4, 2, 1].map(randomMembers).find(isValid) ?? randomMembers(3);
  return { engine, preset, options, members, claims: engine.claims(options, members), seeds };
}
