import { afterAll, beforeAll, expect, test } from "vitest";
import { renderMail } from "@/alerting/mail/render";
import { closeDatabase, database } from "@/lib/infra/db";
import { createFleet, type Fleet } from "@/lib/prometheus/fleet";
import { mintTenantScope } from "@/lib/tenant/mint";
import { readAlertWaiting } from "@/lib/views/alerts/read-waiting";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
} from "@/testing/evaluation";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { healthyCapability, workloadOf } from "@/testing/stock-platform/capability";
import {
  constantly,
  exportersOf,
  type StockSeries,
  stockOpenMetrics,
} from "@/testing/stock-platform/exporters";
import { STOCK_NOW_MS } from "@/testing/stock-platform/scenario";

// An alert on pods names what waits, in its mail and on its page: a share of pods alone sends its owner looking.
const at = (minute: number) => STOCK_NOW_MS + minute * 60_000;
const FROM_MINUTE = -50;
const HOSTILE = "web\\n\u202eBcc: <b>x</b>";

const waits = (
  id: string,
  labels: Record<string, string>,
  metric = "kube_pod_container_status_waiting_reason",
) =>
  exportersOf(id).kubeState(metric, { uid: "uid", ...labels }, (minute) =>
    minute >= FROM_MINUTE && minute < -20 ? 1 : null,
  );
const pod = (id: string, name: string) =>
  exportersOf(id).kubeState("kube_pod_info", { pod: name, created_by_kind: "ReplicaSet" }, constantly(1));
const SERIES: Record<string, StockSeries[]> = {
  image: [
    pod("image", "web-2-ccccc"),
    waits("image", { pod: "web-2-ccccc", container: "app", reason: "ErrImagePull" }),
    waits("image", { pod: "web-2-ccccc", container: "app", reason: "ImagePullBackOff" }),
  ],
  "no-node": [
    pod("no-node", "web-2-ccccc"),
    waits("no-node", { pod: "web-2-ccccc" }, "kube_pod_status_unschedulable"),
  ],
  many: Array.from({ length: 30 }, (_, nth) => `web-3-${String(nth).padStart(2, "0")}`).flatMap((name) => [
    pod("many", name),
    waits("many", { pod: name, container: "app", reason: "CrashLoopBackOff" }),
  ]),
  hostile: [pod("hostile", HOSTILE), waits("hostile", { pod: HOSTILE, container: HOSTILE, reason: HOSTILE })],
  unready: workloadOf(exportersOf("unready"), { kind: "statefulset", name: "db", wanted: 1, ready: 0 }),
};
const TENANTS = Object.keys(SERIES);

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
let askedForWaiting = 0;
beforeAll(async () => {
  const openMetrics = stockOpenMetrics(
    TENANTS.flatMap((id) => [...healthyCapability(id, STOCK_NOW_MS), ...(SERIES[id] ?? [])]),
    STOCK_NOW_MS,
  );
  prometheus = await startPrometheus({ openMetrics });
  evaluation = await startTestEvaluation(TENANTS);
  const real = createFleet({ url: prometheus.url });
  const fleet: Fleet = {
    ...real,
    ask: async (query, atMs, signal) => {
      const isOfWaiting =
        /waiting_reason.*pod_info/s.test(query.promql) && query.promql.includes("container, reason)");
      if (isOfWaiting) askedForWaiting += 1;
      return real.ask(query, atMs, signal);
    },
  };
  const judge = evaluation.judge(prometheus.url, { fleet });
  for (let minute = FROM_MINUTE - 2; minute < -35; minute += INTERVAL_SECONDS / 60) await judge(at(minute));
});
afterAll(async () => {
  await evaluation?.drop();
  await prometheus?.stop();
});

const mailOf = (id: string) => evaluation.notified.find(({ capability }) => capability.id === id);

test.each([
  ["image", "pods", { named: ["container app of pod web-2-ccccc (ImagePullBackOff)"], total: 1 }],
  ["no-node", "pods", { named: ["pod web-2-ccccc (no node takes it)"], total: 1 }],
  ["unready", "replicas", undefined],
])("%s: the firing mail of %s names what waits, and nothing where nothing does", (id, line, waiting) => {
  const mail = mailOf(id);
  expect(mail?.kind).toBe("firing");
  expect(mail?.lines.map((each) => [each.line, each.waiting])).toEqual([[line, waiting]]);
});

test("of many the mail names three and says how many there are", async () => {
  const mail = mailOf("many");
  if (!mail) throw new Error("There is a mail.");
  expect(mail.lines[0]?.waiting?.total).toBe(30);
  expect(mail.lines[0]?.waiting?.named.length).toBe(20);
  expect((await renderMail(mail)).text.replaceAll(/\s+/g, " ")).toContain(
    "container app of pod web-3-00 (CrashLoopBackOff), container app of pod web-3-01 (CrashLoopBackOff), container app of pod web-3-02 (CrashLoopBackOff) and 27 more",
  );
});

test("names from metrics stay text", async () => {
  const mail = mailOf("hostile");
  if (!mail) throw new Error("There is a mail.");
  const { subject, text, html } = await renderMail(mail);
  expect(html).not.toContain("<b>x</b>");
  expect(`${subject}${text}${html}`).not.toContain("\u202e");
  expect(text).not.toMatch(/^Bcc:/m);
});

test("all tenants of a slot are asked about in one question", () => {
  // The four that wait fire in one slot, and the fifth in another or in the same.
  expect(askedForWaiting).toBeLessThanOrEqual(2);
  expect(askedForWaiting).toBeGreaterThan(0);
});

test("the alert's page names what waits now, and of an alert that is over what waited when it fired", async () => {
  setPortalEnvironment({ DATABASE_URL: evaluation.url, PROMETHEUS_URL: prometheus.url });
  await closeDatabase();
  await database.prisma.definition.create({ data: { kind: "bundle", document: defaultBundle() } });
  const alert = { signal: "availability", line: "pods", firedAtMs: at(-39), ended: null } as const;
  const read = (change: object, minute: number) =>
    readAlertWaiting(mintTenantScope("image"), { ...alert, ...change }, at(minute));
  const listed = {
    waiting: [{ pod: "web-2-ccccc", container: "app", reason: "ImagePullBackOff" }],
    total: 1,
  };
  expect(await read({}, -36)).toEqual({ atMs: at(-36.25), isNow: true, listed, failure: null });
  expect(await read({}, -1)).toMatchObject({ isNow: true, listed: { total: 0 } });
  const ended = { atMs: at(-15), reason: "recovered" };
  expect(await read({ ended }, -1)).toEqual({ atMs: at(-39), isNow: false, listed, failure: null });
  expect(await read({ line: "availability" }, -36)).toBeNull();
  expect(await read({ signal: "latency", line: "p95" }, -36)).toBeNull();
});
