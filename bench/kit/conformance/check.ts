/** What a check of an engine is: one promise of the contract, or of the engine's own claims, and a way to break it. */
import type { AnyEngine, Claims, Member } from '../../../engines/api.ts';

export interface Check {
  /** By which it can be skipped. */
  readonly name: string;
  /** What holds if it passes, as half a sentence. */
  readonly promise: string;
  /** Slow checks, and those that no preset can change, look at the default preset alone. */
  readonly presets: 'all' | 'default';
  /** It looks at what was written: of an engine that stores nothing it is not asked. */
  readonly looksAtData?: true;
  /** The broken promise in one sentence; undefined: none was seen. A throw is a crash of a node, and breaks every promise. */
  readonly run: (setting: Setting) => string | undefined;
}

/** An engine under one of its presets, on as many members as it can run on: three if possible. */
export interface Setting {
  readonly engine: AnyEngine;
  readonly preset: string;
  readonly options: object;
  readonly members: readonly Member[];
  readonly claims: Claims;
  /** How many seeds of random faults. */
  readonly seeds: number;
  /** Says what breaks nothing and is worth knowing. */
  readonly say: (text: string) => void;
}

/** Runs a check; a node that throws has broken its promise. */
export function examine(check: Check, setting: Setting): string | undefined {
  try {
    return check.run(setting);
  } catch (error) {
    return `a node threw: ${error instanceof Error ? error.stack : String(error)}`;
  }
}
