import { expect, type Page, test } from "@playwright/test";
import { demo, expectAccessible, IN_TURN, setRelay, signIn } from "./harness";

test.afterAll(() => setRelay(true));

const banner = (page: Page) => page.getByRole("region", { name: "Alerting is degraded" });
const stage = (page: Page) => page.locator("[data-test-stage]");

test("a relay that takes no mail degrades alerting on every page, and clears once it takes mail again", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  await expect(page.locator("[data-alerting]")).toHaveAttribute("data-alerting", "quiet", IN_TURN);
  await setRelay(false);
  await page.goto(`${demo().portal}/alerts`);
  await page.getByRole("button", { name: "Send a test alert" }).click();
  await expect(stage(page)).toHaveAttribute("data-test-stage", "put-off");
  await expect(banner(page)).toContainText(
    /Alerting is degraded since .+: no alert doesn’t mean healthy/,
    IN_TURN,
  );
  await expect(banner(page)).toContainText("The platform's mail relay isn't accepting mail.");
  await expectAccessible(page);
  for (const path of ["/", "/signals/latency"]) {
    await page.goto(`${demo().portal}${path}`);
    await expect(banner(page)).toBeVisible();
  }
  await setRelay(true);
  await expect(banner(page)).toBeHidden(IN_TURN);
  await page.goto(`${demo().portal}/alerts`);
  await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", IN_TURN);
});
