import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestOutbox, type TestOutbox } from "@/testing/outbox";
import { TENANT_ROWS } from "@/testing/tenant-rows";
import type { Evidence } from "./evidence";
import { evidence as anyEvidence } from "./evidence.fixture";
import { createAttributionStore, type NewAttribution } from "./store";
import type { Verdict } from "./verdict";

let db: TestOutbox;
beforeAll(async () => {
  db = await startTestOutbox(["photos", "tickets"]);
});
afterAll(() => db?.drop());

async function alertOf(tenantId: string): Promise<NewAttribution> {
  const { rows } = await db.pool.query<{ id: string }>(`${TENANT_ROWS.episode} RETURNING id`, [tenantId]);
  const verdict: Verdict = { side: "yours", sentence: "A deploy", reasons: [], wouldDecide: null };
  // Written as it is; what is in it doesn't matter here.
  return { alertId: rows[0]?.id ?? "", tenantId, atMs: Date.now(), verdict, evidence: {} as Evidence };
}

test("a verdict on an alert whose tenant is deleted at that moment is left out, and the others are written", async () => {
  const rows = [await alertOf("photos"), await alertOf("tickets")];
  const deleting = await db.pool.connect();
  try {
    await deleting.query("BEGIN");
    await deleting.query("DELETE FROM tenant WHERE id = 'photos'");
    const written = db.database.transaction((tx) => createAttributionStore(tx).insertAttributions(rows));
    const waiting = async () =>
      (
        await db.pool.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
      ).rowCount;
    await expect.poll(waiting, { interval: 20 }).toBe(1);
    await deleting.query("COMMIT");
    await written;
  } finally {
    deleting.release();
  }
  const { rows: found } = await db.pool.query("SELECT tenant_id FROM attribution");
  expect(found).toEqual([{ tenant_id: "tickets" }]);
});

test("an alert of a line of availability that says nothing of reachability is no outage", async () => {
  await db.pool.query("DELETE FROM episode");
  await alertOf("tickets");
  await db.pool.query("UPDATE episode SET signal = 'availability', line = 'workers', ended_at = NULL");
  const store = createAttributionStore(db.database);
  const outagesBut = (otherLines: string[]) =>
    store.readOutages(db.scope("tickets"), { sinceMs: 0, otherLines });
  expect(await outagesBut([])).toHaveLength(1);
  expect(await outagesBut(["workers"])).toEqual([]);
});

test("the side that is kept is the first that was decided, whatever is said later", async () => {
  await db.pool.query("DELETE FROM episode");
  const first = await alertOf("tickets");
  const store = createAttributionStore(db.database);
  const said = (side: Verdict["side"], nth: number) =>
    store.insertAttributions([
      { ...first, atMs: first.atMs + nth, verdict: { ...first.verdict, side }, evidence: anyEvidence() },
    ]);
  const kept = async () => [
    (await store.readSides(db.scope("tickets"), [first.alertId])).get(first.alertId),
    (await store.readAttributed([first.alertId])).get(first.alertId)?.keptSide,
  ];
  await said("unclear", 1);
  expect(await kept()).toEqual(["unclear", "unclear"]);
  await said("platform", 2);
  await said("both", 3);
  expect(await kept()).toEqual(["platform", "platform"]);
});
