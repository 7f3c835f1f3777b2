/** A source of numbers in [0, 1): Math.random for live traffic, a seeded one for the history. */
export type Random = () => number;

/** A small seeded generator (mulberry32): the same seed gives the same week. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One draw of the standard normal distribution (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One draw of the log-normal distribution with the given median. */
export function logNormal(random: Random, median: number, spread: number): number {
  return median * Math.exp(spread * normal(random));
}

/** How many events happen where `mean` are expected (Poisson); a rounded normal draw above 30, where the two agree. */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let events = -1;
  for (let product = 1; product > limit; product *= random()) events += 1;
  return Math.max(0, events);
}

/** The share of a log-normal distribution at or below `value` (logistic approximation of the normal, error below 0.01). */
export function logNormalShareBelow(value: number, median: number, spread: number): number {
  const z = Math.log(value / median) / spread;
  return 1 / (1 + Math.exp(-(1.5976 * z + 0.070566 * z ** 3)));
}
