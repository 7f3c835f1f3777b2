import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { judgeMetrics } from "./judge-metrics";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "examples-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** The example of docs/data-migrations.md in a language, as it stands there. */
async function example(language: string): Promise<string> {
  const text = await readFile(new URL("../../docs/data-migrations.md", import.meta.url), "utf8");
  const code = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  if (!code) throw new Error(`docs/data-migrations.md has no example in ${language}.`);
  return code;
}

test("the shell example reports by the contract, once it is run", async () => {
  const files = ["a", "b c"];
  const script = (await example("sh")).replace("/var/lib/node-exporter/textfile", '"$TEXTFILES"');
  const [source, out] = await Promise.all([mkdtemp(join(folder, "s-")), mkdtemp(join(folder, "o-"))]);
  for (const file of files) await writeFile(join(source, file), file);
  const destination = await mkdtemp(join(folder, "d-"));
  await promisify(execFile)("sh", ["-eu", "-c", script], {
    env: {
      ...process.env,
      JOB_NAME: "move",
      SOURCE: source,
      DESTINATION: destination,
      TEXTFILES: out,
    },
  });
  const text = await readFile(join(out, "move.prom"), "utf8");
  expect(judgeMetrics(text, Date.now())).toEqual([]);
  expect(text).toContain('migration_items_done{job_name="move"} 2\n');
  expect(await readFile(join(destination, "b c"), "utf8")).toBe("b c");
});

test("each example is short enough to be read, and names only metrics of the contract", async () => {
  for (const language of ["ts", "python", "sh"]) {
    const code = await example(language);
    expect(code.split("\n").length, language).toBeLessThanOrEqual(26);
    for (const [name] of code.matchAll(/migration_[a-z_]+/g))
      expect([
        "migration_items_done",
        "migration_items_expected",
        "migration_errors_total",
        "migration_last_error_timestamp_seconds",
      ]).toContain(name);
  }
});
