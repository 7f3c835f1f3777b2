import { createServer, type RequestListener } from "node:http";
import { Pool } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startBreakingProxy } from "@/e2e/services/breaking-proxy";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
} from "@/e2e/services/evaluation";
import { startPrometheus, type TestPrometheus } from "@/e2e/services/prometheus";
import {
  cyclesSince,
  lastCycles,
  lastGoodCycle,
  readEpisode,
  readEpisodes,
  readHeartbeats,
  readJudgements,
} from "@/lib/episodes/store";
import { type Fate, platformSamples } from "@/lib/signals/platform.fixture";
import { startEvaluator } from "./evaluate";
import { createLedger, type Ledger } from "./store";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const between = (fromMinute: number, toMinute: number) => (atMs: number) =>
  atMs >= at(fromMinute) && atMs < at(toMinute);

const crowd = Array.from({ length: 10 }, (_, index) => `crowd-${index}`);
const fate = (id: string, more: Partial<Fate> = {}): Fate => ({
  id,
  fromMs: FROM_MS,
  toMs: at(100),
  ...more,
});
const failing = (fromMinute: number, toMinute: number) => ({
  errorShare: (atMs: number) => (between(fromMinute, toMinute)(atMs) ? 0.5 : 0),
});
const restarts = (...minutes: number[]) => ({
  restarts: minutes.map((minute) => ({ atMs: at(minute), reason: "Error", exitCode: 1 })),
});

let prometheus: TestPrometheus;
beforeAll(async () => {
  const openMetrics = platformSamples([
    fate("photos", failing(20, 40)),
    fate("tickets"),
    fate("shop", { ...failing(20, 40), up: (atMs) => !between(26, 40)(atMs) }),
    fate("vanishing", { silent: (atMs) => atMs >= at(40) }),
    fate("rollout", { ...restarts(30.3, 31.3, 32.3, 33.3), deployments: [{ atMs: at(30), version: "2" }] }),
    fate("crashing", restarts(30.3, 31.3, 32.3, 33.3)),
    ...crowd.map((id, index) => fate(id, { silent: index < 6 ? between(40, 50) : undefined })),
  ]);
  prometheus = await startPrometheus({ openMetrics });
}, 120_000);
afterAll(() => prometheus?.stop());

let evaluation: TestEvaluation;
const stops: (() => Promise<unknown>)[] = [];
const begin = async (...tenants: string[]) => {
  evaluation = await startTestEvaluation(tenants);
  return evaluation.judge(prometheus.url);
};
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await evaluation.drop();
});

type Judge = ReturnType<TestEvaluation["judge"]>;
const STEP_MINUTES = INTERVAL_SECONDS / 60;
/** Every slot of a time, its end not included. */
async function run(judge: Judge, fromMinute: number, toMinute: number): Promise<void> {
  for (let minute = fromMinute; minute < toMinute; minute += STEP_MINUTES) await judge(at(minute));
}
const kinds = async () => (await evaluation.mails()).map(({ kind, tenant_id }) => `${tenant_id} ${kind}`);
const episodesOf = (tenantId: string) => readEpisodes(evaluation.scope(tenantId));
const conditionOf = async (tenantId: string, line: string) =>
  (await readJudgements(evaluation.scope(tenantId))).find(({ lineKey }) => lineKey === line);
/** As the relay would have it. */
const acceptAll = () =>
  evaluation.query(
    "UPDATE mail SET state = 'accepted', accepted_at = now(), finished_at = now() WHERE state = 'queued'",
  );
const outcomes = () =>
  evaluation.query<{ outcome: string; reason: string | null; count: number }>(
    "SELECT outcome, reason, count(*)::int AS count FROM cycle GROUP BY 1, 2 ORDER BY 1, 2",
  );
/** An evaluator that is begun anew for each slot: nothing is remembered but what is written. */
const forgetful: () => Judge = () => (slotMs) => evaluation.judge(prometheus.url)(slotMs);

