import { expect, test } from "@playwright/test";
import { chartsDrawn, demo, expectAccessible, signIn, signOutInBrowser } from "./harness";

// Each has a browser context of its own, and none changes the demo.
test.describe.configure({ mode: "parallel" });

const NAMES = { photos: "Photo Library", tickets: "Ticket Desk", weather: "Weather Station" };

for (const [tenant, name] of Object.entries(NAMES)) {
  test(`the owner of ${tenant} lands in their own capability, and finds no trace of another`, async ({
    page,
  }) => {
    await signIn(page, `owner@${tenant}.example`);
    await expect(page).toHaveTitle(new RegExp(name));
    await expect(page.getByRole("banner")).toContainText(name);
    const document = `${await page.title()} ${await page.content()}`;
    for (const other of Object.values(NAMES).filter((one) => one !== name)) {
      expect(document).not.toContain(other);
    }
  });
}

test("whoever isn't signed in is shown the sign-in page, and comes back to the page that they asked for", async ({
  page,
}) => {
  await page.goto(`${demo().portal}/signals/latency`);
  await expect(page).toHaveURL(/\/sign-in/);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.origin === demo().issuer);
  await expectAccessible(page);
  await page.getByRole("link", { name: "owner@photos.example" }).click();
  await page.getByLabel("Password").fill("watchpost");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${demo().portal}/signals/latency`);
});

test("an owner of two capabilities chooses one, and the session stays there", async ({ page }) => {
  await signIn(page, "both@example.org");
  await expectAccessible(page);
  await expect(page.getByRole("button", { name: "Weather Station" })).toHaveCount(0);
  await page.getByRole("button", { name: "Ticket Desk" }).click();
  await expect(page.getByRole("banner")).toContainText("Ticket Desk");
  await page.reload();
  await expect(page.getByRole("banner")).toContainText("Ticket Desk");
});

for (const [account, heading] of [
  ["nobody@example.org", "This account has no capability here"],
  ["stranger@example.org", "This account's capability is not known here"],
  ["early@example.org", "Your capability is not live yet"],
  ["gone@example.org", "Your capability has left the platform"],
  ["odd@example.org", "This account"],
]) {
  test(`${account} is told why there is nothing to see, and what to do`, async ({ page }) => {
    await signIn(page, account ?? "");
    await expect(page.getByRole("heading", { level: 1 })).toContainText(heading ?? "");
    await expectAccessible(page);
    await page.goto(`${demo().portal}/signals/latency`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(heading ?? "");
  });
}

test("sign-out ends the provider's session too: the next owner signs in afresh and sees only their own", async ({
  page,
  context,
}) => {
  await signIn(page, "owner@photos.example");
  await expect(page.getByRole("banner")).toContainText("Photo Library");
  await signOutInBrowser(page);
  await expectAccessible(page);
  expect((await context.cookies(demo().portal)).filter(({ name }) => /watchpost/.test(name))).toEqual([]);
  await page.goBack();
  await expect(page.getByText("Photo Library")).toHaveCount(0);

  await signIn(page, "owner@tickets.example");
  await expect(page.getByRole("banner")).toContainText("Ticket Desk");
  expect(await page.content()).not.toContain("Photo Library");
});

test("a page that asks on while its sign-out is on the way doesn't break it off", async ({ page }) => {
  await signIn(page, "owner@photos.example");
  await chartsDrawn(page);
  await page.route("**/sign-out", async (route) => {
    // The session ends with this answer; the page gets it only once its own next poll has found that out.
    const refused = page.waitForResponse((response) => response.status() === 401);
    const answer = await route.fetch();
    await refused;
    await route.fulfill({ response: answer });
  });
  await signOutInBrowser(page);
  await page.goto(demo().portal);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Password")).toBeVisible();
});

test("a wrong password is refused at the provider, and the portal stays shut", async ({ page }) => {
  await page.goto(demo().portal);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill("owner@photos.example");
  await page.getByLabel("Password").fill("not it");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("No account has this address and this password.");
  await page.goto(demo().portal);
  await expect(page).toHaveURL(/\/sign-in/);
});
