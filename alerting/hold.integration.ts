import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "@/e2e/services/evaluation";
import { startPrometheus, type TestPrometheus } from "@/e2e/services/prometheus";
import type { Components } from "@/lib/attribution/components";
import { readOpenVerdicts } from "@/lib/attribution/store";
import { readChain } from "@/lib/delivery/read-chain";
import type { Episode } from "@/lib/episodes/episode";
import { HELD_AT_MOST_MS } from "@/lib/episodes/hold";
import { readEpisodeList } from "@/lib/episodes/read-episodes";
import { readEpisodes } from "@/lib/episodes/store";
import type { Notice } from "@/lib/notices/notice";
import { claimFeed, recordFeed } from "@/lib/notices/store";
import { type Fate, platformSamples } from "@/lib/signals/platform.fixture";

// Mails held back by a platform incident: a real Prometheus in which an ingress fails, a real PostgreSQL in which the operator's
// issue stands as the worker read it.
const FROM_MS = Date.UTC(2026, 10, 21, 10);
const TO_MINUTE = 125;
const at = (minute: number) => FROM_MS + minute * 60_000;
const within = (fromMinute: number, toMinute: number) => (atMs: number) =>
  atMs >= at(fromMinute) && atMs < at(toMinute);
const failing = (fromMinute: number, toMinute: number) => ({
  errorShare: (atMs: number) => (within(fromMinute, toMinute)(atMs) ? 0.5 : 0),
});

/** Each ingress with the minutes in which it fails. A test's platform has one of them. */
const INGRESSES = { short: [29, 45], long: [29, 120] } as const;
const platformOf = (job: keyof typeof INGRESSES): Components => ({
  windowSeconds: 60,
  components: [{ id: "ingress", name: "Ingress", state: `min(up{job="${job}"})` }],
});
const fates: (Partial<Fate> & { id: string })[] = [
  { id: "photos", ...failing(30, 110) },
  { id: "brief", ...failing(30, 40) },
  { id: "vanishing", ...failing(30, 110), silent: (atMs) => atMs >= at(45) },
  { id: "own", ...failing(30, 110), restarts: [{ atMs: at(29), reason: "OOMKilled", exitCode: 137 }] },
];

function samples(): string {
  const up = Object.entries(INGRESSES).flatMap(([job, [fromMinute, toMinute]]) => {
    const lines: string[] = [];
    for (let atMs = FROM_MS; atMs <= at(TO_MINUTE); atMs += 15_000)
      lines.push(`up{job="${job}"} ${within(fromMinute, toMinute)(atMs) ? 0 : 1} ${atMs / 1000}`);
    return lines;
  });
  const all = platformSamples(fates.map((fate) => ({ fromMs: FROM_MS, toMs: at(TO_MINUTE), ...fate })));
  return all.replace("# EOF\n", `${up.join("\n")}\n# EOF\n`);
}

let prometheus: TestPrometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ openMetrics: samples() });
}, 120_000);
afterAll(() => prometheus?.stop());

let evaluation: TestEvaluation;
const children: ChildProcess[] = [];
beforeEach(async () => {
  evaluation = await startTestEvaluation(fates.map(({ id }) => id));
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await evaluation.drop();
});

const REPOSITORY = "https://github.example/acme/infra";
const readPlatform = async () => ({ name: "Acme", infraRepositoryUrl: REPOSITORY });
type Change = Parameters<TestEvaluation["judge"]>[1];
const judge = (ingress: keyof typeof INGRESSES, change: Change = {}) =>
  evaluation.judge(prometheus.url, {
    readComponents: async () => platformOf(ingress),
    readPlatform,
    ...change,
  });
type Judge = ReturnType<typeof judge>;
async function run(slots: Judge | Judge[], fromMinute: number, toMinute: number): Promise<void> {
  for (let minute = fromMinute; minute < toMinute; minute += INTERVAL_SECONDS / 60)
    await Promise.all([slots].flat().map((each) => each(at(minute))));
}

const incident = (more: Partial<Notice> = {}): Notice => ({
  number: 7,
  kind: "incident",
  url: `${REPOSITORY}/issues/7`,
  title: [{ text: "Ingress fails", names: [] }],
  fields: {},
  deadlineMs: null,
  tenants: "every",
  moved: {},
  counts: null,
  components: ["ingress"],
  openedAtMs: at(29),
  updatedAtMs: at(29),
  closedAtMs: null,
  ...more,
});
/** As the worker reads the repository at that minute; null: GitHub doesn't answer, and what is known stands. */
async function read(minute: number, issues: Notice[] | null, known: Notice[] = [incident()]): Promise<void> {
  await evaluation.query("UPDATE notice_feed SET next_try_at = now()");
  await claimFeed(REPOSITORY, 300);
  const unreachable = { code: "unreachable", message: "GitHub could not be reached." } as const;
  if (issues) await recordFeed(REPOSITORY, { ok: true, pages: [] }, issues);
  else await recordFeed(REPOSITORY, { ok: false, failure: unreachable, againInSeconds: 300 }, known);
  if (issues) await evaluation.query("UPDATE notice_feed SET read_at = $1", [new Date(at(minute))]);
}

