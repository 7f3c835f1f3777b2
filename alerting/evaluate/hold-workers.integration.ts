import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { alertStore } from "@/lib/alerts/store";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { capabilities, heldAt, heldPlatform, incident, platformOf, read, samples } from "./hold.fixture";

const SLOT_MS = INTERVAL_SECONDS * 1000;

let prometheus: TestPrometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ openMetrics: samples() });
});
afterAll(() => prometheus?.stop());

let evaluation: TestEvaluation;
const children: ChildProcess[] = [];
beforeEach(async () => {
  evaluation = await startTestEvaluation(capabilities.map(({ id }) => id));
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await evaluation.drop();
});

const mailsOf = async (tenantId: string) =>
  (await evaluation.mails()).filter(({ tenant_id }) => tenant_id === tenantId).map(({ kind }) => kind);
async function holdOf(tenantId: string) {
  const [alert] = await alertStore.readAlerts(evaluation.scope(tenantId));
  return alert?.hold;
}

describe("workers that come and go", () => {
  test("two workers on each slot hold one alert once and mail it once", async () => {
    await read(evaluation, 30, [incident()]);
    const change = { readComponents: async () => platformOf("short"), readPlatform: heldPlatform };
    const both = [0, 1].map(() => evaluation.judge(prometheus.url, change));
    const run = async (fromMinute: number, toMinute: number) => {
      for (let slotMs = heldAt(fromMinute); slotMs < heldAt(toMinute); slotMs += SLOT_MS)
        await Promise.all(both.map((judge) => judge(slotMs)));
    };
    await run(28, 50);
    expect(await mailsOf("photos")).toEqual([]);
    await run(50, 64);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    expect((await holdOf("photos"))?.ended?.why).toBe("outlasted");
  });

  test("kill -9 while a mail is held, and in the slot in which it is released, loses nothing and doubles nothing", async () => {
    for (const [kind, document] of [
      ["components", platformOf("short")],
      ["platform", await heldPlatform()],
    ] as const)
      await evaluation.query("INSERT INTO definition (kind, document) VALUES ($1, $2)", [
        kind,
        JSON.stringify(document),
      ]);
    await read(evaluation, 30, [incident()]);
    const first = await evaluatorProcess();
    for (let minute = 28; minute < 40; minute += 0.5) await first.judge(heldAt(minute));
    const hold = await holdOf("photos");
    expect(hold).toMatchObject({ ended: null });
    await kill(first.child);
    const second = await evaluatorProcess();
    for (let minute = 40; minute < 50; minute += 0.5) await second.judge(heldAt(minute));
    const kept = await holdOf("photos");
    expect(kept).toMatchObject({ sinceMs: hold?.sinceMs, untilMs: hold?.untilMs, ended: null });
    // Killed wherever it is in the slot of the release: what it wrote stands, and what it didn't the next one writes.
    const releaseMs = (kept?.overSinceMs ?? 0) + 600_000;
    for (let slotMs = heldAt(50); slotMs < releaseMs; slotMs += SLOT_MS) await second.judge(slotMs);
    second.child.stdin?.write(`${releaseMs}\n`);
    await kill(second.child);
    const third = await evaluatorProcess();
    for (let slot = 0; slot < 4; slot++) await third.judge(releaseMs + slot * SLOT_MS);
    expect(await mailsOf("photos")).toEqual(["firing"]);
    expect((await holdOf("photos"))?.ended?.why).toBe("outlasted");
  });
});

/** An evaluator in a process of its own, so that it can be killed for real. */
async function evaluatorProcess() {
  const child = spawn(process.execPath, ["--import", "tsx", "testing/evaluator-worker.ts"], {
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
