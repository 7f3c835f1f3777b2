import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, type Page, test } from "@playwright/test";
import { REHEARSALS } from "@/demo/rehearsal/rehearsals";
import { lastOf } from "@/lib/evaluation/reading";
import type { Reading } from "@/lib/evaluation/view";
import { healthViewSchema } from "@/lib/views/health/view";
import { demo, expectAccessible, signIn } from "./harness";
import { headline } from "./states";

const ROOT = path.resolve(import.meta.dirname, "..");
/** With every time divided by ten, the slowest of them takes two minutes; in one of them a worker notices its relay. */
const FIRES_WITHIN_MS = 360_000;
const POLL = { timeout: FIRES_WITHIN_MS, intervals: [1_000] };

type Runbook = (typeof REHEARSALS)[number];

const rehearse = (...words: string[]) =>
  promisify(execFile)(process.execPath, ["demo/start.mjs", "rehearse", ...words], {
    cwd: ROOT,
    env: { ...process.env, DEMO_DATA_DIR: path.dirname(demo().portalEnvironment.DEFINITIONS_DIR ?? "") },
  }).then(({ stdout }) => stdout);

/** What that command does, without starting a process for it. */
async function stage(on: "on" | "off", ...runbooks: Runbook[]): Promise<void> {
  for (const runbook of runbooks) {
    const response = await fetch(`${demo().control}/api/rehearsals`, {
      method: "POST",
      headers: { origin: demo().control, "content-type": "application/json" },
      body: JSON.stringify({ runbook, on }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
}

async function states(): Promise<Record<string, string>> {
  const response = await fetch(`${demo().control}/api/rehearsals`);
  return ((await response.json()) as { rehearsals: Record<string, string> }).rehearsals;
}

const expectStates = (wanted: string[], runbooks: Runbook[]) =>
  expect
    .poll(async () => {
      const now = await states();
      return runbooks.filter((runbook) => !wanted.includes(now[runbook] ?? ""));
    }, POLL)
    .toEqual([]);
/** Its expression holds, however long it has. */
const expectNoticed = (...runbooks: Runbook[]) => expectStates(["pending", "firing"], runbooks);
const expectFiring = (...runbooks: Runbook[]) => expectStates(["firing"], runbooks);
const expectOver = (...runbooks: Runbook[]) => expectStates(["inactive"], runbooks);

const card = (page: Page, runbook: Runbook) => page.getByRole("region", { name: runbook });

/** The readings that the owner's health page is made of, as the portal answers them now. */
async function readings(page: Page): Promise<Reading[]> {
  const answer = await page.request.get(`${demo().portal}/api/health`);
  const { tenant, signals } = healthViewSchema.parse(await answer.json());
  expect(tenant.id).toBe("photos");
  return signals.flatMap(({ lines }) => lines.map(({ reading }) => reading));
}
const isForeign = (reading: Reading) => reading.kind === "unknown" && reading.reason.code === "foreign";
const measuredAtMs = (reading: Reading) =>
  "sampledAtMs" in reading ? reading.sampledAtMs : (lastOf(reading)?.sampledAtMs ?? 0);

/** By the clock that gives the samples their times. */
async function storeNowMs(): Promise<number> {
  const answer = await fetch(`${demo().prometheus}/api/v1/query?query=time()`);
  const { data } = (await answer.json()) as { data: { result: [number, string] } };
  return Number(data.result[1]) * 1_000;
}
test.afterAll(() => stage("off", ...REHEARSALS));

test("the demo's Prometheus watches the portal, nothing fires but the watchdog, and its receiver receives it", async () => {
  test.setTimeout(2 * FIRES_WITHIN_MS);
  const ask = async (what: string) => (await fetch(`${demo().prometheus}/api/v1/${what}`)).json();
  const own = async () => {
    const { data } = (await ask("targets?state=active")) as {
      data: { activeTargets: { labels: { job: string }; health: string }[] };
    };
    return data.activeTargets.filter(({ labels }) => labels.job === "watchpost").map(({ health }) => health);
  };
  await expect.poll(own).toEqual(["up", "up"]);
  const firing = async () => {
    const { data } = (await ask("alerts")) as {
      data: { alerts: { state: string; labels: { alertname: string } }[] };
    };
    return data.alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname);
  };
  await expect.poll(firing, POLL).toEqual(["WatchpostWatchdog"]);
  await expectOver("watchdog");
});

test("what is staged on the lines, the relay and the issuer makes each alert fire, and ends; an owner is shown nothing foreign", async ({
  page: desk,
  browser,
}) => {
  test.setTimeout(3 * FIRES_WITHIN_MS);
  await desk.goto(`${demo().control}/rehearsal`);
  await expectAccessible(desk);
  const owner = await browser.newPage();
  await signIn(owner, "owner@photos.example");
  await expect.poll(async () => (await readings(owner)).some(({ kind }) => kind === "value")).toBe(true);

  expect(await rehearse("foreign-answer", "on")).toContain("Watch for WatchpostForeignAnswer.");
  const stagedAtMs = await storeNowMs();
  await stage("on", "watchdog", "cycles-failing", "relay-certificate-ending");
  // The worker has to see the certificate before the relay greets nobody any more.
  await expectNoticed("relay-certificate-ending");
  await stage("on", "relay-refused", "queue-old");
  // Whatever is shown was measured before: every answer since then is another owner's.
  await expect
    .poll(async () => {
      const shown = await readings(owner);
      expect(Math.max(...shown.map(measuredAtMs))).toBeLessThanOrEqual(stagedAtMs);
      return shown.every(isForeign);
    })
    .toBe(true);
  await owner.goto(demo().portal);
  await expect(headline(owner)).toHaveText("Unknown");
  await expect(owner.locator("body")).not.toContainText(/ticket/i);
  await expectFiring("foreign-answer");
  await stage("off", "foreign-answer");
  await owner.close();

  await stage("on", "requests-failing");
  const button = card(desk, "sign-ins-failing").getByRole("button");
  await button.click();
  await expect(desk.getByRole("status")).toContainText("sign-ins-failing is staged.");
  await expect(button).toHaveText("End it");
  await expect(button).toBeFocused();
  await expectFiring("cycles-failing");
  await stage("on", "evaluator-late");
  const staged = [
    "watchdog",
    "relay-certificate-ending",
    "relay-refused",
    "queue-old",
    "requests-failing",
    "sign-ins-failing",
    "evaluator-late",
  ] as const;
  await expectFiring(...staged);
  await expect(card(desk, "queue-old")).toContainText(/Staged .+ ago\. Firing for/);
  await desk.screenshot({ path: path.join(ROOT, "e2e/results/looks/rehearsal.png"), fullPage: true });

  await button.click();
  await expect(desk.getByRole("status")).toContainText("sign-ins-failing is over.");
  await stage("off", ...staged, "cycles-failing");
  await expectOver("watchdog", "relay-certificate-ending", "relay-refused", "queue-old", "evaluator-late");
});

test("mailboxes that bounce, a frozen worker, a shut database and a frozen portal are reported, and all of them live through it", async () => {
  test.setTimeout(4 * FIRES_WITHIN_MS);
  await stage("on", "bounces-unreadable");
  await expectFiring("bounces-unreadable");
  await stage("off", "bounces-unreadable");
  await stage("on", "bounces-rising");
  // The worker has to report the bounces before it is frozen.
  await expectNoticed("bounces-rising");
  await stage("on", "no-worker-life-sign", "database-down");
  await expectFiring("no-worker-life-sign", "database-down");
  expect((await fetch(`${demo().portal}/healthz`)).status).toBe(200);
  await stage("on", "portal-down");
  await expectFiring("portal-down", "bounces-rising");
  await stage("off", "portal-down", "no-worker-life-sign", "database-down", "bounces-rising");
  await expect.poll(async () => (await fetch(`${demo().portal}/readyz`)).status).toBe(200);
  await expectOver("portal-down", "no-worker-life-sign", "database-down", "evaluator-late", "cycles-failing");
});
