import { expect, type Page, test } from "@playwright/test";
import { demo, expectAccessible, IN_TURN, inbox, setBouncing, setThreshold, signIn } from "./harness";
import { reloadUntil } from "./states";

const OWNER = "owner@weather.example";
const MEMORY = "saturation/memory";

const banner = (page: Page) => page.getByRole("region", { name: "Alerting is degraded" });
const stage = (page: Page) => page.locator("[data-test-stage]");
const mails = (page: Page) => page.locator("[data-alert]").first().locator("[data-mail]");

test.afterAll(() => setBouncing(OWNER, false));

test("a mail that the mailbox sent back is seen as bounced and degrades the chain; one that arrives clears it, and what was held goes out", async ({
  page,
}) => {
  await signIn(page, OWNER);
  const alerting = page.locator("[data-alerting]");
  await expect(alerting).toHaveAttribute("data-alerting", "quiet", IN_TURN);

  await test.step("the relay takes the alert's mail, and a report brings it back", async () => {
    await setBouncing(OWNER, true);
    // Whatever it uses is too much now: an alert at the next cycle.
    await setThreshold(page, MEMORY, { value: 0.01, forSeconds: 0, recoverForSeconds: 0 });
    await page.goto(`${demo().portal}/alerts?signal=saturation`);
    const returned = mails(page).filter({ hasText: "Accepted by the relay, and came back: “550 5.1.1 " });
    await reloadUntil(page, () => expect(returned).toHaveCount(1, { timeout: 1_000 }));
    await expect(returned).toHaveAttribute("data-delivery", "bad");
  });

  await test.step("the chain is degraded by the address, and the page says what never arrived", async () => {
    await expect(banner(page)).toContainText("no alert doesn’t mean healthy");
    await expect(banner(page)).toContainText(
      /your address: Mail to owner@weather\.example is refused: 550 5\.1\.1 /i,
    );
    await page.goto(demo().portal);
    await expect(banner(page)).toBeVisible();
    const missed = page.locator("[data-missed]");
    await expect(missed).toContainText(/alerts? never reached you/);
    await expect(missed).toContainText("came back");
    await expectAccessible(page);
    await page.screenshot({ path: "e2e/results/bounced.png", fullPage: true });
    await missed.getByRole("button", { name: "I have seen this" }).click();
    await expect(missed).toHaveCount(0);
  });

  await test.step("while it bounces, a test is followed until it comes back, and the recovery is held back", async () => {
    await setThreshold(page, MEMORY, { value: 0.99, forSeconds: 0, recoverForSeconds: 0 });
    await page.goto(`${demo().portal}/alerts`);
    await page.getByRole("button", { name: "Send a test alert" }).click();
    await expect(stage(page)).toHaveAttribute("data-test-stage", "refused", IN_TURN);
    await expect(stage(page)).toContainText("Accepted by the relay, and came back: “550 5.1.1 ");
    await page.goto(`${demo().portal}/alerts?signal=saturation`);
    const held = mails(page).filter({ hasText: "Held back: mail to this address is refused." });
    await reloadUntil(page, () => expect(held).not.toHaveCount(0, { timeout: 1_000 }));
  });

  await test.step("a test that arrives proves the address: the chain clears, and what was held goes out", async () => {
    const mailServer = await page.context().newPage();
    await mailServer.goto(demo().inbox);
    await mailServer
      .locator("form", { hasText: `${OWNER}: ` })
      .getByRole("button", { name: "Let it take mail" })
      .click();
    await expect(mailServer.getByRole("button", { name: "Let it take mail" })).toHaveCount(0);
    await expect(mailServer.getByRole("heading", { name: "Inbox" })).toBeVisible();
    await mailServer.close();
    await page.getByRole("link", { name: "All", exact: true }).click();
    await page.getByRole("button", { name: "Send a test alert" }).click();
    await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted");
    await expect(banner(page)).toBeVisible();
    await page.getByRole("button", { name: "I got it" }).click();
    await expect(stage(page)).toHaveAttribute("data-test-stage", "received");
    await expect(banner(page)).toBeHidden(IN_TURN);
    await expect
      .poll(
        async () =>
          (await inbox.messages()).filter(
            ({ envelopeTo, text }) => envelopeTo.includes(OWNER) && /Recovered/i.test(text),
          ).length,
        IN_TURN,
      )
      .toBeGreaterThan(0);
  });
});
