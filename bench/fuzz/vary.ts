/**
 * Varies a preset's options without knowing what they mean: all times by one factor, which keeps their proportions, and
 * limits down to the small numbers at which they begin to matter. Where a product waits for a minute, most trials have it wait for less than a
 * second: what matters is how often silence is noticed, and not how much happens in between.
 */
import type { Random } from '../random.ts';

const FACTORS = [1, 1, 0.5, 2];
const LIMITS = [1, 2, 8];
/** Shares of the trials that do not run the preset as it is. */
const SHARE = 0.5;
const SHARE_OF_LONG = 0.94;
const LONG_MS = 5000;
const SHORT_MS = 400;

/** Whether so long a time-out is a product's patience, and not that of a test. */
export const isLong = (timeoutMs: number): boolean => timeoutMs > LONG_MS;

/** `timeoutMs`: the preset's own idea of a long silence. The preset itself where what was drawn is not sound. */
export function varied(
  preset: object,
  timeoutMs: number,
  isSound: (options: object) => boolean,
  random: Random,
): object {
  const waits = isLong(timeoutMs);
  if (random.next() >= (waits ? SHARE_OF_LONG : SHARE)) return preset;
  const factor = random.pick(FACTORS) * (waits ? SHORT_MS / timeoutMs : 1);
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
