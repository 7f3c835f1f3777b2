import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readChain } from "@/lib/alerting-chain/read-chain";
import { ALERT_COLUMNS } from "@/lib/alerts/alerts-csv";
import type { NewMail } from "@/lib/delivery/mail";
import type { LineKey } from "@/lib/evaluation/effective";
import { closeDatabase } from "@/lib/infra/db";
import { testAlertStore } from "@/lib/test-alerts/store";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { ALERTS_PER_PAGE, readAlertList, readAlertView } from "./read-alerts";
import { readAlertsCsv } from "./read-alerts-csv";
import { readSilence } from "./read-silence";

// What an owner sees of alerting, on a real PostgreSQL with two tenants.
let db: TestOutbox;
beforeEach(async () => {
  db = await startTestOutbox();
  process.env.DATABASE_URL = db.url;
});
afterEach(async () => {
  await closeDatabase();
  await db.drop();
});
const photos = () => db.scope("photos");
const tickets = () => db.scope("tickets");
const NAMES = new Map<LineKey, string>([["latency/p95", "latency"]]);
const chainOf = async (scope = photos()) => {
  const { alerting } = await readChain(scope, NAMES);
  return alerting && Object.fromEntries(alerting.links.map(({ id, ok }) => [id, ok]));
};

const THRESHOLD = { value: 1, inclusive: false, forSeconds: 60, recoverForSeconds: 60, worse: "higher" };

async function alert(
  tenantId: string,
  {
    firedAt = "now()",
    id = randomUUID() as string,
    threadId = id as string,
    signal = "latency",
    line = "p95",
    ended = true,
  } = {},
): Promise<string> {
  await db.pool.query(
    `INSERT INTO episode (id, tenant_id, signal, line, thread_id, thread_signal, thread_line, thread_opened_at, breached_at, fired_at,
       fired_value, threshold, worst, worst_at, told, ended_at, end_reason)
     VALUES ($1, $2, $3, $4, $5, $3, $4, ${firedAt}, ${firedAt}, ${firedAt}, 2, $6, 3, ${firedAt}, true,
       ${ended ? "now(), 'recovered'" : "NULL, NULL"})`,
    [id, tenantId, signal, line, threadId, JSON.stringify(THRESHOLD)],
  );
  return id;
}

async function workerHasJudged(ageSeconds = 0): Promise<void> {
  await db.pool.query(
    `INSERT INTO worker_heartbeat (id, started_at, seen_at, version)
     VALUES (gen_random_uuid(), now() - interval '1 day', now() - $1 * interval '1 s', '1')`,
    [ageSeconds],
  );
  await cycle(ageSeconds);
}
const cycle = (ageSeconds: number, outcome = "good", missed = 0) =>
  db.pool.query(
    `INSERT INTO cycle (signal, line, slot, outcome, interval_seconds, missed, judged, answered, dropped, evaluator, run, started_at)
     VALUES ('latency', 'p95', now() - $1 * interval '1 s', $2::cycle_outcome, 30, $3, 2, 2, 0, gen_random_uuid(),
       gen_random_uuid(), now())`,
    [ageSeconds, outcome, missed],
  );
const relayIs = (ok: boolean) =>
  db.outbox.recordRelay({ relay: "mx:25", ok, reason: ok ? null : "no", breaker: "closed" });

async function settle(mail: NewMail, class_: "policy" | "bad-address"): Promise<void> {
  const [leased] = await db.outbox.leaseDue(1, 60);
  if (leased?.id !== mail.id) throw new Error("Another mail was leased.");
  await db.outbox.complete(leased, { class: class_, words: "550 no" }, 1_000);
}

