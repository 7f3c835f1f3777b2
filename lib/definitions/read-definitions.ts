import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import { judgedLineKeys } from "@/lib/catalogue/applicable";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import { type Components, componentsSchema } from "@/lib/catalogue/components";
import { type ClaimMap, DEFAULT_IDENTITY, identitySchema } from "@/lib/catalogue/identity";
import { DEFAULT_PLATFORM, type Platform, platformSchema } from "@/lib/catalogue/platform";
import { type TenantDefinition, tenantListSchema, tenantSchema } from "@/lib/catalogue/tenant";
import { nearest } from "@/lib/infra/nearest";
import { checkBundle } from "./check-bundle";
import { checkComponents } from "./check-components";
import { extended, type Source, sourceOf } from "./extend-bundle";
import { type Path, type Problem, problemsOf, quote, valueAt } from "./problem";
import { readYaml, type YamlFile } from "./yaml-file";

/** All that the operator defines. */
export type Definitions = {
  tenants: TenantDefinition[];
  bundle: Bundle;
  platform: Platform;
  components: Components;
  identity: ClaimMap;
};

export type ReadResult = { ok: true; definitions: Definitions } | { ok: false; problems: Problem[] };

const defaultFile = (name: string) =>
  relative(".", fileURLToPath(new URL(`./defaults/${name}`, import.meta.url)));
const FILES = ["tenants.yaml", "bundle.yaml", "platform.yaml", "components.yaml", "identity.yaml"];

/**
 * Reads and judges a definitions folder: `tenants.yaml` or `tenants/*.yaml`, and where they are there, `bundle.yaml`,
 * `platform.yaml`, `components.yaml` and `identity.yaml`.
 * @param tenantLabel the name of the tenant label (TENANT_LABEL), with which the bundle's queries are tried
 * @returns the definitions, or every problem found, in the order of files and lines
 */
export async function readDefinitions(
  folder: string,
  { tenantLabel }: { tenantLabel: string },
): Promise<ReadResult> {
  const problems: Problem[] = [];
  const found = await listFolder(folder, problems);
  if (!found) return { ok: false, problems };

  const tenants: { tenant: TenantDefinition; yaml: YamlFile; path: Path }[] = [];
  const ids: { id: unknown; yaml: YamlFile; path: Path }[] = [];
  for (const file of found.tenantFiles) {
    const yaml = await readOne(join(folder, file), problems);
    if (!yaml) continue;
    const isList = file === "tenants.yaml";
    const entries = isList ? valueAt(yaml.value, ["tenants"]) : [yaml.value];
    const paths: Path[] = Array.isArray(entries)
      ? entries.map((_, index) => (isList ? ["tenants", index] : []))
      : [];
    ids.push(...paths.map((path) => ({ id: valueAt(yaml.value, [...path, "id"]), yaml, path })));
    if (isList) {
      const list = parse(tenantListSchema, sourceOf(yaml), problems);
      list?.tenants.forEach((tenant, index) => {
        tenants.push({ tenant, yaml, path: ["tenants", index] });
      });
    } else {
      const tenant = parse(tenantSchema, sourceOf(yaml), problems);
      if (tenant) tenants.push({ tenant, yaml, path: [] });
    }
  }
  problems.push(...duplicateIds(ids));

  const ownOrDefault = (name: string) => (found.files.has(name) ? join(folder, name) : defaultFile(name));
  const bundleYaml = await readOne(ownOrDefault("bundle.yaml"), problems);
  const reading = { read: (file: string) => readOne(file, problems), baseFile: defaultFile("bundle.yaml") };
  const bundleSource = bundleYaml && (await extended(bundleYaml, reading, problems));
  const bundle = bundleSource && parse(bundleSchema, bundleSource, problems);
  if (bundleSource && bundle) problems.push(...located(bundleSource, checkBundle(bundle, { tenantLabel })));

  const componentsYaml = await readOne(ownOrDefault("components.yaml"), problems);
  const components = componentsYaml && parse(componentsSchema, sourceOf(componentsYaml), problems);
  if (componentsYaml && components)
    problems.push(...located(sourceOf(componentsYaml), checkComponents(components, { tenantLabel })));

  if (bundle) problems.push(...tenants.flatMap((entry) => unknownLines(entry, judgedLineKeys(bundle))));

  let platform: Platform | undefined = DEFAULT_PLATFORM;
  if (found.files.has("platform.yaml")) {
    const yaml = await readOne(join(folder, "platform.yaml"), problems);
    platform = yaml && parse(platformSchema, sourceOf(yaml), problems);
  }

  let identity: ClaimMap | undefined = DEFAULT_IDENTITY;
  if (found.files.has("identity.yaml")) {
    const yaml = await readOne(join(folder, "identity.yaml"), problems);
    identity = yaml && parse(identitySchema, sourceOf(yaml), problems);
  }

  if (problems.length > 0 || !bundle || !platform || !components || !identity)
    return { ok: false, problems: inOrder(problems) };
  return {
    ok: true,
    definitions: { tenants: tenants.map(({ tenant }) => tenant), bundle, platform, components, identity },
  };
}

/** The bundle that holds where the operator brings none. */
export async function readDefaultBundle(): Promise<Bundle> {
  return bundleSchema.parse(parseYaml(await readFile(defaultFile("bundle.yaml"), "utf8")));
}