const mailsOf = async (tenantId: string) =>
  (await evaluation.mails()).filter(({ tenant_id }) => tenant_id === tenantId).map(({ kind }) => kind);
const toldTo = (tenantId: string) =>
  evaluation.told.filter(({ capability }) => capability.id === tenantId).at(-1);
async function alertOf(tenantId: string): Promise<Episode> {
  const [episode, ...more] = await readEpisodes(evaluation.scope(tenantId));
  expect(more).toEqual([]);
  if (!episode) throw new Error(`${tenantId} has no alert.`);
  return episode;
}

describe("while a declared incident runs", () => {
  test("an alert of the platform's is held, and mailed once when it has outlasted the incident", async () => {
    const slots = judge("short");
    await read(30, [incident()]);
    await run(slots, 28, 44);
    expect(await mailsOf("photos")).toEqual([]);
    const held = await alertOf("photos");
    expect(held).toMatchObject({ told: false, ended: null });
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
    expect(overSinceMs).toBeGreaterThanOrEqual(at(45));
    expect(overSinceMs).toBeLessThanOrEqual(at(47));
    await run(slots, 54, 64);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    const sent = await alertOf("photos");
    expect(sent).toMatchObject({ id: held.id, told: true, hold: { ended: { why: "outlasted" } } });
    expect((sent.hold?.ended?.atMs ?? 0) - overSinceMs).toBe(600_000);
    expect(toldTo("photos")).toMatchObject({
      kind: "firing",
      verdict: { side: "platform" },
      held: { sinceMs: held.firedAtMs, components: ["Ingress"], overSinceMs, why: "outlasted" },
    });
    // What followed on its own from there is told as ever.
    await evaluation.query("UPDATE mail SET state = 'accepted', accepted_at = now(), finished_at = now()");
    await run(slots, 108, 124);
    expect(await mailsOf("photos")).toEqual(["firing", "recovered"]);
  });

  test("Fault 19: an alert that is over while it is held is told by one mail, at once", async () => {
    await read(30, [incident()]);
    await run(judge("long"), 28, 56);
    expect(await mailsOf("brief")).toEqual(["fired-and-recovered"]);
    const { hold, firedAtMs, ended } = await alertOf("brief");
    expect(ended?.reason).toBe("recovered");
    expect(hold?.ended).toEqual({ atMs: ended?.atMs, why: "alert-over" });
    expect(toldTo("brief")).toMatchObject({ held: { sinceMs: firedAtMs, why: "alert-over" } });
    expect(await mailsOf("photos")).toEqual([]);
  });

  test("is said on the page: at the alert, in the list, on the health page and in the chain, which isn't broken by it", async () => {
    await read(30, [incident()]);
    await run(judge("long"), 28, 40);
    const scope = evaluation.scope("photos");
    const { hold } = await alertOf("photos");
    expect(await readEpisodeList(scope, { signal: null, after: null })).toMatchObject({
      episodes: [{ hold, mails: [] }],
    });
    expect(await readOpenVerdicts(scope)).toMatchObject([{ hold, verdict: { side: "platform" } }]);
    const names = new Map([["error-rate/error-rate" as const, "error rate"]]);
    const queue = (await readChain(scope, names)).alerting?.links.find(({ id }) => id === "queue");
    expect(queue).toMatchObject({ ok: true, reason: expect.stringMatching(/^Empty\. On purpose, /) });
    const other = (await readChain(evaluation.scope("own"), names)).alerting?.links[2];
    expect(other?.reason).not.toMatch(/held back/);
    await run(judge("long"), 94, 98);
    expect(await readOpenVerdicts(scope)).toMatchObject([{ hold: null }]);
  });

  test("nothing is held for longer than an hour, whatever goes on", async () => {
    const slots = judge("long");
    await read(30, [incident()]);
    await run(slots, 28, 90);
    expect(await mailsOf("photos")).toEqual([]);
    await run(slots, 90, 100);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    const { hold } = await alertOf("photos");
    expect(hold?.ended).toEqual({ atMs: (hold?.sinceMs ?? 0) + HELD_AT_MOST_MS, why: "limit" });
    expect(toldTo("photos")?.held).toMatchObject({ why: "limit", overSinceMs: null });
  });

  test("that data is missing is never held back", async () => {
    await read(30, [incident()]);
    await run(judge("long"), 28, 60);
    // Of the line that was held, and of availability, whose data went with it.
    expect(await mailsOf("vanishing")).toEqual(["data-missing", "data-missing"]);
    expect(await alertOf("vanishing")).toMatchObject({
      told: true,
      hold: { ended: { why: "data-missing" } },
    });
    const first = evaluation.told.find(({ capability }) => capability.id === "vanishing");
    expect(first).toMatchObject({
      lines: [{ signal: "error-rate" }],
      held: { why: "data-missing" },
    });
  });

  test("what also is the capability's own is mailed at once, with its verdict", async () => {
    await read(30, [incident()]);
    await run(judge("long"), 28, 40);
    expect(await mailsOf("own")).toEqual(["firing"]);
    expect(toldTo("own")).toMatchObject({ verdict: { side: "both" } });
    expect(toldTo("own")?.held).toBeUndefined();
  });
});

