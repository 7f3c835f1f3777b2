/** The platform kills what hasn't ended some time after SIGTERM; ten seconds is the least that is usual. */
const END_WITHIN_MS = 9_800;

/** Lets requests end when this process is asked to stop, and ends it in time where they don't. */
export function endInTime(): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.once(signal, () => setTimeout(() => process.exit(0), END_WITHIN_MS).unref());
}
