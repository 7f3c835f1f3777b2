import fc from "fast-check";
import { expect, test } from "vitest";
import { judgedLines } from "@/alerting/fleet/questions";
import { createBudget } from "@/alerting/runtime/budget";
import type { CyclePlan } from "@/lib/alerts/plan";
import type { Fleet, FleetAnswer } from "@/lib/prometheus/fleet";
import { defaultBundle } from "@/testing/evaluation";
import { askWaiting } from "./ask-waiting";

const bundle = defaultBundle();
const lines = judgedLines(bundle);
const EVIL = "evil";

const mailAbout = (tenantId: string) =>
  ({
    tenantId,
    mail: { about: [{ lineKey: "availability/pods", alert: { ended: null } }] },
  }) as unknown as CyclePlan["mails"][number];

/** A store in which so many containers of each tenant wait. It reads of a question what bounds it, and whether it counts. */
function storeWith(waiting: Record<string, number>) {
  let longest = 0;
  const fleet: Fleet = {
    clockMs: () => null,
    async ask({ promql }): Promise<FleetAnswer> {
      const ids = /tenant=~?"([^"]*)"/.exec(promql)?.[1]?.split("|") ?? [];
      const atMost = Number(/^topk by \(tenant\) \((\d+),/.exec(promql)?.[1] ?? Number.POSITIVE_INFINITY);
      const samples = ids.flatMap((tenantId) => {
        const count = waiting[tenantId] ?? 0;
        const own = { tenantId, labels: { tenant: tenantId } };
        if (promql.startsWith("count by (tenant) (count by (tenant, namespace, pod, container) ("))
          return [{ ...own, value: count }];
        return Array.from({ length: Math.min(count, atMost) }, (_, nth) => ({
          ...own,
          labels: { tenant: tenantId, namespace: "a", pod: `web-${nth}`, container: "app", reason: "Error" },
          value: 1,
        }));
      });
      longest = Math.max(longest, samples.length);
      return { ok: true, samples, dropped: 0, unusable: [] };
    },
  };
  return { fleet, longest: () => longest };
}

const counts = fc.dictionary(fc.constantFrom("photos", "shop", "tickets"), fc.integer({ min: 0, max: 40 }), {
  minKeys: 1,
  noNullPrototype: true,
});

test("however many pods of one tenant wait, the answer stays short, and the others' lists are as without it", async () => {
  await fc.assert(
    fc.asyncProperty(counts, fc.integer({ min: 0, max: 6_000 }), async (others, evil) => {
      const listsOf = async (waiting: Record<string, number>) => {
        const { fleet, longest } = storeWith(waiting);
        const waitingOf = await askWaiting(
          { fleet, label: "tenant", evidenceWithinMs: 60_000 },
          { bundle, lines, askedAtMs: 0, budget: createBudget(120_000, new AbortController().signal) },
          Object.keys(waiting).map(mailAbout),
        );
        return { waitingOf, longest: longest() };
      };
      const without = await listsOf(others);
      const hostile = await listsOf({ ...others, [EVIL]: evil });
      for (const id of Object.keys(others)) expect(hostile.waitingOf(id)).toEqual(without.waitingOf(id));
      expect(hostile.waitingOf(EVIL)?.total).toBe(evil);
      expect(hostile.longest - without.longest).toBeLessThanOrEqual(1_000);
    }),
    { numRuns: 40 },
  );
});
