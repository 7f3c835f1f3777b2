import { expect, type Page, test } from "@playwright/test";
import {
  demo,
  expectAccessible,
  IN_TURN,
  requireLogin,
  setBouncing,
  setRefusing,
  setRelay,
  signIn,
} from "./harness";

const TICKETS = "owner@tickets.example";
const PHOTOS = "owner@photos.example";

test.afterEach(async () => {
  await setRelay(true);
  await setRefusing(TICKETS, false);
  await setBouncing(TICKETS, false);
});

const banner = (page: Page) => page.getByRole("region", { name: "Alerting is degraded" });
const stage = (page: Page) => page.locator("[data-test-stage]");

// An owner may ask for three tests an hour, and relay.walk.ts asks for one as the owner of photos.
async function sendTest(page: Page): Promise<void> {
  await page.goto(`${demo().portal}/alerts`);
  await page.getByRole("button", { name: "Send a test alert" }).click();
}

async function comeToWorkingChain(page: Page, owner: string): Promise<void> {
  await signIn(page, owner);
  await expect(page.locator("[data-alerting]")).toHaveAttribute("data-alerting", "quiet", IN_TURN);
}

test("a relay that requires a login keeps the mail, is the platform's trouble, and gets the mail once it lets us in", async ({
  page,
}) => {
  await comeToWorkingChain(page, PHOTOS);
  await requireLogin();
  await sendTest(page);
  await expect(stage(page)).toHaveAttribute("data-test-stage", "put-off", IN_TURN);
  await expect(stage(page)).toContainText("Queued: the platform’s mail relay isn’t accepting mail.");
  await expect(banner(page)).toContainText("The platform's mail relay isn't accepting mail.", IN_TURN);
  // What the relay says of the platform is the operator's to read.
  await expect(page.locator("main")).not.toContainText("Authentication required");
  await setRelay(true);
  await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", IN_TURN);
  await expect(banner(page)).toBeHidden(IN_TURN);
});

test("a mistyped address is its owner's alone: another's mail is accepted, and the right address ends it", async ({
  browser,
  page,
}) => {
  await comeToWorkingChain(page, TICKETS);
  await test.step("the owner reads that the relay refuses the address", async () => {
    await setRefusing(TICKETS, true);
    await sendTest(page);
    await expect(stage(page)).toHaveAttribute("data-test-stage", "refused", IN_TURN);
    await expect(stage(page)).toContainText("Not delivered. The relay said: “550 5.1.1 ");
    await expect(banner(page)).toContainText(
      /your address: Mail to owner@tickets\.example is refused: 550 5\.1\.1 /i,
      IN_TURN,
    );
    await expectAccessible(page);
  });

  await test.step("another owner's chain works, and their mail is accepted at once", async () => {
    const others = await browser.newPage();
    await comeToWorkingChain(others, PHOTOS);
    await sendTest(others);
    await expect(stage(others)).toHaveAttribute("data-test-stage", "accepted", IN_TURN);
    await expect(banner(others)).toBeHidden();
    await others.close();
  });

  await test.step("once the relay takes it, a test that arrives proves the address", async () => {
    await setRefusing(TICKETS, false);
    await sendTest(page);
    await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", IN_TURN);
    await expect(banner(page)).toBeVisible();
    await page.getByRole("button", { name: "I got it" }).click();
    await expect(stage(page)).toHaveAttribute("data-test-stage", "received");
    await expect(banner(page)).toBeHidden(IN_TURN);
  });
});

test("of a list with a stale member the owner reads whom to take off it, and nothing is held", async ({
  page,
}) => {
  await comeToWorkingChain(page, TICKETS);
  await setBouncing(TICKETS, true, "member");
  await sendTest(page);
  await expect(stage(page)).toContainText(
    "At least one recipient behind this address didn’t get it: “former.owner@tickets.example: 550 5.1.1 ",
    IN_TURN,
  );
  await expect(banner(page)).toContainText(
    "At least one recipient behind owner@tickets.example didn't get the last mail: former.owner@tickets.example: ",
    IN_TURN,
  );
  await expect(banner(page)).not.toContainText("is refused");
  await setBouncing(TICKETS, false);
  await page.getByRole("button", { name: "I got it" }).click();
  await expect(stage(page)).toHaveAttribute("data-test-stage", "received");
  await expect(banner(page)).toBeHidden(IN_TURN);
});
