import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readChain } from "@/lib/alerting-chain/read-chain";
import type { Alert } from "@/lib/alerts/alert";
import { alertStore } from "@/lib/alerts/store";
import { HELD_AT_MOST_MS } from "@/lib/attribution/hold";
import { attributionStore } from "@/lib/attribution/store";
import { readAlertList } from "@/lib/views/alerts/read-alerts";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import {
  capabilities,
  heldAt,
  heldPlatform,
  type Ingress,
  incident,
  platformOf,
  read,
  samples,
} from "./hold.fixture";

// Mails held back by a platform incident: a real Prometheus in which an ingress fails, a real PostgreSQL in which the operator's
// issue stands as the worker read it.
let prometheus: TestPrometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ openMetrics: samples() });
});
afterAll(() => prometheus?.stop());

let evaluation: TestEvaluation;
beforeEach(async () => {
  evaluation = await startTestEvaluation(capabilities.map(({ id }) => id));
});
afterEach(async () => {
  await evaluation.drop();
});

type Change = Parameters<TestEvaluation["judge"]>[1];
const judge = (ingress: Ingress, change: Change = {}) =>
  evaluation.judge(prometheus.url, {
    readComponents: async () => platformOf(ingress),
    readPlatform: heldPlatform,
    ...change,
  });
type Judge = ReturnType<typeof judge>;
async function run(slots: Judge | Judge[], fromMinute: number, toMinute: number): Promise<void> {
  for (let minute = fromMinute; minute < toMinute; minute += INTERVAL_SECONDS / 60)
    await Promise.all([slots].flat().map((each) => each(heldAt(minute))));
}

const mailsOf = async (tenantId: string) =>
  (await evaluation.mails()).filter(({ tenant_id }) => tenant_id === tenantId).map(({ kind }) => kind);
const notifiedTo = (tenantId: string) =>
  evaluation.notified.filter(({ capability }) => capability.id === tenantId).at(-1);
async function alertOf(tenantId: string): Promise<Alert> {
  const [alert, ...more] = await alertStore.readAlerts(evaluation.scope(tenantId));
  expect(more).toEqual([]);
  if (!alert) throw new Error(`${tenantId} has no alert.`);
  return alert;
}