/** Something that speaks HTTP where Prometheus should be. */
async function impostor(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

describe("an alert's life", () => {
  test("fires once after its whole pending time and recovers once after its hold, with its mails and what was seen", async () => {
    const judge = await begin("photos", "tickets");
    await run(judge, 15, 35);
    expect(await kinds()).toEqual(["photos firing"]);
    const [firing] = await episodesOf("photos");
    expect(firing).toMatchObject({ lineKey: "error-rate/error-rate", ended: null, told: true });
    expect(firing?.trend).toHaveLength(61);
    expect((firing?.firedAtMs ?? 0) - (firing?.breachedAtMs ?? 0)).toBe(300_000);
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({
      condition: "firing",
      data: "fresh",
    });
    await acceptAll();
    await run(judge, 35, 60);
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
    const [over, ...more] = await episodesOf("photos");
    expect(more).toEqual([]);
    expect(over).toMatchObject({ id: firing?.id, ended: { reason: "recovered" } });
    expect(over?.worst.value).toBeCloseTo(0.5, 1);
    expect(over?.trend).toEqual(firing?.trend);
    expect(await readEpisode(evaluation.scope("photos"), over?.id ?? "")).toEqual(over);
    expect(await readEpisode(evaluation.scope("tickets"), over?.id ?? "")).toBeNull();
    expect(await episodesOf("tickets")).toEqual([]);
    const [mail] = evaluation.told;
    expect(mail).toMatchObject({
      kind: "firing",
      capability: { id: "photos" },
      lines: [{ signal: "error-rate", threshold: { value: 0.05 }, episode: { id: firing?.id } }],
      links: { episode: `https://watchpost.example/alerts/${firing?.id}` },
    });
    expect(evaluation.told.every(({ lines }) => lines.every(({ trend }) => trend?.length === 61))).toBe(true);
  });

  test("Fault 19: that is over before its first mail could leave is told by one mail, and the other is taken back", async () => {
    const judge = await begin("photos");
    await run(judge, 15, 60);
    expect(await kinds()).toEqual(["photos firing", "photos fired-and-recovered"]);
    expect((await evaluation.mails()).map(({ state }) => state)).toEqual(["cancelled", "queued"]);
  });

  test("of two signals at about the same time is one thread", async () => {
    const judge = await begin("shop");
    await run(judge, 15, 32);
    await acceptAll();
    await run(judge, 32, 60);
    expect(await kinds()).toEqual(["shop firing", "shop joined", "shop recovered", "shop recovered"]);
    const mails = await evaluation.mails();
    expect(new Set(mails.map(({ episode_key }) => episode_key)).size).toBe(1);
    expect((await episodesOf("shop")).map(({ lineKey }) => lineKey).sort()).toEqual([
      "availability/availability",
      "error-rate/error-rate",
    ]);
  });

  test("is the same for an evaluator that is begun anew for every slot: nothing fires again, nothing is forgotten", async () => {
    await begin("photos");
    const judge = forgetful();
    await run(judge, 15, 35);
    await acceptAll();
    await run(judge, 35, 60);
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
    expect(await episodesOf("photos")).toHaveLength(1);
  });

  test("has its reminder once, and only after a mail was accepted", async () => {
    const judge = await begin("photos");
    await run(judge, 20, 30);
    const later = at(30) + 4 * 3_600_000;
    const live = await impostor((request, response) => {
      // The last data of the test's Prometheus, whatever time is asked for.
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", async () => {
        const query = new URLSearchParams(body);
        query.set("time", String(at(30) / 1000));
        const text = await (
          await fetch(`${prometheus.url}${request.url}`, { method: "POST", body: query })
        ).text();
        const shift = (later - at(30)) / 1000;
        const fresh = query.get("query")?.includes("timestamp(");
        response.end(
          fresh
            ? text.replace(
                /"value":\[([\d.]+),"([\d.]+)"\]/g,
                (_, t, v) => `"value":[${t},"${Number(v) + shift}"]`,
              )
            : text,
        );
      });
    });
    const stuck = evaluation.judge(live);
    await stuck(later);
    expect(await kinds()).toEqual(["photos firing"]);
    await acceptAll();
    await stuck(later + 30_000);
    await stuck(later + 60_000);
    expect(await kinds()).toEqual(["photos firing", "photos reminder"]);
  });
});

