import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import {
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
  type TestOptions,
} from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const tenant = (id: string) => ({
  id,
  fromMs: FROM_MS,
  toMs: at(50),
  errorShare: (atMs: number) => (atMs >= at(20) ? 0.5 : 0),
});

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
beforeAll(async () => {
  const openMetrics = platformSamples([
    {
      ...tenant("photos"),
      deployments: [{ atMs: at(18), version: "1.4.2" }],
      restarts: [{ atMs: at(19), reason: "OOMKilled", exitCode: 137 }],
    },
    { ...tenant("tickets"), restarts: [{ atMs: at(5), reason: "Error", exitCode: 1 }] },
  ]);
  prometheus = await startPrometheus({ openMetrics });
});
afterAll(() => prometheus?.stop());
afterEach(() => evaluation.drop());

const edit = (tenantId: string, minute: number, to: object | null, by = "anna@photos.example") =>
  evaluation.query(
    `INSERT INTO threshold_edit (tenant_id, signal, line, at, by, "from", "to")
     VALUES ($1, 'error-rate', 'error-rate', $2, $3, 'null', $4)`,
    [tenantId, new Date(at(minute)), by, JSON.stringify(to)],
  );
const threshold = { enabled: true, value: 0.1, inclusive: false, forSeconds: 300, recoverForSeconds: 300 };

async function begin(change: Partial<TestOptions> = {}) {
  evaluation = await startTestEvaluation(["photos", "tickets"]);
  const judge = evaluation.judge(prometheus.url, change);
  return async (fromMinute: number, toMinute: number) => {
    for (let minute = fromMinute; minute < toMinute; minute += INTERVAL_SECONDS / 60) await judge(at(minute));
  };
}
const notified = (id: string, kind: string) =>
  evaluation.notified.find((mail) => mail.capability.id === id && mail.kind === kind);

test("a firing mail says what its own tenant changed just before, when the next mail comes, and where to ask for a change", async () => {
  const run = await begin({
    readPlatform: async () => ({ name: "Acme", infraRepositoryUrl: "https://git.example/acme/infra" }),
  });
  await edit("photos", -50, { ...threshold, value: 0.2, version: 1 });
  await edit("photos", 12, { ...threshold, version: 2 });
  await edit("tickets", 13, { ...threshold, version: 1 }, "tom@tickets.example");
  await run(15, 30);
  const mail = notified("photos", "firing");
  expect(mail).toMatchObject({
    deployments: [{ atMs: at(18), version: "1.4.2" }],
    restarts: [{ container: "web", reason: "OOMKilled", exitCode: 137, atMs: at(19) }],
    nextReminderAtMs: (mail?.atMs ?? 0) + 4 * 3_600_000,
    links: {
      modify:
        "https://git.example/acme/infra/issues/new?template=modify-my-capability.yml&title=Modify+my+capability%3A+photos+%28photos%29",
    },
  });
  expect(mail?.edits).toEqual([
    {
      signalTitle: "Error rate",
      lineLabel: "Failed requests (5xx)",
      unit: "share",
      worse: "higher",
      atMs: at(12),
      by: "anna@photos.example",
      from: null,
      to: threshold,
    },
  ]);
  expect(notified("tickets", "firing")?.edits).toMatchObject([{ by: "tom@tickets.example" }]);
  expect(notified("tickets", "firing")?.restarts).toMatchObject([{ reason: "Error", exitCode: 1 }]);
});

test("a mail about a signal that was switched off says who did it; where the definitions did, nobody is named", async () => {
  const run = await begin();
  await run(15, 30);
  await evaluation.query("UPDATE mail SET state = 'accepted', accepted_at = now(), finished_at = now()");
  await evaluation.query(
    `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
      updated_by) VALUES ('photos', 'error-rate', 'error-rate', false, 0.05, false, 300, 300, 1, 'anna@photos.example')`,
  );
  await evaluation.query("UPDATE tenant SET without = '{error-rate/error-rate}' WHERE id = 'tickets'");
  await run(30, 31);
  expect(notified("photos", "cancelled")?.by).toBe("anna@photos.example");
  expect(notified("tickets", "cancelled")).toBeDefined();
  expect(notified("tickets", "cancelled")?.by).toBeUndefined();
});

test("what can't be read is named in the mail, which goes all the same and at its time", async () => {
  const run = await begin({
    picturesWithinMs: 0,
    readPlatform: () => Promise.reject(new Error("written by another version")),
  });
  await run(15, 30);
  // No time for questions about one tenant: what was asked for everybody is in the mail, and there is no picture.
  const mail = notified("photos", "firing");
  expect(mail).toMatchObject({
    restarts: [{ reason: "OOMKilled" }],
    deployments: [{ version: "1.4.2" }],
    links: { modify: null },
  });
  expect(mail?.lines.map(({ trend }) => trend)).toEqual([null]);
  expect(await evaluation.mails()).toHaveLength(2);
});
