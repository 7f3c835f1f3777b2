import { expect, type Page, test } from "@playwright/test";
import { demo, expectAccessible, setRelay, signIn } from "./harness";

test.afterAll(() => setRelay(true));

/** The chain clears by itself; a slot takes 10 s, and a page asks every 15 s. */
const CLEARS_WITHIN_MS = 90_000;

const banner = (page: Page) => page.getByRole("region", { name: "Alerting is degraded" });
const stage = (page: Page) => page.locator("[data-test-stage]");

test("a relay that takes no mail degrades alerting on every page, and clears once it takes mail again", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await signIn(page, "owner@photos.example");
  await expect(page.locator("[data-alerting]")).toHaveAttribute("data-alerting", "quiet", {
    timeout: CLEARS_WITHIN_MS,
  });
  await setRelay(false);
  await page.goto(`${demo().portal}/alerts`);
  await page.getByRole("button", { name: "Send a test alert" }).click();
  await expect(stage(page)).toHaveAttribute("data-test-stage", "put-off", { timeout: 30_000 });
  await expect(banner(page)).toContainText(/Alerting is degraded since .+: don’t take silence for health/, {
    timeout: CLEARS_WITHIN_MS,
  });
  await expect(banner(page)).toContainText("The platform's mail relay does not take mail.");
  await expectAccessible(page);
  for (const path of ["/", "/signals/latency"]) {
    await page.goto(`${demo().portal}${path}`);
    await expect(banner(page)).toBeVisible();
  }
  await setRelay(true);
  await expect(banner(page)).toBeHidden({ timeout: CLEARS_WITHIN_MS });
  await page.goto(`${demo().portal}/alerts`);
  await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", { timeout: CLEARS_WITHIN_MS });
});
