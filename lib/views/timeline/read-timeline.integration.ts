import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { DEFAULT_IDENTITY } from "@/lib/catalogue/identity";
import { DEFAULT_ISSUE_LABELS } from "@/lib/catalogue/notice-labels";
import { tenantSchema } from "@/lib/catalogue/tenant";
import { definitionsStore } from "@/lib/definitions/store";
import { closeDatabase } from "@/lib/infra/db";
import { noticeOf } from "@/lib/notices/notice";
import { noticeStore } from "@/lib/notices/store";
import { tenantNameFinder } from "@/lib/notices/tenant-names";
import { thresholdStore } from "@/lib/thresholds/store";
import { startTestOutbox, type TestOutbox } from "@/testing/outbox";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { readTimeline } from "./read-timeline";

// The timeline from a real PostgreSQL with two tenants, while no Prometheus can be reached.
setPortalEnvironment();
const REPOSITORY = "https://github.com/acme/infra";
const HOUR_MS = 3_600_000;
const TENANTS = [
  { id: "photos", name: "Photo Library" },
  { id: "tickets", name: "Ticket Desk" },
];
const bundle = bundleSchema.parse(
  parse(await readFile(new URL("../../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);

let db: TestOutbox;
beforeEach(async () => {
  db = await startTestOutbox();
  process.env.DATABASE_URL = db.url;
  const tenants = TENANTS.map(({ id, name }) =>
    tenantSchema.parse({ id, name, contactAddress: "a@b.example", timeZone: "Europe/Berlin", state: "live" }),
  );
  const result = await definitionsStore.applyDefinitions({
    tenants,
    bundle,
    platform: { name: "Acme", infraRepositoryUrl: REPOSITORY },
    components: { windowSeconds: 120, components: [] },
    identity: DEFAULT_IDENTITY,
  });
  if (!result.ok) throw new Error(result.refusals.join("\n"));
});
afterEach(async () => {
  await closeDatabase();
  await db.drop();
});

async function alert(tenantId: string, firedHoursAgo: number, endedHoursAgo: number | null): Promise<string> {
  const id = randomUUID();
  const threshold = { value: 1, inclusive: false, forSeconds: 60, recoverForSeconds: 60, worse: "higher" };
  await db.pool.query(
    `INSERT INTO episode (id, tenant_id, signal, line, thread_id, thread_signal, thread_line, thread_opened_at, breached_at, fired_at,
       fired_value, threshold, worst, worst_at, told, ended_at, end_reason)
     VALUES ($1, $2, 'latency', 'p95', $1, 'latency', 'p95', now(), now(), now() - $3 * interval '1 hour', 2, $4, 3, now(), true,
       now() - $5 * interval '1 hour', CASE WHEN $5::int IS NULL THEN NULL ELSE 'recovered'::episode_end END)`,
    [id, tenantId, firedHoursAgo, JSON.stringify(threshold), endedHoursAgo],
  );
  return id;
}

async function issues(
  ...given: { number: number; title: string; label: string; hoursAgo: number }[]
): Promise<void> {
  const turn = await noticeStore.claimFeed(REPOSITORY, 300);
  if (!turn) throw new Error("It should be time to ask.");
  const context = { labels: DEFAULT_ISSUE_LABELS, tenants: TENANTS, mentions: tenantNameFinder(TENANTS) };
  const notices = given.flatMap(({ number, title, label, hoursAgo }) => {
    const openedAtMs = Date.now() - hoursAgo * HOUR_MS;
    const issue = {
      number,
      title,
      body: "",
      url: `${REPOSITORY}/issues/${number}`,
      open: true,
      labels: ["platform incident", label],
      openedAtMs,
      updatedAtMs: openedAtMs,
      closedAtMs: null,
      subIssues: null,
    };
    return noticeOf(issue, context) ?? [];
  });
  await noticeStore.recordFeed(turn, { ok: true, pages: [] }, notices);
}

/** A second later: what PostgreSQL has just written is over by this process's clock as well. */
const timeline = (tenantId: string) => readTimeline(db.scope(tenantId), Date.now() + 1_000);

describe("the timeline", () => {
  test("keeps what the portal recorded while Prometheus is away, and says of both times what may be missing", async () => {
    const lasting = await alert("photos", 3, null);
    await alert("photos", 50, 49);
    await alert("photos", 30, 2);
    await issues({ number: 7, title: "Ingress errors", label: "tenant:photos", hoursAgo: 1 });
    const edit = { enabled: true, value: 2, inclusive: false, forSeconds: 60, recoverForSeconds: 60 };
    await thresholdStore.saveThreshold(
      db.scope("photos"),
      { signal: "latency", line: "p95" },
      { to: edit, expected: { version: 0 }, by: "owner", preview: null },
    );
    const { now, day, week, notices } = await timeline("photos");
    expect(now).toMatchObject([
      { kind: "alert", id: lasting },
      { kind: "notice", number: 7 },
    ]);
    expect(day.events.map((event) => ("edge" in event ? `${event.kind} ${event.edge}` : event.kind))).toEqual(
      ["threshold-edit", "notice opened", "alert ended", "alert began"],
    );
    expect(week.events.map((event) => "edge" in event && event.edge)).toEqual(["began", "ended", "began"]);
    expect(day.failed).toMatch(/Prometheus|metrics/i);
    expect(week.failed).toBe(day.failed);
    expect(notices).toBeNull();
  });

  test("of one tenant holds nothing of another's", async () => {
    await alert("tickets", 3, null);
    await issues(
      { number: 7, title: "Ticket Desk is slow", label: "tenant:tickets", hoursAgo: 1 },
      { number: 8, title: "Ticket Desk floods the ingress", label: "all tenants", hoursAgo: 1 },
    );
    const seen = await timeline("photos");
    expect(JSON.stringify(seen)).not.toMatch(/tickets|Ticket Desk/);
    expect(seen.now).toMatchObject([{ number: 8, title: "Platform incident" }]);
    expect((await timeline("tickets")).now).toHaveLength(3);
  });

  test("of a quiet capability is empty, and that isn't a failure of its own", async () => {
    const { now, day, week } = await timeline("photos");
    expect([now, day.events, week.events]).toEqual([[], [], []]);
  });

  test("says that its notices may be old when they could not be read", async () => {
    const turn = await noticeStore.claimFeed(REPOSITORY, 300);
    if (!turn) throw new Error("It should be time to ask.");
    const failure = { code: "unreachable", message: "The operator's repository can't be reached." };
    await noticeStore.recordFeed(turn, { ok: false, failure, againInSeconds: 300 }, []);
    expect((await timeline("photos")).notices).toBe(failure.message);
  });
});
