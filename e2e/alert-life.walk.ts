import { type Browser, expect, type Page, test } from "@playwright/test";
import { DEMO_BUNDLE, SHORT_BUNDLE } from "./bundles";
import {
  applyDefinition,
  demo,
  expectAccessible,
  IN_TURN,
  inbox,
  setFault,
  setThreshold,
  signalCard,
  signIn,
} from "./harness";
import { headline, overall } from "./states";

const OWNER = "owner@photos.example";

test.afterAll(async () => {
  await setFault("photos", "errors", false);
  await applyDefinition("bundle", DEMO_BUNDLE);
});

/** The owner's mails about the line, the oldest first, once there are so many. */
async function mailsOf(count: number) {
  let found: Awaited<ReturnType<typeof inbox.messages>> = [];
  await expect
    .poll(
      async () => {
        const all = (await inbox.messages()).toReversed();
        found = all.filter(
          ({ envelopeTo, subject }) =>
            envelopeTo.includes(OWNER) && /\[error rate .*\] Photo Library$/i.test(subject),
        );
        return found.length;
      },
      { ...IN_TURN, message: `${count} mails about the error rate` },
    )
    .toBe(count);
  return found;
}

/** Opens the newest mail of this subject in the web inbox, as its reader would. */
async function openInInbox(browser: Browser, subject: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(demo().inbox);
  await page.getByRole("link", { name: subject, exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: subject, exact: true })).toBeVisible();
  return page;
}

const header = (page: Page, name: string) =>
  page.getByRole("row", { name: new RegExp(`^${name} `, "i") }).getByRole("cell");

test("an alert's life: pending, firing, a mail that says whose problem it is, the repair, and a recovery in the same thread", async ({
  browser,
  page,
}) => {
  await inbox.clear();
  await signIn(page, OWNER);
  // Pending for twice as long as the page waits between two looks, so that it sees it.
  await setThreshold(page, "error-rate/error-rate", { value: 0.02, forSeconds: 30, recoverForSeconds: 10 });
  const errorRate = signalCard(page, "error-rate");

  await test.step("broken, it is pending and says so", async () => {
    await setFault("photos", "errors", true);
    await page.reload();
    // The page asks by itself.
    await expect(errorRate).toHaveAttribute("data-status", "pending", IN_TURN);
    await expect(headline(page)).toHaveText(/^Pending: error rate/);
    await expect(errorRate).toContainText(/Breaching for .* of 30\ss/);
  });

  await test.step("then it fires", async () => {
    await expect(errorRate).toHaveAttribute("data-status", "firing", IN_TURN);
    await expect(headline(page)).toHaveText(/^Failing: /);
    await expect(overall(page)).toContainText(/error rate \d.*\s% \(alert above 2\s%\)/);
  });

  const first =
    await test.step("the mail says what, since when and whose, shows it, and leads to the alert", async () => {
      const [mail] = await mailsOf(1);
      expect(mail?.subject).toMatch(/^\[Watchpost: alert\] \[error rate \d+(\.\d+)? %\] Photo Library$/);
      const read = await openInInbox(browser, mail?.subject ?? "");
      const frame = read.frameLocator("iframe[title='The mail as HTML']");
      await expect(frame.locator("body")).toContainText(/Error rate \d+(\.\d+)?\s%/);
      await expect(frame.locator("body")).toContainText("Whose problem it looks like: yours.");
      const picture = frame.getByRole("img").first();
      await expect(picture).toBeVisible();
      expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(400);
      await read.screenshot({ path: "e2e/results/mail-firing.png", fullPage: true });
      const href = await frame.getByRole("link", { name: "Open this alert" }).getAttribute("href");
      await read.close();
      await page.goto(href ?? "");
      await expect(page.getByRole("heading", { level: 1, name: "Error rate" })).toBeVisible();
      await expect(page.locator('[data-mail="firing"]')).toHaveAttribute("data-delivery", "good");
      await expect(page.locator('[data-side="yours"]')).toBeVisible();
      await expectAccessible(page);
      return mail;
    });

  await test.step("repaired, the page is well again", async () => {
    await setFault("photos", "errors", false);
    await applyDefinition("bundle", SHORT_BUNDLE);
    await page.goto(demo().portal);
    await expect(errorRate).toHaveAttribute("data-status", "ok", IN_TURN);
    await expect(overall(page)).toContainText(/error rate/i);
  });

  await test.step("the recovery is mailed in the thread of the alert", async () => {
    const [, recovery] = await mailsOf(2);
    expect(recovery?.text).toMatch(/Recovered/i);
    expect(recovery?.subject).toMatch(
      /^\[Watchpost: recovered\] \[error rate \d+(\.\d+)? %\] Photo Library$/,
    );
    const read = await openInInbox(browser, recovery?.subject ?? "");
    const value = (name: string) =>
      first?.headers.find((each) => each.name.toLowerCase() === name.toLowerCase())?.value ?? "none";
    for (const name of ["In-Reply-To", "References"]) {
      expect(value(name)).toMatch(/^<episode\..+@watchpost\.example>$/);
      await expect(header(read, name)).toHaveText(value(name));
    }
    await expect(header(read, "Message-ID")).not.toHaveText(value("Message-ID"));
    await read.screenshot({ path: "e2e/results/mail-recovered.png", fullPage: true });
    await read.close();
    await page.goto(`${demo().portal}/alerts?signal=error-rate`);
    const alert = page.locator("[data-alert]").first();
    for (const kind of ["firing", "recovered"])
      await expect(alert.locator(`[data-mail="${kind}"]`)).toHaveAttribute("data-delivery", "good");
  });
});
