import type { RequestListener } from "node:http";
import { Pool } from "pg";
import { describe, expect, test, vi } from "vitest";
import { createLedger, type Ledger } from "@/lib/alerts/ledger/store";
import { alertStore } from "@/lib/alerts/store";
import { databaseOf } from "@/lib/infra/db";
import { log } from "@/lib/infra/log";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { defaultBundle } from "@/testing/evaluation";
import { at, crowd, fleetWorld, STEP_MINUTES } from "@/testing/fleet-world";
import { startEvaluator } from "./evaluate";

const world = fleetWorld();
const { begin, once, run, kinds, alertsOf, conditionOf, acceptAll, outcomes, forgetful, impostor } = world;

describe("a crash", () => {
  const crashing = (when: "before" | "after", atSlotMs: number): Ledger => {
    const ledger = createLedger(world.evaluation.database);
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
    const judged = world.evaluation.judge(world.prometheusUrl, { ledger: crashing(when, firesAtMs) });
    let minute = 26;
    while ((await alertsOf("photos")).length === 0 && minute < 32) {
      const dying = world.evaluation.judge(world.prometheusUrl, { ledger: crashing(when, at(minute)) });
      await expect(dying(at(minute))).rejects.toThrow("killed");
      minute += STEP_MINUTES;
      if (when === "before") await forgetful()(at(minute));
      minute += STEP_MINUTES;
    }
    await judged(at(minute + 1));
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await alertsOf("photos")).toHaveLength(1);
  });

  test.each(["before", "after"] as const)(
    "Fault 7: of the connection in COMMIT, %s the server has done it, is read back: all or nothing, and never twice",
    async (how) => {
      await begin("photos");
      const proxy = await startBreakingProxy(world.evaluation.url);
      world.stops.push(proxy.stop);
      const pool = new Pool({ connectionString: proxy.url });
      pool.on("error", () => {});
      world.stops.push(() => pool.end());
      const judge = world.evaluation.judge(world.prometheusUrl, { ledger: createLedger(databaseOf(pool)) });
      for (let minute = 15; minute < 35; minute += STEP_MINUTES) {
        proxy.breakNextCommit(how);
        expect((await judge(at(minute))).kind).toBe("judged");
      }
      expect(await kinds()).toEqual(["photos firing"]);
      expect(await outcomes()).toEqual([{ outcome: "good", reason: null, count: 40 * 9 }]);
    },
  );
});

describe("what can't be known", () => {
  const firing = once(async () => {
    const judge = await begin("photos", "tickets");
    await run(judge, 15, 30);
    await acceptAll();
    expect(await kinds()).toEqual(["photos firing"]);
  });
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
      // They cost that tenant its reading. Here it is the only one, so nobody has a value any more.
      "several series for one tenant",
      "gone",
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
    const before = await world.evaluation.query("SELECT * FROM judgement ORDER BY 1, 2, 3");
    // Only what never answers is given up soon: a busy machine may take its time over the others.
    const askWithinMs = reason === "timeout" ? 300 : undefined;
    const liar = world.evaluation.judge(await impostor(listener), { askWithinMs });
    for (const minute of [30, 30.5, 31, 50]) await liar(at(minute));
    expect(await world.evaluation.query("SELECT * FROM judgement ORDER BY 1, 2, 3")).toEqual(before);
    expect(await kinds()).toEqual(["photos firing"]);
    const newest = await alertStore.lastCycles(["error-rate/error-rate", "availability/availability"]);
    const outcome = reason === "gone" ? "guarded" : "failed";
    for (const line of newest) expect(line.newest).toMatchObject({ outcome, reason, atMs: at(50) });
    expect(await alertStore.lastGoodCycle(["error-rate/error-rate"])).toBe(at(29.5));
    await run(judge, 50.5, 60);
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
  });

  test("Fault 9: a Prometheus that refuses is unreachable, and pending time isn't credited for it", async () => {
    const judge = await begin("photos");
    await run(judge, 15, 23);
    const away = world.evaluation.judge("http://127.0.0.1:9");
    await run(away, 23, 29);
    expect(await kinds()).toEqual([]);
    await judge(at(29));
    expect(await kinds()).toEqual([]);
    await run(judge, 29.5, 34);
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await outcomes()).toContainEqual({ outcome: "failed", reason: "unreachable", count: 12 * 9 });
  });

  test("Fault 10: one question that hangs leaves the other signals judged on time", async () => {
    await begin("tickets");
    const url = await impostor((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", async () => {
        if (body.includes("histogram_quantile")) return void response.writeHead(200).write("{");
        const answer = await fetch(`${world.prometheusUrl}${request.url}`, {
          method: "POST",
          body: new URLSearchParams(body),
        });
        response.end(await answer.text());
      });
    });
    await world.evaluation.judge(url, { askWithinMs: 5_000 })(at(30));
    expect(await outcomes()).toEqual([
      { outcome: "good", reason: null, count: 8 },
      { outcome: "failed", reason: "timeout", count: 1 },
    ]);
  });

  test("Fault 12: six of ten tenants gone at once are not believed; afterwards all goes on", async () => {
    const judge = await begin(...crowd);
    await run(judge, 35, 39);
    await run(judge, 45, 48);
    expect((await outcomes()).find(({ reason }) => reason === "gone")).toMatchObject({
      outcome: "guarded",
      count: 6 * 9,
    });
    expect(await conditionOf("crowd-0", "availability/availability")).toMatchObject({ data: "fresh" });
    await judge(at(60));
    expect((await alertStore.lastCycles(["latency/p95"]))[0]?.newest).toMatchObject({ outcome: "good" });
    expect(await kinds()).toEqual([]);
  });

  test("Fault 12: one tenant gone is missing after three cycles, and mailed after five minutes", async () => {
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
    await world.evaluation.judge(world.prometheusUrl, { readBundle: async () => bundle })(at(30));
    const [availability, latency] = await alertStore.lastCycles(["availability/availability", "latency/p95"]);
    expect(availability?.newest).toMatchObject({ outcome: "failed", reason: "ungrouped" });
    expect(latency?.newest).toMatchObject({ outcome: "good" });
  });
});

