import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { createLedger } from "@/lib/alerts/ledger/store";
import { alertStore } from "@/lib/alerts/store";
import { databaseOf } from "@/lib/infra/db";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { at, fleetWorld, STEP_MINUTES } from "@/testing/fleet-world";
import { startEvaluator } from "./evaluate";

const world = fleetWorld();
const { begin, run, kinds, alertsOf, conditionOf, acceptAll, outcomes, forgetful, impostor } = world;

describe("an alert's life", () => {
  test("fires once after its whole pending time and recovers once after its hold, with its mails and what was seen", async () => {
    const judge = await begin("photos", "tickets");
    await run(judge, 15, 35);
    expect(await kinds()).toEqual(["photos firing"]);
    const [firing] = await alertsOf("photos");
    expect(firing).toMatchObject({ lineKey: "error-rate/error-rate", ended: null, notified: true });
    expect(firing?.trend).toHaveLength(61);
    expect((firing?.firedAtMs ?? 0) - (firing?.breachedAtMs ?? 0)).toBe(300_000);
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({
      condition: "firing",
      data: "fresh",
    });
    await acceptAll();
    await run(judge, 35, 60);
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
    const [over, ...more] = await alertsOf("photos");
    expect(more).toEqual([]);
    expect(over).toMatchObject({ id: firing?.id, ended: { reason: "recovered" } });
    expect(over?.worst.value).toBeCloseTo(0.5, 1);
    expect(over?.trend).toEqual(firing?.trend);
    expect(await alertStore.readAlert(world.evaluation.scope("photos"), over?.id ?? "")).toEqual(over);
    expect(await alertStore.readAlert(world.evaluation.scope("tickets"), over?.id ?? "")).toBeNull();
    expect(await alertsOf("tickets")).toEqual([]);
    const [mail] = world.evaluation.notified;
    expect(mail).toMatchObject({
      kind: "firing",
      capability: { id: "photos" },
      lines: [{ signal: "error-rate", threshold: { value: 0.05 }, alert: { id: firing?.id } }],
      links: { alert: `https://watchpost.example/alerts/${firing?.id}` },
    });
    expect(
      world.evaluation.notified.every(({ lines }) => lines.every(({ trend }) => trend?.length === 61)),
    ).toBe(true);
  });

  test("Fault 19: that is over before its first mail could leave is reported by one mail, and the other is taken back", async () => {
    const judge = await begin("photos");
    await run(judge, 15, 60);
    expect(await kinds()).toEqual(["photos firing", "photos fired-and-recovered"]);
    expect((await world.evaluation.mails()).map(({ state }) => state)).toEqual(["cancelled", "queued"]);
  });

  test("of two signals at about the same time is one thread", async () => {
    const judge = await begin("shop");
    await run(judge, 15, 32);
    await acceptAll();
    await run(judge, 32, 60);
    expect(await kinds()).toEqual(["shop firing", "shop joined", "shop recovered"]); // both in one slot
    const mails = await world.evaluation.mails();
    expect(new Set(mails.map(({ thread_id }) => thread_id)).size).toBe(1);
    expect((await alertsOf("shop")).map(({ lineKey }) => lineKey).sort()).toEqual([
      "availability/availability",
      "error-rate/error-rate",
    ]);
  });

  test("is the same for an evaluator that is begun anew for every slot: nothing fires again, nothing is lost", async () => {
    await begin("photos");
    const judge = forgetful();
    await run(judge, 15, 35);
    await acceptAll();
    await run(judge, 35, 60);
    expect(await kinds()).toEqual(["photos firing", "photos recovered"]);
    expect(await alertsOf("photos")).toHaveLength(1);
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
          await fetch(`${world.prometheusUrl}${request.url}`, { method: "POST", body: query })
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
    const stuck = world.evaluation.judge(live);
    await stuck(later);
    expect(await kinds()).toEqual(["photos firing"]);
    await acceptAll();
    await stuck(later + 30_000);
    await stuck(later + 60_000);
    expect(await kinds()).toEqual(["photos firing", "photos reminder"]);
  });
});

