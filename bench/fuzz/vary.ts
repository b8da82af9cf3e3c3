/**
 * Varies a preset's options without knowing what they mean: all times by one factor, which keeps their proportions, and
 * limits down to the small numbers at which they begin to matter.
 */
import type { Random } from '../random.ts';

const FACTORS = [1, 1, 0.5, 2];
const LIMITS = [1, 2, 8];
/** Half of the trials run the preset as it is. */
const SHARE = 0.5;

/** The preset itself where what was drawn is not sound. */
export function varied(preset: object, isSound: (options: object) => boolean, random: Random): object {
  if (random.next() >= SHARE) return preset;
  const factor = random.pick(FACTORS);
  const changed = Object.entries(preset).map(([name, value]: [string, unknown]): [string, unknown] => {
    // Drawn for every option, so that one more of them does not change what the others get.
    const [limited, limit] = [random.next() < 0.3, random.pick(LIMITS)];
    if (typeof value !== 'number') return [name, value];
    if (name.endsWith('Ms')) return [name, value * factor];
    return [name, /Max$|^(?:max|entries)[A-Z]/.test(name) && limited ? Math.min(value, limit) : value];
  });
  const options = Object.fromEntries(changed);
  return isSound(options) ? options : preset;
}
