import { expect, test } from "vitest";
import type { FailureCode } from "@/lib/prometheus/answer";
import type { Fleet, FleetAnswer } from "@/lib/prometheus/fleet";
import { askSome } from "./some-tenants";

const EVERYBODY = Array.from({ length: 400 }, (_, nth) => `tenant-${nth}`);
const QUESTION = {
  template: "max by ($tenant, pod) (memory_bytes)",
  windowSeconds: 60,
  tenantIds: EVERYBODY,
};
const asking = (signal = new AbortController().signal) => ({ label: "tenant", atMs: 0, signal });

/** A store that fails each question in which one of these tenants is named, and answers the others with a value for each tenant. */
function storeThatFailsBy(evil: readonly string[], code: FailureCode) {
  const asked: string[][] = [];
  const fleet: Fleet = {
    clockMs: () => null,
    async ask({ promql }): Promise<FleetAnswer> {
      const ids = /tenant=~"([^"]*)"/.exec(promql)?.[1]?.split("|") ?? [];
      asked.push(ids);
      if (ids.some((id) => evil.includes(id)))
        return { ok: false, failure: { code, message: "" }, detail: "" };
      const samples = ids.map((tenantId) => ({ tenantId, labels: { tenant: tenantId }, value: 1 }));
      return { ok: true, samples, dropped: 0, unusable: [] };
    },
  };
  return { fleet, asked };
}

test.each<FailureCode>(["malformed", "query", "timeout"])(
  "one tenant whose series make a question fail (%s) costs the answer of nobody else",
  async (code) => {
    const { fleet, asked } = storeThatFailsBy(["tenant-7"], code);
    const answered = await askSome(fleet, QUESTION, asking());
    expect([...answered.keys()].sort()).toEqual(EVERYBODY.filter((id) => id !== "tenant-7").sort());
    expect(answered.get("tenant-8")).toHaveLength(1);
    expect(asked.length).toBeLessThan(25);
  },
);

test("a store that is gone is not asked again in halves, nor is one for which no time is left", async () => {
  const gone = storeThatFailsBy(EVERYBODY, "unreachable");
  expect((await askSome(gone.fleet, QUESTION, asking())).size).toBe(0);
  expect(gone.asked.length).toBeLessThan(5);
  const late = storeThatFailsBy(EVERYBODY, "timeout");
  expect((await askSome(late.fleet, QUESTION, asking(AbortSignal.abort()))).size).toBe(0);
  expect(late.asked.length).toBeLessThan(5);
});

test("where everybody's question fails, the number of questions stays bounded", async () => {
  const { fleet, asked } = storeThatFailsBy(EVERYBODY, "query");
  expect((await askSome(fleet, QUESTION, asking())).size).toBe(0);
  expect(asked.length).toBeLessThan(80);
});
