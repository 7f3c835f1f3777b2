import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkMetrics, findingLine } from "@/lib/definitions/check-metrics";
import { jsonSchemaFiles } from "@/lib/definitions/json-schemas";
import type { Said } from "@/lib/definitions/plan";
import { printPlan } from "@/lib/definitions/print-plan";
import { formatProblem } from "@/lib/definitions/problem";
import { type Definitions, readDefinitions } from "@/lib/definitions/read-definitions";
import { applyDefinitions, closeDefinitionsStore } from "@/lib/definitions/store";
import { rowsNaming } from "@/lib/eviction/store";
import { databaseUrl, EnvironmentError, tenantLabel } from "@/lib/infra/env";
import { onEmbeddedDatabase } from "./on-embedded-database";

const HELP = `Reads the operator's definitions: the tenants, the health bundle, the platform and its components.

  npm run definitions -- check PATH     judge the files in the folder PATH; needs no database
  npm run definitions -- apply PATH     bring the database to what they say, and print what changed
      --dry-run                         print it, change nothing
      --remove ID                       end the tenant ID, which left and is no longer in the files; may be repeated
      --delete ID                       let the worker delete what is held about ID at once, whose new eviction was over long ago
  npm run definitions -- left ID        say where the tenant ID still stands in the database, and in how many rows
  npm run definitions -- schema         write the JSON Schemas for editors to docs/schemas
      --check                           only say whether they are up to date
  npm run definitions -- check-metrics URL   tell the author of a migration's job what of its metrics is missing or wrong;
                                             URL is its /metrics, or the path of a textfile

The tenant label comes from TENANT_LABEL (default: tenant), the database from DATABASE_URL (default: the embedded one).

Exit codes: 0 done · 1 the definitions or the metrics have problems, applying is refused, or something is left · 2 wrong usage, or no database
See docs/definitions.md, and docs/data-migrations.md for check-metrics.
`;

const FINE = 0;
const REFUSED = 1;
const UNUSABLE = 2;

const ROOT = fileURLToPath(new URL("..", import.meta.url));

class UsageError extends Error {
  override name = "UsageError";
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        "dry-run": { type: "boolean", default: false },
        remove: { type: "string", multiple: true, default: [] },
        delete: { type: "string", multiple: true, default: [] },
        check: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [command, path, ...rest] = positionals;
  if (values.help) {
    say(HELP.trimEnd());
    return FINE;
  }
  if (command === "schema" && path === undefined) return writeSchemas(values.check);
  if (command === "check-metrics") {
    if (path === undefined || rest.length > 0)
      throw new UsageError("check-metrics takes one address or file.");
    return tellOfMetrics(path);
  }
  if (command === "left") {
    if (path === undefined || rest.length > 0) throw new UsageError("left takes one tenant's id.");
    if (!process.env.DATABASE_URL) return onEmbeddedDatabase(import.meta.url, args) ?? UNUSABLE;
    return tellWhatIsLeft(path);
  }
  if (command !== "check" && command !== "apply") {
    throw new UsageError(
      command === undefined
        ? "Say check, apply, left, check-metrics or schema."
        : `There is no command ${command}.`,
    );
  }
  if (path === undefined || rest.length > 0) throw new UsageError(`${command} takes one folder.`);
  if (command === "check" && (values["dry-run"] || values.remove.length + values.delete.length > 0)) {
    throw new UsageError("--dry-run, --remove and --delete belong to apply.");
  }

  const result = await readDefinitions(path, { tenantLabel: tenantLabel() });
  if (!result.ok) {
    for (const problem of result.problems) complain(formatProblem(problem));
    const count = result.problems.length;
    complain(
      `${count} ${count === 1 ? "problem" : "problems"} in ${path}.${command === "apply" ? " Nothing was changed." : ""}`,
    );
    return REFUSED;
  }
  if (command === "check") {
    const count = result.definitions.tenants.length;
    say(
      `${path}: ${count} ${count === 1 ? "tenant" : "tenants"}, the bundle, the platform and its components are fine.`,
    );
    return FINE;
  }
  if (!process.env.DATABASE_URL) return onEmbeddedDatabase(import.meta.url, args) ?? UNUSABLE;
  return apply(result.definitions, {
    dryRun: values["dry-run"],
    remove: values.remove,
    delete: values.delete,
  });
}

async function tellOfMetrics(where: string): Promise<number> {
  const result = await checkMetrics(where, Date.now());
  if (!result.ok) {
    complain(result.unreachable);
    return UNUSABLE;
  }
  const { findings } = result;
  const wrong = findings.filter(({ kind }) => kind === "wrong").length;
  for (const finding of findings) (finding.kind === "wrong" ? complain : say)(findingLine(where, finding));
  if (wrong === 0) say(`${where}: the portal can show this.`);
  else complain(`${wrong} ${wrong === 1 ? "thing is" : "things are"} wrong.`);
  return wrong === 0 ? FINE : REFUSED;
}

async function tellWhatIsLeft(tenantId: string): Promise<number> {
  try {
    const found = Object.entries(await rowsNaming(tenantId));
    for (const [table, rows] of found) complain(`${table}: ${rows} ${rows === 1 ? "row" : "rows"}`);
    if (found.length === 0) say(`Nothing in the database names ${tenantId}.`);
    return found.length === 0 ? FINE : REFUSED;
  } catch (error) {
    complain(databaseSentence(error));
    return UNUSABLE;
  } finally {
    await closeDefinitionsStore();
  }
}

async function apply(definitions: Definitions, options: { dryRun: boolean } & Said): Promise<number> {
  try {
    const result = await applyDefinitions(definitions, options);
    if (result.ok) {
      say(printPlan(result.plan, options));
      return FINE;
    }
    for (const refusal of result.refusals) complain(refusal);
    complain("Nothing was changed.");
    return REFUSED;
  } catch (error) {
    complain(databaseSentence(error));
    return UNUSABLE;
  } finally {
    await closeDefinitionsStore();
  }
}

/** Names the database by host and name: the URL holds a password. */
function databaseSentence(error: unknown): string {
  const { host, pathname } = new URL(databaseUrl());
  const where = `The database ${pathname.slice(1)} on ${host}`;
  if ((error as { code?: string }).code === "P2021") {
    return `${where} has no tables yet. Start the portal on it once; it makes them.`;
  }
  const reason = (error instanceof Error ? error.message : String(error)).trim().split("\n").at(-1);
  return `${where} could not be used: ${reason}`;
}

async function writeSchemas(checkOnly: boolean): Promise<number> {
  const folder = `${ROOT}docs/schemas`;
  const stale: string[] = [];
  for (const [name, text] of Object.entries(jsonSchemaFiles())) {
    const present = await readFile(`${folder}/${name}`, "utf8").catch(() => "");
    if (present !== text) stale.push(name);
    if (present === text || checkOnly) continue;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/${name}`, text);
  }
  if (stale.length === 0) say("docs/schemas is up to date.");
  else if (checkOnly)
    complain(`Out of date in docs/schemas: ${stale.join(", ")}. Run npm run definitions -- schema`);
  else say(`Wrote ${stale.join(", ")} to docs/schemas.`);
  return stale.length > 0 && checkOnly ? REFUSED : FINE;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof EnvironmentError)) throw error;
  complain(error.message);
  if (error instanceof UsageError) complain("npm run definitions -- --help says how it is used.");
  process.exitCode = UNUSABLE;
}
