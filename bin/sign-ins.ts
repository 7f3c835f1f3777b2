import { once } from "node:events";
import { writeSignIns } from "@/lib/audit/commands";
import { parsePeriodMs } from "@/lib/audit/period";
import { EnvironmentError } from "@/lib/infra/env";
import { SIGN_IN_RESULTS } from "@/lib/tenancy/sign-in-result";
import { TENANT_ID } from "@/lib/tenant/scope";
import { onEmbeddedDatabase } from "@/server/on-embedded-database";
import { readUsage, UsageError } from "@/server/usage";

const HELP = `Prints the access log of sign-ins, oldest first: time in UTC, result, tenant, and the provider's name for the person.

  npm run sign-ins -- --since 7d     the last seven days; also 12h or 30m; the log reaches 90 days back
      --tenant ID                    of this tenant alone
      --csv                          as CSV (RFC 4180), with the issuer

A result is one of: ${SIGN_IN_RESULTS.join(", ")}.
The database comes from DATABASE_URL (default: the embedded one). See docs/privacy.md.

Exit codes: 0 done · 2 wrong usage, or no database
`;

const UNUSABLE = 2;

const readArguments = (args: string[]) =>
  readUsage({
    args,
    options: {
      since: { type: "string", default: "7d" },
      tenant: { type: "string" },
      csv: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;

/** Waits for a slow reader, so that a long log isn't piled up in memory. */
async function say(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

async function main(args: string[]): Promise<number> {
  const { since, tenant = null, csv, help } = readArguments(args);
  if (help) {
    await say(HELP);
    return 0;
  }
  const periodMs = parsePeriodMs(since);
  if (periodMs === null) throw new UsageError(`--since takes a length such as 7d, 12h or 30m, not ${since}.`);
  if (tenant !== null && !TENANT_ID.test(tenant)) throw new UsageError(`${tenant} is no tenant's id.`);
  if (!process.env.DATABASE_URL) return onEmbeddedDatabase(import.meta.url, args) ?? UNUSABLE;
  const unreadable = await writeSignIns({ sinceMs: Date.now() - periodMs, tenantId: tenant, csv }, say);
  if (unreadable === null) return 0;
  process.stderr.write(`${unreadable}\n`);
  return UNUSABLE;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof EnvironmentError)) throw error;
  process.stderr.write(`${error.message}\nnpm run sign-ins -- --help says how it is used.\n`);
  process.exitCode = UNUSABLE;
}
