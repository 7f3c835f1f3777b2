import { expect, type Page, test } from "@playwright/test";
import { demo, IN_TURN, signIn } from "./harness";
import { expectGoodLooks } from "./looking";

// The demo has deployed each capability at a time with measurements around it.

const HEADLINES =
  /^(Same as before|Better than before|Worse than before|Can’t tell|Too early to say|Rollout in progress)$/;

/** The page doesn't poll: where its metrics weren't answered in time, it says so and stays as it is until it is loaded anew. */
async function expectRelease(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/releases\/\d{10}$/);
  const heading = page.getByRole("heading", { level: 1 });
  await expect(async () => {
    await expect(heading).toHaveText(/^Release/);
    if ((await heading.textContent()) === "Release") await page.reload();
    await expect(heading).toHaveText(/^Release ./, { timeout: 1_000 });
  }).toPass(IN_TURN);
}

test("a deployment on the timeline leads to how it has been since, with every line before and after", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  await page.goto(`${demo().portal}/timeline?kind=deployment`);
  await page.locator("[data-event=deployment] a").first().click();
  await expectRelease(page);
  const since = page.getByRole("region", { name: "How it has been since" });
  await expect(since.locator("p").first()).toHaveText(HEADLINES);
  await expect(page.locator("[data-line='latency/p95']")).toContainText(/ms/);
  await expectGoodLooks(page, "release");
});

test("the last deployment on the health page leads to its release", async ({ page }) => {
  await signIn(page, "owner@photos.example");
  await page.getByRole("link", { name: "How has it been since?" }).click();
  await expectRelease(page);
});

test("another capability's release doesn't exist, and the page says no more of it than of one that never was", async ({
  page,
  browser,
}) => {
  await signIn(page, "owner@photos.example");
  await page.getByRole("link", { name: "How has it been since?" }).click();
  await expectRelease(page);
  const address = page.url();
  const other = await browser.newPage();
  await signIn(other, "owner@tickets.example");
  const main = async (url: string) => {
    const answer = await other.goto(url);
    return [answer?.status(), await other.title(), await other.getByRole("main").textContent()];
  };
  const theirs = await main(address);
  expect(theirs[2]).toContain("There is no record of this release");
  expect(theirs).toEqual(await main(`${demo().portal}/releases/1700000000`));
  expect(theirs).toEqual(await main(`${demo().portal}/releases/latest`));
  await other.close();
});

test("a release is read without JavaScript", async ({ browser, page }) => {
  await signIn(page, "owner@photos.example");
  await page.getByRole("link", { name: "How has it been since?" }).click();
  await expect(page).toHaveURL(/\/releases\/\d{10}$/);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto(page.url());
  await expect(plain.getByRole("region", { name: "How it has been since" })).toContainText(
    /before|tell|early|progress/,
  );
  await expect(plain.locator("[data-line]").first()).toBeVisible();
  await context.close();
});
