import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");
const CRUISER = path.join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const { forbidden } = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as {
  forbidden: { name: string }[];
};

/** One deliberate breach of each rule: what the file that breaks it imports. Files that are only imported are empty. */
const BREACHES: Record<string, { file: string; imports: string }> = {
  "no-circles": { file: "lib/signals/one.ts", imports: "@/lib/signals/other" },
  resolvable: { file: "lib/signals/lost.ts", imports: "@/lib/signals/no-such-file" },
  "lib-imports-lib-only": { file: "lib/signals/upward.ts", imports: "@/components/ui/button" },
  "components-know-props": { file: "components/health/reader.tsx", imports: "@/lib/tenancy/store" },
  "app-goes-through-lib": { file: "app/page.tsx", imports: "@/demo/run" },
  "alerting-imports-lib-only": { file: "alerting/mail/page-words.ts", imports: "@/components/ui/button" },
  "database-behind-stores": { file: "lib/signals/query.ts", imports: "@/lib/infra/db" },
  "pure-files-know-no-store": { file: "lib/signals/pure.ts", imports: "@/lib/tenancy/store" },
  "scope-is-minted-twice": { file: "lib/signals/forger.ts", imports: "@/lib/tenant/mint" },
  "prometheus-behind-its-client": { file: "app/api/route.ts", imports: "@/lib/prometheus/client" },
  "promql-is-pure": { file: "lib/promql/impure.ts", imports: "@/lib/infra/log" },
  "fleet-for-alerting-only": { file: "lib/signals/everybody.ts", imports: "@/lib/promql/fleet" },
  "next-auth-behind-tenancy": { file: "lib/signals/auth.ts", imports: "next-auth" },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "watchpost-boundaries-"));
  await copyFile(path.join(ROOT, ".dependency-cruiser.cjs"), path.join(folder, ".dependency-cruiser.cjs"));
  await copyFile(path.join(ROOT, "tsconfig.json"), path.join(folder, "tsconfig.json"));
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ dependencies: { "next-auth": "4" } }));
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
}

/** The names of the rules that are broken in the folder, with the file that breaks each. */
async function broken(): Promise<string[]> {
  const args = [
    CRUISER,
    "app",
    "components",
    "lib",
    "alerting",
    "demo",
    "--config",
    ".dependency-cruiser.cjs",
    "-T",
    "json",
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
    (failed: { stdout: string }) => failed,
  );
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
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

  await write("lib/signals/other.ts", 'import "@/lib/signals/one";\n');
  for (const { file, imports } of Object.values(BREACHES)) await write(file, `import "${imports}";\n`);
  expect(await broken()).toEqual(
    expect.arrayContaining(Object.entries(BREACHES).map(([rule, { file }]) => `${rule}: ${file}`)),
  );
}, 60_000);

test("every rule has its breach here", () => {
  expect(Object.keys(BREACHES).sort()).toEqual(forbidden.map(({ name }) => name).sort());
});
