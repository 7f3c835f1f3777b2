import { once } from "node:events";
import { parsePeriodMs } from "@/lib/audit/period";
import { EnvironmentError } from "@/lib/infra/env";
import { TENANT_ID } from "@/lib/tenant/scope";
import { UsageError } from "./usage";

/** A command's exit code for a wrong usage, or without a database. */
export const UNUSABLE = 2;

/** Prints, and waits for a slow reader, so that a long list isn't piled up in memory. */
export async function say(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

/** What of a list is asked for. @throws UsageError where --since or --tenant can't be that */
export function selectionOf(
  since: string,
  tenant: string | null,
): { sinceMs: number; tenantId: string | null } {
  const periodMs = parsePeriodMs(since);
  if (periodMs === null) throw new UsageError(`--since takes a length such as 7d, 12h or 30m, not ${since}.`);
  if (tenant !== null && !TENANT_ID.test(tenant)) throw new UsageError(`${tenant} is no tenant's id.`);
  return { sinceMs: Date.now() - periodMs, tenantId: tenant };
}

/**
 * Runs a command that prints a list. What was typed wrong is a sentence; anything else keeps its stack.
 * @param name of the script
 */
export async function runListCommand(name: string, main: (args: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\nnpm run ${name} -- --help says how it is used.\n`);
    process.exitCode = UNUSABLE;
  }
}

/** @param unreadable the sentence that says why there is nothing to print; null where it was printed */
export function exitCodeOf(unreadable: string | null): number {
  if (unreadable === null) return 0;
  process.stderr.write(`${unreadable}\n`);
  return UNUSABLE;
}
