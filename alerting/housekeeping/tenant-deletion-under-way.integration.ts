import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startDelivery } from "@/alerting/deliver/deliver";
import { createEvictionStore } from "@/lib/eviction/store";
import { closeDatabase } from "@/lib/infra/db";
import { isTenantGone } from "@/lib/infra/tenant-gone";
import { tenancyStore } from "@/lib/tenancy/store";
import { createTestAlertStore } from "@/lib/test-alerts/store";
import { thresholdStore } from "@/lib/thresholds/store";
import { MAIL_FROM, SECRET, startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { startTestRelay } from "@/testing/relay";
import { over, seedTenant } from "@/testing/tenant-rows";

const LEAVES = "lantern-7f3";
const STAYS = "harbour";

let db: TestOutbox;
const running: { stop(): Promise<unknown> }[] = [];
beforeEach(async () => {
  db = await startTestOutbox([]);
  await closeDatabase();
  process.env.DATABASE_URL = db.url;
  await seedTenant(db.pool, STAYS);
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
  await closeDatabase();
  await db.drop();
});

describe("what is under way while a tenant is deleted", () => {
  test("a mail that is leased, being sent or bouncing: its worker goes on, and writes no row again", async () => {
    await seedTenant(db.pool, LEAVES, over());
    await db.pool.query("TRUNCATE mail, address_health CASCADE");
    const mails = await Promise.all([1, 2, 3].map((n) => testMail(LEAVES, { signal: `s${n}` })));
    await db.write(...mails);
    const [a, b, c] = await db.outbox.leaseDue(3, 60);
    if (!a || !b || !c) throw new Error("Three mails were to be leased.");
    expect(await createEvictionStore(db.database).deleteOver(LEAVES)).toBe(true);
    expect(
      await db.outbox.complete(a, { class: "bad-address", words: "550 5.1.1 No such user" }, 1_000),
    ).toBeNull();
    await db.outbox.accept([{ id: b.id, words: "250 2.0.0 Ok" }]);
    await db.outbox.release([c]);
    const verdict = {
      action: "failed",
      status: "5.1.1",
      detail: "No such user",
      addressIsBad: true,
    } as const;
    expect(await db.outbox.markBounce(a.id, verdict)).toBe("unknown-mail");
    expect(await createEvictionStore(db.database).rowsNaming(LEAVES)).toEqual({});
  });

  test("the deliverer whose mail vanishes between its dot and the relay's answer delivers the next one", async () => {
    await seedTenant(db.pool, LEAVES, over());
    await db.pool.query("TRUNCATE mail, address_health CASCADE");
    const relay = await startTestRelay({
      data: async () => {
        await createEvictionStore(db.database).deleteOver(LEAVES);
        return null;
      },
    });
    running.push(relay);
    await db.write(await testMail(LEAVES));
    const { outbox } = db;
    running.unshift(
      startDelivery({ smtpUrl: relay.url, mailFrom: MAIL_FROM, secret: SECRET, outbox, pollMs: 30 }),
    );
    await expect.poll(() => createEvictionStore(db.database).rowsNaming(LEAVES)).toEqual({});
    const next = await testMail(STAYS);
    await db.write(next);
    await expect.poll(async () => (await db.outbox.mail(db.scope(STAYS), next.id))?.state).toBe("accepted");
    expect(await createEvictionStore(db.database).rowsNaming(LEAVES)).toEqual({});
  });

  test("an owner's threshold, test alert and sign-in at that very moment are saved before or refused, and leave no row", async () => {
    const scope = db.scope(LEAVES);
    const edit = { enabled: true, value: 2, inclusive: false, forSeconds: 60, recoverForSeconds: 60 };
    for (let round = 0; round < 8; round += 1) {
      await seedTenant(db.pool, LEAVES, over());
      const nowMs = Date.now();
      const sid = await tenancyStore.startSession(
        { issuer: "i", subject: "s", expiresAtMs: nowMs + 60_000, candidates: [LEAVES] },
        nowMs,
      );
      const mail = await testMail(LEAVES);
      const line = { signal: "latency", line: "p99" };
      const change = { to: edit, expected: { version: 0 }, by: LEAVES, preview: null };
      const [gone, ...others] = await Promise.allSettled([
        createEvictionStore(db.database).deleteOver(LEAVES),
        thresholdStore.saveThreshold(scope, line, change),
        createTestAlertStore(db.database).requestTestAlert(scope, LEAVES),
        tenancyStore.bindSession(sid, LEAVES, nowMs),
        db.outbox.enqueue([mail]),
      ]);
      expect(gone).toEqual({ status: "fulfilled", value: true });
      for (const other of others)
        if (other.status === "rejected") expect(isTenantGone(other.reason)).toBe(true);
      expect(await createEvictionStore(db.database).rowsNaming(LEAVES)).toEqual({});
    }
    const late = [
      thresholdStore.saveThreshold(
        scope,
        { signal: "latency", line: "p99" },
        { to: edit, expected: { version: 0 }, by: "o", preview: null },
      ),
      createTestAlertStore(db.database).requestTestAlert(scope, "o"),
      db.outbox.enqueue([await testMail(LEAVES)]),
    ];
    for (const attempt of await Promise.allSettled(late)) {
      expect(attempt.status).toBe("rejected");
      if (attempt.status === "rejected") expect(isTenantGone(attempt.reason)).toBe(true);
    }
    expect(await createEvictionStore(db.database).rowsNaming(LEAVES)).toEqual({});
  });
});
