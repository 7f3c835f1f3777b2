import { afterAll, beforeAll, expect, test } from "vitest";
import { renderMail } from "@/alerting/mail/render";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { closeDatabase, database } from "@/lib/infra/db";
import { queryFailureOf } from "@/lib/prometheus/failure";
import { createFleet, type Fleet } from "@/lib/prometheus/fleet";
import { mintTenantScope } from "@/lib/tenant/mint";
import { readAlertWorstPart } from "@/lib/views/alerts/read-worst-part";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
} from "@/testing/evaluation";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { STOCK_NOW_MS } from "@/testing/stock-platform/scenario";

// The mail that begins an alert names its worst part: all tenants that fire in a slot are asked about at once.
const MINUTE_MS = 60_000;
const at = (minute: number) => STOCK_NOW_MS + minute * MINUTE_MS;
const span = { fromMs: at(-40), toMs: at(0) };
/** They all fire in one slot. */
const FILLED = Array.from({ length: 40 }, (_, nth) => `filled-${nth}`);
const FAILING = "failing";
const ALONE = "alone";

/** Memory alerts after a minute, so that few slots are enough. */
function bundleInAHurry() {
  const bundle = defaultBundle();
  for (const { threshold } of [...bundle.signals.saturation.lines, ...bundle.signals["error-rate"].lines])
    if (threshold) threshold.forSeconds = 60;
  return bundle;
}

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
const asked: string[] = [];
let answersParts = true;
beforeAll(async () => {
  prometheus = await startPrometheus({
    openMetrics: platformSamples([
      ...FILLED.map((id) => ({ id, ...span, memoryShare: 0.95, otherMemoryShare: 0.4 })),
      { id: ALONE, ...span, memoryShare: 0.95 },
      { id: FAILING, ...span, requestsPerSecond: () => 10, errorShare: () => 0.5 },
    ]),
  });
});
afterAll(() => prometheus?.stop());

async function judged(): Promise<void> {
  evaluation = await startTestEvaluation([...FILLED, ALONE, FAILING]);
  asked.length = 0;
  const real = createFleet({ url: prometheus.url });
  const fleet: Fleet = {
    ...real,
    ask: async (query, atMs, signal) => {
      if (query.promql.startsWith("topk by (tenant) (5,")) {
        asked.push(query.promql);
        if (!answersParts) return { ok: false, failure: queryFailureOf("status"), detail: "" };
      }
      return real.ask(query, atMs, signal);
    },
  };
  const bundle = bundleInAHurry();
  const judge = evaluation.judge(prometheus.url, { fleet, readBundle: async () => bundle });
  for (let minute = -20; minute < -16; minute += INTERVAL_SECONDS / 60) await judge(at(minute));
}
const lineIn = (id: string) => evaluation.notified.find(({ capability }) => capability.id === id)?.lines[0];
/** What the page of an alert on memory says of the slot in which it fired, whenever it is looked at. */
async function worstPartOn(id: string): Promise<string | null> {
  const { signals } = defaultBundle();
  const threshold = signals.saturation.lines.find((line) => line.id === "memory")?.threshold;
  if (!threshold) throw new Error("Memory is judged.");
  const alert = { signal: "saturation", line: "memory", firedAtMs: at(-18), threshold } as const;
  return readAlertWorstPart(mintTenantScope(id), alert);
}
const plain = (text: string | undefined) => text?.replaceAll("\u00a0", " ").replaceAll(/\s+/g, " ");

test("forty capabilities that fire in one slot have their worst part in the mail, by one question", async () => {
  answersParts = true;
  await judged();
  setPortalEnvironment({ DATABASE_URL: evaluation.url, PROMETHEUS_URL: prometheus.url });
  await closeDatabase();
  await database.prisma.definition.create({ data: { kind: "bundle", document: defaultBundle() } });
  try {
    const worst = "container web of pod filled-7-0 (95 %); 1 of 2 containers is within the threshold";
    expect(plain(lineIn("filled-7")?.worstPart)).toBe(worst);
    expect(FILLED.filter((id) => !lineIn(id)?.worstPart?.includes(`pod ${id}-0 `))).toEqual([]);
    const mail = evaluation.notified.find(({ capability }) => capability.id === "filled-7");
    if (!mail) throw new Error("There is a mail.");
    expect(plain((await renderMail(mail)).text)).toContain(`Worst part ${worst}`);
    expect(plain((await worstPartOn("filled-7")) ?? undefined)).toBe(worst);
    expect(await worstPartOn(ALONE)).toBeNull();
    expect(await worstPartOn("nobody")).toBeNull();
    // One container, and no label for routes: nothing to name.
    expect(lineIn(ALONE)).toMatchObject({ line: "memory" });
    expect(lineIn(ALONE)).not.toHaveProperty("worstPart");
    expect(lineIn(FAILING)).toMatchObject({ line: "error-rate" });
    expect(lineIn(FAILING)).not.toHaveProperty("worstPart");
    // One for memory, one for the error rate: not by the number of those who fire.
    expect(asked).toHaveLength(2);
  } finally {
    await evaluation.drop();
  }
});

test("a store that doesn't answer it keeps no mail from being written", async () => {
  answersParts = false;
  await judged();
  try {
    expect(evaluation.notified).toHaveLength(FILLED.length + 2);
    expect(evaluation.notified.some(({ lines }) => lines.some(({ worstPart }) => worstPart))).toBe(false);
  } finally {
    await evaluation.drop();
  }
});