describe("the chain", () => {
  test("isn't there before a worker has judged, and works once worker and relay have reported", async () => {
    expect(await chainOf()).toBeNull();
    await workerHasJudged();
    await relayIs(true);
    expect(await chainOf()).toEqual({
      metrics: true,
      evaluator: true,
      queue: true,
      relay: true,
      address: true,
    });
  });

  test("breaks for all tenants with the evaluator and the relay, and clears on proof", async () => {
    await workerHasJudged(120);
    await relayIs(true);
    await relayIs(false);
    for (const scope of [photos(), tickets()])
      expect(await chainOf(scope)).toMatchObject({ metrics: false, evaluator: false, relay: false });
    await workerHasJudged();
    await relayIs(true);
    expect(Object.values((await chainOf()) ?? {})).not.toContain(false);
  });

  test("shows since when the relay fails: since the first failure after the last success", async () => {
    await workerHasJudged();
    await relayIs(true);
    await relayIs(false);
    await db.pool.query("UPDATE relay_check SET at = at - interval '10 minutes'");
    await relayIs(false);
    const { alerting } = await readChain(photos(), NAMES);
    expect(Date.now() - (alerting?.degradedSinceMs ?? 0)).toBeGreaterThan(590_000);
  });

  test("breaks for one tenant alone with its own address and its own old mail", async () => {
    await workerHasJudged();
    await relayIs(true);
    const mail = await testMail("photos");
    await db.write(mail);
    await settle(mail, "bad-address");
    const old = await testMail("photos", { recipient: "else@photos.example" });
    await db.write(old);
    await db.pool.query("UPDATE mail SET created_at = now() - interval '5 minutes' WHERE id = $1", [old.id]);
    expect(await chainOf()).toMatchObject({ queue: false, address: false });
    expect(Object.values((await chainOf(tickets())) ?? {})).not.toContain(false);
  });
});

describe("the history", () => {
  test("shows a tenant its own alerts with their mails, and nothing of another's by any id", async () => {
    const own = await alert("photos");
    const other = await alert("tickets");
    await db.write(
      await testMail("photos", { threadId: own }),
      await testMail("tickets", { threadId: other }),
    );
    const { alerts, next } = await readAlertList(photos(), { signal: null, after: null });
    expect(next).toBeNull();
    expect(alerts.map(({ id, mails }) => [id, mails.length])).toEqual([[own, 1]]);
    expect(await readAlertView(photos(), other)).toBeNull();
    expect(await readAlertView(photos(), own)).toMatchObject({ id: own, mails: [{ kind: "firing" }] });
  });

  test("is found by the thread that a mail links to, also where that opened before any alert", async () => {
    const threadId = randomUUID();
    const first = await alert("photos", { threadId, firedAt: "now() - interval '1 minute'" });
    await alert("photos", { threadId, signal: "error-rate", line: "errors" });
    expect(await readAlertView(photos(), threadId)).toMatchObject({ id: first, together: [{}] });
    expect(await readAlertView(tickets(), threadId)).toBeNull();
  });

  test("loses none between two pages, though all of them fired at one slot", async () => {
    const firedAt = "'2026-03-01 12:00:00Z'";
    const ids = new Set<string>();
    for (let index = 0; index < ALERTS_PER_PAGE + 3; index += 1) ids.add(await alert("photos", { firedAt }));
    const first = await readAlertList(photos(), { signal: null, after: null });
    expect(first.alerts).toHaveLength(ALERTS_PER_PAGE);
    const second = await readAlertList(photos(), { signal: null, after: first.next });
    expect(second.next).toBeNull();
    expect(new Set([...first.alerts, ...second.alerts].map(({ id }) => id))).toEqual(ids);
  });

  test("can be of one signal alone, newest first", async () => {
    await alert("photos", { signal: "restarts", line: "restarts" });
    const older = await alert("photos", { firedAt: "now() - interval '2 hours'" });
    const newer = await alert("photos", { firedAt: "now() - interval '1 hour'" });
    const { alerts } = await readAlertList(photos(), { signal: "latency", after: null });
    expect(alerts.map(({ id }) => id)).toEqual([newer, older]);
  });

  test("is given as CSV whole, over as many pages as it has, a record for each alert of the tenant and none of another's", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 205; index += 1)
      ids.push(await alert("photos", { firedAt: `now() - interval '${index} minutes'` }));
    const others = await alert("tickets");
    const [newest = ""] = ids;
    const mails = [
      await testMail("photos", { threadId: newest }),
      await testMail("photos", { threadId: newest }),
    ];
    await db.write(...mails);
    await db.outbox.accept([{ id: mails[0]?.id ?? "", words: "250 ok" }]);
    let text = "";
    for await (const piece of readAlertsCsv(photos())) text += piece;
    expect(text).not.toContain(others);
    const [head, ...records] = text.split("\r\n");
    expect(records.pop()).toBe("");
    expect(head?.split(",").slice(0, 3)).toEqual(["episode_id", "signal", "line"]);
    expect(records.map((record) => record.split(",")[0])).toEqual(ids);
    expect(records[0]).toMatch(/,2,1$/);
    expect(records[1]).toMatch(/,0,0$/);
  });

  test("as CSV of an owner without alerts is the names of its columns", async () => {
    let text = "";
    for await (const piece of readAlertsCsv(tickets())) text += piece;
    expect(text).toBe(`${ALERT_COLUMNS.join(",")}\r\n`);
  });
});

