import { expect, type Page, test } from "@playwright/test";
import { demo, expectAccessible, inbox, setRelay, signIn } from "./harness";

// One demo has one relay: these walks switch it, so they go one after the other.
test.describe.configure({ mode: "serial" });
test.afterAll(() => setRelay(true));

/** The chain clears by itself; a slot takes 10 s, and a page asks every 15 s. */
const CLEARS_WITHIN_MS = 90_000;

const banner = (page: Page) => page.getByRole("region", { name: "Alerting is degraded" });
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
  await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", { timeout: 30_000 });
  await expect(stage(page)).toContainText(/The relay said: “250 .*Kept as/);
  const mails = await inbox.messages();
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
  await signIn(page, "owner@tickets.example");
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
