import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nodeProblem } from "./node-version.mjs";
import { createProgress } from "./progress.mjs";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("steps are numbered in the order in which they end, with their time", async () => {
  const lines: string[] = [];
  const progress = createProgress(2, (line) => lines.push(line));
  const slow = progress.step("Slow", () => new Promise<void>((resolve) => setTimeout(resolve, 3_000)));
  await progress.step("Quick", async (add) => add("in place"));
  await vi.advanceTimersByTimeAsync(3_000);
  await slow;
  expect(lines).toEqual(["[1/2] Quick, in place … 0.0 s", "[2/2] Slow … 3.0 s"]);
});

test("after ten quiet seconds the steps that still run are named, and none when all have ended", async () => {
  const lines: string[] = [];
  const progress = createProgress(1, (line) => lines.push(line));
  const slow = progress.step("Slow", () => new Promise<void>((resolve) => setTimeout(resolve, 25_000)));
  await vi.advanceTimersByTimeAsync(60_000);
  await slow;
  expect(lines).toEqual([
    "      Still at work: Slow, 10 s",
    "      Still at work: Slow, 20 s",
    "[1/1] Slow … 25.0 s",
  ]);
});

test("a step that fails is reported by whoever catches it", async () => {
  const lines: string[] = [];
  const progress = createProgress(1, (line) => lines.push(line));
  await expect(progress.step("Broken", async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lines).toEqual([]);
});

test.each([
  ["20.19.0", true],
  ["22.0.0", true],
  ["24.1.0", true],
  ["20.18.9", false],
  ["18.20.4", false],
])("Node %s can run it: %s", (version, can) => {
  expect(nodeProblem(version)).toEqual(can ? null : expect.stringContaining(`this is Node ${version}`));
});
