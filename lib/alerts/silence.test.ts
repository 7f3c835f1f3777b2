import { describe, expect, test } from "vitest";
import type { LineKey } from "@/lib/evaluation/effective";
import type { CycleCount } from "./cycle-count";
import { SILENCE_KNOWN_MS, silenceOf, silenceSince } from "./silence";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const since = { sinceMs: NOW - DAY, from: "mail" } as const;
const count = (lineKey: string, change: Partial<CycleCount> = {}): CycleCount => ({
  lineKey: lineKey as LineKey,
  good: 2_880,
  failed: 0,
  guarded: 0,
  missed: 0,
  newestMs: NOW,
  oldestMs: NOW - DAY + 30_000,
  ...change,
});
const OWN = new Set(["latency/p95", "restarts/restarts"] as LineKey[]);

describe("silence", () => {
  test("is counted from the last alert mail, else from going live, and never from before what is recorded", () => {
    expect(silenceSince({ lastMailMs: NOW - DAY, liveSinceMs: NOW - 9 * DAY }, NOW).from).toBe("mail");
    expect(silenceSince({ lastMailMs: null, liveSinceMs: NOW - 9 * DAY }, NOW).from).toBe("live");
    expect(silenceSince({ lastMailMs: NOW - 90 * DAY, liveSinceMs: null }, NOW)).toEqual({
      sinceMs: NOW - SILENCE_KNOWN_MS,
      from: "records",
    });
  });

  test("sums up the tenant's own lines and nobody else's", () => {
    const counts = [count("latency/p95"), count("restarts/restarts"), count("saturation/storage")];
    expect(silenceOf(counts, OWN, since)).toEqual({ ...since, evaluations: 5_760, failed: 0, missed: 0 });
  });

  test("distinguishes what could not be judged from what nobody tried to judge", () => {
    const counts = [
      count("latency/p95", { failed: 2, guarded: 1 }),
      count("restarts/restarts", { missed: 4 }),
    ];
    expect(silenceOf(counts, OWN, since)).toMatchObject({ failed: 3, missed: 4 });
  });

  test("does not reach back to before the first evaluation", () => {
    const counts = [count("latency/p95", { oldestMs: NOW - 3_600_000 })];
    expect(silenceOf(counts, OWN, since)).toMatchObject({ sinceMs: NOW - 3_600_000, from: "records" });
  });

  test("is no proof where nothing was evaluated", () => {
    const ever = { sinceMs: NOW - DAY, from: "live" } as const;
    expect(silenceOf([count("saturation/storage")], OWN, ever)).toBeNull();
  });

  test("just after a mail, counts nothing yet, which is not the same as never", () => {
    expect(silenceOf([], OWN, since)).toEqual({ ...since, evaluations: 0, failed: 0, missed: 0 });
  });
});
