import type { Instrumentation } from "next";

/** Before the first request: a process with a wrong environment ends at once, and says what is wrong. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.NEXT_PHASE === "phase-production-build") return;
  const { checkEnvironment } = await import("@/lib/infra/start-check");
  checkEnvironment();
  const { endInTime } = await import("@/lib/infra/end-in-time");
  endInTime();
  const { installDoor } = await import("@/lib/doorway/install-door");
  const { findPackedFiles } = await import("@/lib/doorway/packed-files");
  const { environment } = await import("@/lib/infra/env");
  installDoor({
    https: environment().NEXTAUTH_URL.startsWith("https:"),
    upgrades: process.env.NODE_ENV === "development",
    // The server's folder is known when it runs; a build that followed the path would pack the whole project.
    packed: await findPackedFiles(`${/* turbopackIgnore: true */ process.cwd()}/.next/static`),
  });
  const { warnOfBroadClaim } = await import("@/lib/tenancy/settings");
  warnOfBroadClaim();
  const [{ openFilesShortage }, { log }] = await Promise.all([
    import("@/lib/infra/open-files"),
    import("@/lib/infra/log"),
  ]);
  const shortage = openFilesShortage();
  if (shortage !== null) log.warn(shortage);
}

/** Errors of a request go to the log by route: a request's own address may hold a sign-in's code. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { log } = await import("@/lib/infra/log");
  const { routePath, routeType } = context;
  log.error(
    { event: "request-failed", err: error, method: request.method, routePath, routeType },
    "A request failed.",
  );
};
