import { expect, type Page } from "@playwright/test";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { seriesViewSchema } from "@/lib/views/series/view";
import type { GateMode } from "../testing/metrics-gate";
import { endedSeries } from "./ended-series";
import { type GatedPortal, startGatedPortal } from "./gated-portal";
import { signalCard as card, chartsDrawn, demo, IN_TURN, setTabHidden, signedInAs } from "./harness";
import { expectGoodLooks, TWO_LOOKS } from "./looking";
import { headline, nothingGreen, overall, reloadUntil } from "./states";

// The metrics fail for this file's own portal only, on their way from the demo's real Prometheus.
const test = signedInAs("owner@photos.example");
let portal: GatedPortal;

test.beforeAll(async () => {
  portal = await startGatedPortal();
});
test.afterAll(() => portal.stop());
test.afterEach(() => portal.gate.set("pass"));

const SENTENCES: Record<Exclude<GateMode, "pass" | "late">, string> = {
  cut: "The platform's metrics can't be reached right now.",
  hang: "The platform's metrics did not answer in time.",
  starting: "The platform's metrics are starting up and don't answer yet.",
  html: "The platform's metrics gave an answer that can't be read, or that broke off.",
  warnings: "The platform's metrics answered in part only, so what is missing can't be known.",
  half: "The platform's metrics gave an answer that can't be read, or that broke off.",
};

/** Lets the open page ask again, as it does when its tab comes back, until its headline says so. */
async function askUntil(page: Page, text: string) {
  await expect(async () => {
    await setTabHidden(page, false);
    await expect(headline(page)).toHaveText(text, { timeout: 2_000 });
  }).toPass(IN_TURN);
}

test("a first look while the metrics can't be reached says unknown and why, makes up no value, and recovers by itself", async ({
  page,
}) => {
  portal.gate.set("cut");
  await page.goto(portal.url);
  await expect(headline(page)).toHaveText("Unknown");
  await expect(overall(page)).toContainText(SENTENCES.cut);
  for (const signal of SIGNAL_IDS) {
    await expect(card(page, signal)).toHaveAttribute("data-status", "unknown");
    await expect(card(page, signal)).toContainText("–");
    await expect(card(page, signal)).toContainText("no sample");
  }
  await nothingGreen(page);
  const runs = page.getByRole("region", { name: "What runs now" });
  await expect(runs.getByText("not known")).toHaveCount(4);
  await expect(runs).toContainText(SENTENCES.cut);
  for (const chart of await page.locator("[data-chart]").all()) {
    await expect(chart).toContainText("could not be loaded");
    await expect(chart.getByRole("button", { name: "Try again" })).toBeVisible();
  }
  // What the portal itself recorded still stands there; the rest can't be known, and it says why.
  await expect(page.getByRole("region", { name: "Recently" })).toContainText("metrics can't be reached");
  await expectGoodLooks(page, "state-unknown", { looks: TWO_LOOKS });
  portal.gate.set("pass");
  await askUntil(page, "Healthy");
  await chartsDrawn(page);
  await expect(card(page, "availability")).toContainText(/100\s%/);
});

for (const [mode, sentence] of Object.entries(SENTENCES) as [Exclude<GateMode, "pass" | "late">, string][]) {
  test(`when the metrics fail (${mode}), the last values stay faded, the reason is shown, and nothing is green`, async ({
    page,
  }) => {
    await page.goto(portal.url);
    await reloadUntil(page, () => expect(headline(page)).toHaveText("Healthy", { timeout: 500 }));
    portal.gate.set(mode);
    await reloadUntil(page, () => expect(headline(page)).toHaveText("Unknown", { timeout: 500 }));
    await expect(overall(page)).toContainText(sentence);
    await expect(overall(page)).toContainText(/as of \d\d:\d\d:\d\d/);
    await nothingGreen(page);
    for (const signal of SIGNAL_IDS) {
      await expect(card(page, signal)).toHaveAttribute("data-status", "unknown");
      await expect(card(page, signal).locator("p").first()).toHaveText(/\d/);
      await expect(card(page, signal)).toContainText(/ago/);
    }
    const runs = page.getByRole("region", { name: "What runs now" });
    await expect(runs).not.toContainText("not known");
    await expect(runs).toContainText(sentence);
    await expect(runs).toContainText(/As of \d\d:\d\d:\d\d/);
    // What was known of the past is still shown.
    await expect(page.getByRole("region", { name: "Recently" })).toContainText("Deployed");
  });
}

