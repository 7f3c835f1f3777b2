import { describe, expect, test } from "vitest";
import type { Backtest } from "@/lib/thresholds/backtest";
import {
  coverageWords,
  previewNote,
  previewSentence,
  previewWords,
  resolutionWords,
  sideWords,
  summaryWords,
} from "./words";

const plain = (text: string | null) => text?.replaceAll("\u00a0", " ") ?? null;
const alert = { breachedAtMs: 0, firedAtMs: 0, endedAtMs: 1 };
const result = (alerts: number, minutes: number, mails: number): Backtest => ({
  spans: [],
  alerts: Array.from({ length: alerts }, () => alert),
  longestMs: minutes * 60_000,
  alertingMs: 0,
  mails,
});

describe("what it would have done", () => {
  test.each([
    [result(0, 0, 0), "In the last 7 days this would not have alerted."],
    [result(1, 14, 2), "In the last 7 days this would have alerted once, for 14 min, 2 mails."],
    [result(3, 14, 4), "In the last 7 days this would have alerted 3 times, longest 14 min, 4 mails."],
    [result(1, 5, 1), "In the last 7 days this would have alerted once, for 5 min, 1 mail."],
  ])("%o", (backtest, words) => {
    expect(plain(previewWords(backtest, "7d"))).toBe(words);
  });

  const edit = { enabled: true, value: 1, inclusive: false, forSeconds: 300, recoverForSeconds: 300 };
  test.each([
    ["a field holds no value", { ok: false as const, problems: {} }, null, /^Once every field holds a value/],
    ["the alert is off", { ok: true as const, edit: { ...edit, enabled: false } }, null, /^Switched off: /],
    ["the history is read", { ok: true as const, edit }, null, /^$/],
    [
      "nothing was measured",
      { ok: true as const, edit },
      { ...result(0, 0, 0), values: 0 },
      /nothing can be said/,
    ],
    [
      "there is a history",
      { ok: true as const, edit },
      { ...result(0, 0, 0), values: 9 },
      /would not have alerted/,
    ],
  ])("is said, or why not, where %s", (_, checked, found, sentence) => {
    expect(previewSentence(checked, found, "7d")).toMatch(sentence);
  });

  test("is shown by the audit trail as it was then", () => {
    const summary = { range: "24h", stepSeconds: 30, alerts: 2, longestSeconds: 600, mails: 4 };
    expect(plain(summaryWords(summary))).toBe(
      "would have alerted twice, longest 10 min, 4 mails in the 24 hours before",
    );
  });
});

describe("what the audit trail says of a preview", () => {
  const summary = { range: "24h", stepSeconds: 30, alerts: 0, longestSeconds: 0, mails: 0 };
  test.each([
    ["known", summary, "would not have alerted in the 24 hours before"],
    ["pending", null, "what it would have done is being worked out"],
    ["unknown", null, "what it would have done is not known"],
  ] as const)("that is %s", (previewState, preview, words) => {
    expect(previewNote({ previewState, preview })).toBe(words);
  });
});

describe("how far a preview can be trusted", () => {
  test("is said where it was read more coarsely than the evaluator looks", () => {
    expect(plain(resolutionWords(60, 30))).toBe(
      "Read at one point every 1 min; the evaluator looks every 30 s. What is shorter than 1 min may be missed here, and times are exact to 1 min only.",
    );
    expect(resolutionWords(30, 30)).toBeNull();
  });

  test("is said where values are missing", () => {
    expect(coverageWords(0, 60, "7d")).toBe("There are no values in the last 7 days.");
    expect(plain(coverageWords(1_440, 60, "7d"))).toMatch(/^There are values for 1 d of these 7 days/);
    expect(coverageWords(10_081, 60, "7d")).toBeNull();
  });
});

describe("a side of an edit", () => {
  const setting = {
    enabled: true,
    value: 1,
    inclusive: false,
    forSeconds: 300,
    recoverForSeconds: 60,
    version: 1,
  };
  const latency = { unit: "seconds", worse: "higher" } as const;
  test("names the value, both times, and whether it was off", () => {
    expect(plain(sideWords(setting, latency))).toBe("> 1 s for 5 min, resolves after 1 min");
    expect(plain(sideWords({ ...setting, enabled: false }, latency))).toBe(
      "off (> 1 s for 5 min, resolves after 1 min)",
    );
    expect(sideWords(null, latency)).toBe("platform's default");
  });
});
