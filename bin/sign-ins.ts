import { writeSignIns } from "@/lib/audit/commands";
import { endSessionsNaming } from "@/lib/tenancy/commands";
import { SIGN_IN_RESULTS } from "@/lib/tenancy/sign-in-result";
import { exitCodeOf, runListCommand, say, selectionOf, UNUSABLE } from "@/server/list-command";
import { onEmbeddedDatabase } from "@/server/on-embedded-database";
import { readUsage, UsageError } from "@/server/usage";

const HELP = `Prints the access log of sign-ins, oldest first: time in UTC, result, tenant, and the provider's name for the person. Ends
sessions.

  npm run sign-ins -- --since 7d     the last seven days; also 12h or 30m; the log reaches 90 days back
      --tenant ID                    of this tenant alone
      --csv                          as CSV (RFC 4180), with the issuer
  npm run sign-ins -- end NAME       end every open session of a person, by the provider's name for them, or in a tenant

A result is one of: ${SIGN_IN_RESULTS.join(", ")}.
The database comes from DATABASE_URL (default: the embedded one). See docs/privacy.md.

Exit codes: 0 done · 2 wrong usage, or no database
`;

const readArguments = (args: string[]) =>
  readUsage({
    args,
    allowPositionals: true,
    options: {
      since: { type: "string", default: "7d" },
      tenant: { type: "string" },
      csv: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });

async function end([command, name, ...more]: string[], args: string[]): Promise<number> {
  if (command !== "end" || !name || more.length > 0)
    throw new UsageError("Say: end NAME, with a person's subject or a tenant's id.");
  if (!process.env.DATABASE_URL) return onEmbeddedDatabase(import.meta.url, args) ?? UNUSABLE;
  const { ok, sentence } = await endSessionsNaming(name);
  (ok ? process.stdout : process.stderr).write(`${sentence}\n`);
  return ok ? 0 : UNUSABLE;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args);
  const { since, tenant = null, csv, help } = values;
  if (help) {
    await say(HELP);
    return 0;
  }
  if (positionals.length > 0) return end(positionals, args);
  const selection = selectionOf(since, tenant);
  if (!process.env.DATABASE_URL) return onEmbeddedDatabase(import.meta.url, args) ?? UNUSABLE;
  const unreadable = await writeSignIns({ ...selection, csv }, say);
  return exitCodeOf(unreadable);
}

await runListCommand("sign-ins", main);
