/** Why there is no estimate. */
export type NoEstimate =
  | "not-running"
  | "no-whole" // the job doesn't say of how much
  | "too-early" // too little was done, or for too short a time
  | "uneven" // it goes at such different speeds that any time would be a guess
  | "standing" // nothing was done lately
  | "silent" // the job doesn't report now
  | "all-done"; // everything is done, and the job hasn't ended

export type Estimate =
  | { kind: "none"; reason: NoEstimate }
  /** Between two times, and the one that the recent speed leads to. */
  | { kind: "between"; fromMs: number; atMs: number; toMs: number };

const LEAST_POINTS = 4;
const LEAST_MS = 300_000;
const LEAST_SHARE = 0.02;
/** Slowest and fastest speed further apart than this: the end is anybody's guess. */
const MOST_APART = 5;
/** Even a steady job isn't a clock. */
const MARGIN = 0.1;
/** The speeds that are compared: over all of it, its last half and its last quarter. */
const PARTS = [1, 0.5, 0.25];

const none = (reason: NoEstimate): Estimate => ({ kind: "none", reason });

/**
 * When a job would be done if it went on at the speeds that it had. All speeds count from now on, so that an estimate never lies in
 * the past; how far they differ is its uncertainty.
 * @param points the done share over time since it last went back, oldest first, never falling
 */
export function estimateOf(points: readonly { atMs: number; share: number }[], nowMs: number): Estimate {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return none("no-whole");
  if (last.share >= 1) return none("all-done");
  const lengthMs = last.atMs - first.atMs;
  const gained = last.share - first.share;
  if (points.length < LEAST_POINTS || lengthMs < LEAST_MS || gained < LEAST_SHARE) return none("too-early");
  const speeds = PARTS.map((part) => {
    const fromMs = last.atMs - lengthMs * part;
    return (last.share - shareAt(points, fromMs)) / (last.atMs - fromMs);
  });
  const [slowest, fastest] = [Math.min(...speeds), Math.max(...speeds)];
  if (slowest <= 0) return none("standing");
  if (fastest / slowest > MOST_APART) return none("uneven");
  const remaining = 1 - last.share;
  const inMs = (speed: number) => remaining / speed;
  return {
    kind: "between",
    fromMs: nowMs + inMs(fastest) * (1 - MARGIN),
    atMs: nowMs + inMs(speeds[1] ?? fastest),
    toMs: nowMs + inMs(slowest) * (1 + MARGIN),
  };
}

/** The share at an instant between two points, on the straight line between them. */
function shareAt(points: readonly { atMs: number; share: number }[], atMs: number): number {
  const after = points.findIndex((point) => point.atMs >= atMs);
  const [b, a] = [points[after], points[after - 1]];
  if (!b) return points.at(-1)?.share ?? 0;
  if (!a) return b.share;
  return a.share + ((b.share - a.share) * (atMs - a.atMs)) / (b.atMs - a.atMs || 1);
}
