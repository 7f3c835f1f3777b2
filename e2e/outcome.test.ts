import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failedOf, readVitestReport, readWalksReport, slowestOf } from "./outcome.mjs";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "watchpost-outcome-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function report(content: object): Promise<string> {
  const file = path.join(folder, "report.json");
  await writeFile(file, JSON.stringify(content));
  return file;
}

test("of vitest's report a skipped test and a file that can't be read count as failed", async () => {
  const file = await report({
    numTotalTests: 3,
    numPassedTests: 1,
    testResults: [
      {
        name: "/clone/lib/a.test.ts",
        status: "failed",
        assertionResults: [
          { fullName: "a passes", duration: 5, status: "passed" },
          {
            fullName: "a fails",
            duration: 7,
            status: "failed",
            failureMessages: ["\u001b[31mexpected 1 to be 2\u001b[39m\n  at somewhere"],
          },
          { fullName: "a is skipped", status: "skipped" },
        ],
      },
      { name: "/clone/lib/b.test.ts", status: "failed", message: "No such module", assertionResults: [] },
    ],
  });
  expect(await readVitestReport(file, "/clone")).toEqual({
    passed: 1,
    failed: 3,
    tests: [
      { title: "a passes", file: "lib/a.test.ts", ms: 5, failure: null },
      { title: "a fails", file: "lib/a.test.ts", ms: 7, failure: "expected 1 to be 2" },
      { title: "a is skipped", file: "lib/a.test.ts", ms: 0, failure: "it did not run" },
      { title: "the whole file", file: "lib/b.test.ts", ms: 0, failure: "No such module" },
    ],
  });
});

test("of Playwright's report a walk that didn't run counts as failed, wherever it stands", async () => {
  const spec = (title: string, ...durations: number[]) => ({
    title,
    file: "a.walk.ts",
    tests: [
      durations.length === 1
        ? { status: "expected", results: durations.map((duration) => ({ duration })) }
        : {
            status: "unexpected",
            results: durations.map((duration) => ({ duration, error: { message: "Error: no\nwhy" } })),
          },
    ],
  });
  const file = await report({
    suites: [{ specs: [spec("one", 10)], suites: [{ specs: [spec("two", 20, 5)] }] }],
    stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 2 },
  });
  expect(await readWalksReport(file)).toEqual({
    passed: 1,
    failed: 4,
    tests: [
      { title: "one", file: "e2e/a.walk.ts", ms: 10, failure: null },
      { title: "two", file: "e2e/a.walk.ts", ms: 25, failure: "Error: no" },
    ],
  });
});

test("without a report nothing is known", async () => {
  expect(await readVitestReport(path.join(folder, "none"), folder)).toBeNull();
  expect(await readWalksReport(path.join(folder, "none"))).toBeNull();
});

test("the ten slowest are named, the slowest first", () => {
  const tests = Array.from({ length: 12 }, (_, n) => ({
    title: `t${n}`,
    file: "f",
    ms: n * 1_000,
    failure: null,
  }));
  const lines = slowestOf(tests);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe("    11.0 s  f: t11");
});

test("what failed is listed by name and reason, and a flood of it is cut", () => {
  const tests = Array.from({ length: 50 }, (_, n) => ({
    title: `t${n}`,
    file: "f",
    ms: 0,
    failure: n === 0 ? null : "no",
  }));
  const lines = failedOf(tests);
  expect(lines).toHaveLength(41);
  expect(lines[0]).toBe("  f: t1: no");
  expect(lines[40]).toBe("  and 9 more");
});
