/**
 * The flags that the worker's Node is started with.
 *
 * A cycle of 10,000 tenants leaves some 80 MB standing and several times that behind. Where Node sees a big machine it lets that
 * lie for long; with a ceiling it clears up in time. This one holds for some 30,000 tenants. It also begins to clear up early, and
 * young objects get little room, because a worker of a hundred tenants needs no more.
 */
export const WORKER_NODE_FLAGS: readonly string[] = [
  "--max-old-space-size=256",
  "--initial-old-space-size=48",
  "--max-semi-space-size=4",
];

/**
 * The flags that the portal's Node is started with.
 *
 * Between two polls V8 shrinks the space for young objects to half a megabyte, and each view then stops to clear it five times
 * over. So it has a floor, which is its ceiling too. Of the rest some 100 MB are in use with a hundred tenants, all that is kept
 * of answers being bounded; without a ceiling Node on a big machine leaves several times that lying.
 */
export const WEB_NODE_FLAGS: readonly string[] = [
  "--max-old-space-size=160",
  "--min-semi-space-size=4",
  "--max-semi-space-size=4",
];

/** Next's command as a file for Node, below the project's root: its own start command takes no flags for Node. */
export const NEXT_COMMAND = "node_modules/next/dist/bin/next";
