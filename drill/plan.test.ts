import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readPlan } from "./plan";
import { wireAddress } from "./wire-log";

const ROOT = path.resolve(import.meta.dirname, "..");
const EXAMPLE = path.join(ROOT, "deploy/drill.example.yaml");

let folder: string;
let example: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "drill-plan-"));
  example = await readFile(EXAMPLE, "utf8");
});
afterAll(() => rm(folder, { recursive: true }));

async function written(text: string): Promise<string> {
  const file = path.join(folder, "plan.yaml");
  await writeFile(file, text);
  return file;
}

describe("the plan of a drill", () => {
  test("is read from the example and from the demo's own, with the folder that its commands run in", async () => {
    const read = await readPlan(EXAMPLE, { DRILL_PASSWORD: "hunter2" });
    expect(read).toMatchObject({ tenant: "watchpost-drill", folder: path.dirname(EXAMPLE) });
    expect((await readPlan(path.join(ROOT, "demo/drill/plan.yaml"), {})).commands.left).toContain("left");
  });

  test("is refused by file and line, each problem with its place", async () => {
    const file = await written(
      example.replace("forSeconds: 60", "forSeconds: soon").replace("  break:", "  brake:"),
    );
    const line = (text: string) => example.split("\n").findIndex((each) => each.includes(text)) + 1;
    const refusal = readPlan(file, { DRILL_PASSWORD: "x" });
    await expect(refusal).rejects.toThrow(`plan.yaml:${line("forSeconds")}: alert.forSeconds: `);
    await expect(refusal).rejects.toThrow(/commands.*break/);
  });

  test("is refused where a secret that it names isn't set, by the variable's name", async () => {
    await expect(readPlan(EXAMPLE, {})).rejects.toThrow(/DRILL_PASSWORD, which isn't set\.$/);
  });

  test("is refused with a sentence where there is none, or where it is no YAML", async () => {
    await expect(readPlan(path.join(folder, "none.yaml"), {})).rejects.toThrow(/can't be read\. .*--plan/);
    await expect(readPlan(await written("tenant: [\n"), {})).rejects.toThrow(/plan\.yaml:\d: /);
  });
});

test("keeps of an address what a query is called, never what it says", () => {
  expect(wireAddress("https://id.example/cb?code=s3cret&state=s3cret#token=s3cret")).toBe(
    "https://id.example/cb?code=…&state=…",
  );
  expect(wireAddress("https://watchpost.example/alerts")).toBe("https://watchpost.example/alerts");
});