describe("while a declared incident runs", () => {
  test("an alert of the platform's is held, and mailed once when it has outlasted the incident", async () => {
    const slots = judge("short");
    await read(evaluation, 30, [incident()]);
    await run(slots, 28, 44);
    expect(await mailsOf("photos")).toEqual([]);
    const held = await alertOf("photos");
    expect(held).toMatchObject({ notified: false, ended: null });
    expect(held.hold).toEqual({
      sinceMs: held.firedAtMs,
      untilMs: held.firedAtMs + HELD_AT_MOST_MS,
      components: ["Ingress"],
      issue: 7,
      overSinceMs: null,
      ended: null,
    });
    await run(slots, 44, 54);
    expect(await mailsOf("photos")).toEqual([]);
    const overSinceMs = (await alertOf("photos")).hold?.overSinceMs ?? 0;
    expect(overSinceMs).toBeGreaterThanOrEqual(heldAt(45));
    expect(overSinceMs).toBeLessThanOrEqual(heldAt(47));
    await run(slots, 54, 64);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    const sent = await alertOf("photos");
    expect(sent).toMatchObject({ id: held.id, notified: true, hold: { ended: { why: "outlasted" } } });
    expect((sent.hold?.ended?.atMs ?? 0) - overSinceMs).toBe(600_000);
    expect(notifiedTo("photos")).toMatchObject({
      kind: "firing",
      verdict: { side: "platform" },
      held: { sinceMs: held.firedAtMs, components: ["Ingress"], overSinceMs, why: "outlasted" },
    });
    // What followed on its own from there is mailed as usual.
    await evaluation.query("UPDATE mail SET state = 'accepted', accepted_at = now(), finished_at = now()");
    await run(slots, 108, 124);
    expect(await mailsOf("photos")).toEqual(["firing", "recovered"]);
  });

  test("Fault 19: an alert that is over while it is held is reported by one mail, at once", async () => {
    await read(evaluation, 30, [incident()]);
    await run(judge("long"), 28, 56);
    expect(await mailsOf("brief")).toEqual(["fired-and-recovered"]);
    const { hold, firedAtMs, ended } = await alertOf("brief");
    expect(ended?.reason).toBe("recovered");
    expect(hold?.ended).toEqual({ atMs: ended?.atMs, why: "alert-over" });
    expect(notifiedTo("brief")).toMatchObject({ held: { sinceMs: firedAtMs, why: "alert-over" } });
    expect(await mailsOf("photos")).toEqual([]);
  });

  test("is said on the page: at the alert, in the list, on the health page and in the chain, which isn't broken by it", async () => {
    await read(evaluation, 30, [incident()]);
    await run(judge("long"), 28, 40);
    const scope = evaluation.scope("photos");
    const { hold } = await alertOf("photos");
    expect(await readAlertList(scope, { signal: null, after: null })).toMatchObject({
      alerts: [{ hold, mails: [] }],
    });
    expect(await attributionStore.readOpenVerdicts(scope)).toMatchObject([
      { hold, verdict: { side: "platform" } },
    ]);
    const names = new Map([["error-rate/error-rate" as const, "error rate"]]);
    const queue = (await readChain(scope, names)).alerting?.links.find(({ id }) => id === "queue");
    expect(queue).toMatchObject({
      ok: true,
      reason: expect.stringMatching(/^Empty\. A mail about your alert is delayed /),
    });
    const other = (await readChain(evaluation.scope("own"), names)).alerting?.links[2];
    expect(other?.reason).not.toMatch(/delayed/);
    await run(judge("long"), 94, 98);
    expect(await attributionStore.readOpenVerdicts(scope)).toMatchObject([{ hold: null }]);
  });

  test("nothing is held for longer than an hour, whatever goes on", async () => {
    const slots = judge("long");
    await read(evaluation, 30, [incident()]);
    await run(slots, 28, 90);
    expect(await mailsOf("photos")).toEqual([]);
    await run(slots, 90, 100);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    const { hold } = await alertOf("photos");
    expect(hold?.ended).toEqual({ atMs: (hold?.sinceMs ?? 0) + HELD_AT_MOST_MS, why: "limit" });
    expect(notifiedTo("photos")?.held).toMatchObject({ why: "limit", overSinceMs: null });
  });

  test("that data is missing is never held back", async () => {
    await read(evaluation, 30, [incident()]);
    await run(judge("long"), 28, 60);
    // Of the line that was held, and of availability, whose data went with it.
    expect(await mailsOf("vanishing")).toEqual(["data-missing", "data-missing"]);
    expect(await alertOf("vanishing")).toMatchObject({
      notified: true,
      hold: { ended: { why: "data-missing" } },
    });
    const first = evaluation.notified.find(({ capability }) => capability.id === "vanishing");
    expect(first).toMatchObject({
      lines: [{ signal: "error-rate" }],
      held: { why: "data-missing" },
    });
  });

  test("what also is the capability's own is mailed at once, with its verdict", async () => {
    await read(evaluation, 30, [incident()]);
    await run(judge("long"), 28, 40);
    expect(await mailsOf("own")).toEqual(["firing"]);
    expect(notifiedTo("own")).toMatchObject({ verdict: { side: "both" } });
    expect(notifiedTo("own")?.held).toBeUndefined();
  });
});

describe("what makes an incident", () => {
  test("a component that fails without an open issue holds nothing: nobody has said that it is worked on", async () => {
    await read(evaluation, 30, []);
    await run(judge("long"), 28, 40);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    expect(notifiedTo("photos")).toMatchObject({ verdict: { side: "platform" } });
  });

  test("an issue about another component, a closed one, and one from a repository read too long ago hold nothing", async () => {
    for (const [minute, issue] of [
      [30, incident({ components: ["storage"] })],
      [30, incident({ closedAtMs: heldAt(31) })],
      [5, incident()],
    ] as const) {
      await evaluation.drop();
      evaluation = await startTestEvaluation(capabilities.map(({ id }) => id));
      await read(evaluation, minute, [issue]);
      await run(judge("long"), 33, 42);
      expect(await mailsOf("photos")).toEqual(["firing"]);
    }
  });

  test("an operator who closes the issue ends the incident: what still stands ten minutes later is mailed", async () => {
    const slots = judge("long");
    await read(evaluation, 30, [incident()]);
    await run(slots, 28, 45);
    await read(evaluation, 45, [incident({ closedAtMs: heldAt(45) })]);
    await run(slots, 45, 54);
    expect(await mailsOf("photos")).toEqual([]);
    await run(slots, 54, 57);
    expect(await mailsOf("photos")).toEqual(["firing"]);
  });

  test("a GitHub that doesn't answer, and a platform that can't be read, neither release nor lose what is held", async () => {
    const slots = judge("long");
    await read(evaluation, 30, [incident()]);
    await run(slots, 28, 45);
    await read(evaluation, 45, null);
    await run(slots, 45, 65);
    expect(await mailsOf("photos")).toEqual([]);
    const unread = judge("long", {
      readPlatform: async () => {
        throw new Error("The definition can't be read.");
      },
      readComponents: async () => {
        throw new Error("The definition can't be read.");
      },
    });
    await run(unread, 65, 85);
    expect(await mailsOf("photos")).toEqual([]);
    await run(unread, 85, 100);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    expect((await alertOf("photos")).hold?.ended?.why).toBe("limit");
  });
});
