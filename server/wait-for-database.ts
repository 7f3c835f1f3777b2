import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { isDatabaseError } from "@/lib/infra/database-error";

/** The database can't be used. One sentence that names its host, and never its password. */
export class DatabaseUnusableError extends Error {
  override name = "DatabaseUnusableError";
}

/** What passes by itself: a server that starts, a container whose name isn't known yet, a failover. */
const PASSES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "57P03", // the server is starting up
  "57P01", // the server is shutting down: it may be restarting
  "53300", // too many connections
]);

const SENTENCES: Record<string, string> = {
  "28P01": "refuses the user or the password in DATABASE_URL",
  "28000": "refuses the user in DATABASE_URL",
  "3D000": "does not exist on that server; create it first",
};

/**
 * Waits until the database answers.
 * @param report told once when the first try fails and it is worth waiting
 * @throws DatabaseUnusableError when it doesn't answer in time, or answers that it never will
 */
export async function waitForDatabase(
  url: string,
  { timeoutMs, report }: { timeoutMs: number; report: (line: string) => void },
): Promise<void> {
  const { host, pathname } = new URL(url);
  const where = `The database ${pathname.slice(1)} on ${host || "the local socket"}`;
  const deadlineMs = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    const failure = await tryOnce(url);
    if (failure === null) return;
    const { code, message } = failure;
    if (!PASSES.has(code))
      throw new DatabaseUnusableError(`${where} ${SENTENCES[code] ?? `can't be used: ${message}`}.`);
    if (performance.now() > deadlineMs) {
      throw new DatabaseUnusableError(`${where} did not answer within ${timeoutMs / 1000} s (${code}).`);
    }
    if (attempt === 1) report(`Waiting for the database on ${host} (${code}).`);
    await sleep(250);
  }
}

async function tryOnce(url: string): Promise<{ code: string; message: string } | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {}); // a connection lost while it is ended
  try {
    await client.connect();
    return null;
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    const { code, message } = error as { code?: string; message: string };
    // pg's own timeout has no code; a name with several addresses fails with all of their errors in one.
    const inner = error instanceof AggregateError ? (error.errors[0] as { code?: string }).code : undefined;
    return { code: code ?? inner ?? (/timeout/i.test(message) ? "ETIMEDOUT" : "UNKNOWN"), message };
  } finally {
    await client.end().catch(() => {});
  }
}
