import { type Draws, drawsOf } from "./random";

export const WEBS = ["web-1", "web-2"] as const;
export const WORKERS = ["worker-1", "worker-2"] as const;
/** The lines that are judged in a chaos run, and that may breach their thresholds. */
export const CHAOS_LINES = ["availability/availability", "latency/p95", "error-rate/error-rate"] as const;
export type ChaosLine = (typeof CHAOS_LINES)[number];

/** Which two processes each proxy stands between, the one that opens the connections first. */
export const PAIRS = [
  ...[...WEBS, ...WORKERS].flatMap((from) => [`${from}→database`, `${from}→prometheus`] as const),
  ...WORKERS.map((from) => `${from}→relay` as const),
  "replica→database",
] as const;

const PROCESSES = [...WEBS, ...WORKERS, "prometheus", "relay", "database"] as const;

/**
 * What can happen, and to what. kill: SIGKILL, and a new start when the fault ends. stop: SIGSTOP, then SIGCONT. restart: an orderly
 * stop and a start. cut: no connection. hang: open connections carry nothing. slow: every piece is late. fail-over: the primary is
 * killed and its replica is promoted. fill: a full disk, all connections taken, or a relay without space. clock: the clock of a
 * process jumps.
 */
export const FAULTS = {
  kill: [...PROCESSES, "replica"],
  stop: [...PROCESSES, "replica"],
  restart: PROCESSES,
  cut: PAIRS,
  hang: PAIRS,
  slow: PAIRS,
  "fail-over": ["database"],
  fill: ["database", "connections", "relay"],
  clock: [...WORKERS],
} as const satisfies Record<string, readonly string[]>;
export type FaultKind = keyof typeof FAULTS;
const KINDS = Object.keys(FAULTS) as FaultKind[];

/** Times are milliseconds from the beginning of the run. */
export type PlannedFault = {
  kind: FaultKind;
  target: string;
  atMs: number;
  forMs: number;
  /** How far the clock jumps, where it does. */
  byMs: number;
};
/** One line of one capability breaches its threshold for a time. */
export type PlannedBreach = { capability: string; line: ChaosLine; atMs: number; forMs: number };
export type ChaosPlan = {
  seed: number;
  lengthMs: number;
  capabilities: readonly string[];
  faults: readonly PlannedFault[];
  breaches: readonly PlannedBreach[];
};

const CAPABILITIES = 30;
/** Before the first fault everything has worked, so that what follows is a change. */
const QUIET_MS = 8_000;
/** So many faults last at the same time, at most. */
const TRACKS = 2;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const CLOCK_JUMPS_MS = [-24 * HOUR_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS];
/** A line turns so seldom that its alerts aren't flapping: twice an hour, and once more in a mass crossing. */
const BREACHES_OF_A_LINE = 2;
const CALM_OF_A_LINE_MS = 90_000;
const MASS_EVERY_MS = 300_000;

/**
 * What will happen in a run: the same for the same seed and length.
 * @param lengthMs from the beginning to the last fault's end
 */
export function chaosPlan(seed: number, lengthMs: number): ChaosPlan {
  const draws = drawsOf(seed);
  const capabilities = Array.from({ length: CAPABILITIES }, (_, n) => `capability-${n + 1}`);
  const faults = plannedFaults(draws, lengthMs);
  const mass = massCrossings(draws, capabilities, lengthMs);
  const breaches = [...mass, ...plannedBreaches(draws, capabilities, lengthMs, mass)].sort(
    (a, b) => a.atMs - b.atMs,
  );
  return { seed, lengthMs, capabilities, faults, breaches };
}

/** Targets that are one thing for this purpose: a failover can't be judged while its replica is gone by another fault. */
const placeOf = (target: string) =>
  /^(database|replica|connections)|^replica→/.test(target) ? "database" : target.replace(/→.*/, "");

function plannedFaults(draws: Draws, lengthMs: number): PlannedFault[] {
  const faults: PlannedFault[] = [];
  const freeAtMs = Array.from({ length: TRACKS }, (_, track) => QUIET_MS + track * 7 * SECOND_MS);
  let kinds: FaultKind[] = [];
  for (;;) {
    const track = freeAtMs.indexOf(Math.min(...freeAtMs));
    const atMs = freeAtMs[track] ?? 0;
    if (kinds.length === 0) kinds = draws.shuffled(KINDS);
    const forMs = draws.whole(3, 25) * SECOND_MS;
    if (atMs + forMs > lengthMs) return faults;
    const busy = new Set(
      faults.filter((fault) => fault.atMs + fault.forMs > atMs).map(({ target }) => placeOf(target)),
    );
    const kind = kinds.find((each) => FAULTS[each].some((target) => !busy.has(placeOf(target)))) ?? "cut";
    kinds = kinds.filter((each) => each !== kind);
    const target = draws.one(FAULTS[kind].filter((each) => !busy.has(placeOf(each))));
    faults.push({ kind, target, atMs, forMs, byMs: kind === "clock" ? draws.one(CLOCK_JUMPS_MS) : 0 });
    freeAtMs[track] = atMs + forMs + draws.whole(2, 8) * SECOND_MS;
  }
}

/** Every capability's same line breaches in the same second. */
function massCrossings(draws: Draws, capabilities: readonly string[], lengthMs: number): PlannedBreach[] {
  const count = Math.max(1, Math.floor(lengthMs / MASS_EVERY_MS));
  const part = lengthMs / count;
  return Array.from({ length: count }, (_, n) => {
    const line = CHAOS_LINES[n % CHAOS_LINES.length] ?? "latency/p95";
    const atMs = Math.round(n * part + (part * draws.whole(35, 55)) / 100);
    const forMs = Math.min(45 * SECOND_MS, lengthMs - atMs);
    return capabilities.map((capability) => ({ capability, line, atMs, forMs }));
  }).flat();
}

function plannedBreaches(
  draws: Draws,
  capabilities: readonly string[],
  lengthMs: number,
  mass: readonly PlannedBreach[],
): PlannedBreach[] {
  const breaches: PlannedBreach[] = [];
  const isFree = (breach: PlannedBreach) => {
    const ofLine = breaches.filter(
      ({ capability, line }) => capability === breach.capability && line === breach.line,
    );
    const near = [
      ...ofLine,
      ...mass.filter(({ line, capability }) => line === breach.line && capability === breach.capability),
    ];
    return (
      ofLine.length < BREACHES_OF_A_LINE &&
      near.every(
        ({ atMs, forMs }) =>
          breach.atMs > atMs + forMs + CALM_OF_A_LINE_MS ||
          breach.atMs + breach.forMs + CALM_OF_A_LINE_MS < atMs,
      )
    );
  };
  for (let atMs = 5 * SECOND_MS; atMs < lengthMs; atMs += draws.whole(1, 5) * SECOND_MS) {
    const forMs = Math.min(draws.whole(6, 60) * SECOND_MS, lengthMs - atMs);
    const breach = { capability: draws.one(capabilities), line: draws.one(CHAOS_LINES), atMs, forMs };
    if (isFree(breach)) breaches.push(breach);
  }
  return breaches;
}
