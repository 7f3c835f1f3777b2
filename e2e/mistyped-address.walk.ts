import { type Browser, expect, type Page, test } from "@playwright/test";
import { demo, IN_TURN, inDatabase, setRefusing, signIn } from "./harness";

/** Two capabilities beside the demo's, so that ten owners are there. */
const ADDED = ["bakery", "cinema"];
const OWNERS = ["photos", "tickets", "weather", "canary", "pottery", "ghost", "orchard", "market", ...ADDED];
const MISTYPED = "tickets";
const WRONG = "ownr@tickets.example";
/** Nobody waits for another one's wrong address: by a breaker that opened it would be half a minute. */
const LONGER_AT_MOST_MS = 20_000;

const addressOf = (tenant: string) => `owner@${tenant}.example`;
const recordAs = (address: string) =>
  inDatabase("UPDATE tenant SET contact_address = $2 WHERE id = $1", [MISTYPED, address]);
/** An owner may ask for three tests an hour, and other walks ask for some. */
const letAnHourPass = () =>
  inDatabase("UPDATE test_alert SET requested_at = requested_at - interval '61 minutes'");

test.beforeAll(async () => {
  for (const id of ADDED)
    await inDatabase(
      `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
       VALUES ($1, $1, $2, 'Europe/Berlin', 'live', '{}') ON CONFLICT (id) DO NOTHING`,
      [id, addressOf(id)],
    );
});
test.afterAll(async () => {
  await setRefusing(WRONG, false);
  await recordAs(addressOf(MISTYPED));
  await inDatabase("UPDATE tenant SET state = 'ended' WHERE id = ANY($1)", [ADDED]);
  await letAnHourPass();
});

type Owner = { tenant: string; page: Page };

async function comeIn(browser: Browser): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (const tenant of OWNERS) {
    const page = await (await browser.newContext()).newPage();
    await signIn(page, addressOf(tenant));
    owners.push({ tenant, page });
  }
  return owners;
}

/** How often a page says that an address doesn't exist: earlier mails may have come back for that. */
const unknownAddresses = async (page: Page) =>
  ((await page.locator("body").textContent()) ?? "").split("5.1.1").length - 1;

const stage = (page: Page) => page.locator("[data-test-stage]");

/** All ask for a test alert at the same time. @returns the database's time before that */
async function askAtOnce(owners: readonly Owner[]): Promise<Date> {
  await letAnHourPass();
  for (const { page } of owners) await page.goto(`${demo().portal}/alerts`);
  const buttons = owners.map(({ page }) => page.getByRole("button", { name: "Send a test alert" }));
  for (const button of buttons) await expect(button).toBeEnabled();
  const [before] = await inDatabase<{ at: Date }>("SELECT now() AS at");
  if (!before) throw new Error("The database has no time.");
  await Promise.all(buttons.map((button) => button.click()));
  return before.at;
}

/** How long the test mail that each tenant asked for since then waited for the relay, in ms, once all are accepted. */
async function waitedMs(tenants: readonly string[], since: Date): Promise<number[]> {
  let waited: number[] = [];
  await expect
    .poll(async () => {
      const rows = await inDatabase<{ ms: number }>(
        `SELECT (extract(epoch FROM accepted_at - created_at) * 1000)::float8 AS ms FROM mail
         WHERE tenant_id = ANY($1) AND kind = 'test' AND accepted_at IS NOT NULL AND created_at > $2`,
        [tenants, since],
      );
      waited = rows.map(({ ms }) => ms);
      return waited.length;
    }, IN_TURN)
    .toBe(tenants.length);
  return waited;
}

test("one mistyped address among ten owners is read by its owner alone, and nobody else's mail waits for it", async ({
  browser,
}) => {
  const owners = await comeIn(browser);
  const others = owners.filter(({ tenant }) => tenant !== MISTYPED);
  const own = owners.find(({ tenant }) => tenant === MISTYPED);
  if (!own) throw new Error("The owner with the mistyped address isn't there.");
  const otherTenants = others.map(({ tenant }) => tenant);

  const without = await test.step("with ten right addresses, ten mails are accepted", async () => {
    const since = await askAtOnce(owners);
    await waitedMs(OWNERS, since);
    for (const { page } of owners)
      await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", IN_TURN);
    return waitedMs(otherTenants, since);
  });

  const before = await Promise.all(others.map(({ page }) => unknownAddresses(page)));
  const beside =
    await test.step("with a mistyped one, nine are accepted, and its owner reads that it is refused", async () => {
      await setRefusing(WRONG, true);
      await recordAs(WRONG);
      const since = await askAtOnce(owners);
      await expect(stage(own.page)).toHaveAttribute("data-test-stage", "refused", IN_TURN);
      await expect(stage(own.page)).toContainText("Not delivered. The relay said: “550 5.1.1 ");
      return waitedMs(otherTenants, since);
    });

  await test.step("the nine waited no longer than before, and read nothing of it", async () => {
    expect(Math.max(...beside)).toBeLessThanOrEqual(Math.max(...without) + LONGER_AT_MOST_MS);
    for (const { page } of others) {
      await page.reload();
      await expect(stage(page)).toHaveAttribute("data-test-stage", "accepted", IN_TURN);
      await expect(page.locator("body")).not.toContainText(/ownr@|is refused|isn't accepting mail/);
    }
    for (const [index, { page }] of others.entries())
      expect(await unknownAddresses(page)).toBeLessThanOrEqual(before[index] ?? 0);
  });

  await test.step("once the address is right, its owner's next mail is accepted as well", async () => {
    await recordAs(addressOf(MISTYPED));
    await own.page.reload();
    await own.page.getByRole("button", { name: "Send a test alert" }).click();
    await expect(stage(own.page)).toHaveAttribute("data-test-stage", "accepted", IN_TURN);
  });
  for (const { page } of owners) await page.context().close();
});
