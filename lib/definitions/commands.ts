import { mkdir, readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { breadthOf } from "@/lib/catalogue/identity";
import { evictionStore } from "@/lib/eviction/store";
import { isDatabaseError } from "@/lib/infra/database-error";
import { databaseSentence } from "@/lib/infra/database-sentence";
import { tenantLabel } from "@/lib/infra/env";
import { checkMetrics, findingLine } from "./check-metrics";
import { jsonSchemaFiles } from "./json-schemas";
import type { CommandFlags } from "./plan";
import { printPlan } from "./print-plan";
import { formatProblem } from "./problem";
import { type Definitions, readDefinitions } from "./read-definitions";
import { definitionsStore } from "./store";
import { whoami } from "./whoami";

/**
 * What a command on the definitions found, for its caller to print.
 * `refused`: the definitions or the metrics have problems, or something is left. `unusable`: the database or the address is.
 */
export type CommandResult = {
  outcome: "done" | "refused" | "unusable";
  lines: string[];
  problems: string[];
};

const done = (...lines: string[]): CommandResult => ({ outcome: "done", lines, problems: [] });
const refused = (...problems: string[]): CommandResult => ({ outcome: "refused", lines: [], problems });
const unusable = (...problems: string[]): CommandResult => ({ outcome: "unusable", lines: [], problems });

/** "1 tenant", "3 tenants". */
const count = (many: number, one: string, more = `${one}s`) => `${many} ${many === 1 ? one : more}`;

/**
 * Reads a folder of definitions under the environment's tenant label.
 * @param consequence follows the number of problems: " Nothing was changed."
 * @returns the definitions, or the refusal with a line for each problem
 * @throws EnvironmentError when TENANT_LABEL is no label name
 */
export async function readFolder(
  folder: string,
  consequence = "",
): Promise<{ ok: true; definitions: Definitions } | { ok: false; result: CommandResult }> {
  const read = await readDefinitions(folder, { tenantLabel: tenantLabel() });
  if (read.ok) return read;
  return { ok: false, result: refuseFindings(read.problems.map(formatProblem), folder, consequence) };
}

/** What a judge from outside this room finds in definitions that can be read. */
export type Findings = { problems: string[]; warnings: string[] };

/** @param consequence follows the number of problems */
export const refuseFindings = (
  problems: readonly string[],
  folder: string,
  consequence = "",
): CommandResult => refused(...problems, `${count(problems.length, "problem")} in ${folder}.${consequence}`);

/** Judges a folder of definitions without a database. @throws EnvironmentError as readFolder() does */
export async function checkFolder(
  folder: string,
  judge: (definitions: Definitions) => Promise<Findings>,
): Promise<CommandResult> {
  const read = await readFolder(folder);
  if (!read.ok) return read.result;
  const { problems, warnings } = await judge(read.definitions);
  if (problems.length > 0) return refuseFindings(problems, folder);
  const tenants = count(read.definitions.tenants.length, "tenant");
  return done(
    ...warningsOf(read.definitions),
    ...warnings,
    `${folder}: ${tenants}, the bundle, the platform and its components are fine.`,
  );
}

/** What is allowed, and opens more than it seems to. */
const warningsOf = ({ identity }: Definitions): string[] =>
  identity.claims.flatMap((rule) => {
    const breadth = breadthOf(rule);
    return breadth ? [`Warning: identity.yaml: ${breadth}`] : [];
  });

/** More than any provider says of a person. */
const MAX_CLAIMS_BYTES = 1_000_000;

/**
 * Says what a person with these claims would see by the definitions, and why. It needs no database.
 * @param text a JSON object, as an id token or userinfo has it
 * @param tenantClaim OIDC_TENANT_CLAIM
 */
export async function explainClaims(
  folder: string,
  text: string,
  tenantClaim: string,
): Promise<CommandResult> {
  const read = await readFolder(folder);
  if (!read.ok) return read.result;
  const claims = text.length > MAX_CLAIMS_BYTES ? null : claimsSchema.safeParse(parsedJson(text)).data;
  if (!claims)
    return unusable("The input isn't one JSON object of claims, such as the content of an id token.");
  return done(...whoami(claims, read.definitions, tenantClaim));
}

const claimsSchema = z.record(z.string(), z.unknown());

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Brings the database to what the definitions say, or only plans that. Closes the store.
 * @param options report takes a line of progress
 */
export async function applyToDatabase(
  definitions: Definitions,
  options: { dryRun: boolean; report?: (line: string) => void } & CommandFlags,
): Promise<CommandResult> {
  return onDatabase(async () => {
    const result = await definitionsStore.applyDefinitions(definitions, options);
    if (result.ok) return done(...warningsOf(definitions), printPlan(result.plan, options));
    return refused(...result.refusals, "Nothing was changed.");
  });
}

/** Says in how many rows of which tables the database still names a tenant. Closes the store. */
export function findWhatIsLeft(tenantId: string): Promise<CommandResult> {
  return onDatabase(async () => {
    const found = Object.entries(await evictionStore.rowsNaming(tenantId));
    if (found.length === 0) return done(`Nothing in the database names ${tenantId}.`);
    return refused(...found.map(([table, rows]) => `${table}: ${count(rows, "row")}`));
  });
}

async function onDatabase(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    return unusable(databaseSentence(error));
  } finally {
    await definitionsStore.close();
  }
}

/** Says what the portal can't show of a migration's metrics. @param where the address of its /metrics, or a textfile */
export async function checkMetricsAt(where: string): Promise<CommandResult> {
  const check = await checkMetrics(where, Date.now());
  if (!check.ok) return unusable(check.unreachable);
  const linesOf = (areWrong: boolean) =>
    check.findings
      .filter(({ kind }) => (kind === "wrong") === areWrong)
      .map((finding) => findingLine(where, finding));
  const wrong = linesOf(true);
  const lines = linesOf(false);
  if (wrong.length === 0) return done(...lines, `${where}: the portal can show this.`);
  const summary = `${count(wrong.length, "thing is", "things are")} wrong.`;
  return { outcome: "refused", lines, problems: [...wrong, summary] };
}

/**
 * Writes the JSON Schemas of the definitions' files, or only says whether they are up to date.
 * @param root the project's folder, which ends with a slash
 */
export async function writeSchemas(
  root: string,
  { checkOnly }: { checkOnly: boolean },
): Promise<CommandResult> {
  const folder = `${root}docs/schemas`;
  const stale: string[] = [];
  for (const [name, text] of Object.entries(jsonSchemaFiles())) {
    const present = await readFile(`${folder}/${name}`, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return "";
    });
    if (present === text) continue;
    stale.push(name);
    if (checkOnly) continue;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/${name}`, text);
  }
  if (stale.length === 0) return done("docs/schemas is up to date.");
  if (!checkOnly) return done(`Wrote ${stale.join(", ")} to docs/schemas.`);
  return refused(`Out of date in docs/schemas: ${stale.join(", ")}. Run npm run definitions -- schema`);
}
