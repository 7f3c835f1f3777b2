import { createHook } from "node:async_hooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { freePort } from "@/server/free-port";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { createPrometheus } from "./client";
import { queryFailureOf } from "./failure";
import { startFaulty } from "./faulty-server.fixture";
import { queriesTotal } from "./metrics";

const START_SECONDS = 1_767_225_600; // 2026-01-01T00:00:00Z
const NOW_MS = (START_SECONDS + 600) * 1_000;

const queryOf = (template: string, tenant = "photos") =>
  scopeQuery(mintTenantScope(tenant), template, { label: "tenant", windowSeconds: 300 });
const UP = queryOf("sum by ($tenant) (up)");

async function outcomes(outcome: string): Promise<number> {
  const { values } = await queriesTotal.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
}

describe("a real Prometheus", () => {
  let real: TestPrometheus;
  beforeAll(async () => {
    const lines: string[] = [];
    for (const [name, value] of [
      ["up", "1"],
      ["nothing_divided", "NaN"],
      ["endless", "+Inf"],
      ["bottomless", "-Inf"],
    ]) {
      for (const tenant of ["photos", "tickets"]) {
        for (let at = 0; at <= 600; at += 60) {
          if (name === "up" && at > 200 && at < 500) continue;
          lines.push(`${name}{tenant="${tenant}"} ${value} ${START_SECONDS + at}`);
        }
      }
    }
    real = await startPrometheus({
      openMetrics: `${lines.join("\n")}\n# EOF\n`,
      routePrefix: "/behind/a/proxy",
    });
  });
  afterAll(() => real?.stop());

  test("answers an instant under its path prefix, for one tenant alone", async () => {
    expect(await createPrometheus({ url: `${real.url}/` }).instant(UP, NOW_MS)).toEqual({
      ok: true,
      atMs: NOW_MS,
      data: [{ labels: { tenant: "photos" }, value: 1 }],
    });
  });

  test("lets go of its deadline with the answer, and so of all that belongs to the request that asked", async () => {
    const timeoutMs = 12_345;
    const alive = new Set<number>();
    const hook = createHook({
      init: (id, type, _trigger, resource) => {
        if (type === "Timeout" && (resource as { _idleTimeout?: number })._idleTimeout === timeoutMs)
          alive.add(id);
      },
      destroy: (id) => void alive.delete(id),
    }).enable();
    try {
      const client = createPrometheus({ url: real.url, timeoutMs });
      expect((await client.instant(UP, NOW_MS)).ok).toBe(true);
      await expect.poll(() => alive.size).toBe(0);
    } finally {
      hook.disable();
    }
  });

  test("distinguishes NaN, the infinities and nothing", async () => {
    const client = createPrometheus({ url: real.url });
    const names = ["nothing_divided", "endless", "bottomless", "never_heard_of"];
    const answers = await Promise.all(names.map((name) => client.instant(queryOf(name), NOW_MS)));
    expect(answers.map((answer) => answer.ok && answer.data.map(({ value }) => value))).toEqual([
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY],
      [],
    ]);
  });

  test("answers a range, with a gap where nothing was measured", async () => {
    const grid = { fromMs: START_SECONDS * 1_000, toMs: NOW_MS, stepSeconds: 60 };
    const answer = await createPrometheus({ url: real.url }).range(
      queryOf("sum by ($tenant) (last_over_time(up[59s]))"),
      grid,
    );
    const at = [0, 60, 120, 180, 540, 600].map((seconds) => [(START_SECONDS + seconds) * 1_000, 1]);
    expect(answer).toEqual({ ok: true, atMs: NOW_MS, data: [{ labels: { tenant: "photos" }, points: at }] });
  });

  test("is asked once for the same question and instant, however many ask", async () => {
    const before = await outcomes("ok");
    const client = createPrometheus({ url: real.url });
    const answers = await Promise.all(Array.from({ length: 200 }, () => client.instant(UP, NOW_MS)));
    answers.push(await client.instant(UP, NOW_MS));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await outcomes("ok")).toBe(before + 1);
    await client.instant(queryOf("sum by ($tenant) (UP)", "tickets"), NOW_MS);
    expect(await outcomes("ok")).toBe(before + 2);
  });

  test("refuses a question that it can't answer, which is not the same as no data", async () => {
    const answer = await createPrometheus({ url: real.url }).instant(
      queryOf('up + on () {__name__=~"up|endless"}'),
      NOW_MS,
    );
    expect(answer).toEqual({ ok: false, failure: queryFailureOf("query"), last: null });
  });

  test("that goes away leaves its last good answer behind", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    let target = real.url;
    const proxy = await startFaulty(async (request, response, body) => {
      const headers = { "content-type": request.headers["content-type"] ?? "" };
      const answer = await fetch(target + request.url, { method: "POST", headers, body }).catch(() => null);
      if (!answer) response.destroy();
      else response.writeHead(answer.status).end(await answer.text());
    });
    const client = createPrometheus({ url: proxy.url });
    const before = await client.instant(UP, NOW_MS);
    target = url;
    const after = await client.instant(UP, NOW_MS + 15_000);
    expect(before.ok).toBe(true);
    expect(after).toEqual({
      ok: false,
      failure: queryFailureOf("unreachable"),
      last: { data: [{ labels: { tenant: "photos" }, value: 1 }], atMs: NOW_MS },
    });
  });
});
