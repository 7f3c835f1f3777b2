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

type Store = {
  /** Of whom it says that they are scaled to zero; null: it doesn't answer. */
  zero: readonly string[] | null;
  /** Of whom it reports how many replicas were wanted in the window, and are now; all of whom it is asked for. */
  reported?: readonly string[];
  reportedNow?: readonly string[];
  /** Of whom it reported more workloads within a day than now. */
  lost?: readonly string[];
  /** How many series it has of each. */
  copies?: number;
  /** Each question that reads this one's series fails. */
  failsBy?: string;
};

/** Asks who is at zero, where the probes of each succeed to this share; null: nobody knows. */
async function atZero(
  probes: Record<string, number> | null,
  { zero, reported, reportedNow = reported, lost = [], copies = 1, failsBy }: Store,
) {
  const asked: string[] = [];
  const fleet: Fleet = {
    clockMs: () => null,
    ask: async ({ promql }) => {
      asked.push(promql);
      const named = /tenant=~?"([^"]*)"/.exec(promql)?.[1]?.split("|");
      const isOf = (id: string) => named?.includes(id) ?? true;
      if (!zero || (failsBy !== undefined && isOf(failsBy)))
        return { ok: false, failure: { code: "timeout", message: "" }, detail: "too slow" };
      const isLeast = promql.startsWith("min_over_time((");
      const isZero = promql.startsWith("max by (tenant) (1 + ");
      const isLost = promql.startsWith("max_over_time((count by (tenant) (");
      const known = isZero ? zero : isLost ? lost : isLeast ? reported : reportedNow;
      const samples = (known ?? ids)
        .filter(isOf)
        .flatMap((tenantId) =>
          Array(copies).fill({ tenantId, labels: { tenant: tenantId }, value: isZero ? 1 : 0 }),
        );
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
    unproven: [...result.unproven],
    unanswered: result.unanswered,
  };
}

test("nobody is asked for while everybody is reached", async () => {
  expect(await atZero({ photos: 1, tickets: 0.95 }, { zero: ["photos"] })).toMatchObject({
    asked: 0,
    atZero: [],
    unproven: [],
    unanswered: null,
  });
});

test("whoever is reached is served by something, whatever its workloads say", async () => {
  const zero = ["photos", "tickets"];
  expect(await atZero({ photos: 0, tickets: 1, wiki: 0 }, { zero })).toMatchObject({
    asked: 4,
    atZero: ["photos"],
    unproven: [],
  });
});

test("who has several series proves nothing by them", async () => {
  const result = await atZero({ photos: 0 }, { zero: ["photos"], copies: 2 });
  expect(result).toMatchObject({ asked: 1, atZero: [], unproven: ["photos"] });
});

test("the long question is put for those alone who wanted no replica, or of whom none is reported", async () => {
  const probes = { photos: 0, wiki: 0 };
  expect(await atZero(probes, { zero: [], reported: [] })).toMatchObject({ asked: 1, unanswered: null });
});

test("few that can't be reached are named, so that nothing else is read", async () => {
  expect(await atZero({ photos: 0, tickets: 1 }, { zero: ["photos"] })).toMatchObject({ named: true });
  const many = Object.fromEntries(["photos", ...idsOf(60)].map((id) => [id, 0]));
  expect(await atZero(many, { zero: ["photos", ...idsOf(60)] })).toMatchObject({ asked: 2, unproven: [] });
});

test("any number of tenants that can't be reached is two questions", async () => {
  const ids = idsOf(3_000);
  const probes = Object.fromEntries(ids.map((id) => [id, 0]));
  const result = await atZero(probes, { zero: ids });
  expect([result.asked, result.atZero.length]).toEqual([2, 3_000]);
});

test("where it can't be asked, nobody is proven to be at zero, nor not to be, and it says why", async () => {
  expect(await atZero({ photos: 0 }, { zero: null })).toMatchObject({
    atZero: [],
    unproven: ["photos"],
    unanswered: "No answer for 1 of 1 capabilities.",
  });
  const many = Object.fromEntries(idsOf(60).map((id) => [id, 0]));
  expect(await atZero(many, { zero: null })).toMatchObject({
    atZero: [],
    unproven: idsOf(60),
    unanswered: "No answer for 60 of 60 capabilities.",
  });
});

test("where nobody knows who is reached, nobody is proven to be at zero, nor not to be", async () => {
  const result = await atZero(null, { zero: ["photos"] });
  expect(result).toMatchObject({ asked: 0, atZero: [], unproven: ["photos"] });
});

test.each<[string, Omit<Store, "zero">, string[]]>([
  ["are reported, at zero, it is denied", {}, []],
  [
    "of one workload aren't reported any more, nothing shows what is wanted",
    { lost: ["photos"] },
    ["photos"],
  ],
  [
    "were reported in the window and aren't now, nothing shows what is wanted",
    { reportedNow: [] },
    ["photos"],
  ],
  ["weren't reported in the window either, nothing shows what is wanted", { reported: [] }, ["photos"]],
])("where wanted replicas %s", async (_, store, unproven) => {
  expect(await atZero({ photos: 0 }, { zero: [], ...store })).toMatchObject({ atZero: [], unproven });
});

test("one capability whose series make each question fail that reads them leaves the others known", async () => {
  const ids = idsOf(80);
  const probes = Object.fromEntries(["evil", ...ids].map((id) => [id, 0]));
  const result = await atZero(probes, { zero: ["evil", ...ids], failsBy: "evil" });
  expect([...result.atZero].sort()).toEqual([...ids].sort());
  expect(result.unproven).toEqual(["evil"]);
  expect(result.unanswered).toBe("No answer for 1 of 81 capabilities.");
});
