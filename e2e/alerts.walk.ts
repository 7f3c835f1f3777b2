import { expect, type Page, test } from "@playwright/test";
import { demo, expectAccessible, inbox, signIn } from "./harness";

// They count mails and tests of the same hour, so they go one after the other.
test.describe.configure({ mode: "serial" });

const stage = (page: Page) => page.locator("[data-test-stage]");

test("a test alert goes the real way, is followed to the relay's own words, and its arrival is confirmed", async ({
  page,
}) => {
  await inbox.clear();
  await signIn(page, "owner@photos.example");
  await page.getByRole("link", { name: "Alerts", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Alerts" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Send a test alert" }).click();
  await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted");
  await expect(stage(page)).toContainText(/The relay said: “250 .*Kept as/);
  // Other walks make other owners' mails meanwhile.
  const mails = (await inbox.messages()).filter(({ envelopeTo }) =>
    envelopeTo.includes("owner@photos.example"),
  );
  expect(mails.map(({ envelopeTo }) => envelopeTo)).toEqual([["owner@photos.example"]]);
  expect(mails[0]?.subject).toMatch(/Photo Library/);
  await page.getByRole("button", { name: "I got it" }).click();
  await expect(stage(page)).toHaveAttribute("data-test-stage", "received");
  await page.reload();
  await expect(stage(page)).toContainText("You said that you got it.");
  await expectAccessible(page);
});

test("at most three tests an hour, each owner for themselves, and the page says when the next one may be", async ({
  page,
}) => {
  await signIn(page, "owner@weather.example");
  await page.goto(`${demo().portal}/alerts`);
  const ask = () =>
    page.request.post(`${demo().portal}/api/alerts/test`, { headers: { origin: demo().portal } });
  for (let index = 0; index < 3; index += 1) expect((await ask()).status()).toBe(202);
  await page.getByRole("button", { name: "Send a test alert" }).click();
  await expect(
    page.getByText(/3 test alerts an hour are enough\. The next one can be sent in \d+ min\./),
  ).toBeVisible();
  const elsewhere = await page.request.post(`${demo().portal}/api/alerts/test`, {
    headers: { origin: "http://elsewhere.example" },
  });
  expect(elsewhere.status()).toBe(403);
});

test("what isn't an owner's is not there: no alert of any id, and no such page of the history", async ({
  page,
}) => {
  await signIn(page, "owner@weather.example");
  for (const path of [
    `/alerts/${crypto.randomUUID()}`,
    "/alerts/1",
    "/alerts?signal=uptime",
    "/alerts?after=x",
  ]) {
    const response = await page.goto(`${demo().portal}${path}`);
    expect(response?.status(), path).toBe(404);
    await expect(page).toHaveTitle("Not found · Watchpost");
  }
  await expect(page.getByRole("heading", { name: "There is no such alert" })).toBeVisible();
});