describe("alerts that never arrived", () => {
  test("are listed until the owner puts them away, which is recorded once with who and when", async () => {
    const mail = await testMail("photos");
    await db.write(mail);
    await settle(mail, "bad-address");
    expect((await db.outbox.notReceived(photos())).map(({ id }) => id)).toEqual([mail.id]);
    await db.outbox.dismiss(tickets(), [mail.id], "owner@tickets.example");
    expect(await db.outbox.notReceived(photos())).toHaveLength(1);
    await db.outbox.dismiss(photos(), [mail.id], "owner@photos.example");
    await db.outbox.dismiss(photos(), [mail.id], "somebody else");
    expect(await db.outbox.notReceived(photos())).toEqual([]);
    const { rows } = await db.pool.query("SELECT dismissed_by, dismissed_at FROM mail");
    expect(rows).toEqual([{ dismissed_by: "owner@photos.example", dismissed_at: expect.any(Date) }]);
  });
});

describe("a test alert", () => {
  const write = () =>
    testAlertStore.writeTestAlerts(async (test) => testMail(test.tenantId, { id: test.id, kind: "test" }));

  test("becomes one mail of its own tenant, however many workers look, and is followed by that mail", async () => {
    const asked = await testAlertStore.requestTestAlert(photos(), "owner@photos.example");
    expect(asked.ok).toBe(true);
    expect(await testAlertStore.readTestAlert(photos())).toMatchObject({
      mail: null,
      requestedBy: "owner@photos.example",
    });
    const written = await Promise.all([write(), write(), write()]);
    expect(written.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await testAlertStore.readTestAlert(photos())).toMatchObject({
      mail: { kind: "test", state: "queued" },
    });
    expect(await testAlertStore.readTestAlert(tickets())).toBeNull();
    expect(await write()).toBe(0);
  });

  test("can be asked for three times an hour and no more, also all at once, by each tenant for itself", async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => testAlertStore.requestTestAlert(photos(), "me")),
    );
    expect(asked.filter(({ ok }) => ok)).toHaveLength(3);
    const refused = asked.find((each) => !each.ok);
    expect(refused && !refused.ok && refused.againAtMs - Date.now()).toBeGreaterThan(3_500_000);
    expect(await testAlertStore.requestTestAlert(tickets(), "me")).toMatchObject({ ok: true });
    await db.pool.query("UPDATE test_alert SET requested_at = requested_at - interval '61 minutes'");
    expect(await testAlertStore.requestTestAlert(photos(), "me")).toMatchObject({ ok: true });
  });

  test("that can't be written is tried again, and nothing is half written", async () => {
    await testAlertStore.requestTestAlert(photos(), "me");
    const failing = testAlertStore.writeTestAlerts(async () => Promise.reject(new Error("no template")));
    await expect(failing).rejects.toThrow("no template");
    expect(await testAlertStore.readTestAlert(photos())).toMatchObject({ mail: null });
    expect(await write()).toBe(1);
  });

  test("of a tenant that is no longer live is not sent", async () => {
    await testAlertStore.requestTestAlert(photos(), "me");
    await db.pool.query("UPDATE tenant SET state = 'ended' WHERE id = 'photos'");
    expect(await write()).toBe(0);
  });
});

describe("proof of silence", () => {
  const silence = () => readSilence(photos(), new Set(NAMES.keys()), null, Date.now());

  test("counts what was evaluated, what failed and what nobody did since the last alert mail", async () => {
    expect(await silence()).toBeNull();
    await cycle(600);
    await cycle(90, "failed");
    await cycle(30, "good", 2);
    expect(await silence()).toMatchObject({ evaluations: 2, failed: 1, missed: 2 });
    const mail = await testMail("photos");
    await db.write(mail);
    await db.outbox.accept([{ id: mail.id, words: "250 ok" }]);
    await db.pool.query("UPDATE mail SET accepted_at = now() - interval '1 minute'");
    expect(await silence()).toMatchObject({ from: "mail", evaluations: 1, failed: 0 });
    // Neither of them says that an alert was mailed.
    for (const kind of ["test", "migration-failed"] as const) {
      const other = await testMail("photos", { kind });
      await db.write(other);
      await db.outbox.accept([{ id: other.id, words: "250 ok" }]);
      expect(await silence()).toMatchObject({ from: "mail", evaluations: 1 });
    }
  });
});
