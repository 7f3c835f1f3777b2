import { describe, expect, test } from "vitest";
import type { LineKey } from "@/lib/evaluation/effective";
import type { LineView } from "@/lib/evaluation/view";
import { asEvaluated, type Evaluated, NEVER_EVALUATED, withLastAlert } from "./evaluated";
import type { Overall } from "./view";

const KEY: LineKey = "error-rate/errors";
const line: LineView = {
  id: "errors",
  label: "Errors",
  reading: { kind: "value", value: 0.01, sampledAtMs: 1_000 },
  condition: "ok",
  conditionSinceMs: 500,
  status: "ok",
  threshold: {
    value: 0.05,
    inclusive: false,
    forSeconds: 60,
    recoverForSeconds: 60,
    enabled: true,
    version: 0,
    source: "default",
  },
  trend: [],
};
const evaluated = (change: Partial<Evaluated> = {}): Evaluated => ({
  alerting: { trustworthy: true, degradedSinceMs: null, links: [] },
  judgedLately: new Set([KEY]),
  conditions: new Map([[KEY, { condition: "firing", sinceMs: 700 }]]),
  missingParts: new Map(),
  atZero: new Set(),
  lastAlert: null,
  ...change,
});

describe("a line's condition", () => {
  test("is not judged where the owner switched it off, whatever the evaluator last said", () => {
    const off: LineView = { ...line, condition: null, status: "off" };
    expect(asEvaluated(off, KEY, evaluated())).toBe(off);
    expect(asEvaluated(off, KEY, evaluated({ judgedLately: new Set() }))).toBe(off);
  });

  test("is the evaluator's where it has judged lately, also against what the page would say", () => {
    expect(asEvaluated(line, KEY, evaluated())).toMatchObject({
      condition: "firing",
      conditionSinceMs: 700,
      status: "firing",
    });
  });

  test("is the page's own where the evaluator is late, and is then never shown as OK", () => {
    const late = evaluated({ judgedLately: new Set() });
    expect(asEvaluated(line, KEY, late)).toMatchObject({ condition: "ok", status: "unknown" });
    const pending = { ...line, condition: "pending", status: "pending" } as const;
    expect(asEvaluated(pending, KEY, late)).toEqual(pending);
  });

  test("is the page's own where no worker ever ran, or this line was never judged with a fresh value", () => {
    expect(asEvaluated(line, KEY, NEVER_EVALUATED)).toEqual(line);
    expect(asEvaluated(line, KEY, evaluated({ conditions: new Map() }))).toEqual(line);
  });

  test("takes the value of a line for that of its other parts while a bad one is missing", () => {
    const missing = evaluated({ missingParts: new Map([[KEY, [["photos-0", "db"]]]]) });
    const shown = asEvaluated(line, KEY, missing, ["pod", "container"]);
    expect(shown.reading).toEqual({
      kind: "no-data",
      last: null,
      missingParts: ["container db of pod photos-0"],
    });
    expect(shown).toMatchObject({ condition: "firing", status: "firing" });
    const pending = {
      ...missing,
      conditions: new Map([[KEY, { condition: "pending" as const, sinceMs: 1 }]]),
    };
    expect(asEvaluated(line, KEY, pending, ["pod", "container"]).status).toBe("no-data");
    const failed: LineView = {
      ...line,
      reading: { kind: "unknown", reason: { code: "timeout", message: "" }, last: null },
      status: "unknown",
    };
    expect(asEvaluated(failed, KEY, missing).reading).toBe(failed.reading);
  });

  test("can't make a line green whose value can't be seen", () => {
    const unseen = { ...line, reading: { kind: "no-data", last: null }, status: "no-data" } as const;
    const ok = evaluated({ conditions: new Map([[KEY, { condition: "ok", sinceMs: 1 }]]) });
    expect(asEvaluated(unseen, KEY, ok).status).toBe("no-data");
  });
});

describe("the last alert", () => {
  const NOW = 1_800_000_000_000;
  const healthy: Overall = { state: "healthy", headline: "Healthy", sentence: "All well." };
  const ended = (hours: number) =>
    evaluated({ lastAlert: { name: "error rate", endedAtMs: NOW - hours * 3_600_000 } });

  test.each([
    [0.5, "All well. Last alert: error rate, ended within the last hour."],
    [3.2, "All well. Last alert: error rate, ended 3\u00a0h ago."],
    [72, "All well. Last alert: error rate, ended 3\u00a0days ago."],
    [170, "All well."],
  ])("of %d hours ago is shown with a healthy state for a week", (hours, sentence) => {
    expect(withLastAlert(healthy, ended(hours), NOW).sentence).toBe(sentence);
  });

  test("is not shown while there is trouble", () => {
    const trouble: Overall = { ...healthy, state: "trouble" };
    expect(withLastAlert(trouble, ended(3), NOW)).toEqual(trouble);
  });
});
