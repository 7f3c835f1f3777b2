import { expect, type Page, test } from "@playwright/test";
import { demo, expectAccessible, inbox, setBouncing, signIn } from "./harness";
import { reloadUntil } from "./states";

const OWNER = "owner@weather.example";
/** The page asks every 15 s. */
const CLEARS_WITHIN_MS = 60_000;

const banner = (page: Page) => page.getByRole("region", { name: "Alerting is degraded" });
const stage = (page: Page) => page.locator("[data-test-stage]");

test.afterAll(() => setBouncing(OWNER, false));

test("a mail that the relay took and the mailbox sent back is seen as bounced, degrades the chain, and is cleared by one that arrives", async ({
  page,
}) => {
  test.setTimeout(150_000);
  await signIn(page, OWNER);
  await page.goto(`${demo().portal}/alerts`);
  await expect(page.locator("[data-alerting]")).toHaveAttribute("data-alerting", "quiet", {
    timeout: CLEARS_WITHIN_MS,
  });

  await test.step("the relay takes it, and a report brings it back", async () => {
    await setBouncing(OWNER, true);
    await page.getByRole("button", { name: "Send a test alert" }).click();
    await expect(stage(page)).toHaveAttribute("data-test-stage", /accepted|refused/, { timeout: 30_000 });
    await reloadUntil(page, () =>
      expect(stage(page)).toHaveAttribute("data-test-stage", "refused", { timeout: 1_000 }),
    );
    await expect(stage(page)).toContainText(/Accepted by the relay, and came back: “550 5\.1\.1 /);
    expect((await inbox.messages()).filter(({ subject }) => /Weather Station: test/.test(subject))).toEqual(
      [],
    );
  });

  await test.step("the chain is degraded, on every page, by the address", async () => {
    await expect(banner(page)).toContainText("don’t take silence for health");
    await expect(banner(page)).toContainText(
      /Your address: Mail to owner@weather\.example is refused: 550 5\.1\.1 /i,
    );
    await expectAccessible(page);
    await page.goto(demo().portal);
    await expect(banner(page)).toBeVisible();
    const missed = page.locator("[data-missed]");
    await expect(missed).toContainText("never reached you");
    await expect(missed).toContainText("came back");
    await page.screenshot({ path: "e2e/results/bounced.png", fullPage: true });
    await missed.getByRole("button", { name: "I have seen this" }).click();
    await expect(missed).toHaveCount(0);
  });

  await test.step("a test that arrives proves the address, and the chain clears", async () => {
    await setBouncing(OWNER, false);
    await page.goto(`${demo().portal}/alerts`);
    await page.getByRole("button", { name: "Send a test alert" }).click();
    await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", { timeout: 30_000 });
    await expect(banner(page)).toBeVisible();
    await page.getByRole("button", { name: "I got it" }).click();
    await expect(stage(page)).toHaveAttribute("data-test-stage", "received");
    await expect(banner(page)).toBeHidden({ timeout: CLEARS_WITHIN_MS });
  });
});