describe("several evaluators", () => {
  test("Fault 5: of two on each slot one writes it and the other nothing, and each event is told once", async () => {
    const judges = [await begin("photos", "tickets"), evaluation.judge(prometheus.url)];
    const results: string[] = [];
    for (let minute = 15; minute < 60; minute += STEP_MINUTES) {
      const both = await Promise.all(judges.map((judge) => judge(at(minute))));
      results.push(
        both
          .map(({ kind }) => kind)
          .sort()
          .join(" "),
      );
      if (minute === 35) await acceptAll();
    }
    expect(new Set(results)).toEqual(new Set(["judged lost"]));
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
    expect(await outcomes()).toEqual([{ outcome: "good", reason: null, count: 90 * 7 }]);
  });

  test("a slot that was judged is never judged again, and neither is an older one", async () => {
    const judge = await begin("photos");
    await judge(at(21));
    expect((await forgetful()(at(21))).kind).toBe("lost");
    expect((await forgetful()(at(20.5))).kind).toBe("lost");
  });
});

describe("a crash", () => {
  const crashing = (when: "before" | "after", atSlotMs: number): Ledger => {
    const ledger = createLedger(evaluation.pool);
    return {
      ...ledger,
      commit: async (write) => {
        if (write.slotMs !== atSlotMs) return ledger.commit(write);
        if (when === "after") await ledger.commit(write);
        throw new Error("killed");
      },
    };
  };

  test.each([
    ["Fault 2: before", "before"],
    ["Fault 1: after", "after"],
  ] as const)("%s the firing's commit: there is one episode and one mail, soon", async (_, when) => {
    const judge = await begin("photos");
    await run(judge, 15, 26);
    const firesAtMs = at(26);
    const judged = evaluation.judge(prometheus.url, { ledger: crashing(when, firesAtMs) });
    let minute = 26;
    while ((await episodesOf("photos")).length === 0 && minute < 32) {
      const dying = evaluation.judge(prometheus.url, { ledger: crashing(when, at(minute)) });
      await expect(dying(at(minute))).rejects.toThrow("killed");
      minute += STEP_MINUTES;
      if (when === "before") await forgetful()(at(minute));
      minute += STEP_MINUTES;
    }
    await judged(at(minute + 1));
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await episodesOf("photos")).toHaveLength(1);
  });

  test.each(["before", "after"] as const)(
    "Fault 7: of the connection in COMMIT, %s the server has done it, is read back: all or nothing, and never twice",
    async (how) => {
      await begin("photos");
      const proxy = await startBreakingProxy(evaluation.url);
      stops.push(proxy.stop);
      const pool = new Pool({ connectionString: proxy.url });
      pool.on("error", () => {});
      stops.push(() => pool.end());
      const judge = evaluation.judge(prometheus.url, { ledger: createLedger(pool) });
      for (let minute = 15; minute < 35; minute += STEP_MINUTES) {
        proxy.breakNextCommit(how);
        expect((await judge(at(minute))).kind).toBe("judged");
      }
      expect(await kinds()).toEqual(["photos firing"]);
      expect(await outcomes()).toEqual([{ outcome: "good", reason: null, count: 40 * 7 }]);
    },
  );
});

