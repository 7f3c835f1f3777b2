import { describe, expect, test } from "vitest";
import { at, fleetWorld, STEP_MINUTES } from "@/testing/fleet-world";

const world = fleetWorld();
const { begin, once, run, kinds, alertsOf, conditionOf, acceptAll } = world;

describe("owners and operators change things meanwhile", () => {
  const set = (tenantId: string, change: object) => {
    const values = { value: 0.05, enabled: true, for: 300, recover: 300, version: 1, ...change };
    return world.evaluation.query(
      `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
        updated_by) VALUES ($1, 'error-rate', 'error-rate', $2, $3, false, $4, $5, $6, 'owner')
      ON CONFLICT (tenant_id, signal, line) DO UPDATE SET enabled = excluded.enabled, value = excluded.value,
        version = excluded.version`,
      [tenantId, values.enabled, values.value, values.for, values.recover, values.version],
    );
  };
  const firing = once(async () => {
    const judge = await begin("photos");
    await run(judge, 15, 30);
    await acceptAll();
  });

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
    expect(await alertsOf("photos")).toMatchObject([{ ended: { reason: "cancelled" } }]);
  });

  test("a threshold out of range in the database is not judged by: the default is", async () => {
    const judge = await begin("photos");
    await set("photos", { value: Number.NaN, for: -5 });
    await run(judge, 15, 30);
    expect(await kinds()).toEqual(["photos firing"]);
  });

  test("a tenant that leaves ends its alerts without a mail, and is judged no more", async () => {
    const judge = await firing();
    await world.evaluation.query("UPDATE tenant SET state = 'ended'");
    await run(judge, 30, 33);
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await alertsOf("photos")).toMatchObject([{ ended: { reason: "offboarded" } }]);
    expect(
      await world.evaluation.query("SELECT DISTINCT judged FROM cycle WHERE slot > $1", [new Date(at(30))]),
    ).toEqual([{ judged: 0 }]);
  });

  test("a tenant whose eviction date comes ends its alerts as not serving by agreement, without a mail, from that slot on", async () => {
    const judge = await firing();
    const evicts = (from: string) =>
      world.evaluation.query("UPDATE tenant SET leaving = $1", [
        { eviction: { from, issueUrl: "https://git.example/7", pauses: [] } },
      ]);
    await evicts(new Date(at(32)).toISOString().replace(".000", ""));
    await run(judge, 30, 31.5);
    expect(await alertsOf("photos")).toMatchObject([{ ended: null }]);
    await run(judge, 32, 34);
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await alertsOf("photos")).toMatchObject([{ ended: { atMs: at(32), reason: "evicted" } }]);
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({ condition: null });
    // Taken back, it is judged anew.
    await world.evaluation.query("UPDATE tenant SET leaving = '{}'");
    await run(judge, 34.5, 41);
    expect(await kinds()).toEqual(["photos firing", "photos firing"]);
  });

  test("a tenant whose rows are deleted, while a cycle is under way or since the last one, fails nobody's: it is planned again", async () => {
    await begin("photos", "shop", "tickets");
    const deleted = (id: string) => world.evaluation.query("DELETE FROM tenant WHERE id = $1", [id]);
    const judge = world.evaluation.judge(world.prometheusUrl, {
      // Everything is planned by then, and nothing is written.
      readEdits: async (tenantIds) => {
        if (tenantIds.includes("photos")) await deleted("photos");
        return new Map();
      },
    });
    for (let minute = 15; minute < 30; minute += STEP_MINUTES)
      expect(await judge(at(minute)), `${minute}`).toMatchObject({ kind: "judged" });
    expect(await kinds()).toEqual(["shop firing", "shop joined"]);
    await deleted("shop");
    expect(await judge(at(30))).toMatchObject({ kind: "judged" });
    const judged = await world.evaluation.query("SELECT DISTINCT judged FROM cycle ORDER BY 1 DESC");
    expect(judged).toEqual([{ judged: 3 }, { judged: 2 }, { judged: 1 }]);
    expect(await world.outcomes()).toMatchObject([{ outcome: "good", reason: null }]);
  });

  test("a line that the tenant doesn't have is not judged, and what was open on it ends as cancelled", async () => {
    const judge = await firing();
    await world.evaluation.query("UPDATE tenant SET without = '{error-rate/error-rate}'");
    await run(judge, 30, 33);
    expect(await kinds()).toEqual(["photos firing", "photos cancelled"]);
    expect(await conditionOf("photos", "error-rate/error-rate")).toMatchObject({ condition: null });
  });

  test("a tenant that isn't live yet is never judged", async () => {
    const judge = await begin("photos");
    await world.evaluation.query("UPDATE tenant SET state = 'onboarding'");
    await run(judge, 20, 30);
    expect(await world.evaluation.query("SELECT * FROM judgement")).toEqual([]);
  });

  test("restarts that a deployment explains alert nobody; the same without one do", async () => {
    const judge = await begin("rollout", "crashing");
    await run(judge, 29, 37);
    expect(await kinds()).toEqual(["crashing firing"]);
  });
});
