import { expect, test } from "vitest";
import { followUpsCutTotal } from "@/alerting/runtime/metrics";
import { COMPONENTS } from "@/lib/catalogue/components.fixture";
import type { Prometheus } from "@/lib/prometheus/client";
import { createFleet, type Fleet, type FleetAnswer } from "@/lib/prometheus/fleet";
import { at, fleetWorld, STEP_MINUTES } from "@/testing/fleet-world";

const world = fleetWorld();

const cutOf = async () =>
  Object.fromEntries(
    (await followUpsCutTotal.get()).values.map(({ labels, value }) => [labels.question, value]),
  );

/** Answers a cycle's own questions, which share a deadline, and leaves all others without an answer until theirs. */
function slowAfterwards(url: string) {
  const real = createFleet({ url });
  let own: { atMs: number; signal: AbortSignal } | null = null;
  let hung = 0;
  const hang = (signal: AbortSignal) => {
    hung += 1;
    return new Promise<FleetAnswer>((resolve) => {
      const late = () =>
        resolve({ ok: false, failure: { code: "timeout", message: "" }, detail: "too slow" });
      if (signal.aborted) late();
      signal.addEventListener("abort", late, { once: true });
    });
  };
  const fleet: Fleet = {
    clockMs: () => null,
    ask: (query, atMs, signal) => {
      if (own === null || own.atMs < atMs) own = { atMs, signal };
      return own.signal === signal ? real.ask(query, atMs, signal) : hang(signal);
    },
  };
  const prometheus = { platformRange: () => new Promise<never>(() => {}) } as Pick<
    Prometheus,
    "platformRange"
  >;
  return { fleet, prometheus: prometheus as Prometheus, hung: () => hung };
}

test("a store that never answers follow-ups keeps no slot from being written, nor an alert from being mailed", async () => {
  await world.begin("photos", "shop", "crashing");
  const { fleet, prometheus, hung } = slowAfterwards(world.prometheusUrl);
  const before = await cutOf();
  const judge = world.evaluation.judge(world.prometheusUrl, {
    fleet,
    prometheus,
    readComponents: async () => ({ windowSeconds: 60, components: COMPONENTS }),
    // Time for the cycle's own questions on a busy machine, and little for the others.
    askWithinMs: 20_000,
    askAllWithinMs: 200,
  });
  const kinds = [];
  for (let minute = 18; minute < 36; minute += STEP_MINUTES) kinds.push((await judge(at(minute))).kind);
  expect(new Set(kinds)).toEqual(new Set(["judged"]));
  expect(await world.outcomes()).toEqual([{ outcome: "good", reason: null, count: 9 * kinds.length }]);
  expect(await world.kinds()).toContain("photos firing");
  expect(hung()).toBeGreaterThan(0);
  const after = await cutOf();
  const cut = Object.keys(after).filter((question) => (after[question] ?? 0) > (before[question] ?? 0));
  expect(cut).toEqual(expect.arrayContaining(["scaled-to-zero", "deploy-grace", "evidence"]));
}, 120_000);