describe("what can't be known", () => {
  const firing = async () => {
    const judge = await begin("photos", "tickets");
    await run(judge, 15, 30);
    await acceptAll();
    expect(await kinds()).toEqual(["photos firing"]);
    return judge;
  };
  const success = (more: object) =>
    JSON.stringify({ status: "success", data: { resultType: "vector", result: [] }, ...more });

  test.each<[string, string, RequestListener]>([
    ["Fault 9: a 503", "starting", (_, response) => response.writeHead(503).end("Service Unavailable")],
    ["Fault 9: HTML", "not-json", (_, response) => response.end("<html>Sign in</html>")],
    ["Fault 9: a truncated answer", "not-json", (_, response) => response.end(success({}).slice(0, 40))],
    [
      "Fault 11: a warning",
      "partial",
      (_, response) => response.end(success({ warnings: ["a store is away"] })),
    ],
    ["Fault 11: isPartial", "partial", (_, response) => response.end(success({ isPartial: true }))],
    ["Fault 10: a hanging answer", "timeout", (_, response) => void response.writeHead(200).write("{")],
    [
      "an answer without a tenant",
      "malformed",
      (_, response) =>
        response.end(success({ data: { resultType: "vector", result: [{ metric: {}, value: [1, "1"] }] } })),
    ],
    [
      "several series for one tenant",
      "several-series",
      (_, response) =>
        response.end(
          success({
            data: {
              resultType: "vector",
              result: ["a", "b"].map((pod) => ({ metric: { tenant: "photos", pod }, value: [1, "0"] })),
            },
          }),
        ),
    ],
    ["everybody gone", "gone", (_, response) => response.end(success({}))],
  ])("%s resolves nothing and fires nothing, and each line's cycle says %s", async (_, reason, listener) => {
    const judge = await firing();
    const before = await evaluation.query("SELECT * FROM judgement ORDER BY 1, 2, 3");
    const liar = evaluation.judge(await impostor(listener), { askWithinMs: 300 });
    for (const minute of [30, 30.5, 31, 50]) await liar(at(minute));
    expect(await evaluation.query("SELECT * FROM judgement ORDER BY 1, 2, 3")).toEqual(before);
    expect(await kinds()).toEqual(["photos firing"]);
    const newest = await lastCycles(["error-rate/error-rate", "availability/availability"]);
    const outcome = reason === "gone" ? "guarded" : "failed";
    for (const line of newest) expect(line.newest).toMatchObject({ outcome, reason, atMs: at(50) });
    expect(await lastGoodCycle(["error-rate/error-rate"])).toBe(at(29.5));
    await run(judge, 50.5, 60);
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
  });

  test("Fault 9: a Prometheus that refuses is unreachable, and pending time isn't credited for it", async () => {
    const judge = await begin("photos");
    await run(judge, 15, 23);
    const away = evaluation.judge("http://127.0.0.1:9");
    await run(away, 23, 29);
    expect(await kinds()).toEqual([]);
    await judge(at(29));
    expect(await kinds()).toEqual([]);
    await run(judge, 29.5, 34);
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await outcomes()).toContainEqual({ outcome: "failed", reason: "unreachable", count: 12 * 7 });
  });

  test("Fault 10: one question that hangs leaves the other signals judged on time", async () => {
    await begin("tickets");
    const url = await impostor((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", async () => {
        if (body.includes("histogram_quantile")) return void response.writeHead(200).write("{");
        const answer = await fetch(`${prometheus.url}${request.url}`, {
          method: "POST",
          body: new URLSearchParams(body),
        });
        response.end(await answer.text());
      });
    });
    await evaluation.judge(url, { askWithinMs: 1_500 })(at(30));
    expect(await outcomes()).toEqual([
      { outcome: "good", reason: null, count: 6 },
      { outcome: "failed", reason: "timeout", count: 1 },
    ]);
  });

  test("Fault 12: six of ten tenants gone at once are not believed; afterwards all goes on", async () => {
    const judge = await begin(...crowd);
    await run(judge, 35, 39);
    await run(judge, 45, 48);
    expect((await outcomes()).find(({ reason }) => reason === "gone")).toMatchObject({
      outcome: "guarded",
      count: 6 * 7,
    });
    expect(await conditionOf("crowd-0", "availability/availability")).toMatchObject({ data: "fresh" });
    await judge(at(60));
    expect((await lastCycles(["latency/p95"]))[0]?.newest).toMatchObject({ outcome: "good" });
    expect(await kinds()).toEqual([]);
  });

  test("Fault 12: one tenant gone is missing after three cycles, and told after five minutes", async () => {
    const judge = await begin("vanishing", "tickets", "crowd-9");
    await run(judge, 38, 42.5);
    expect(await conditionOf("vanishing", "availability/availability")).toMatchObject({ data: "fresh" });
    await run(judge, 42.5, 44);
    expect(await conditionOf("vanishing", "availability/availability")).toMatchObject({ data: "missing" });
    expect(await kinds()).toEqual([]);
    await run(judge, 44, 48);
    expect(await kinds()).toEqual(["vanishing data-missing"]);
  });

  test("a query that isn't grouped by tenant fails its own line alone, and is named", async () => {
    const bundle = defaultBundle();
    const [line] = bundle.signals.availability.lines;
    if (line) line.query = "avg(probe_success)";
    await begin("tickets");
    await evaluation.judge(prometheus.url, { readBundle: async () => bundle })(at(30));
    const [availability, latency] = await lastCycles(["availability/availability", "latency/p95"]);
    expect(availability?.newest).toMatchObject({ outcome: "failed", reason: "ungrouped" });
    expect(latency?.newest).toMatchObject({ outcome: "good" });
  });
});