describe("several evaluators", () => {
  test("Fault 5: of two on each slot one writes it and the other nothing, and each event is mailed once", async () => {
    const judges = [await begin("photos", "tickets"), world.evaluation.judge(world.prometheusUrl)];
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
    expect(await outcomes()).toEqual([{ outcome: "good", reason: null, count: 90 * 9 }]);
  });

  test("a slot that was judged is never judged again, and neither is an older one", async () => {
    const judge = await begin("photos");
    await judge(at(21));
    expect((await forgetful()(at(21))).kind).toBe("lost");
    expect((await forgetful()(at(20.5))).kind).toBe("lost");
  });
});

describe("time", () => {
  test("missed slots are counted, never replayed, and not credited", async () => {
    const judge = await begin("photos");
    await run(judge, 20, 23);
    await judge(at(27));
    expect(await kinds()).toEqual([]);
    const counts = await alertStore.cyclesSince(at(20) - 1);
    expect(counts.find(({ lineKey }) => lineKey === "latency/p95")).toMatchObject({
      good: 7,
      failed: 0,
      guarded: 0,
      missed: 8,
    });
    const partly = await alertStore.cyclesSince(at(26));
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
    const [alert] = await alertsOf("photos");
    expect(await kinds()).toEqual(["photos firing"]);
    expect((alert?.firedAtMs ?? 0) - (alert?.breachedAtMs ?? 0)).toBeGreaterThanOrEqual(300_000);
  });

  test("an evaluator works slot by slot on its own, leaves a life sign, and stops at once", async () => {
    await begin("photos", "tickets");
    const offsetMs = at(30) - Date.now();
    const judged: number[] = [];
    const options = world.evaluation.options(world.prometheusUrl, {
      intervalSeconds: 1,
      clockOf: (databaseMs) => databaseMs + offsetMs,
      onSlot: (slotMs, { kind }) => {
        if (kind === "judged") judged.push(slotMs);
      },
    });
    const evaluator = startEvaluator(options);
    await expect.poll(() => judged.length).toBeGreaterThanOrEqual(3);
    const begunMs = performance.now();
    await evaluator.stop();
    expect(performance.now() - begunMs).toBeLessThan(10_000);
    expect(judged.every((slotMs) => slotMs % 1000 === 0)).toBe(true);
    expect(await alertStore.readHeartbeats()).toMatchObject([{ id: evaluator.id }]);
  });

  test("Fault 8: with the database away the evaluator lives on, and evaluates when it is back", async () => {
    await begin("photos", "tickets");
    const proxy = await startBreakingProxy(world.evaluation.url);
    world.stops.push(proxy.stop);
    const pool = new Pool({ connectionString: proxy.url, connectionTimeoutMillis: 5_000 });
    pool.on("error", () => {});
    world.stops.unshift(() => pool.end());
    const offsetMs = at(30) - Date.now();
    const judged: number[] = [];
    const evaluator = startEvaluator(
      world.evaluation.options(world.prometheusUrl, {
        intervalSeconds: 1,
        clockOf: (databaseMs) => databaseMs + offsetMs,
        ledger: createLedger(databaseOf(pool)),
        onSlot: (slotMs, { kind }) => {
          if (kind === "judged") judged.push(slotMs);
        },
      }),
    );
    await expect.poll(() => judged.length).toBeGreaterThan(1);
    proxy.cut();
    const cutAtMs = Date.now() + offsetMs;
    // Two slots at least lie wholly in the time without a database.
    await expect.poll(() => Date.now() + offsetMs - cutAtMs).toBeGreaterThan(3_000);
    proxy.mend();
    const mendedAtMs = Date.now() + offsetMs;
    await expect.poll(() => judged.at(-1)).toBeGreaterThan(mendedAtMs);
    await evaluator.stop();
    const [count] = await alertStore.cyclesSince(at(29));
    expect(count?.missed).toBeGreaterThanOrEqual(2);
  });
});
