import { writeUnreadBounces } from "@/lib/delivery/unread-bounces/commands";
import { exitCodeOf, runListCommand, say, selectionOf, UNUSABLE } from "@/server/list-command";
import { onEmbeddedDatabase } from "@/server/on-embedded-database";
import { readUsage, UsageError } from "@/server/usage";

const HELP = `Prints what came back to mails and could not be read, oldest first: time in UTC, number, tenant, mail, size, and why.

  npm run unread-bounces -- --since 7d     the last seven days; also 12h or 30m; they are kept for 30 days
      --tenant ID                          of this tenant alone
      --show NUMBER                        one of them, with its first 16 kB

The database comes from DATABASE_URL (default: the embedded one). See docs/runbooks/bounces-unreadable.md.

Exit codes: 0 done · 2 wrong usage, or no database
`;

const readArguments = (args: string[]) =>
  readUsage({
    args,
    options: {
      since: { type: "string", default: "30d" },
      tenant: { type: "string" },
      show: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;

async function main(args: string[]): Promise<number> {
  const { since, tenant = null, show, help } = readArguments(args);
  if (help) {
    await say(HELP);
    return 0;
  }
  const selection = selectionOf(since, tenant);
  if (show !== undefined && !/^[1-9]\d{0,17}$/.test(show))
    throw new UsageError(`${show} is no number of the list.`);
  if (!process.env.DATABASE_URL) return onEmbeddedDatabase(import.meta.url, args) ?? UNUSABLE;
  const unreadable = await writeUnreadBounces(show === undefined ? { list: selection } : { show }, say);
  return exitCodeOf(unreadable);
}

await runListCommand("unread-bounces", main);