describe("owners and operators change things meanwhile", () => {
  const set = (tenantId: string, change: object) => {
    const values = { value: 0.05, enabled: true, for: 300, recover: 300, version: 1, ...change };
    return evaluation.query(
      `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
        updated_by) VALUES ($1, 'error-rate', 'error-rate', $2, $3, false, $4, $5, $6, 'owner')
      ON CONFLICT (tenant_id, signal, line) DO UPDATE SET enabled = excluded.enabled, value = excluded.value,
        version = excluded.version`,
      [tenantId, values.enabled, values.value, values.for, values.recover, values.version],
    );
  };
  const firing = async () => {
    const judge = await begin("photos");
    await run(judge, 15, 30);
    await acceptAll();
    return judge;
  };

  test("Fault 19: a threshold that is raised while firing goes on firing until fresh values under it have held", async () => {
    const judge = await firing();
    await set("photos", { value: 0.9 });
    await judge(at(30));
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({
      condition: "recovering",
      thresholdVersion: 1,
    });
    expect(await kinds()).toEqual(["photos firing"]);
    await run(judge, 30.5, 36);
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
  });

  test("a signal that is switched off while firing ends as cancelled, with a mail", async () => {
    const judge = await firing();
    await set("photos", { enabled: false });
    await run(judge, 30, 33);
    expect(await kinds()).toEqual(["photos firing", "photos cancelled"]);
    expect(await episodesOf("photos")).toMatchObject([{ ended: { reason: "cancelled" } }]);
  });

  test("a threshold out of range in the database is not judged by: the default is", async () => {
    const judge = await begin("photos");
    await set("photos", { value: Number.NaN, for: -5 });
    await run(judge, 15, 30);
    expect(await kinds()).toEqual(["photos firing"]);
  });

  test("a tenant that leaves ends its alerts without a mail, and is judged no more", async () => {
    const judge = await firing();
    await evaluation.query("UPDATE tenant SET state = 'ended'");
    await run(judge, 30, 33);
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await episodesOf("photos")).toMatchObject([{ ended: { reason: "offboarded" } }]);
    expect(
      await evaluation.query("SELECT DISTINCT judged FROM cycle WHERE slot > $1", [new Date(at(30))]),
    ).toEqual([{ judged: 0 }]);
  });

  test("a tenant whose eviction date comes ends its alerts as not serving by agreement, without a mail, from that slot on", async () => {
    const judge = await firing();
    const evicts = (from: string) =>
      evaluation.query("UPDATE tenant SET leaving = $1", [
        { eviction: { from, issueUrl: "https://git.example/7", pauses: [] } },
      ]);
    await evicts(new Date(at(32)).toISOString().replace(".000", ""));
    await run(judge, 30, 31.5);
    expect(await episodesOf("photos")).toMatchObject([{ ended: null }]);
    await run(judge, 32, 34);
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await episodesOf("photos")).toMatchObject([{ ended: { atMs: at(32), reason: "evicted" } }]);
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({ condition: null });
    // Taken back, it is judged anew.
    await evaluation.query("UPDATE tenant SET leaving = '{}'");
    await run(judge, 34.5, 41);
    expect(await kinds()).toEqual(["photos firing", "photos firing"]);
  });

  test("a line that the tenant doesn't have is not judged, and what was open on it ends as cancelled", async () => {
    const judge = await firing();
    await evaluation.query("UPDATE tenant SET without = '{error-rate/error-rate}'");
    await run(judge, 30, 33);
    expect(await kinds()).toEqual(["photos firing", "photos cancelled"]);
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({ condition: null });
  });

  test("a tenant that isn't live yet is never judged", async () => {
    const judge = await begin("photos");
    await evaluation.query("UPDATE tenant SET state = 'onboarding'");
    await run(judge, 20, 30);
    expect(await evaluation.query("SELECT * FROM judgement")).toEqual([]);
  });

  test("restarts that a deployment explains alert nobody; the same without one do", async () => {
    const judge = await begin("rollout", "crashing");
    await run(judge, 29, 37);
    expect(await kinds()).toEqual(["crashing firing"]);
  });
});

