/**
 * The flags that the worker's Node is started with.
 *
 * A cycle of 10,000 tenants leaves some 80 MB standing and several times that behind. Where Node sees a big machine it lets that
 * lie for long; with a ceiling it clears up in time. This one holds for some 30,000 tenants. With few tenants it would be far off:
 * so the heap clears up, too, whenever it has grown by a fifth.
 */
export const WORKER_NODE_FLAGS: readonly string[] = [
  "--max-old-space-size=256",
  "--max-semi-space-size=4",
  "--heap-growing-percent=20",
];

/**
 * The flags that the portal's Node is started with.
 *
 * Between two polls V8 shrinks the space for young objects to half a megabyte, and each view then stops to clear it five times
 * over. A view leaves some megabytes behind, so that it fits into this one. What is left lying beyond it is cleared up whenever the
 * heap has grown by a fifth: a ceiling would do the same, and end the process at the first answer that is too big.
 */
export const WEB_NODE_FLAGS: readonly string[] = [
  "--min-semi-space-size=8",
  "--max-semi-space-size=8",
  "--heap-growing-percent=20",
];

/** Next's command as a file for Node, below the project's root: its own start command takes no flags for Node. */
export const NEXT_COMMAND = "node_modules/next/dist/bin/next";
