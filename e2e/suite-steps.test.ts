import { expect, test } from "vitest";
import { createProgress, SetupError } from "../setup/progress.mjs";
import { createSuiteSteps } from "./suite-steps.mjs";

/** Steps whose lines are kept. */
function steps({ mayBegin = true } = {}) {
  const lines: string[] = [];
  const stopping = new AbortController();
  const progress = createProgress(2, (line) => lines.push(line));
  const made = createSuiteSteps({ progress, signal: stopping.signal, mayBegin: () => mayBegin });
  return { ...made, lines, stop: () => stopping.abort() };
}

test("a step that fails is counted and reported, and the next one is run", async () => {
  const { attempt, total, lines } = steps();
  expect(await attempt(() => Promise.reject(new SetupError("There is no Chromium.")))).toBeNull();
  expect(await attempt(async () => "found")).toBe("found");
  expect(total).toMatchObject({ passed: 0, failed: 1 });
  expect(lines).toEqual(["FAILED: There is no Chromium."]);
});

test("an error that nobody foresaw is reported with its stack", async () => {
  const { attempt, lines } = steps();
  await attempt(() => Promise.reject(new TypeError("x is not a function")));
  expect(lines.join()).toMatch(/TypeError: x is not a function\n\s+at /);
});

test("tests are added up, and what failed prints its output", async () => {
  const { tests, total, lines } = steps();
  await tests("Unit tests", async () => ({ passed: 3, failed: 0, tests: [] }));
  await tests("Walks", async () => ({ passed: 1, failed: 2, tests: [], output: "expected 1 to be 2" }));
  expect(total).toMatchObject({ passed: 4, failed: 2, notBegun: [] });
  expect(lines).toContain("expected 1 to be 2");
  expect(lines.at(-1)).toContain("Walks, 1 passed, 2 FAILED");
});

test("a long step for which there is no time is named and not run", async () => {
  const { longTests, total } = steps({ mayBegin: false });
  await longTests("A drill", () => Promise.reject(new Error("must not run")));
  expect(total).toMatchObject({ passed: 0, failed: 0, notBegun: ["A drill"] });
});

test("a run that is stopped counts nothing more", async () => {
  const { attempt, tests, total, stop } = steps();
  stop();
  await expect(attempt(() => Promise.reject(new Error("killed")))).rejects.toThrow();
  await expect(tests("Unit tests", async () => ({ passed: 1, failed: 0, tests: [] }))).rejects.toThrow();
  expect(total).toMatchObject({ passed: 0, failed: 0 });
});
