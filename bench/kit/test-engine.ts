/** The conformance kit: one call tests that an engine keeps the contract, and what it claims of itself. */
import { test } from 'node:test';
import type { AnyEngine, Member } from '../../engines/api.ts';
import { membersOf } from '../fuzz/environment.ts';
import { InputError, unknownName } from '../input.ts';
import { type Check, examine, type Setting } from './conformance/check.ts';
import { CHECKS } from './conformance/checks.ts';

export interface TestEngineOptions {
  /** Checks that are not demanded, each with a reason that the test's output shows. */
  readonly skip?: readonly { readonly check: string; readonly reason: string }[];
  /** Left out: all of the engine's. */
  readonly presets?: readonly string[];
  /** Seeds of random faults for each preset. Left out: 2 for the default one, 1 for each other. */
  readonly seeds?: number;
}

/** A promise that was seen broken. */
export interface BrokenPromise {
  readonly preset: string;
  readonly check: string;
  /** One sentence. */
  readonly broken: string;
}

/**
 * Registers a test for each check and preset.
 *
 * @throws {InputError} if a check or preset is unknown, or a reason is missing.
 */
export function testEngine(engine: AnyEngine, options: TestEngineOptions = {}): void {
  for (const { preset, check, setting, skipped } of plan(engine, options)) {
    const title = `${engine.name}:${preset}`;
    test(`${title} ${check.name}: ${check.promise}`, { skip: skipped ?? false }, (t) => {
      const broken = examine(check, { ...setting, say: (text) => t.diagnostic(`${title} ${text}`) });
      if (broken !== undefined) throw new Error(`${title} fails the check ${check.name}: ${broken}`);
    });
  }
}

/**
 * What `testEngine` would find, as values: to test that a planted bug is found.
 *
 * @param checks the names of those to run; left out: all.
 */
export function brokenPromises(
  engine: AnyEngine,
  checks: readonly string[] = CHECKS.map((check) => check.name),
  options: TestEngineOptions = {},
): BrokenPromise[] {
  for (const name of checks) mustBeCheck('the check', name);
  return plan(engine, options).flatMap(({ preset, check, setting, skipped }) => {
    if (skipped !== undefined || !checks.includes(check.name)) return [];
    const broken = examine(check, { ...setting, say: () => {} });
    return broken === undefined ? [] : [{ preset, check: check.name, broken }];
  });
}

function mustBeCheck(field: string, name: string): void {
  const names = CHECKS.map((check) => check.name);
  if (!names.includes(name)) throw unknownName(field, name, names);
}

interface Planned {
  readonly preset: string;
  readonly check: Check;
  readonly setting: Omit<Setting, 'say'>;
  /** Why. */
  readonly skipped: string | undefined;
}

function plan(engine: AnyEngine, { skip = [], presets, seeds }: TestEngineOptions): Planned[] {
  const reasons = new Map<string, string>();
  for (const { check, reason } of skip) {
    mustBeCheck('the check to skip', check);
    if (!/\w/.test(reason ?? '')) throw new InputError(`expected a reason to skip the check ${check}, but none came`);
    reasons.set(check, reason);
  }
  return (presets ?? Object.keys(engine.presets)).flatMap((preset) => {
    const setting = settingOf(engine, preset, seeds);
    return CHECKS.filter((check) => check.presets === 'all' || preset === 'default').map((check) => ({
      preset,
      check,
      setting,
      skipped:
        reasons.get(check.name) ??
        (check.looksAtData && engine.stores === false ? 'the engine stores nothing' : undefined),
    }));
  });
}

/** Who cannot run on as few members as it should fails the check `definition`; the others look at it where it can run. */
export function settingOf(
  engine: AnyEngine,
  preset: string,
  seeds = preset === 'default' ? 2 : 1,
): Omit<Setting, 'say'> {
  const { presets } = engine;
  if (!Object.hasOwn(presets, preset)) throw unknownName('the preset', preset, Object.keys(presets));
  const options: object = presets[preset];
  const isValid = (members: readonly Member[]): boolean => (engine.validate?.(options, members) ?? []).length === 0;
  const members = [3, 5, 4, 2, 1].map(membersOf).find(isValid) ?? membersOf(3);
  return { engine, preset, options, members, claims: engine.claims(options, members), seeds };
}
