import { describe, expect, test } from "vitest";
import { alertingState } from "@/components/frame/alerting-words";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { LineView, Reading } from "@/lib/evaluation/view";
import { consecutiveRunsOf, eventWords, runWords } from "@/lib/wording/event-words";
import { bigValue, lineThresholdWords, noteWords, sampledAtMs } from "./signal-words";

const plain = (text: string | null) => text?.replaceAll("\u00a0", " ") ?? null;
const threshold: LineView["threshold"] = {
  value: 1,
  inclusive: false,
  forSeconds: 300,
  recoverForSeconds: 300,
  enabled: true,
  version: 0,
  source: "default",
};
const line = (change: Partial<LineView>): LineView => ({
  id: "p95",
  label: "p95",
  reading: { kind: "value", value: 0.2, sampledAtMs: 900_000 },
  condition: "ok",
  conditionSinceMs: null,
  status: "ok",
  threshold,
  trend: [],
  ...change,
});

describe("what a card says of a reading", () => {
  const last = { value: 0.2, sampledAtMs: 500_000 };
  test.each<[string, Reading, string, boolean, number | null]>([
    ["a fresh value", { kind: "value", value: 0, sampledAtMs: 9 }, "0 ms", false, 9],
    ["no data, with a last value", { kind: "no-data", last }, "200 ms", true, 500_000],
    ["no data at all: never 0", { kind: "no-data", last: null }, "–", true, null],
    ["no traffic: never 0", { kind: "no-traffic", requests: 0, minimum: 20, sampledAtMs: 9 }, "–", true, 9],
    [
      "unknown",
      { kind: "unknown", reason: { code: "timeout", message: "Slow." }, last },
      "200 ms",
      true,
      500_000,
    ],
    [
      "unknown from the start",
      { kind: "unknown", reason: { code: "timeout", message: "Slow." }, last: null },
      "–",
      true,
      null,
    ],
  ])("%s", (_, reading, text, faded, atMs) => {
    const value = bigValue(reading, "seconds");
    expect([plain(value.text), value.faded, sampledAtMs(reading)]).toEqual([text, faded, atMs]);
  });

  test("says how far a pending line is on its way to an alert", () => {
    const pending = line({ status: "pending", condition: "pending", conditionSinceMs: 820_000 });
    expect(plain(noteWords(pending, 1_000_000))).toBe("Breaching for 3 min of 5 min");
  });

  test("says the reason where a line could not be asked, whatever its condition was", () => {
    const unknown = line({
      status: "unknown",
      condition: "firing",
      conditionSinceMs: 0,
      reading: { kind: "unknown", reason: { code: "timeout", message: "Slow." }, last: null },
    });
    expect(noteWords(unknown, 1_000_000)).toBe("Slow.");
  });

  test("says how many requests there were and how many it takes", () => {
    const reading: Reading = { kind: "no-traffic", requests: 1.02, minimum: 20, sampledAtMs: 0 };
    expect(noteWords(line({ status: "no-traffic", reading }), 0)).toBe("1 request; 20 needed to judge");
  });

  test("adds nothing to a value that is fine", () => {
    expect(noteWords(line({}), 1_000_000)).toBeNull();
  });

  test("writes the threshold with its waiting time, and without where there is none", () => {
    expect(plain(lineThresholdWords(line({}), { worse: "higher", unit: "seconds" }))).toBe(
      "alert > 1 s for 5 min",
    );
    const atOnce = { ...threshold, value: 3, inclusive: true, forSeconds: 0, recoverForSeconds: 300 };
    expect(plain(lineThresholdWords(line({ threshold: atOnce }), { worse: "higher", unit: "count" }))).toBe(
      "alert ≥ 3",
    );
    const off = line({ status: "off", condition: null, threshold: { ...threshold, enabled: false } });
    expect(lineThresholdWords(off, { worse: "higher", unit: "seconds" })).toBe("alert switched off");
  });
});

