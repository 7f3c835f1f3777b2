/** What is known of a process that may hang on its own connections. */
export type LivenessFacts = {
  /** For how long it has met nothing but a database that is away, in ms; 0 while it works. */
  stuckMs(): number;
  /** Whether the database takes a new connection and answers on it. Bounded, and never throws. */
  isDatabaseReachable(): Promise<boolean>;
};

/**
 * Makes the answer to a probe for liveness: whether a restart would help. That is where this process has not got an answer out of
 * the database for long although the database answers on a new connection. A database that is away restarts nobody.
 *
 * The probe never waits: it is answered from what the last look found out, and begins the next one.
 * @param afterMs for how long a process must have been stuck
 * @returns whether it lives
 */
export function createLiveness(
  { stuckMs, isDatabaseReachable }: LivenessFacts,
  afterMs: number,
): () => boolean {
  let looking = false;
  let wouldHelp = false;
  const look = async () => {
    looking = true;
    const reachable = await isDatabaseReachable();
    wouldHelp = reachable && stuckMs() > afterMs;
    looking = false;
  };
  return () => {
    if (stuckMs() <= afterMs) wouldHelp = false;
    else if (!looking) void look();
    return !wouldHelp;
  };
}
