import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");
const CRUISER = path.join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
/** The rules for files, and those for the folders that they lie in. */
const CONFIGS = [".dependency-cruiser.cjs", ".dependency-cruiser.rooms.cjs"];
type Config = { forbidden: { name: string }[] };
const rules = CONFIGS.flatMap((file) => (createRequire(import.meta.url)(`../${file}`) as Config).forbidden);

/** One deliberate breach of each rule: what the file that breaks it imports. Files that are only imported are empty. */
const BREACHES: Record<string, { file: string; imports: string }> = {
  "no-circles": { file: "lib/views/health/one.ts", imports: "@/lib/views/health/other" },
  resolvable: { file: "lib/views/health/lost.ts", imports: "@/lib/views/health/no-such-file" },
  "lib-imports-lib-only": { file: "lib/views/health/upward.ts", imports: "@/components/ui/button" },
  "components-know-props": { file: "components/health/reader.tsx", imports: "@/lib/tenancy/store" },
  "app-goes-through-lib": { file: "app/page.tsx", imports: "@/demo/run" },
  "alerting-imports-lib-only": { file: "alerting/mail/page-words.ts", imports: "@/components/ui/button" },
  "database-behind-stores": { file: "lib/views/health/query.ts", imports: "@/lib/infra/db" },
  "pure-files-know-no-store": { file: "lib/views/health/pure.ts", imports: "@/lib/tenancy/store" },
  "scope-is-minted-twice": { file: "lib/views/health/forger.ts", imports: "@/lib/tenant/mint" },
  "prometheus-behind-its-client": { file: "app/api/route.ts", imports: "@/lib/prometheus/client" },
  "promql-is-pure": { file: "lib/promql/impure.ts", imports: "@/lib/infra/log" },
  "fleet-for-alerting-only": { file: "lib/views/health/everybody.ts", imports: "@/lib/promql/fleet" },
  "no-circles-between-rooms": { file: "lib/alerts/late.ts", imports: "@/lib/wording/early" },
  "next-auth-behind-tenancy": { file: "lib/views/health/auth.ts", imports: "next-auth" },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "watchpost-boundaries-"));
  for (const file of CONFIGS) await copyFile(path.join(ROOT, file), path.join(folder, file));
  await copyFile(path.join(ROOT, "tsconfig.json"), path.join(folder, "tsconfig.json"));
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ dependencies: { "next-auth": "4" } }));
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
}

/** The names of the rules that are broken in the folder, with the file or the room that breaks each. */
async function broken(): Promise<string[]> {
  const found: string[] = [];
  for (const config of CONFIGS) {
    const args = [CRUISER, "app", "components", "lib", "alerting", "demo", "--config", config, "-T", "json"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
      (failed: { stdout: string }) => failed,
    );
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    found.push(...summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`));
  }
  return found;
}

test("every rule of the boundaries check finds a deliberate breach of it", async () => {
  for (const file of [
    "alerting/main.ts",
    "app/layout.tsx",
    "components/ui/button.ts",
    "demo/run.ts",
    "lib/infra/db.ts",
    "lib/infra/log.ts",
    "lib/prometheus/client.ts",
    "lib/promql/fleet.ts",
    "lib/tenant/mint.ts",
    "lib/tenancy/store.ts",
  ]) {
    await write(file, "export {};\n");
  }
  expect(await broken()).toEqual([]);

  await write("lib/views/health/other.ts", 'import "@/lib/views/health/one";\n');
  // Two rooms in a circle, though none of their files is.
  await write("lib/wording/late.ts", 'import "@/lib/alerts/early";\n');
  await write("lib/alerts/early.ts", "export {};\n");
  await write("lib/wording/early.ts", "export {};\n");
  for (const { file, imports } of Object.values(BREACHES)) await write(file, `import "${imports}";\n`);
  expect(await broken()).toEqual(
    expect.arrayContaining(
      Object.entries(BREACHES).map(([rule, { file }]) =>
        rule === "no-circles-between-rooms" ? `${rule}: ${path.dirname(file)}` : `${rule}: ${file}`,
      ),
    ),
  );
}, 240_000);

test("every rule has its breach here", () => {
  expect(Object.keys(BREACHES).sort()).toEqual(rules.map(({ name }) => name).sort());
});
