/** Numbers as people read them: no more digits than the observations support. */
import type { Duration, Spread } from './statistics.ts';

/** The value with so many significant digits, thousands separated by commas, never in exponents. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  const [whole, fraction] = Math.abs(rounded).toFixed(Math.min(decimals, 12)).split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${rounded < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/**
 * Two digits for one or two observations, which say nothing of their spread. From three on as many as the median's
 * uncertainty leaves, taken as half the range over √n: two or three.
 */
export function supportedDigits(spread: Spread): number {
  if (spread.n < 3 || spread.median === 0) return 2;
  const uncertainty = (spread.max - spread.min) / 2 / Math.sqrt(spread.n) / Math.abs(spread.median);
  return uncertainty < 0.01 ? 3 : 2;
}

export const medianText = (spread: Spread): string => significant(spread.median, supportedDigits(spread));

/** `12,000–14,000`, or one number if both ends read the same. As many digits as the median has. */
export function rangeText(spread: Spread): string {
  const digits = supportedDigits(spread);
  const low = significant(spread.min, digits);
  const high = significant(spread.max, digits);
  return low === high ? low : `${low}–${high}`;
}

/** Whole milliseconds, at most three digits of them; below 10 ms two digits. */
export function msText(ms: number): string {
  return significant(ms, ms >= 100 ? 3 : ms >= 0.1 ? 2 : 1);
}

/** `> 8,000` when the end was never seen. */
export const durationText = ({ ms, censored }: Duration): string => (censored ? `> ${msText(ms)}` : msText(ms));

/** The same in seconds: two digits, from 100 s on three. */
export const secondsText = (ms: number): string => significant(ms / 1000, ms >= 100_000 ? 3 : 2);

/** `> 60` when the end was never seen. */
export const durationSecondsText = ({ ms, censored }: Duration): string =>
  censored ? `> ${secondsText(ms)}` : secondsText(ms);

/** `31 %`, `0.4 %`. */
export const shareText = (share: number): string => `${significant(share * 100, share >= 0.995 ? 3 : 2)} %`;

/** A count, all digits. */
export const countText = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** `6`, or `4 to 6`. */
export function countRange(counts: readonly number[], format: (count: number) => string = countText): string {
  const [low, high] = [format(Math.min(...counts)), format(Math.max(...counts))];
  return low === high ? low : `${low} to ${high}`;
}
