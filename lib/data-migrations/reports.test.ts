import { describe, expect, test } from "vitest";
import { endToReport, mayStall, type ReportedRun, stallToReport } from "./reports";
import type { RunView } from "./view";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = 1_000 * HOUR_MS;
const ago = (hours: number) => NOW_MS - hours * HOUR_MS;

const notified = (what: string, hours: number, runId = "move.1"): ReportedRun => ({
  runId,
  what,
  atMs: ago(hours),
});

describe("the end of a run", () => {
  const ended = (state: RunView["state"], hours: number | null) => ({
    id: "move.1",
    state,
    createdAtMs: ago(100) as number | null,
    endedAtMs: hours === null ? null : ago(hours),
  });
  const mailed = (what: string) => ({ what, mail: true });
  const recorded = (what: string) => ({ what, mail: false });

  test.each<[string, ReturnType<typeof ended>, ReportedRun[], number | null, object | null]>([
    ["a run that waits has none", ended("waiting", null), [], null, null],
    ["a run that lasts has none", ended("running", null), [], null, null],
    ["a success is mailed", ended("succeeded", 0), [], null, mailed("succeeded")],
    ["a failure is mailed", ended("failed", 21), [], null, mailed("failed")],
    ["a failure is mailed up to a day later", ended("failed", 24), [], null, mailed("failed")],
    ["what is older is recorded only", ended("failed", 24.01), [], null, recorded("failed")],
    ["what was reported isn't reported again", ended("failed", 1), [notified("failed", 0.9)], null, null],
    [
      "what was reported about another run doesn't count",
      ended("failed", 1),
      [notified("failed", 1, "move.2")],
      null,
      mailed("failed"),
    ],
    [
      "a standstill that was reported doesn't count",
      ended("failed", 1),
      [notified("stalled at 5 items", 2)],
      null,
      mailed("failed"),
    ],
    ["a job that is gone is mailed", ended("gone", 0.25), [], null, mailed("gone")],
    ["one that went just now may come back", ended("gone", 0.24), [], null, null],
    [
      "one that came back and failed is reported",
      ended("failed", 1),
      [notified("gone", 2)],
      null,
      mailed("failed"),
    ],
    ["one that went long ago is recorded only", ended("gone", 30), [], null, recorded("gone")],
    [
      "what reports without being a job goes, too, and is recorded with when",
      { ...ended("gone", 1), createdAtMs: null },
      [],
      null,
      mailed(`gone ${ago(1) / 1000}`),
    ],
    [
      "where it is seen to have gone a little later, it is the same one",
      { ...ended("gone", 1), createdAtMs: null },
      [notified(`gone ${ago(4) / 1000}`, 3.5)],
      null,
      null,
    ],
    [
      "where it came again and went, it is another one",
      { ...ended("gone", 1), createdAtMs: null },
      [notified(`gone ${ago(26) / 1000}`, 25)],
      null,
      mailed(`gone ${ago(1) / 1000}`),
    ],
    ["what ended while mails were off is recorded only", ended("failed", 3), [], ago(2), recorded("failed")],
    ["what ended after they were on again is mailed", ended("failed", 1), [], ago(2), mailed("failed")],
  ])("%s", (_, run, before, wantedSinceMs, due) => {
    expect(endToReport(run, before, { nowMs: NOW_MS, wantedSinceMs })).toEqual(due);
  });
});

describe("a standstill", () => {
  type Run = Parameters<typeof stallToReport>[0];
  const progress = (items: number, change: Partial<NonNullable<RunView["progress"]>> = {}) => ({
    share: items / 100,
    basis: "items" as const,
    items: { done: items, expected: 100, perSecond: null },
    bytes: null,
    advancedAtMs: ago(1),
    reportedAtMs: NOW_MS,
    ...change,
  });
  const stands = (change: Partial<Run> = {}): Run => ({
    id: "move.1",
    state: "running",
    present: true,
    stalledSinceMs: ago(1),
    silentSinceMs: null,
    progress: progress(5),
    ...change,
  });
  const due = (what: string) => ({ what, mail: true });

  test.each<[string, Run, ReportedRun[], object | null]>([
    ["is mailed", stands(), [], due("stalled at 5 items")],
    ["is none while the job gets on", stands({ stalledSinceMs: null }), [], null],
    ["is none while the job is silent", stands({ silentSinceMs: ago(0.5) }), [], null],
    ["is none where it isn't known whether the job is there", stands({ present: null }), [], null],
    ["is none once the run has ended", stands({ state: "failed" }), [], null],
    [
      "that was reported isn't reported again, however long it lasts",
      stands(),
      [notified("stalled at 5 items", 70)],
      null,
    ],
    [
      "is the same one where its beginning is seen less exactly",
      stands({ stalledSinceMs: ago(0.6) }),
      [notified("stalled at 5 items", 70)],
      null,
    ],
    ["of the same day as another isn't reported", stands(), [notified("stalled at 4 items", 23.9)], null],
    [
      "a day after another is reported",
      stands(),
      [notified("stalled at 4 items", 24)],
      due("stalled at 5 items"),
    ],
    [
      "of another run doesn't count",
      stands(),
      [notified("stalled at 5 items", 1, "move.2")],
      due("stalled at 5 items"),
    ],
    [
      "is reported by bytes and a share, too",
      stands({
        progress: progress(5, {
          basis: "ratio",
          share: 0.25,
          bytes: { done: 9, expected: null, perSecond: 1 },
        }),
      }),
      [],
      due("stalled at 5 items, 9 bytes, 0.25"),
    ],
  ])("%s", (_, run, before, report) => {
    expect(stallToReport(run, before, NOW_MS)).toEqual(report);
  });

  test("is looked for in what runs and had none today", () => {
    const may = (state: RunView["state"], ...before: ReportedRun[]) =>
      mayStall({ id: "move.1", state }, before, NOW_MS);
    expect(may("running")).toBe(true);
    expect(may("running", notified("stalled at 5 items", 25))).toBe(true);
    expect(may("running", notified("stalled at 5 items", 23))).toBe(false);
    expect(may("waiting")).toBe(false);
    expect(may("failed")).toBe(false);
  });
});
