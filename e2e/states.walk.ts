import { expect, type Page, test } from "@playwright/test";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { signalCard as card, chartsDrawn, demo, setFault, signIn } from "./harness";
import { expectGoodLooks, TWO_LOOKS } from "./looking";
import { goUntil, headline, nothingGreen, overall, PARTS_ANSWERED, reloadUntil } from "./states";

// Faults of the demo's platform touch tickets and weather; photos is left alone.
test.beforeAll(() => setFault("tickets", "errors", true));
test.afterAll(async () => {
  await setFault("tickets", "errors", false);
  await setFault("weather", "crash-loop", false);
});

/** Since when, whose, when it is over, what to do next, and the card that fails: all seen without scrolling. */
async function expectFirstScreen(page: Page, signal: string) {
  for (const viewport of [
    { width: 1280, height: 720 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(viewport);
    await page.reload();
    const situation = page.locator("[data-situation]");
    for (const part of [
      headline(page),
      situation.getByText(/Breach began .*; alerting since/),
      situation.locator("[data-whose]"),
      situation.getByRole("link", { name: /alert$/ }).first(),
      situation.getByRole("link", { name: `What to look at first: ${signal}` }),
      card(page, signal).getByRole("heading"),
    ]) {
      const box = await part.boundingBox();
      const within = `${viewport.width} × ${viewport.height}`;
      expect((box?.y ?? viewport.height) + (box?.height ?? 1), within).toBeLessThanOrEqual(viewport.height);
    }
    const cutOff = await overall(page)
      .locator("[data-sentence]")
      .evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
    expect(cutOff, "the sentence is readable to its end").toBeLessThanOrEqual(1);
    await page.screenshot({ path: `e2e/results/screens/first-screen-${viewport.width}.png` });
  }
}

test("a capability of which nothing was ever measured reads no data: never zero, never healthy", async ({
  page,
}) => {
  await signIn(page, "owner@ghost.example");
  await expect(headline(page)).toHaveText("No data");
  await expect(overall(page)).toContainText("No recent measurement of your capability has arrived.");
  await nothingGreen(page);
  for (const signal of SIGNAL_IDS) {
    await expect(card(page, signal)).toHaveAttribute("data-status", "no-data");
    await expect(card(page, signal).locator("p").first()).toHaveText(/^(p95|CPU|Memory|Storage)?\s*–$/i);
    await expect(card(page, signal)).toContainText("Nothing has arrived");
    await expect(card(page, signal)).toContainText("no sample");
  }
  for (const chart of await page.locator("[data-chart]").all())
    await expect(chart).toContainText(/Nothing measured in the last|or nothing measured/);
  for (const bars of await page.locator("[data-bars]").all())
    await expect(bars).toContainText(/100\s% unknown/);
  await expect(page.getByRole("region", { name: "What runs now" }).getByText("not known")).toHaveCount(4);
  await expectGoodLooks(page, "state-no-data", { looks: TWO_LOOKS });
});

test("too few requests are no traffic, not zero and not trouble; an alert is described in words, with the value", async ({
  page,
}) => {
  await signIn(page, "owner@weather.example");
  const errorRate = card(page, "error-rate");
  await expect(errorRate).toHaveAttribute("data-status", "no-traffic");
  await expect(errorRate).toContainText("No traffic");
  await expect(errorRate).toContainText(/\d+ requests?; 20 needed to judge/);
  await expect(errorRate.locator("p").first()).toHaveText("–");
  await expect(overall(page)).toContainText(/Too few requests to judge .*error rate/);
  await expectGoodLooks(page, "state-no-traffic", { looks: TWO_LOOKS });

  await setFault("weather", "crash-loop", true);
  await reloadUntil(page, () =>
    expect(card(page, "restarts")).toHaveAttribute("data-status", "firing", { timeout: 500 }),
  );
  await expect(headline(page)).toHaveText(/^Failing: .*restarts/);
  await expect(overall(page)).toContainText(
    /Breaching your thresholds: .*restarts? \d+ \(alert at 3 or more\)/i,
  );
  await expect(card(page, "restarts")).toContainText("Alert");
  // The list is of the last full minute; it must stand as rendered, and once the page has asked for itself.
  await reloadUntil(page, () =>
    expect(page.getByRole("region", { name: "Recently" })).toContainText("weather restarted", {
      timeout: 500,
    }),
  );
  await expect(page.locator("[data-bars] [role=img]")).toHaveCount(3);
  await expect(page.getByRole("region", { name: "Recently" })).toContainText(
    /weather restarted.*ended with an error \(exit code 3\)/,
  );
  await expectGoodLooks(page, "state-trouble", { looks: TWO_LOOKS });
  await expectFirstScreen(page, "restarts");

  await expect(overall(page)).toContainText(
    /Worst for restarts: container weather of pod weather-\S+/,
    PARTS_ANSWERED,
  );
  const parts = page.getByRole("region", { name: "Parts, worst first" });
  await goUntil(page, "/signals/restarts", parts.getByRole("table"));
  await expect(parts.getByRole("row").nth(1)).toContainText(/container weather of pod weather-\S+.*\d+.*%/);
  await expectGoodLooks(page, "signal-parts-share", { looks: TWO_LOOKS, settled: () => chartsDrawn(page) });

  await page.goto(`${demo().portal}/alerts?signal=restarts`);
  await expect(page.getByRole("heading", { level: 1, name: "Alerts" })).toBeVisible();
  await expectGoodLooks(page, "alerts-history", { looks: TWO_LOOKS });
  await page.locator("[data-alert] h3 a").first().click();
  await page.waitForURL(/\/alerts\/[0-9a-f-]{36}$/);
  await expect(headline(page)).toContainText(/restarts/i);
  await expectGoodLooks(page, "alert", { settled: () => chartsDrawn(page) });
});

test("what is outside its threshold, but not for long enough, is pending and named", async ({ page }) => {
  await signIn(page, "owner@tickets.example");
  await reloadUntil(page, () =>
    expect(card(page, "error-rate")).toHaveAttribute("data-status", /pending|firing/, { timeout: 500 }),
  );
  await expect(headline(page)).toHaveText(/^(Pending|Failing): .*error rate/);
  await expect(overall(page)).toContainText(/error rate \d.*\s% \(alert above 5\s%\)/);
  await expect(card(page, "error-rate")).toContainText(/Breaching for .* of 5\smin|Alerting for\s\d/);
  await expectGoodLooks(page, "state-pending", { looks: TWO_LOOKS });
  await expect(overall(page)).toContainText(/Worst for error rate: route \//, PARTS_ANSWERED);
  for (const signal of ["error-rate", "latency", "saturation", "availability"]) {
    await goUntil(page, `/signals/${signal}`, page.locator("[data-breakdown] table"));
    await expectGoodLooks(page, `signal-parts-${signal}`, {
      looks: TWO_LOOKS,
      settled: () => chartsDrawn(page),
    });
  }
});