test("charts that can't be asked for come as errors with the last that is known, which a page opened only now draws", async ({
  page,
}) => {
  const ask = () => page.request.get(`${portal.url}/api/signals/latency/series?range=1h`);
  const before = seriesViewSchema.parse(await (await ask()).json());
  await page.goto(`${portal.url}/?range=1h`);
  await chartsDrawn(page);
  portal.gate.set("cut");
  await expect.poll(async () => (await ask()).status()).toBe(503);
  await page.reload();
  for (const chart of await page.locator("[data-chart]").all()) {
    await expect(chart).toContainText(`Could not be brought up to date: ${SENTENCES.cut}`);
    await expect(chart).toContainText(/Drawn as of \d\d:\d\d:\d\d/);
  }
  await chartsDrawn(page);
  const { error, last, ...rest } = (await (await ask()).json()) as Record<string, unknown>;
  expect(error).toEqual({ code: "metrics_unreachable", message: SENTENCES.cut });
  expect(rest).toEqual({});
  const known = seriesViewSchema.parse(last);
  expect(known.toMs).toBeGreaterThanOrEqual(before.toMs);
  expect(known.lines.every(({ points }) => points.every(([atMs]) => atMs <= known.toMs))).toBe(true);
  expect(known.lines.some(({ points }) => points.some(([, value]) => value !== null))).toBe(true);
});

test("an open page fades its values when the metrics fail, keeps its charts, and recovers by itself", async ({
  page,
}) => {
  await page.goto(portal.url);
  await chartsDrawn(page);
  portal.gate.set("cut");
  await askUntil(page, "Unknown");
  await nothingGreen(page);
  await expect(card(page, "availability")).toContainText(/100\s%/);
  await expectGoodLooks(page, "state-stale", { looks: TWO_LOOKS, settled: () => chartsDrawn(page) });
  portal.gate.set("pass");
  await askUntil(page, "Healthy");
});

test("when one signal can't be asked for, the others keep their values", async ({ page }) => {
  await page.goto(portal.url);
  portal.gate.set("html", "http_request_duration_seconds");
  await reloadUntil(page, () =>
    expect(card(page, "latency")).toHaveAttribute("data-status", "unknown", { timeout: 500 }),
  );
  await expect(headline(page)).toHaveText("Unknown: latency and error rate");
  await expect(overall(page)).toContainText(`Could not ask for latency and error rate. ${SENTENCES.html}`);
  for (const signal of ["availability", "saturation", "restarts"])
    await expect(card(page, signal)).toHaveAttribute("data-status", "ok");
  await expectGoodLooks(page, "state-one-signal-unknown", { looks: TWO_LOOKS });
});

test("series that have ended read no data beside their last value and its age: never healthy", async ({
  page,
}) => {
  const ended = await endedSeries(demo().prometheus, "photos");
  try {
    portal.gate.lead(ended.url);
    await page.goto(portal.url);
    await reloadUntil(page, () => expect(headline(page)).toHaveText("No data", { timeout: 500 }));
    await nothingGreen(page);
    for (const signal of SIGNAL_IDS) {
      await expect(card(page, signal)).toHaveAttribute("data-status", "no-data");
      await expect(card(page, signal)).toContainText("Last known value");
      await expect(card(page, signal)).toContainText(/\d+\smin ago/);
    }
    await chartsDrawn(page);
    await expectGoodLooks(page, "state-series-ended", { looks: TWO_LOOKS, settled: () => chartsDrawn(page) });
  } finally {
    portal.gate.lead(demo().prometheus);
    await ended.stop();
  }
});

test("when Watchpost itself is out of reach, the page says so and since when, and is green for nobody", async ({
  page,
  context,
}) => {
  await page.goto(portal.url);
  await reloadUntil(page, () => expect(headline(page)).toHaveText("Healthy", { timeout: 500 }));
  await chartsDrawn(page);
  const value = await card(page, "latency").locator("p").first().textContent();
  await context.setOffline(true);
  await askUntil(page, "Unknown");
  await expect(overall(page)).toContainText("Watchpost can't be reached from here.");
  await expect(overall(page)).toContainText("Last known: healthy.");
  await expect(overall(page)).toContainText(/as of \d\d:\d\d:\d\d/);
  await expect(card(page, "latency").locator("p").first()).toHaveText(value ?? "");
  await nothingGreen(page);
  await expect(page.getByRole("region", { name: "Alerting" })).not.toContainText(": works");
  await expectGoodLooks(page, "state-offline", { looks: TWO_LOOKS });
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again now" }).click();
  await expect(headline(page)).toHaveText("Healthy");
});

test("while the metrics can't be reached the migration stays as it was last known, faded, with the reason", async ({
  page,
}) => {
  await page.goto(`${portal.url}/migration`);
  const bar = page.getByRole("progressbar");
  await expect(bar).toBeVisible();
  const share = await bar.getAttribute("aria-valuenow");
  portal.gate.set("cut");
  await expect(async () => {
    await setTabHidden(page, false);
    await expect(page.getByRole("status").filter({ hasText: SENTENCES.cut })).toBeVisible({ timeout: 2_000 });
  }).toPass(IN_TURN);
  await expect(page.locator("[data-stale=true]")).toContainText("What is shown is what was last known");
  await expect(bar).toHaveAttribute("aria-valuenow", share ?? "");
  await expect(page.locator(".bg-ok-soft, .text-ok")).toHaveCount(0);
  await expectGoodLooks(page, "migration-stale", { looks: TWO_LOOKS });
});

test("the demo's own portal noticed nothing of it", async ({ page }) => {
  await page.goto(demo().portal);
  await expect(headline(page)).toHaveText("Healthy");
});