describe("what makes an incident", () => {
  test("a component that fails without an open issue holds nothing: nobody has said that it is worked on", async () => {
    await read(30, []);
    await run(judge("long"), 28, 40);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    expect(toldTo("photos")).toMatchObject({ verdict: { side: "platform" } });
  });

  test("an issue about another component, a closed one, and one from a repository read too long ago hold nothing", async () => {
    for (const [minute, issue] of [
      [30, incident({ components: ["storage"] })],
      [30, incident({ closedAtMs: at(31) })],
      [5, incident()],
    ] as const) {
      await evaluation.drop();
      evaluation = await startTestEvaluation(fates.map(({ id }) => id));
      await read(minute, [issue]);
      await run(judge("long"), 33, 42);
      expect(await mailsOf("photos")).toEqual(["firing"]);
    }
  });

  test("an operator who closes the issue ends the incident: what still stands ten minutes later is mailed", async () => {
    const slots = judge("long");
    await read(30, [incident()]);
    await run(slots, 28, 45);
    await read(45, [incident({ closedAtMs: at(45) })]);
    await run(slots, 45, 54);
    expect(await mailsOf("photos")).toEqual([]);
    await run(slots, 54, 57);
    expect(await mailsOf("photos")).toEqual(["firing"]);
  });

  test("a GitHub that doesn't answer, and a platform that can't be read, neither release nor lose what is held", async () => {
    const slots = judge("long");
    await read(30, [incident()]);
    await run(slots, 28, 45);
    await read(45, null);
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

describe("workers that come and go", () => {
  test("two workers on each slot hold one alert once and mail it once", async () => {
    await read(30, [incident()]);
    const both = [judge("short"), judge("short")];
    await run(both, 28, 50);
    expect(await mailsOf("photos")).toEqual([]);
    await run(both, 50, 64);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    expect((await alertOf("photos")).hold?.ended?.why).toBe("outlasted");
  });

  test("kill -9 while a mail is held, and in the slot in which it is released, loses nothing and doubles nothing", async () => {
    for (const [kind, document] of [
      ["components", platformOf("short")],
      ["platform", await readPlatform()],
    ] as const)
      await evaluation.query("INSERT INTO definition (kind, document) VALUES ($1, $2)", [
        kind,
        JSON.stringify(document),
      ]);
    await read(30, [incident()]);
    const first = await evaluatorProcess();
    for (let minute = 28; minute < 40; minute += 0.5) await first.judge(at(minute));
    const { hold } = await alertOf("photos");
    expect(hold).not.toBeNull();
    await kill(first.child);
    const second = await evaluatorProcess();
    for (let minute = 40; minute < 50; minute += 0.5) await second.judge(at(minute));
    const kept = (await alertOf("photos")).hold;
    expect(kept).toMatchObject({ sinceMs: hold?.sinceMs, untilMs: hold?.untilMs, ended: null });
    // Killed wherever it is in the slot of the release: what it wrote stands, and what it didn't the next one writes.
    const releaseMs = (kept?.overSinceMs ?? 0) + 600_000;
    for (let slotMs = at(50); slotMs < releaseMs; slotMs += 30_000) await second.judge(slotMs);
    second.child.stdin?.write(`${releaseMs}\n`);
    await kill(second.child);
    const third = await evaluatorProcess();
    for (let slot = 0; slot < 4; slot++) await third.judge(releaseMs + slot * 30_000);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    expect((await alertOf("photos")).hold?.ended?.why).toBe("outlasted");
  });
});

/** An evaluator in a process of its own, so that it can be killed for real. */
async function evaluatorProcess() {
  const child = spawn(process.execPath, ["--import", "tsx", "e2e/services/evaluator-worker.ts"], {
    env: {
      ...process.env,
      LOG_LEVEL: "fatal",
      DATABASE_URL: evaluation.url,
      PROMETHEUS_URL: prometheus.url,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return {
    child,
    judge: async (slotMs: number) => {
      child.stdin.write(`${slotMs}\n`);
      await lines.next();
    },
  };
}

async function kill(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