describe("time", () => {
  test("missed slots are counted, never replayed, and not credited", async () => {
    const judge = await begin("photos");
    await run(judge, 20, 23);
    await judge(at(27));
    expect(await kinds()).toEqual([]);
    const counts = await cyclesSince(at(20) - 1);
    expect(counts.find(({ lineKey }) => lineKey === "latency/p95")).toMatchObject({
      good: 7,
      failed: 0,
      guarded: 0,
      missed: 8,
    });
    const partly = await cyclesSince(at(26));
    expect(partly[0]).toMatchObject({ good: 1, missed: 1, newestMs: at(27) });
  });

  test("Fault 18: a clock that jumps an hour ahead and back fires nothing early, resolves nothing, and goes on at once", async () => {
    const judge = await begin("photos", "tickets");
    await run(judge, 15, 22);
    for (const minute of [122, 122.5, 123, 123.5, 124]) await judge(at(minute));
    expect(await kinds()).toEqual([]);
    expect((await judge(at(22.5))).kind).toBe("judged");
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({ condition: "pending" });
    await run(judge, 23, 35);
    const [episode] = await episodesOf("photos");
    expect(await kinds()).toEqual(["photos firing"]);
    expect((episode?.firedAtMs ?? 0) - (episode?.breachedAtMs ?? 0)).toBeGreaterThanOrEqual(300_000);
  });

  test("an evaluator works slot by slot on its own, leaves a life sign, and stops within two seconds", async () => {
    await begin("photos", "tickets");
    const offsetMs = at(30) - Date.now();
    const judged: number[] = [];
    const options = evaluation.options(prometheus.url, {
      intervalSeconds: 1,
      nowMs: () => Date.now() + offsetMs,
      onSlot: (slotMs, { kind }) => {
        if (kind === "judged") judged.push(slotMs);
      },
    });
    const evaluator = startEvaluator(options);
    await expect.poll(() => judged.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    const begunMs = performance.now();
    await evaluator.stop();
    expect(performance.now() - begunMs).toBeLessThan(2_000);
    expect(judged.every((slotMs) => slotMs % 1000 === 0)).toBe(true);
    expect(await readHeartbeats()).toMatchObject([{ id: evaluator.id }]);
  });

  test("Fault 8: with the database away the evaluator lives on, and evaluates when it is back", async () => {
    await begin("photos", "tickets");
    const proxy = await startBreakingProxy(evaluation.url);
    stops.push(proxy.stop);
    const pool = new Pool({ connectionString: proxy.url, connectionTimeoutMillis: 500 });
    pool.on("error", () => {});
    stops.unshift(() => pool.end());
    const offsetMs = at(30) - Date.now();
    const judged: number[] = [];
    const evaluator = startEvaluator(
      evaluation.options(prometheus.url, {
        intervalSeconds: 1,
        nowMs: () => Date.now() + offsetMs,
        ledger: createLedger(pool),
        onSlot: (slotMs, { kind }) => {
          if (kind === "judged") judged.push(slotMs);
        },
      }),
    );
    await expect.poll(() => judged.length, { timeout: 10_000 }).toBeGreaterThan(1);
    proxy.cut();
    const cutAtMs = Date.now() + offsetMs;
    await expect.poll(() => Date.now() + offsetMs - cutAtMs, { timeout: 5_000 }).toBeGreaterThan(3_000);
    proxy.mend();
    const mendedAtMs = Date.now() + offsetMs;
    await expect.poll(() => judged.at(-1), { timeout: 10_000 }).toBeGreaterThan(mendedAtMs);
    await evaluator.stop();
    const [count] = await cyclesSince(at(29));
    expect(count?.missed).toBeGreaterThanOrEqual(2);
  });
});
