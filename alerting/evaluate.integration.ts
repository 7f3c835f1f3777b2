import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "@/e2e/services/evaluation";
import { startPrometheus, type TestPrometheus } from "@/e2e/services/prometheus";
import { readEpisodes, readJudgements } from "@/lib/episodes/store";
import { type Fate, platformSamples } from "@/lib/signals/platform.fixture";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const between = (fromMinute: number, toMinute: number) => (atMs: number) =>
  atMs >= at(fromMinute) && atMs < at(toMinute);

const crowd = Array.from({ length: 10 }, (_, index) => `crowd-${index}`);
const fate = (id: string, more: Partial<Fate> = {}): Fate => ({
  id,
  fromMs: FROM_MS,
  toMs: at(120),
  ...more,
});
const failing = (fromMinute: number, toMinute: number) => ({
  errorShare: (atMs: number) => (between(fromMinute, toMinute)(atMs) ? 0.5 : 0),
});

let prometheus: TestPrometheus;
beforeAll(async () => {
  const openMetrics = platformSamples([
    fate("photos", failing(20, 40)),
    fate("tickets"),
    fate("weather", { up: (atMs) => !between(20, 30)(atMs) }),
    fate("shop", { ...failing(20, 40), up: (atMs) => !between(23, 24)(atMs) }),
    ...crowd.map((id, index) =>
      fate(id, { silent: index < 6 ? between(60, 70) : index === 9 ? between(80, 90) : undefined }),
    ),
  ]);
  prometheus = await startPrometheus({ openMetrics });
}, 120_000);
afterAll(() => prometheus?.stop());

let evaluation: TestEvaluation;
const begin = async (...tenants: string[]) => {
  evaluation = await startTestEvaluation(tenants);
};
afterEach(() => evaluation.drop());

type Judge = ReturnType<TestEvaluation["judge"]>;
/** Every slot of a time, its end included. */
async function run(judge: Judge, fromMinute: number, toMinute: number): Promise<void> {
  for (let atMs = at(fromMinute); atMs <= at(toMinute); atMs += INTERVAL_SECONDS * 1000) await judge(atMs);
}
const kinds = async () => (await evaluation.mails()).map(({ kind, tenant_id }) => `${tenant_id} ${kind}`);
const episodesOf = (tenantId: string) => readEpisodes(evaluation.scope(tenantId));

describe("an alert's life", () => {
  beforeEach(() => begin("photos", "tickets"));

  test("fires once after its whole pending time, and recovers once after its hold, each with its mail in the same commit", async () => {
    const judge = evaluation.judge(prometheus.url);
    await run(judge, 15, 60);
    expect(await kinds()).toEqual(["photos firing", "photos fired-and-recovered"]);
    const [episode, ...more] = await episodesOf("photos");
    expect(more).toEqual([]);
    expect(episode).toMatchObject({
      lineKey: "error-rate/error-rate",
      ended: { reason: "recovered" },
      told: true,
    });
    expect(episode?.trend).toHaveLength(61);
    expect(episode?.worst.value).toBeGreaterThan(0.45);
    expect(await episodesOf("tickets")).toEqual([]);
  });
});
