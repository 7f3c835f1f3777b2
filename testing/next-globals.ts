import { AsyncLocalStorage } from "node:async_hooks";

// Next's servers do this before anything else. Without it `cookies()` works in no test, not even in `inRequest`.
Object.assign(globalThis, { AsyncLocalStorage });
