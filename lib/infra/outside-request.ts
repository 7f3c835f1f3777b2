import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Runs something as if no request had asked for it. What outlives a request, such as a connection that is
 * kept, holds the context that it was made in: the request, its answer and the compressor of that, some 300
 * kB.
 */
export const outsideRequest: <T>(run: () => T) => T = AsyncLocalStorage.snapshot();
