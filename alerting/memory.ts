/**
 * The flags that the worker's Node is started with.
 *
 * A cycle of 10,000 tenants leaves some 80 MB standing and several times that behind. Where Node sees a big machine it lets that
 * lie for long; with a ceiling it clears up in time. This one holds for some 30,000 tenants.
 */
export const WORKER_NODE_FLAGS: readonly string[] = ["--max-old-space-size=256"];
