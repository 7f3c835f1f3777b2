import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, type Page, test } from "@playwright/test";
import { demo, expectAccessible } from "./harness";

const ROOT = path.resolve(import.meta.dirname, "..");
/** With every time divided by ten, the slowest of them takes a minute and a half; a worker notices its relay within a minute. */
const FIRES_WITHIN_MS = 180_000;

const rehearse = (...words: string[]) =>
  promisify(execFile)(process.execPath, ["--import", "tsx", "demo/rehearsal/main.ts", ...words], {
    cwd: ROOT,
    env: { ...process.env, DEMO_DATA_DIR: path.join(ROOT, "e2e/results/demo") },
  }).then(({ stdout }) => stdout);

/** The rules of Watchpost that fire, as Prometheus's own API tells them. */
async function firing(): Promise<string[]> {
  const response = await fetch(`${demo().prometheus}/api/v1/alerts`);
  const { data } = (await response.json()) as {
    data: { alerts: { state: string; labels: { alertname: string } }[] };
  };
  return data.alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname);
}

const expectFiring = (alert: string) =>
  expect.poll(firing, { timeout: FIRES_WITHIN_MS, intervals: [1_000] }).toContain(alert);
const expectOver = (alert: string) =>
  expect.poll(firing, { timeout: FIRES_WITHIN_MS, intervals: [1_000] }).not.toContain(alert);
const expectNothingFires = () =>
  expect.poll(firing, { timeout: FIRES_WITHIN_MS, intervals: [1_000] }).toEqual(["WatchpostWatchdog"]);

const card = (page: Page, runbook: string) => page.getByRole("region", { name: runbook });

test.afterAll(async () => {
  for (const runbook of [
    "relay-refused",
    "cycles-failing",
    "sign-ins-failing",
    "no-worker-life-sign",
    "database-down",
  ])
    await rehearse(runbook, "off");
});

test("the demo's Prometheus watches the portal, and nothing fires but the watchdog", async () => {
  test.setTimeout(FIRES_WITHIN_MS + 20_000);
  const response = await fetch(`${demo().prometheus}/api/v1/targets?state=active`);
  const { data } = (await response.json()) as {
    data: { activeTargets: { labels: { job: string }; health: string }[] };
  };
  const own = data.activeTargets.filter(({ labels }) => labels.job === "watchpost");
  expect(own.map(({ health }) => health)).toEqual(["up", "up"]);
  await expectNothingFires();
});

test("a relay, a line to Prometheus and an issuer that fail each make their alert fire, and it ends with them", async ({
  page,
}) => {
  test.setTimeout(2 * FIRES_WITHIN_MS);
  await page.goto(`${demo().control}/rehearsal`);
  await expectAccessible(page);
  expect(await rehearse("relay-refused", "on")).toContain("Watch for WatchpostRelayRefused.");
  expect(await rehearse("cycles-failing", "on")).toContain("Watch for WatchpostCyclesFailing.");
  await card(page, "sign-ins-failing").getByRole("button", { name: "Stage it" }).click();
  await expect(page.getByRole("status")).toContainText("sign-ins-failing is staged.");
  for (const alert of ["WatchpostSignInsFailing", "WatchpostCyclesFailing", "WatchpostRelayRefused"])
    await expectFiring(alert);
  await expect(card(page, "relay-refused")).toContainText("WatchpostRelayRefused fires.");
  await page.screenshot({ path: path.join(ROOT, "e2e/results/looks/rehearsal.png"), fullPage: true });
  for (const runbook of ["relay-refused", "cycles-failing", "sign-ins-failing"]) {
    await card(page, runbook).getByRole("button", { name: "End it" }).click();
    await expect(page.getByRole("status")).toContainText(`${runbook} is over.`);
  }
  await expectOver("WatchpostRelayRefused");
  await expectOver("WatchpostCyclesFailing");
});

test("a worker that is frozen and a database that is shut are told, and portal and worker live through it", async () => {
  test.setTimeout(2 * FIRES_WITHIN_MS);
  await rehearse("no-worker-life-sign", "on");
  await rehearse("database-down", "on");
  await expectFiring("WatchpostNoWorkerLifeSign");
  await expectFiring("WatchpostDatabaseDown");
  expect((await fetch(`${demo().portal}/healthz`)).status).toBe(200);
  await rehearse("no-worker-life-sign", "off");
  await rehearse("database-down", "off");
  await expect.poll(async () => (await fetch(`${demo().portal}/readyz`)).status).toBe(200);
  await expectNothingFires();
});
