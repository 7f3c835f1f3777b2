import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { CONNECTION_LIMITS } from "@/lib/infra/connections";
import { isDatabaseError } from "@/lib/infra/database-error";
import { areSessionsShared, judgeVersion } from "./check-server";
import { maySpeakPostgres } from "./speaks-postgres";

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

const FOREIGN =
  "doesn't answer as a PostgreSQL does: something else listens there. Check host and port in DATABASE_URL";
const POOLER =
  "is behind a pooler that shares sessions between transactions, such as PgBouncer with pool_mode = transaction. Watchpost's locks and prepared statements would fail there. Point DATABASE_URL at PostgreSQL itself, or use pool_mode = session";

/**
 * Waits until the database answers, and checks that Watchpost can work with it: its version, and that a
 * session stays one.
 * @param report called once when the first try fails and it is worth waiting, and for a version that isn't
 * tested
 * @throws DatabaseUnusableError when it doesn't answer in time, or answers that it never will, or can't be
 * used
 */
export async function waitForDatabase(
  url: string,
  { timeoutMs, report }: { timeoutMs: number; report: (line: string) => void },
): Promise<void> {
  const { host, pathname } = new URL(url);
  const where = `The database ${pathname.slice(1)} on ${host || "the local socket"}`;
  const deadlineMs = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    if (attempt === 1 && !(await isPostgresThere(url)))
      throw new DatabaseUnusableError(`${where} ${FOREIGN}.`);
    const failure = await tryOnce(url, where, report);
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

/** Where it can't be reached at all, the next try says so. */
async function isPostgresThere(url: string): Promise<boolean> {
  const { host, port } = new Client({ connectionString: url });
  return host.startsWith("/") || maySpeakPostgres(host, port);
}

/**
 * @returns why it can't be reached; null: it can, and can be used
 * @throws DatabaseUnusableError where it can't be used
 */
async function tryOnce(
  url: string,
  where: string,
  report: (line: string) => void,
): Promise<{ code: string; message: string } | null> {
  const [first, second] = [limitedClient(url), limitedClient(url)];
  try {
    await first.connect();
    await second.connect();
    await check(first, second, where, report);
    return null;
  } catch (error) {
    if (error instanceof DatabaseUnusableError || !isDatabaseError(error)) throw error;
    const { code, message } = error as { code?: string; message: string };
    // pg's own timeout has no code; a name with several addresses fails with all of their errors in one.
    const inner = error instanceof AggregateError ? (error.errors[0] as { code?: string }).code : undefined;
    return { code: code ?? inner ?? (/timeout/i.test(message) ? "ETIMEDOUT" : "UNKNOWN"), message };
  } finally {
    await Promise.all([first.end(), second.end()]).catch(() => {});
  }
}

async function check(
  first: Client,
  second: Client,
  where: string,
  report: (line: string) => void,
): Promise<void> {
  const { rows } = await first.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  const judged = judgeVersion(rows[0]?.version ?? 0);
  if (judged && "refusal" in judged) throw new DatabaseUnusableError(`${where} ${judged.refusal}.`);
  if (await areSessionsShared(first, second)) throw new DatabaseUnusableError(`${where} ${POOLER}.`);
  if (judged) report(judged.remark);
}

function limitedClient(url: string): Client {
  const client = new Client({ ...CONNECTION_LIMITS, connectionString: url });
  client.on("error", () => {}); // the next statement fails on the lost connection and says so
  return client;
}