describe("what happened, in words", () => {
  const restart = (atMs: number, reason = "Error", exitCode: number | null = 1): CapabilityEvent => ({
    kind: "restart",
    atMs,
    pod: "photos-1",
    container: "photos",
    reason,
    exitCode,
  });

  const alert = { kind: "alert", atMs: 0, id: "a", name: "Error rate" } as const;
  const notice = {
    kind: "notice",
    atMs: 0,
    number: 12,
    about: "incident",
    title: "Ingress errors",
    url: "https://github.com/acme/infra/issues/12",
  } as const;
  const edited: CapabilityEvent = {
    kind: "threshold-edit",
    atMs: 0,
    signal: "latency",
    name: "Latency p95",
    from: "above 1 s for 5 min",
    to: "off",
    by: "owner@photos.example",
  };

  test.each([
    [restart(0, "OOMKilled", 137), "photos restarted: out of memory"],
    [restart(0, "Error", 1), "photos restarted: ended with an error (exit code 1)"],
    [restart(0, "Completed", 0), "photos restarted: ended by itself (exit code 0)"],
    [restart(0, "", null), "photos restarted: reason not known"],
    [restart(0, "SomethingNew", null), "photos restarted: SomethingNew"],
    [{ kind: "deployment", atMs: 0, version: "1.4.2" } as const, "Deployed 1.4.2"],
    [{ ...alert, edge: "began", end: null } as const, "Error rate alert"],
    [
      { ...alert, edge: "ended", end: { afterMs: 840_000, reason: "recovered" } } as const,
      "Error rate recovered after 14 min",
    ],
    [
      { ...alert, edge: "ended", end: { afterMs: 60_000, reason: "cancelled" } } as const,
      "Error rate alert ended after 1 min: no longer watched",
    ],
    [{ ...notice, edge: "opened" } as const, "Operator: Ingress errors (#12)"],
    [{ ...notice, edge: "closed" } as const, "Operator closed #12: Ingress errors"],
    [edited, "Latency p95 threshold: off, was above 1 s for 5 min"],
  ])("%o", (event, words) => {
    expect(plain(eventWords(event))).toBe(words);
  });

  test("describes a crash loop in one line, newest first, and keeps a deployment in between apart", () => {
    const events: CapabilityEvent[] = [
      restart(1),
      { kind: "deployment", atMs: 2, version: "1.4.2" },
      restart(3),
      restart(4),
      restart(5, "OOMKilled", 137),
    ];
    const runs = consecutiveRunsOf(events);
    expect(runs.map((run) => [runWords(run), run.firstAtMs, run.lastAtMs])).toEqual([
      ["photos restarted: out of memory", 5, 5],
      ["photos restarted 2 times: ended with an error (exit code 1)", 3, 4],
      ["Deployed 1.4.2", 2, 2],
      ["photos restarted: ended with an error (exit code 1)", 1, 1],
    ]);
  });
});

describe("alertingStanding", () => {
  const unnotified = { degradedSinceMs: null };
  const link = (id: "metrics" | "evaluator", ok: boolean, atMs: number | null) => ({
    id,
    ok,
    atMs,
    reason: null,
  });

  test("calls an installation without an evaluator off, which is no fault", () => {
    expect(
      alertingState({ ...unnotified, trustworthy: false, links: [link("evaluator", false, null)] }),
    ).toBe("off");
  });

  test("calls a chain with an evaluator that stopped degraded", () => {
    expect(alertingState({ ...unnotified, trustworthy: false, links: [link("evaluator", false, 5)] })).toBe(
      "degraded",
    );
    expect(
      alertingState({
        ...unnotified,
        trustworthy: false,
        links: [link("metrics", false, 5), link("evaluator", true, 5)],
      }),
    ).toBe("degraded");
  });

  test("calls it on only where the view itself vouches for it", () => {
    expect(alertingState({ ...unnotified, trustworthy: true, links: [link("evaluator", true, 5)] })).toBe(
      "on",
    );
  });
});