function located(source: Source, findings: readonly { path: Path; message: string }[]): Problem[] {
  return findings.map(({ path, message }) => ({ ...source.placeOf(path, false), message }));
}

/** The line that availability itself is; replicas beside it may be left out. */
const PROBES = "availability/availability";

/** A line that the bundle doesn't judge can't be left out of it; and without availability nothing would say that it is up. */
function unknownLines(
  { tenant, yaml, path }: { tenant: TenantDefinition; yaml: YamlFile; path: Path },
  known: string[],
): Problem[] {
  return tenant.without.flatMap((name, index) => {
    const at = [...path, "without", index];
    const problem = { file: yaml.file, line: yaml.lineOf(at), path: at };
    if (name === PROBES || (name.startsWith("availability/") && !known.includes(PROBES))) {
      return { ...problem, message: `${quote(name)} can't be left out: every capability is probed.` };
    }
    if (known.includes(name)) return [];
    const meant = nearest(name, known);
    const right = meant ? `Did you mean ${meant}?` : `Judged lines are ${known.join(", ")}.`;
    return { ...problem, message: `${quote(name)} is not a judged line of the bundle. ${right}` };
  });
}

/** What lies in the folder. A YAML file under an unknown name is a problem: it would be ignored without a message. */
async function listFolder(
  folder: string,
  problems: Problem[],
): Promise<{ files: Set<string>; tenantFiles: string[] } | null> {
  const whole = (file: string, message: string) => problems.push({ file, line: 0, path: [], message });
  const listed = await list(folder);
  if (!listed.ok) {
    if (listed.code === "ENOENT") whole(folder, "There is no such folder.");
    else if (listed.code === "ENOTDIR") whole(folder, "This is a file; name the folder that it lies in.");
    else whole(folder, `The folder can't be read (${listed.code}).`);
    return null;
  }
  const { names } = listed;
  for (const name of names.filter((name) => /\.ya?ml$/.test(name) && !FILES.includes(name))) {
    const meant = nearest(name, FILES);
    whole(
      join(folder, name),
      `No such file is read here. ${meant ? `Did you mean ${meant}?` : `Known here: ${FILES.join(", ")} and the folder tenants/.`}`,
    );
  }
  const files = new Set(names);
  const tenantFiles: string[] = [];
  if (files.has("tenants.yaml")) tenantFiles.push("tenants.yaml");
  if (files.has("tenants")) {
    if (files.has("tenants.yaml"))
      whole(join(folder, "tenants.yaml"), "There is a folder tenants/ as well. Keep one of them.");
    const inside = await list(join(folder, "tenants"));
    if (!inside.ok && inside.code !== "ENOENT") {
      const isFile = inside.code === "ENOTDIR";
      whole(
        join(folder, "tenants"),
        isFile ? "This is a file; it must be a folder." : `The folder can't be read (${inside.code}).`,
      );
      return { files, tenantFiles }; // who is in it isn't known
    }
    for (const name of inside.ok ? inside.names : []) {
      if (name.endsWith(".yaml")) tenantFiles.push(`tenants/${name}`);
      else if (name.endsWith(".yml"))
        whole(join(folder, "tenants", name), "Only files that end in .yaml are read. Rename it.");
    }
  }
  if (tenantFiles.length === 0) {
    whole(
      folder,
      "There is no tenant: neither tenants.yaml nor a file in tenants/. A platform without tenants is never meant.",
    );
  }
  return { files, tenantFiles };
}

/**
 * The names in a folder, sorted. A mounted ConfigMap holds its own machinery under names that begin with two dots.
 * @returns the system's code where the folder can't be read
 */
async function list(folder: string): Promise<{ ok: true; names: string[] } | { ok: false; code: string }> {
  try {
    const names = await readdir(folder);
    return { ok: true, names: names.filter((name) => !name.startsWith(".")).sort() };
  } catch (error) {
    return { ok: false, code: systemCode(error) };
  }
}

/** ENOENT, EACCES and the like. @throws the error itself where the system didn't say it */
function systemCode(error: unknown): string {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  return code;
}

async function readOne(file: string, problems: Problem[]): Promise<YamlFile | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const message = `The file can't be read (${systemCode(error)}).`;
    problems.push({ file, line: 0, path: [], message });
    return undefined;
  }
  const result = readYaml(file, bytes);
  if (result.ok) return result.yaml;
  problems.push(...result.problems);
  return undefined;
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  source: Source,
  problems: Problem[],
): z.output<Schema> | undefined {
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  for (const { path, message, atKey } of problemsOf(schema, result.error.issues, source.value))
    problems.push({ ...source.placeOf(path, atKey), message });
  return undefined;
}

function duplicateIds(ids: { id: unknown; yaml: YamlFile; path: Path }[]): Problem[] {
  const first = new Map<unknown, (typeof ids)[number]>();
  return ids.flatMap((entry) => {
    const { id, yaml, path: around } = entry;
    if (typeof id !== "string") return [];
    const path = [...around, "id"];
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, entry);
      return [];
    }
    const place = `${other.yaml.file}:${other.yaml.lineOf([...other.path, "id"])}`;
    const message = `${quote(id)} is the id of the tenant at ${place} already. Every tenant has its own.`;
    return [{ file: yaml.file, line: yaml.lineOf(path), path, message }];
  });
}

function inOrder(problems: Problem[]): Problem[] {
  return problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}
