import { afterEach, expect, test, vi } from "vitest";
import { createBudget } from "@/alerting/runtime/budget";
import { followUpsCutTotal } from "@/alerting/runtime/metrics";
import type { FailureCode } from "@/lib/prometheus/answer";
import type { Fleet, FleetAnswer } from "@/lib/prometheus/fleet";
import { askSome } from "./some-tenants";

const EVERYBODY = Array.from({ length: 400 }, (_, nth) => `tenant-${nth}`);
const QUESTION = {
  template: "max by ($tenant, pod) (memory_bytes)",
  windowSeconds: 60,
  tenantIds: EVERYBODY,
};
const LIMIT_MS = 6_000;
/** @param stop aborted where no time is left */
const ask = (fleet: Fleet, stop = new AbortController().signal, tenantIds = EVERYBODY) =>
  createBudget(2 * LIMIT_MS, stop)("parts", LIMIT_MS, (limit) =>
    askSome(fleet, { ...QUESTION, tenantIds }, { label: "tenant", atMs: 0, limit }),
  );
const cuts = async () =>
  (await followUpsCutTotal.get()).values.find(({ labels }) => labels.question === "parts")?.value ?? 0;

afterEach(() => {
  vi.useRealTimers();
});

const namedIn = ({ promql }: { promql: string }) => /tenant=~"([^"]*)"/.exec(promql)?.[1]?.split("|") ?? [];

/** A store that fails each question in which one of these tenants is named, and answers the others with a value for each tenant. */
function storeThatFailsBy(evil: readonly string[], code: FailureCode) {
  const asked: string[][] = [];
  const fleet: Fleet = {
    clockMs: () => null,
    async ask(query): Promise<FleetAnswer> {
      const ids = namedIn(query);
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
    const answered = await ask(fleet);
    expect([...answered.keys()].sort()).toEqual(EVERYBODY.filter((id) => id !== "tenant-7").sort());
    expect(answered.get("tenant-8")).toHaveLength(1);
    expect(asked.length).toBeLessThan(25);
  },
);

test("a store that is gone is not asked again in halves, nor is one for which no time is left", async () => {
  const gone = storeThatFailsBy(EVERYBODY, "unreachable");
  expect((await ask(gone.fleet)).size).toBe(0);
  expect(gone.asked.length).toBeLessThan(5);
  const late = storeThatFailsBy(EVERYBODY, "timeout");
  expect((await ask(late.fleet, AbortSignal.abort())).size).toBe(0);
  expect(late.asked.length).toBeLessThan(5);
});

/** A store that doesn't answer as long as one of these tenants is named, until it is given up. */
function storeThatHangsBy(evil: readonly string[]) {
  const { fleet, asked } = storeThatFailsBy([], "timeout");
  const hanging: Fleet = {
    ...fleet,
    async ask(query, atMs, signal) {
      const answer = await fleet.ask(query, atMs, signal);
      if (!namedIn(query).some((id) => evil.includes(id))) return answer;
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      return { ok: false, failure: { code: "timeout", message: "" }, detail: "" };
    },
  };
  return { fleet: hanging, asked };
}

test.each([[["tenant-7"]], [["tenant-7", "tenant-8", "tenant-399"]]])(
  "tenants whose parts hang (%j) leave time enough to ask for everybody else",
  async (evil) => {
    vi.useFakeTimers();
    const { fleet, asked } = storeThatHangsBy(evil);
    const startedMs = performance.now();
    const answering = ask(fleet);
    await vi.advanceTimersByTimeAsync(LIMIT_MS);
    expect([...(await answering).keys()].sort()).toEqual(EVERYBODY.filter((id) => !evil.includes(id)).sort());
    expect(performance.now() - startedMs).toBeLessThanOrEqual(LIMIT_MS);
    expect(asked.length).toBeLessThan(60);
  },
);

test("a store that answers nothing in time is asked a bounded number of questions within the time", async () => {
  vi.useFakeTimers();
  const { fleet, asked } = storeThatHangsBy(EVERYBODY);
  const answering = ask(fleet);
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  expect((await answering).size).toBe(0);
  expect(asked.length).toBeLessThan(80);
});

test.each([[["tenant-7"]], [["tenant-7", "tenant-8"]]])(
  "what hangs of %j has the whole time, and is counted as cut",
  async (tenantIds) => {
    vi.useFakeTimers();
    const { fleet } = storeThatHangsBy(["tenant-7"]);
    const [before, startedMs] = [await cuts(), performance.now()];
    let tookMs = 0;
    const answering = ask(fleet, undefined, tenantIds).finally(() => {
      tookMs = performance.now() - startedMs;
    });
    await vi.advanceTimersByTimeAsync(LIMIT_MS);
    expect([...(await answering).keys()]).toEqual(tenantIds.filter((id) => id !== "tenant-7"));
    expect(tookMs).toBe(LIMIT_MS);
    expect(await cuts()).toBe(before + 1);
  },
);

test("where everybody's question fails, the number of questions stays bounded", async () => {
  const { fleet, asked } = storeThatFailsBy(EVERYBODY, "query");
  expect((await ask(fleet)).size).toBe(0);
  expect(asked.length).toBeLessThan(80);
});
