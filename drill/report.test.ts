import { describe, expect, test } from "vitest";
import {
  BUDGET_MS,
  CLONE_TO_HEALTHY_LIMIT_MS,
  type DrillOutcome,
  drillPassed,
  type StepOutcome,
  tookWords,
} from "./outcome";
import { drillReport, summary } from "./report";

const step = (more: Partial<StepOutcome>): StepOutcome => ({
  title: "It is healthy",
  result: "passed",
  beganAtMs: 0,
  tookMs: 16_000,
  seen: [],
  failure: null,
  pictures: [],
  mails: [],
  ...more,
});
const outcome = (more: Partial<DrillOutcome> = {}): DrillOutcome => ({
  portal: "https://watchpost.example",
  tenant: "canary",
  commit: null,
  beganAtMs: Date.UTC(2026, 10, 21, 9, 5, 0),
  tookMs: 61_000,
  cloneToHealthyMs: null,
  steps: [step({})],
  ...more,
});

test("passes when every step did, within the hour, and a clone was healthy within five minutes", () => {
  expect(drillPassed(outcome())).toBe(true);
  expect(drillPassed(outcome({ tookMs: BUDGET_MS }))).toBe(true);
  expect(drillPassed(outcome({ tookMs: BUDGET_MS + 1 }))).toBe(false);
  expect(drillPassed(outcome({ cloneToHealthyMs: CLONE_TO_HEALTHY_LIMIT_MS }))).toBe(true);
  expect(drillPassed(outcome({ cloneToHealthyMs: CLONE_TO_HEALTHY_LIMIT_MS + 1 }))).toBe(false);
  expect(drillPassed(outcome({ steps: [] }))).toBe(false);
  for (const result of ["failed", "skipped"] as const)
    expect(drillPassed(outcome({ steps: [step({}), step({ result })] })), result).toBe(false);
});

test.each([
  [840, "0.8 s"],
  [59_499, "59 s"],
  [59_500, "1 min"],
  [185_000, "3 min 05 s"],
])("writes %i ms as %s", (ms, words) => {
  expect(tookWords(ms)).toBe(words);
});

describe("the report", () => {
  test("says first whether the drill passed, and counts its steps", () => {
    expect(drillReport(outcome())).toContain("✔ The drill passed");
    const steps = [
      step({}),
      step({ result: "failed", failure: "No mail came." }),
      step({ result: "skipped" }),
    ];
    expect(summary(steps)).toBe("1 step passed, 1 failed, 1 was skipped.");
    const failed = drillReport(outcome({ steps }));
    expect(failed).toContain("✘ The drill failed");
    expect(failed).toContain("<pre>No mail came.</pre>");
  });

  test("writes what a page or a command said as text, never as markup", () => {
    const page = drillReport(
      outcome({ steps: [step({ seen: ["<img src=x onerror=alert(1)>"], failure: "</pre><script>" })] }),
    );
    expect(page).not.toContain("<img src=x");
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;img src=x");
  });

  test("names the total against the hour, and the clone's time against its five minutes where there was a clone", () => {
    expect(drillReport(outcome())).toContain("1 min 01 s of 60 min");
    expect(drillReport(outcome())).not.toContain("Clone to healthy");
    const late = drillReport(outcome({ cloneToHealthyMs: 301_000, commit: "abc1234" }));
    expect(late).toContain('5 min 01 s of 5 min, <strong class="bad">too long</strong>');
    expect(late).toContain("abc1234");
  });
});
