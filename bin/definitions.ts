import { text as readText } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { checkAddresses } from "@/alerting/deliver/check-addresses";
import { ehloNameOf } from "@/alerting/deliver/ehlo-name";
import { examineStore } from "@/alerting/doctor/examine-store";
import {
  applyToDatabase,
  type CommandResult,
  checkFolder,
  checkMetricsAt,
  explainClaims,
  findWhatIsLeft,
  readFolder,
  refuseFindings,
  writeSchemas,
} from "@/lib/definitions/commands";
import type { Definitions } from "@/lib/definitions/read-definitions";
import { EnvironmentError } from "@/lib/infra/env";
import { onEmbeddedDatabase } from "@/server/on-embedded-database";
import { readUsage, UsageError } from "@/server/usage";

const HELP = `Reads the operator's definitions: the tenants, the health bundle, the platform and its components.

  npm run definitions -- check PATH     judge the files in the folder PATH; needs no database
  npm run definitions -- apply PATH     bring the database to what they say, and print what changed
      --dry-run                         print it, change nothing
      --remove ID                       end the tenant ID, which left and is no longer in the files; may be repeated
      --delete ID                       let the worker delete what is held about ID at once, whose new eviction was over long ago
  npm run definitions -- whoami [PATH]  say what a person with the claims on standard input (JSON) would see, and why;
                                        PATH is the folder, without it DEFINITIONS_DIR
  npm run definitions -- left ID        say where the tenant ID still stands in the database, and in how many rows
  npm run definitions -- doctor [PATH]  say what the metrics store has for the definitions in PATH, or for the default bundle
      --against URL                     the store; without it PROMETHEUS_URL
      --draft                           print a tenants.yaml to begin with, from the tenant label's values
  npm run definitions -- schema         write the JSON Schemas for editors to docs/schemas
      --check                           only say whether they are up to date
  npm run definitions -- check-metrics URL   what is missing or wrong in the metrics of a migration's job;
                                             URL is its /metrics, or the path of a textfile

check and apply ask the relay of SMTP_URL, where that is set, whether it takes contact addresses outside ASCII, if there are any.
The tenant label comes from TENANT_LABEL (default: tenant), the database from DATABASE_URL (default: the embedded one).

Exit codes: 0 done · 1 the definitions, the store or the metrics have problems, applying is refused, or something is left · 2 wrong usage, or no database
See docs/definitions.md, and docs/data-migrations.md for check-metrics.
`;

const EXIT_CODES = { done: 0, refused: 1, unusable: 2 } as const;
const ROOT = fileURLToPath(new URL("..", import.meta.url));

const complain = (text: string) => process.stderr.write(`${text}\n`);

const readArguments = (args: string[]) =>
  readUsage({
    args,
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      remove: { type: "string", multiple: true, default: [] },
      delete: { type: "string", multiple: true, default: [] },
      check: { type: "boolean", default: false },
      against: { type: "string" },
      draft: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });

/** Prints what a command found. @returns the exit code */
function printResult({ outcome, lines, problems }: CommandResult): number {
  for (const line of lines) process.stdout.write(`${line}\n`);
  for (const problem of problems) complain(problem);
  return EXIT_CODES[outcome];
}

/** Runs the same command below the launcher, with the embedded database. @returns its exit code */
const withEmbeddedDatabase = (args: string[]) =>
  onEmbeddedDatabase(import.meta.url, args) ?? EXIT_CODES.unusable;

/** The one argument of a command. @throws UsageError when there is none, or a second one */
function only([argument, ...rest]: string[], usage: string): string {
  if (argument === undefined || rest.length > 0) throw new UsageError(usage);
  return argument;
}

type Values = ReturnType<typeof readArguments>["values"];

/** By the worker's settings, as far as they are set here. */
function judgeAddresses({ tenants }: Definitions) {
  const { SMTP_URL, NEXTAUTH_URL, MAIL_FROM } = process.env;
  const ehloName = NEXTAUTH_URL && MAIL_FROM ? ehloNameOf(NEXTAUTH_URL, MAIL_FROM) : undefined;
  return checkAddresses(tenants, SMTP_URL || undefined, ehloName);
}

async function apply(folder: string, values: Values, args: string[]): Promise<number> {
  const read = await readFolder(folder, " Nothing was changed.");
  if (!read.ok) return printResult(read.result);
  if (!process.env.DATABASE_URL) return withEmbeddedDatabase(args);
  const { problems, warnings } = await judgeAddresses(read.definitions);
  if (problems.length > 0) return printResult(refuseFindings(problems, folder, " Nothing was changed."));
  for (const warning of warnings) complain(warning);
  const { "dry-run": dryRun, remove } = values;
  const flags = { remove, delete: values.delete };
  return printResult(await applyToDatabase(read.definitions, { dryRun, report: complain, ...flags }));
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [command, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT_CODES.done;
  }
  switch (command) {
    case "check": {
      const folder = only(rest, "check takes one folder.");
      if (values["dry-run"] || values.remove.length + values.delete.length > 0)
        throw new UsageError("--dry-run, --remove and --delete belong to apply.");
      return printResult(await checkFolder(folder, judgeAddresses));
    }
    case "apply":
      return apply(only(rest, "apply takes one folder."), values, args);
    case "doctor": {
      const [folder, ...more] = rest;
      if (more.length > 0) throw new UsageError("doctor takes one folder, or none.");
      const { against: url, draft } = values;
      return printResult(await examineStore({ folder, url, draft, nowMs: Date.now() }));
    }
    case "whoami": {
      const folder = rest.length > 0 ? only(rest, "whoami takes one folder.") : process.env.DEFINITIONS_DIR;
      if (!folder) throw new UsageError("whoami takes a folder, or DEFINITIONS_DIR.");
      const tenantClaim = process.env.OIDC_TENANT_CLAIM || "tenant";
      return printResult(await explainClaims(folder, await readText(process.stdin), tenantClaim));
    }
    case "left": {
      const tenantId = only(rest, "left takes one tenant's id.");
      if (!process.env.DATABASE_URL) return withEmbeddedDatabase(args);
      return printResult(await findWhatIsLeft(tenantId));
    }
    case "check-metrics":
      return printResult(await checkMetricsAt(only(rest, "check-metrics takes one address or file.")));
    case "schema":
      if (rest.length > 0) throw new UsageError("schema takes no folder.");
      return printResult(await writeSchemas(ROOT, { checkOnly: values.check }));
    case undefined:
      throw new UsageError("Say check, apply, doctor, whoami, left, check-metrics or schema.");
    default:
      throw new UsageError(`There is no command ${command}.`);
  }
}

// A command that runs for seconds would not collect its garbage, some 100 MB for 30,000 tenants.
setFlagsFromString("--heap-growing-percent=20");

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof EnvironmentError)) throw error;
  complain(error.message);
  if (error instanceof UsageError) complain("npm run definitions -- --help says how it is used.");
  process.exitCode = EXIT_CODES.unusable;
}
