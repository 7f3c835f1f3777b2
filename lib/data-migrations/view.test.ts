import { describe, expect, test } from "vitest";
import { migrationsSchema } from "@/lib/catalogue/migration";
import type { JobMoment } from "./facts";
import type { Run } from "./runs";
import { runViewOf } from "./view";

const MINUTE_MS = 60_000;
const NOW_MS = 1_000 * MINUTE_MS;
const [definition] = migrationsSchema.parse([
  {
    job: "move",
    title: "Move",
    source: "old",
    issueUrl: "https://github.com/acme/infra/issues/61",
    rerun: "safe-on-existing-data",
    declaredPeak: { cpuCores: 1, memoryBytes: 1, storageBytes: 1 },
    steadyState: { cpuCores: 1, memoryBytes: 1, storageBytes: 1 },
  },
]);

/** A run of a hundred minutes up to now, with what it reports at each. */
function viewOf(reports: (minute: number) => JobMoment["facts"], change: Partial<Run> = {}) {
  if (!definition) throw new Error("no definition");
  const fromMs = NOW_MS - 100 * MINUTE_MS;
  const moments = Array.from({ length: 101 }, (_, minute) => ({
    atMs: fromMs + minute * MINUTE_MS,
    facts: { created: fromMs / 1000, started: fromMs / 1000, active: 1, ...reports(minute) },
  }));
  const run = {
    id: "move.1",
    jobName: "move",
    createdAtMs: fromMs,
    moments,
    present: true,
    sharesItsName: false,
  };
  return runViewOf({ ...run, ...change }, definition, { usage: [], lastError: null, others: [] }, NOW_MS);
}
const done = (minute: number) => ({ itemsDone: minute, itemsExpected: 200 });

describe("the view of a run", () => {
  test("of steady progress has an estimate and nothing to worry about", () => {
    const view = viewOf(done);
    expect(view).toMatchObject({ stalledSinceMs: null, silentSinceMs: null, oddities: [] });
    expect(view.estimate.kind).toBe("between");
  });

  test("that was slow for less than is allowed hasn't stalled, and for longer it has", () => {
    expect(viewOf((minute) => done(Math.min(minute, 71))).stalledSinceMs).toBeNull();
    expect(viewOf((minute) => done(Math.min(minute, 69))).stalledSinceMs).toBe(NOW_MS - 31 * MINUTE_MS);
  });

  test("that has done everything hasn't stalled, however long it takes to end", () => {
    const view = viewOf((minute) => done(Math.min(200, minute * 5)));
    expect(view).toMatchObject({ stalledSinceMs: null, estimate: { kind: "none", reason: "all-done" } });
  });

  test("that missed a report isn't silent yet; one that missed ten minutes of them is since its last report, and has no estimate", () => {
    const reportedUntil = (last: number) => viewOf((minute) => (minute <= last ? done(minute) : {}));
    expect(reportedUntil(90)).toMatchObject({ silentSinceMs: null, progress: { share: 0.45 } });
    const view = reportedUntil(89);
    expect(view).toMatchObject({
      silentSinceMs: NOW_MS - 11 * MINUTE_MS,
      stalledSinceMs: null,
      estimate: { kind: "none", reason: "silent" },
      progress: { share: 0.445 },
    });
  });

  test("above the whole has no estimate, and says what was reported", () => {
    const view = viewOf((minute) => ({ ratio: minute / 50 }));
    expect(view).toMatchObject({
      progress: { share: 2 },
      estimate: { kind: "none", reason: "all-done" },
      oddities: [{ kind: "above-whole" }],
    });
  });

  test("that has ended has its last report, though it was seen a moment after the end, and none of what was left behind", () => {
    const ended = (minute: number) => ({
      ...(minute >= 80 && { succeeded: 1, active: 0, completed: NOW_MS / 1000 - 20.5 * 60 }),
      ...done(Math.min(minute, 80)),
    });
    const { progress, state } = viewOf(ended);
    expect({ state, done: progress?.items?.done }).toEqual({ state: "succeeded", done: 80 });
    expect(progress?.items?.perSecond).toBeCloseTo(1 / 60, 3);
  });

  test("that shares its name says so beside everything else", () => {
    expect(viewOf(done, { sharesItsName: true }).oddities).toEqual([{ kind: "same-name" }]);
  });
});
