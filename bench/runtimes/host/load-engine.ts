/** Loads an engine's module and checks that its default export is an engine, as far as that can be seen. */
import type { AnyEngine } from '../../../engines/api.ts';
import { InputError } from '../../input.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** `module` is a file URL. Throws an InputError that says what the module lacks. */
export async function loadEngine(module: string): Promise<AnyEngine> {
  let loaded: { default?: unknown };
  try {
    loaded = (await import(module)) as { default?: unknown };
  } catch (error) {
    throw new InputError(`the engine ${module} could not be loaded: ${error instanceof Error ? error.message : error}`);
  }
  const engine = loaded.default;
  if (!isObject(engine)) {
    throw new InputError(`the engine ${module} has no default export that is an engine definition`);
  }
  const { name, presets, claims, create } = engine as Partial<AnyEngine>;
  const lacks = (what: string): InputError => new InputError(`the engine ${module} must have ${what}`);
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) throw lacks('a name of letters, digits, "-", "_" and "."');
  if (!isObject(presets) || !isObject(presets.default)) throw lacks('presets with at least a default one');
  for (const [preset, options] of Object.entries(presets)) {
    if (!isObject(options)) throw lacks(`options as an object in its preset ${preset}`);
  }
  if (typeof claims !== 'function') throw lacks('a function claims(options, members)');
  if (typeof create !== 'function') throw lacks('a function create(host, options)');
  return engine as AnyEngine;
}
