/**
 * How unlikely a value of the standard normal distribution is, as an exponent of ten, and back.
 *
 * The probabilities themselves end where doubles do, 38 deviations out; their logarithms go on.
 */

/** Where the series would lose more than three digits to cancellation; from here on the continued fraction is short. */
const FAR = 3;
/** Enough for full precision at `FAR`; further out fewer would do. */
const FRACTION_TERMS = 80;
/** At −39 the exponent is 0 in doubles. */
const FURTHEST = 39;
const LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

/** −log10 of the probability that a standard normal value is above z. Grows with z, from 0 to Infinity. */
export function tailExponent(z: number): number {
  return z < 0 ? -Math.log1p(-Math.exp(logTail(-z))) / Math.LN10 : -logTail(z) / Math.LN10;
}

/** The natural logarithm of the probability that a standard normal value is above z ≥ 0. */
function logTail(z: number): number {
  const logDensity = -0.5 * z * z - LOG_SQRT_2_PI;
  if (z < FAR) {
    // The part between 0 and z is the density times z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + … (integration by parts).
    let term = z;
    let sum = 0;
    for (let odd = 3; sum + term !== sum; odd += 2) {
      sum += term;
      term *= (z * z) / odd;
    }
    return Math.log(0.5 - Math.exp(logDensity) * sum);
  }
  // Laplace's continued fraction: the density over z + 1/(z + 2/(z + 3/(z + …))).
  let fraction = z;
  for (let i = FRACTION_TERMS; i > 0; i--) fraction = z + i / fraction;
  return logDensity - Math.log(fraction);
}

/** The z whose tail has this exponent, which must be above 0: the inverse of `tailExponent`. */
export function tailQuantile(exponent: number): number {
  // Below 0 the tail is at most half of e^(−z²/2), so the exponent reaches z² / (2 ln 10) at the latest at `high`.
  let high = Math.sqrt(2 * Math.LN10 * exponent);
  let low = -FURTHEST;
  while (true) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (tailExponent(middle) < exponent) low = middle;
    else high = middle;
  }
}
