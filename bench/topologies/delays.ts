/** Draws delays: the same seed gives the same microseconds. */
import type { Random } from '../random.ts';
import type { Delay } from './links.ts';

/** Heavy tails have no end, but simulated times must stay exact integers: no delay is longer than a day. */
const LONGEST_US = 86_400_000_000;

const toUs = (ms: number): number => (ms > 0 ? Math.min(Math.round(ms * 1000), LONGEST_US) : 0);

/** Draws whole microseconds, never below 0. A constant delay takes nothing from `random`. */
export function sampler(delay: Delay, random: Random): () => number {
  const draw = samplerOf(delay)();
  return () => draw(random);
}

/**
 * The same for many that draw the same delay, each from a generator of its own: what it returns makes a draw for one of them. A
 * delay whose draws remember nothing is prepared once for all; a million links would take a gigabyte.
 */
export function samplerOf(delay: Delay): () => (random: Random) => number {
  const make = (): ((random: Random) => number) => {
    const drawMs = prepare(delay);
    if (delay.kind !== 'constant') return (random) => toUs(drawMs(random));
    const us = toUs(delay.ms);
    return () => us;
  };
  if (remembers(delay)) return make;
  const shared = make();
  return () => shared;
}

/** Whether a draw leaves something for the next one: normal deviates come in pairs. */
function remembers(delay: Delay): boolean {
  if (delay.kind === 'sum') return delay.parts.some(remembers);
  if (delay.kind === 'mixture') return delay.parts.some(({ delay: part }) => remembers(part));
  return delay.kind === 'normal' || delay.kind === 'log-normal';
}

/** Draws ms. Within a sum a part may be below 0: jitter both ways around a distance. */
function prepare(delay: Delay): (random: Random) => number {
  switch (delay.kind) {
    case 'constant':
      return () => delay.ms;
    case 'uniform':
      return (random) => random.between(delay.lowMs, delay.highMs);
    case 'normal': {
      const normal = standardNormal();
      return (random) => delay.meanMs + delay.sdMs * normal(random);
    }
    case 'log-normal': {
      const normal = standardNormal();
      return (random) => delay.medianMs * Math.exp(delay.sigma * normal(random));
    }
    case 'exponential':
      return (random) => -delay.meanMs * Math.log(1 - random.next());
    case 'pareto': {
      const power = -1 / delay.shape;
      return (random) => delay.scaleMs * (1 - random.next()) ** power;
    }
    case 'sum': {
      const parts = delay.parts.map(prepare);
      return (random) => {
        let sum = 0;
        for (const part of parts) sum += part(random);
        return sum;
      };
    }
    case 'mixture':
      return prepareMixture(delay.parts);
  }
}

function prepareMixture(parts: Extract<Delay, { kind: 'mixture' }>['parts']): (random: Random) => number {
  const draws = parts.map(({ delay }) => prepare(delay));
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  const bounds = parts.map(({ weight }) => {
    reached += weight;
    return reached / total;
  });
  return (random) => {
    const place = random.next();
    let part = 0;
    while (part < draws.length - 1 && place >= bounds[part]!) part++;
    return draws[part]!(random);
  };
}

/** N(0, 1) by Marsaglia's polar method, which yields two at a time. */
function standardNormal(): (random: Random) => number {
  let spare: number | undefined;
  return (random) => {
    if (spare !== undefined) {
      const drawn = spare;
      spare = undefined;
      return drawn;
    }
    for (;;) {
      const x = random.between(-1, 1);
      const y = random.between(-1, 1);
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
}

/** The mean of the distribution, before draws below 0 are lifted to 0. Infinite for a Pareto distribution of shape 1 or less. */
export function meanMs(delay: Delay): number {
  switch (delay.kind) {
    case 'constant':
      return delay.ms;
    case 'uniform':
      return (delay.lowMs + delay.highMs) / 2;
    case 'normal':
    case 'exponential':
      return delay.meanMs;
    case 'log-normal':
      return delay.medianMs * Math.exp(delay.sigma ** 2 / 2);
    case 'pareto':
      return delay.shape > 1 ? (delay.scaleMs * delay.shape) / (delay.shape - 1) : Number.POSITIVE_INFINITY;
    case 'sum':
      return delay.parts.reduce((sum, part) => sum + meanMs(part), 0);
    case 'mixture': {
      const total = delay.parts.reduce((sum, { weight }) => sum + weight, 0);
      return delay.parts.reduce((sum, { weight, delay: part }) => sum + (weight / total) * meanMs(part), 0);
    }
  }
}
