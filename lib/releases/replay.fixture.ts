import { compareRelease, type ReleaseComparison } from "./compare";
import { BLOCKS, type BlockValue, type LineRule } from "./compare-line";

/** A source of numbers in [0, 1). */
type Random = () => number;

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const LATENCY: LineRule = {
  key: "latency/p95",
  unit: "seconds",
  worse: "higher",
  fills: false,
  isNoticed: true,
};
const ERRORS: LineRule = { ...LATENCY, key: "error-rate/error-rate", unit: "share" };
const PROBES: LineRule = { ...LATENCY, key: "availability/availability", unit: "share", worse: "lower" };
const MEMORY: LineRule = {
  ...LATENCY,
  key: "saturation/memory",
  unit: "share",
  fills: true,
  isNoticed: true,
};
const RESTARTS: LineRule = { ...LATENCY, key: "restarts/restarts", unit: "count", isNoticed: true };

/** The time of a block, and whether a change has come: it has for the blocks after a release that changes something. */
type At = { hours: number; changed: boolean };
/** Makes one series: called once for last week and this week together, then for each block in order. */
type World = {
  rule: LineRule;
  make: (random: Random) => (at: At & { week: "last" | "this" }) => BlockValue;
};

const spreadBy = (random: Random, sigma: number) => Math.exp(sigma * normal(random));
const dayCurve = (hours: number, depth: number) => 1 + depth * Math.sin((hours / 24) * 2 * Math.PI);

function wandering(random: Random, keeps: number, sigma: number): () => number {
  let at = (sigma * normal(random)) / Math.sqrt(1 - keeps ** 2);
  return () => {
    at = keeps * at + sigma * normal(random);
    return at;
  };
}

function shareOf(random: Random, requests: number, probability: number): number {
  let failed = 0;
  for (let request = 0; request < requests; request += 1) failed += random() < probability ? 1 : 0;
  return failed / requests;
}

function countOf(random: Random, mean: number): number {
  let events = -1;
  for (let product = 1; product > Math.exp(-mean); product *= random()) events += 1;
  return Math.max(0, events);
}

const latency = (
  make: (random: Random) => (at: At & { week: "last" | "this" }) => number,
  factor: number,
): World => ({
  rule: LATENCY,
  make: (random) => {
    const valueAt = make(random);
    return (at) => valueAt(at) * (at.changed ? factor : 1);
  },
});

/** What a capability may look like. @param factor by how much a release that changes something changes it */
export const worlds = (factor: number): Record<string, World> => ({
  "steady latency": latency((random) => () => 0.2 * spreadBy(random, 0.1), factor),
  "latency that drifts": latency((random) => {
    const drift = wandering(random, 0.9, 0.05);
    return () => 0.2 * Math.exp(drift()) * spreadBy(random, 0.05);
  }, factor),
  "latency by day and night": latency((random) => {
    const depth = 0.2 + 0.5 * random();
    return ({ hours }) => 0.2 * dayCurve(hours, depth) * spreadBy(random, 0.08);
  }, factor),
  "a week unlike the last": latency((random) => {
    const [level, depth, other] = [0.5 + random(), 0.6 * random(), 0.6 * random()];
    return ({ hours, week }) =>
      0.2 *
      (week === "last" ? level : 1) *
      dayCurve(hours, week === "last" ? other : depth) *
      spreadBy(random, 0.08);
  }, factor),
  "latency with bursts": latency(
    (random) => () => 0.2 * spreadBy(random, 0.1) * (random() < 0.15 ? 1 + 3 * random() : 1),
    factor,
  ),
  "an outage at any time": latency((random) => {
    const fromBlock = Math.floor(4 * BLOCKS * random());
    const until = fromBlock + 1 + 5 * random();
    let block = -1;
    return () => {
      block += 1;
      return 0.2 * spreadBy(random, 0.1) * (block >= fromBlock && block < until ? 5 : 1);
    };
  }, factor),
  "errors of little traffic": {
    rule: ERRORS,
    make: (random) => {
      const requests = 10 + Math.floor(30 * random());
      return ({ changed }) => shareOf(random, requests, 0.02 * (changed ? 4 * factor : 1));
    },
  },
  "errors of much traffic": {
    rule: ERRORS,
    make:
      (random) =>
      ({ changed }) => {
        const probability = 0.01 * (changed ? factor : 1);
        // Of many requests the failed ones vary as a normal distribution.
        const sigma = Math.sqrt((probability * (1 - probability)) / 1_000);
        return Math.max(0, probability + sigma * normal(random));
      },
  },
  "probes that fail at times": {
    rule: PROBES,
    make:
      (random) =>
      ({ changed }) =>
        1 - shareOf(random, 10, 0.02 * (changed ? 10 * factor : 1)),
  },
  "memory that wanders": {
    rule: MEMORY,
    make: (random) => {
      const walk = wandering(random, 0.98, 0.01);
      return ({ changed }) => Math.min(1, 0.4 * (changed ? factor : 1) + walk());
    },
  },
  restarts: {
    rule: RESTARTS,
    make: (random) => {
      const mean = random() < 0.5 ? 0 : 0.5 * random();
      return ({ changed }) => countOf(random, changed ? Math.max(0.5, mean) * 2 * factor : mean);
    },
  },
});

/** Between before and after. */
const SETTLING_BLOCKS = 2;
const HOURS = [0.5, 1, 2, 24] as const;

/** Replays one release in a world: at any time of day, over one of the lengths. */
export function replayRelease(world: World, isChange: boolean, random: () => number): ReleaseComparison {
  const hours = HOURS[Math.floor(HOURS.length * random())] ?? 1;
  const start = 24 * random();
  const series = world.make(random);
  const stretch = (week: "last" | "this", part: "before" | "after") => {
    const from = start + (part === "before" ? 0 : hours * (1 + SETTLING_BLOCKS / BLOCKS));
    const changed = isChange && week === "this" && part === "after";
    const blocks = Array.from({ length: BLOCKS }, (_, block) =>
      series({ hours: from + (block / BLOCKS) * hours, changed, week }),
    );
    return new Map([[world.rule.key, blocks]]);
  };
  const lastWeek = { before: stretch("last", "before"), after: stretch("last", "after") };
  return compareRelease(stretch("this", "before"), stretch("this", "after"), lastWeek, [world.rule]);
}
