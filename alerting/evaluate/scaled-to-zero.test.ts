import { expect, test } from "vitest";
import { judgedLines, type LineAnswer } from "@/alerting/fleet/questions";
import { createBudget } from "@/alerting/runtime/budget";
import type { LineKey } from "@/lib/evaluation/effective";
import type { Fleet } from "@/lib/prometheus/fleet";
import { defaultBundle } from "@/testing/evaluation";
import { askAtZero } from "./scaled-to-zero";
import { thresholdsBy } from "./thresholds-by";

const AT_MS = 1_767_225_600_000;
const LINE = "availability/availability";
const bundle = defaultBundle();
const lines = judgedLines(bundle);
const idsOf = (count: number) => Array.from({ length: count }, (_, nth) => `tenant-${nth}`);

/** Asks who is at zero, where the probes of each succeed to this share, by a store that says so of some; null: it doesn't answer. */
async function atZero(
  probes: Record<string, number> | null,
  sayZero: readonly string[] | null,
  { copies = 1, failsBy = null }: { copies?: number; failsBy?: string | null } = {},
) {
  const asked: string[] = [];
  const fleet: Fleet = {
    clockMs: () => null,
    ask: async ({ promql }) => {
      asked.push(promql);
      const named = /tenant=~?"([^"]*)"/.exec(promql)?.[1]?.split("|");
      const isOf = (id: string) => named?.includes(id) ?? true;
      if (!sayZero || (failsBy !== null && isOf(failsBy)))
        return { ok: false, failure: { code: "timeout", message: "" }, detail: "too slow" };
      // How many replicas are wanted comes first.
      const value = promql.startsWith("min_over_time((") ? 0 : 1;
      const samples = sayZero
        .filter(isOf)
        .flatMap((tenantId) => Array(copies).fill({ tenantId, labels: { tenant: tenantId }, value }));
      return { ok: true, samples, dropped: 0, unusable: [] };
    },
  };
  const ids = Object.keys(probes ?? { photos: 0 });
  const answer: LineAnswer = probes
    ? {
        ok: true,
        values: new Map(Object.entries(probes)),
        freshness: new Map(ids.map((id) => [id, AT_MS / 1000])),
        requests: null,
        unusable: new Map(),
        dropped: 0,
      }
    : { ok: false, fault: "timeout", detail: "" };
  const result = await askAtZero(
    { fleet, label: "tenant", askWithinMs: 1_000 },
    {
      lines,
      bundle,
      askedAtMs: AT_MS,
      answers: new Map<LineKey, LineAnswer>([[LINE, answer]]),
      budget: createBudget(60_000, new AbortController().signal),
    },
    new Map(ids.map((id) => [id, []])),
    thresholdsBy(bundle, new Map()),
  );
  return {
    asked: asked.length,
    named: asked.some((promql) => promql.includes('"photos"')),
    atZero: [...result.tenantIds],
    unanswered: result.unanswered,
  };
}

test("nobody is asked for while everybody is reached", async () => {
  expect(await atZero({ photos: 1, tickets: 0.95 }, ["photos"])).toMatchObject({
    asked: 0,
    atZero: [],
    unanswered: null,
  });
});

test("whoever is reached is served by something, whatever its workloads say", async () => {
  expect(await atZero({ photos: 0, tickets: 1, wiki: 0 }, ["photos", "tickets"])).toMatchObject({
    asked: 2,
    atZero: ["photos"],
  });
});

test("who has several series proves nothing by them", async () => {
  expect(await atZero({ photos: 0 }, ["photos"], { copies: 2 })).toMatchObject({ asked: 1, atZero: [] });
});

test("the long question is put for those alone who wanted no replica", async () => {
  expect(await atZero({ photos: 0, wiki: 0 }, [])).toMatchObject({ asked: 1, atZero: [], unanswered: null });
});

test("few that can't be reached are named, so that nothing else is read", async () => {
  expect(await atZero({ photos: 0, tickets: 1 }, ["photos"])).toMatchObject({ named: true });
  const many = Object.fromEntries(["photos", ...idsOf(60)].map((id) => [id, 0]));
  expect(await atZero(many, ["photos"])).toMatchObject({ asked: 2, atZero: ["photos"] });
});

test("any number of tenants that can't be reached is two questions", async () => {
  const ids = idsOf(3_000);
  const probes = Object.fromEntries(ids.map((id) => [id, 0]));
  const result = await atZero(probes, ids);
  expect([result.asked, result.atZero.length]).toEqual([2, 3_000]);
});

test("where it can't be asked, nobody is at zero, and it says why", async () => {
  expect(await atZero({ photos: 0 }, null)).toMatchObject({
    atZero: [],
    unanswered: "No answer for 1 of 1 capabilities.",
  });
  const many = Object.fromEntries(idsOf(60).map((id) => [id, 0]));
  expect(await atZero(many, null)).toMatchObject({
    atZero: [],
    unanswered: "No answer for 60 of 60 capabilities.",
  });
});

test("where nobody knows who is reached, nobody is at zero", async () => {
  expect(await atZero(null, ["photos"])).toMatchObject({ asked: 0, atZero: [] });
});

test("one capability whose series make each question fail that reads them leaves the others known", async () => {
  const ids = idsOf(80);
  const probes = Object.fromEntries(["evil", ...ids].map((id) => [id, 0]));
  const result = await atZero(probes, ["evil", ...ids], { failsBy: "evil" });
  expect([...result.atZero].sort()).toEqual([...ids].sort());
  expect(result.unanswered).toBe("No answer for 1 of 81 capabilities.");
});
