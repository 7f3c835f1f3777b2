import { expect, test } from "vitest";
import type { Alerting } from "@/lib/alerting-chain/view";
import type { Answer } from "@/lib/prometheus/answer";
import type { Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { defaultBundle } from "@/testing/evaluation";
import { NEVER_EVALUATED } from "./evaluated";
import { healthOf } from "./health";

const NOW_MS = Date.UTC(2026, 10, 21, 13, 2, 15);
const GOOD_MS = NOW_MS - 10_000;
const MESSAGE = "The platform's metrics can't be reached right now.";

const whole: Alerting = {
  trustworthy: true,
  degradedSinceMs: null,
  links: (["metrics", "evaluator", "queue", "relay", "address"] as const).map((id) => ({
    id,
    ok: true,
    atMs: GOOD_MS,
    reason: null,
  })),
};

const gone: Answer<never> = { ok: false, failure: { code: "unreachable", message: MESSAGE }, last: null };
const nothing: Answer<never[]> = { ok: true, data: [], atMs: NOW_MS };

/** A view whose questions are answered so, with what the evaluator recorded ten seconds ago. */
const viewOf = (answerOf: (promql: string) => Answer<never[]>, alerting: Alerting = whole) => {
  const prometheus: Pick<Prometheus, "instant" | "range"> = {
    instant: async ({ promql }) => answerOf(promql),
    range: async ({ promql }) => answerOf(promql),
  };
  return healthOf(
    { bundle: defaultBundle(), tenantLabel: "tenant", prometheus },
    mintTenantScope("photos"),
    { id: "photos", name: "Photos" },
    NOW_MS,
    Promise.resolve({ settings: [], evaluated: { ...NEVER_EVALUATED, alerting } }),
  );
};

test("a view that can read nothing doesn't say that alerting works, though the last cycle was good", async () => {
  const view = await viewOf(() => gone);
  expect(view.overall).toMatchObject({ state: "unknown", headline: "Unknown", sentence: MESSAGE });
  expect(view.alerting).toMatchObject({ trustworthy: false, degradedSinceMs: GOOD_MS });
  expect(view.alerting.links.filter(({ ok }) => !ok)).toEqual([
    { id: "metrics", ok: false, atMs: GOOD_MS, reason: MESSAGE },
  ]);
});

test("what the evaluator says of metrics that it can't read stays, and so does an earlier fault", async () => {
  const [metrics, ...others] = whole.links;
  const known: Alerting = {
    trustworthy: false,
    degradedSinceMs: GOOD_MS - 60_000,
    links: [{ ...(metrics as Alerting["links"][number]), ok: false, reason: "its own" }, ...others],
  };
  expect((await viewOf(() => gone, known)).alerting).toEqual(known);
  const relay: Alerting = {
    trustworthy: false,
    degradedSinceMs: GOOD_MS - 60_000,
    links: whole.links.map((link) =>
      link.id === "relay" ? { ...link, ok: false, reason: "refused" } : link,
    ),
  };
  expect((await viewOf(() => gone, relay)).alerting.degradedSinceMs).toBe(GOOD_MS - 60_000);
});

test("where some lines can be read, or have no data, the chain is the evaluator's", async () => {
  expect((await viewOf(() => nothing)).alerting).toEqual(whole);
  const some = await viewOf((promql) => (promql.includes("probe_success") ? nothing : gone));
  expect(some.alerting).toEqual(whole);
});
