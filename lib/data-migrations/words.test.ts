import { describe, expect, test } from "vitest";
import { draftComment, PLANS, planCaution } from "./plans";
import type { Usage } from "./usage";
import type { RunView } from "./view";
import { doneWords, estimateWords, oddityWords, rateWords, runStatusOf, usageWords } from "./words";

const plain = (text: string | null) => text?.replaceAll("\u00a0", " ") ?? null;
const HOUR_MS = 3_600_000;

const run: RunView = {
  id: "migrate.1",
  jobName: "migrate",
  migration: {
    job: "migrate",
    title: "Photos from the old server",
    source: "photos.old.example",
    issueUrl: "https://github.com/acme/infra/issues/61",
    rerun: "destination-must-be-empty",
    items: "photos",
  },
  createdAtMs: 0,
  startedAtMs: 0,
  endedAtMs: Date.UTC(2026, 10, 21, 13, 2),
  endedExactly: true,
  clockDoubted: false,
  state: "failed",
  present: true,
  elapsedMs: 1,
  progress: {
    share: 0.4792,
    basis: "items",
    items: { done: 23_100, expected: 48_210, perSecond: 2 },
    bytes: null,
    advancedAtMs: 0,
    reportedAtMs: 0,
  },
  estimate: { kind: "none", reason: "not-running" },
  stalledSinceMs: null,
  silentSinceMs: null,
  errors: 3,
  lastError: { text: "disk `full` @operator", atMs: 0 },
  usage: [],
  others: [],
  oddities: [],
};

describe("words of a migration", () => {
  test.each([
    [{ state: "running", stalledSinceMs: null, silentSinceMs: null }, "running"],
    [{ state: "running", stalledSinceMs: 1, silentSinceMs: null }, "stalled"],
    [{ state: "running", stalledSinceMs: 1, silentSinceMs: 2 }, "silent"],
    [{ state: "failed", stalledSinceMs: 1, silentSinceMs: 2 }, "failed"],
  ] as const)("%o stands as %s", (given, standing) => expect(runStatusOf(given)).toBe(standing));

  test.each([
    [0.2, "12 photos a minute"],
    [2, "2 photos a second"],
    [0.1, "6 photos a minute"],
    [0.01, "36 photos an hour"],
    [0, "no photos"],
    [null, null],
  ])("%d in a second is %s", (perSecond, words) => {
    expect(rateWords({ done: 1, expected: 2, perSecond }, { items: "photos" })).toBe(words);
  });

  test("name what is done, of how much only where that is known", () => {
    expect(doneWords({ done: 31_204, expected: 48_210, perSecond: null }, { items: "photos" })).toBe(
      "31,204 of 48,210 photos",
    );
    expect(plain(doneWords({ done: 1.2e10, expected: null, perSecond: null }, { bytes: true }))).toBe(
      "12 GB",
    );
  });

  test("give an estimate as roughly as it is", () => {
    const estimate = {
      kind: "between",
      fromMs: 3.2 * HOUR_MS,
      atMs: 4.1 * HOUR_MS,
      toMs: 11.3 * HOUR_MS,
    } as const;
    expect(plain(estimateWords(estimate, 0))).toBe("About 4 h 10 min more: between 3 h 10 min and 11 h.");
    expect(estimateWords({ kind: "none", reason: "no-whole" }, 0)).toBe(
      "None: the job does not say of how much.",
    );
    expect(estimateWords({ kind: "none", reason: "not-running" }, 0)).toBeNull();
  });

  test.each([
    ["nothing", "Memory stayed within the 300 MB that were declared. The most was 250 MB."],
    [
      "declared",
      "Memory reached 350 MB: more than the 300 MB that were declared, and within twice the steady state (400 MB).",
    ],
    [
      "most",
      "Memory reached 450 MB: more than the 300 MB that were declared, and more than twice the steady state of 200 MB, which the platform does not allow.",
    ],
  ] as const)("say plainly when %s was passed", (passed, words) => {
    const value = { nothing: 250e6, declared: 350e6, most: 450e6 }[passed];
    const usage: Usage = {
      resource: "memoryBytes",
      now: null,
      peak: { value, atMs: 0 },
      declared: 300e6,
      steady: 200e6,
      most: 400e6,
      passed,
    };
    expect(plain(usageWords(usage))).toBe(words);
  });

  test("say what is odd in a job's reports as what it is", () => {
    expect(plain(oddityWords({ kind: "above-whole", share: 1.04 }).text)).toBe(
      "The job reports 104 %, which is more than the whole.",
    );
    expect(oddityWords({ kind: "went-back", fact: "itemsDone", from: 400, to: 12, atMs: 5 })).toEqual({
      text: "The number of items done went back from 400 to 12",
      atMs: 5,
    });
  });
});

describe("the draft of a plan", () => {
  test("says which job, when, how far, the last error and the plan, and nothing in it mentions anybody", () => {
    expect(
      draftComment(run, "resume"),
    ).toBe(`Photos from the old server (job \`migrate\`) failed on 2026-11-21 13:02 UTC.

- How far it got: 23,100 of 48,210 photos (48 %).
- Last error that it reported: \`disk 'full' @operator\`
- Running it again: Before it runs again, the destination must be empty.

My plan: resume. Please run the migration again on the data that is there.
`);
  });

  test("is cautioned about where it doesn't go together with what was declared", () => {
    expect(PLANS.filter((plan) => planCaution(plan, "destination-must-be-empty"))).toEqual(["resume"]);
    expect(PLANS.filter((plan) => planCaution(plan, "safe-on-existing-data"))).toEqual([]);
  });
});
