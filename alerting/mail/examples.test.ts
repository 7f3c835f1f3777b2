import { describe, expect, test } from "vitest";
import { breaches } from "@/lib/evaluation/threshold";
import { EXAMPLES } from "./examples.fixture";
import { example } from "./mail.fixture";

/** Their pictures are looked at: what contradicts itself in them would be taken for a fault of the mail. */
describe.each(Object.keys(EXAMPLES))("the example %s", (name) => {
  const { lines, alsoFiring, atMs, thread, links } = example(name);
  const all = [...lines, ...alsoFiring];
  /** Signals that fire at about the same time open a thread with the mail about them. */
  const opensItself = thread?.openedAtMs === atMs;

  test("has its times in the order in which they can happen", () => {
    for (const { alert, missingSinceMs } of all) {
      if (missingSinceMs !== null) expect(missingSinceMs).toBeLessThanOrEqual(atMs);
      if (alert === null) continue;
      const { breachedAtMs, firedAtMs, worstAtMs, endedAtMs } = alert;
      expect(breachedAtMs).toBeLessThanOrEqual(firedAtMs);
      expect(worstAtMs).toBeGreaterThanOrEqual(breachedAtMs);
      expect(worstAtMs).toBeLessThanOrEqual(endedAtMs ?? atMs);
      expect(firedAtMs).toBeLessThanOrEqual(endedAtMs ?? atMs);
      if (missingSinceMs !== null) expect(worstAtMs).toBeLessThanOrEqual(missingSinceMs);
    }
  });

  test("has a worst value that is worst, and a picture that ends at its value", () => {
    for (const { alert, value, worse, threshold, trend } of all) {
      const worst = alert?.worst ?? null;
      if (worst !== null) {
        expect(breaches(worst, threshold, worse)).toBe(true);
        if (value !== null) expect(worse === "higher" ? worst >= value : worst <= value).toBe(true);
      }
      const last = trend?.at(-1)?.[1] ?? null;
      if (
        lines.some((line) => line.trend === trend && line.value === value) &&
        value !== null &&
        last !== null
      )
        expect(Math.abs(last - value)).toBeLessThanOrEqual(0.05 * Math.max(Math.abs(value), threshold.value));
    }
  });

  test("leads to an alert's page only if there is an alert, and its thread is as old as its oldest alert", () => {
    if (all.every(({ alert }) => alert === null)) expect(links.alert).toBeNull();
    if (opensItself) return;
    for (const { alert } of lines)
      if (alert && thread) expect(thread.openedAtMs).toBeLessThanOrEqual(alert.firedAtMs);
  });
});
