import { expect, type Page, test } from "@playwright/test";
import { EVICTION_DAY_MS, EVICTION_ISSUE_URL, evict, instant, withdraw } from "./eviction";
import { demo, inDatabase, setTabHidden, signIn, signOutInBrowser } from "./harness";
import { expectGoodLooks, TWO_LOOKS } from "./looking";
import { watchConduct } from "./page-conduct";

// One tenant leaves for good, so its walks go one after the other.
test.describe.configure({ mode: "serial" });

const TENANT = "lantern";
const OWNER = "owner@lantern.example";
const banner = (page: Page) => page.getByRole("region", { name: "Leaving the platform" });
const heading = (page: Page) => page.getByRole("heading", { level: 1 });

let before: object | undefined;
test.beforeAll(async () => {
  [before] = await inDatabase("SELECT * FROM tenant WHERE id = $1", [TENANT]);
});
test.afterAll(async () => {
  await inDatabase("DELETE FROM departure");
  await inDatabase(
    `INSERT INTO tenant SELECT * FROM jsonb_populate_record(NULL::tenant, $1)
     ON CONFLICT (id) DO UPDATE SET leaving = excluded.leaving`,
    [before],
  );
});

test("an open page learns by itself that the eviction is announced, that its date has come, that it is paused, and that it is withdrawn", async ({
  page,
}) => {
  await signIn(page, OWNER);
  await page.goto(`${demo().portal}/leaving`);
  const loaded = await page.evaluate(() => performance.timeOrigin);
  const phase = page.locator("[data-phase]");
  await expect(phase).toHaveAttribute("data-phase", "live");
  await expect(banner(page)).toHaveCount(0);
  await evict(TENANT, Date.now() + 3 * EVICTION_DAY_MS);
  await expect(banner(page)).toContainText("leaves the platform on");
  await expect(phase).toHaveAttribute("data-phase", "announced");
  const fault = { from: instant(Date.now() - EVICTION_DAY_MS), reason: "The export tool is down." };
  await evict(TENANT, Date.now() - 10 * EVICTION_DAY_MS, [fault]);
  await expect(banner(page)).toContainText("The countdown is paused.");
  await expect(phase).toContainText("The export tool is down.");
  await withdraw(TENANT);
  await expect(banner(page)).toHaveCount(0);
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
});

test("past the date nobody is told that alerting is degraded, and a test alert is refused with its reason", async ({
  page,
}) => {
  await signIn(page, OWNER);
  await evict(TENANT, Date.now() - EVICTION_DAY_MS);
  // As if a relay had called the address bad: while the capability serves, every page says so.
  await inDatabase(
    `INSERT INTO address_health (tenant_id, recipient, bad_since, reason)
     SELECT id, contact_address, now(), 'No such user' FROM tenant WHERE id = $1`,
    [TENANT],
  );
  await page.goto(demo().portal);
  await expect(heading(page)).toHaveText("Not serving");
  await expect(page.locator("[data-alerting]")).toHaveAttribute("data-alerting", "quiet");
  await expect(page.getByRole("region", { name: "Alerting" })).toHaveCount(0);
  await expectGoodLooks(page, "health-not-serving", { looks: TWO_LOOKS });
  await page.goto(`${demo().portal}/alerts`);
  await expect(page.getByRole("region", { name: "Test alert" })).toContainText(
    "Nothing of it is alerted, so there is nothing to test.",
  );
  await expect(page.getByRole("button", { name: "Send a test alert" })).toHaveCount(0);
  await expectGoodLooks(page, "alerts-not-serving", { looks: TWO_LOOKS });
  const asked = await page.request.post(`${demo().portal}/api/alerts/test`, {
    headers: { origin: demo().portal },
  });
  expect(asked.status()).toBe(409);
  expect((await asked.json()).error).toMatchObject({ code: "not_serving" });
  await withdraw(TENANT);
  await expect(page.locator("[data-alerting]")).toHaveAttribute("data-alerting", "degraded");
  await inDatabase("DELETE FROM address_health WHERE tenant_id = $1", [TENANT]);
});

test("when the 30 days are over an open page shows the deletion notice, the worker deletes every row, and a new sign-in shows it again", async ({
  page,
}) => {
  await signIn(page, OWNER);
  await page.goto(`${demo().portal}/leaving`);
  await evict(TENANT, Date.now() - 30 * EVICTION_DAY_MS + 25_000);
  await setTabHidden(page, false); // it asks at once, so that it knows the date before that is over
  await expect(page.locator("[data-phase]")).toHaveAttribute("data-phase", "read-only");
  // The second at which the last phase begins is seen, and the next question is refused.
  await expect(page.locator("[data-phase]")).toHaveAttribute("data-phase", "deleted");
  await expect(page).toHaveURL(`${demo().portal}/no-access`);
  await expectDeletionNotice(page);
  for (const path of ["/api/health", "/api/alerting", "/api/thresholds", "/api/timeline"]) {
    const answer = await page.request.get(demo().portal + path);
    expect(answer.status(), path).toBe(403);
    expect((await answer.json()).error.code, path).toBe("deleted");
  }
  const conduct = await watchConduct(page);
  await page.reload();
  await expectDeletionNotice(page);
  expect(conduct.complaints).toEqual([]);
  expect(await conduct.violations()).toEqual([]);
  await expectGoodLooks(page, "deletion-notice");

  // A worker waits for a minute. Here it is over.
  await evict(TENANT, Date.now() - 31 * EVICTION_DAY_MS);
  await expect.poll(() => inDatabase("SELECT id FROM tenant WHERE id = $1", [TENANT])).toEqual([]);
  expect(await inDatabase("SELECT id FROM session WHERE tenant_id = $1", [TENANT])).toEqual([]);
  await page.reload();
  await expect(page).toHaveURL(`${demo().portal}/sign-in`);
  await page.context().clearCookies();
  await signIn(page, OWNER);
  await expectDeletionNotice(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${demo().portal}/signed-out`);

  await signIn(page, "owner@ghost.example");
  await expect(page.getByRole("banner")).toContainText("Ghost Writer");
  await signOutInBrowser(page);
});

async function expectDeletionNotice(page: Page): Promise<void> {
  await expect(page).toHaveURL(`${demo().portal}/no-access`);
  await expect(heading(page)).toHaveText("Your capability has left the platform");
  const dates = page.getByRole("main").locator("time");
  await expect(dates).toHaveText([
    /^\w+day \d+ \w+ \d{4}, \d\d:\d\d:\d\d (EST|EDT) \(\w+day .* UTC\)$/,
    /^\w+day \d+ \w+ \d{4}, \d\d:\d\d:\d\d (EST|EDT) \(\w+day .* UTC\)$/,
  ]);
  await expect(page.getByRole("main")).toContainText("its data is deleted, in every tier");
  await expect(page.getByRole("link", { name: /the eviction’s issue/ })).toHaveAttribute(
    "href",
    EVICTION_ISSUE_URL,
  );
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(page.getByText(OWNER)).toBeVisible();
}