describe("a failover that lost the last seconds", () => {
  test("is noticed by the worker that wrote them, once, and evaluation goes on", async () => {
    await begin("photos", "tickets");
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    const offsetMs = at(30) - Date.now();
    let judged = 0;
    const evaluator = startEvaluator(
      world.evaluation.options(world.prometheusUrl, {
        intervalSeconds: 1,
        clockOf: (databaseMs) => databaseMs + offsetMs,
        onSlot: (_slotMs, { kind }) => {
          if (kind === "judged") judged += 1;
        },
      }),
    );
    try {
      await expect.poll(() => judged).toBeGreaterThan(1);
      expect(evaluator.lossNoticedMs()).toBeNull();
      // As a standby that lacks them: what was committed isn't there any more.
      await world.evaluation.query("TRUNCATE cycle, judgement");
      await expect.poll(() => evaluator.lossNoticedMs()).not.toBeNull();
      const before = judged;
      await expect.poll(() => judged).toBeGreaterThan(before + 1);
      expect(
        logged.mock.calls.filter(([, words]) => String(words).startsWith("The database lost")),
      ).toHaveLength(1);
    } finally {
      await evaluator.stop();
      logged.mockRestore();
    }
  });
});

describe("what can't be written", () => {
  const REFUSE = `
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '23503', CONSTRAINT = 'attribution_episode_id_fkey'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON cycle FOR EACH STATEMENT EXECUTE FUNCTION refuse()`;

  test("a foreign key other than a tenant's is logged, and the evaluator isn't taken for one that works", async () => {
    await begin("photos", "tickets");
    await world.evaluation.query(REFUSE);
    const logged = vi.spyOn(log, "error");
    const offsetMs = at(30) - Date.now();
    const evaluator = startEvaluator(
      world.evaluation.options(world.prometheusUrl, {
        intervalSeconds: 1,
        clockOf: (databaseMs) => databaseMs + offsetMs,
      }),
    );
    try {
      await expect.poll(() => logged.mock.calls.length).toBeGreaterThan(1);
      for (const [said] of logged.mock.calls)
        expect(said).toMatchObject({ err: { constraint: "attribution_episode_id_fkey" } });
      expect(evaluator.idleMs()).toBeNull();
      await world.evaluation.query("DROP TRIGGER refuse ON cycle");
      await expect.poll(() => evaluator.idleMs()).not.toBeNull();
    } finally {
      await evaluator.stop();
      logged.mockRestore();
    }
  });

  test("a slot that meets another change at each plan is an error that names the changes, and not a slot of somebody else's", async () => {
    await begin("photos", "tickets");
    const changes = ["a tenant was deleted", "another cycle was written"];
    let plans = 0;
    const ledger = createLedger(world.evaluation.database);
    const judge = world.evaluation.judge(world.prometheusUrl, {
      ledger: {
        ...ledger,
        commit: async () => ({ kind: "superseded", because: changes[plans++ % 2] ?? "" }),
      },
    });
    await expect(judge(at(30))).rejects.toThrow(
      "The slot was planned 4 times in vain: a tenant was deleted; another cycle was written; a tenant was deleted; another cycle was written.",
    );
    expect(plans).toBe(4);
    expect((await world.evaluation.judge(world.prometheusUrl)(at(30))).kind).toBe("judged");
  });
});
