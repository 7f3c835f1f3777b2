/** How far the newest release has got. */
export type Rollout =
  | { kind: "complete" }
  /** Since its last object was created. */
  | { kind: "in-progress" | "stuck"; ageMs: number };

/** A rollout of more than ten minutes is stuck: Kubernetes itself gives up after as long. */
const STUCK_AFTER_MS = 10 * 60_000;
/** What isn't ready so long after a release isn't put down to its rollout. */
const OF_ROLLOUT_WITHIN_MS = 60 * 60_000;

/**
 * Whether the newest release is rolled out. A new pod that waits or isn't ready counts as well: of one replica, its only new pod
 * is one of one that are updated, while the old one goes on serving.
 * @param replicas as the platform reports them; ready null: not known
 * @param waitingTotal how many containers and pods wait
 */
export function rolloutOf(
  { ready, wanted, updated }: { ready: number | null; wanted: number; updated: number },
  waitingTotal: number,
  ageMs: number,
): Rollout {
  const lacks = waitingTotal > 0 || (ready !== null && ready < wanted);
  const isIncomplete = updated < wanted || (lacks && ageMs < OF_ROLLOUT_WITHIN_MS);
  if (!isIncomplete) return { kind: "complete" };
  return { kind: ageMs > STUCK_AFTER_MS ? "stuck" : "in-progress", ageMs };
}
