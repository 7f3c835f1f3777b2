import { expect, test } from "@playwright/test";
import { chartsDrawn, demo, expectAccessible, signIn } from "./harness";
import { expectGoodLooks, TWO_LOOKS } from "./looking";
import { reloadUntil } from "./states";

test.describe.configure({ mode: "parallel" });

const address = (query = "") => `${demo().portal}/migration${query}`;

test("an owner whose data is on its way sees how far it is, how fast, until about when, and what it uses; and the run before", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  await page.getByRole("link", { name: "Migration", exact: true }).click();
  const run = page.getByRole("region", { name: "Photos from the old server" });
  await expect(run.locator("[data-standing]")).toHaveAttribute("data-standing", "running");
  const bar = run.getByRole("progressbar");
  const share = Number(await bar.getAttribute("aria-valuenow"));
  expect(share).toBeGreaterThan(55);
  expect(share).toBeLessThan(70);
  await expect(run).toContainText(/\d\d,\d{3} of 48,210 photos/);
  await expect(run).toContainText(/photos a (second|minute), .* a second/);
  await expect(run).toContainText(/About \d+\sh( \d+\smin)? more: between/);
  await expect(run).toContainText("IMG_7730.heic can't be decoded");
  await expect(page.getByRole("region", { name: "What happens next" })).toContainText("reports on the issue");
  const usage = page.getByRole("region", { name: "What it uses" });
  await expect(usage.locator('[data-passed="nothing"]')).toHaveCount(3);
  await chartsDrawn(page);
  await expect(page.locator("[data-chart]")).toHaveCount(4);
  await expectGoodLooks(page, "migration-running", { settled: () => chartsDrawn(page) });

  const past = page.getByRole("region", { name: "Runs" }).locator("[data-run]").nth(1);
  await expect(past.locator("[data-standing]")).toHaveAttribute("data-standing", "failed");
  await past.getByRole("link").click();
  await expect(page).toHaveURL(/\/migration\?run=migrate-photos\.\d+$/);
  await expect(run.locator("[data-standing]")).toHaveAttribute("data-standing", "failed");
  await expect(run).toContainText("refused the password");
  await expect(page.getByRole("region", { name: "What happens next" })).toContainText("has removed the job");
});

test("after a failure the owner reads how far it got and why, and copies a draft of their plan; nothing is promised", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, "owner@tickets.example");
  await page.goto(address());
  const run = page.getByRole("region", { name: "Tickets of the old desk" });
  await expect(run.locator("[data-standing]")).toHaveAttribute("data-standing", "failed");
  await expect(run.getByRole("progressbar")).toHaveAttribute("aria-valuenow", /4[67]/);
  await expect(run).toContainText("closed the connection");
  await expect(run).not.toContainText("Estimate");
  const next = page.getByRole("region", { name: "What happens next" });
  await expect(next).toContainText("The platform doesn't clean up, retry or continue");
  await expect(next.locator("[data-plan]")).toHaveCount(4);
  const resume = next.locator('[data-plan="resume"]');
  await resume.locator("summary").press("Enter");
  await expect(resume).toContainText("the destination must be empty");
  await resume.getByRole("button", { name: "Copy the draft" }).click();
  await expect(resume.getByRole("status")).toHaveText("Copied.");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("My plan: resume.");
  expect(copied).toMatch(/How far it got: \d\d,\d{3} of 181,300 tickets \(47 %\)/);
  await chartsDrawn(page);
  await expectGoodLooks(page, "migration-failed", { looks: TWO_LOOKS, settled: () => chartsDrawn(page) });
  await resume.getByRole("link", { name: /^Open the issue/ }).click();
  await expect(page).toHaveURL(`${demo().repository}/issues/62`);
});

test("a migration that takes more than was declared is marked plainly, for each resource by itself", async ({
  page,
}) => {
  await signIn(page, "owner@weather.example");
  await page.goto(address());
  const usage = page.getByRole("region", { name: "What it uses" });
  await expect(usage.locator('[data-passed="most"]')).toContainText(
    /Memory reached .* more than twice the steady state of .*, which the platform does not allow/,
  );
  await expect(usage.locator('[data-passed="declared"]')).toContainText(/Storage reached/);
  await expect(usage.locator('[data-passed="nothing"]')).toContainText(/CPU stayed within/);
  await chartsDrawn(page);
  await expectGoodLooks(page, "migration-exceeds", { looks: TWO_LOOKS, settled: () => chartsDrawn(page) });
});

test("a failure of the last day is mailed, and the alerts page says so", async ({ page }) => {
  await signIn(page, "owner@tickets.example");
  await page.goto(`${demo().portal}/alerts`);
  const mail = page.locator('[data-mail="migration-failed"]');
  // The worker looks once a minute, and Prometheus may have been starting when it looked first.
  await reloadUntil(page, () => expect(mail).toHaveAttribute("data-delivery", "good", { timeout: 1_000 }));
  await expect(mail).toHaveCount(1);
  await expect(mail).toContainText("Migration failed");
});

test("an owner switches the mails about migrations off and on again by keyboard, and reads it where that wasn't saved", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  await page.goto(address());
  await chartsDrawn(page);
  const mails = page.getByRole("region", { name: "Mails" });
  const toggle = mails.getByRole("switch", { name: "Mail me when a migration ends or stalls" });
  await expect(toggle).toBeChecked();
  await expect(mails).toContainText("To owner@photos.example");
  await toggle.press("Space");
  await expect(mails.getByRole("status")).toHaveText("Saved. You won’t be mailed.");
  await page.reload();
  await chartsDrawn(page);
  await expect(toggle).not.toBeChecked();

  await page.route("**/api/migration/mails", (route) => route.abort());
  await toggle.press("Enter");
  await expect(mails.getByRole("status")).toContainText("it is not known whether this was done");
  await expect(toggle).not.toBeChecked();
  await expectAccessible(page);
  await page.unroute("**/api/migration/mails");
  await toggle.press("Enter");
  await expect(mails.getByRole("status")).toHaveText("Saved. You will be mailed.");
  await expect(toggle).toBeChecked();

  const { portal } = demo();
  const put = async (data: object, origin = portal) =>
    (await page.request.put(`${portal}/api/migration/mails`, { headers: { origin }, data })).status();
  const off = { wanted: false, pageOf: "photos" };
  expect(await put(off, "http://elsewhere.example")).toBe(403);
  expect(await put({ ...off, pageOf: "tickets" })).toBe(409);
  expect(await put({ ...off, tenant: "tickets" })).toBe(400);
  await page.reload();
  await expect(toggle).toBeChecked();
});

test("an owner without a migration reads what one is, and how to ask for it", async ({ page }) => {
  await signIn(page, "owner@orchard.example");
  await page.goto(address());
  await expect(page.locator("[data-empty]")).toBeVisible();
  const link = page.getByRole("link", { name: /^Migrate my data/ });
  const url = new URL((await link.getAttribute("href")) ?? "");
  expect(url.searchParams.get("title")).toBe("Migrate my data: Orchard Shop (orchard)");
  await expectGoodLooks(page, "migration-none", { looks: TWO_LOOKS });
});

test("the page is whole without scripts, and an address of a run that isn't the owner's finds nothing", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, "owner@photos.example");
  const plain = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  const still = await plain.newPage();
  await still.goto(address());
  await expect(still.getByRole("progressbar")).toBeVisible();
  await expect(still.getByRole("region", { name: "What it uses" })).toContainText("Memory stayed within");
  for (const query of ["?run=migrate-tickets.1790000000", "?run=x", "?tenant=tickets"]) {
    const response = await page.goto(address(query));
    expect(response?.status(), query).toBe(404);
    await expectAccessible(page);
    const api = await page.request.get(`${demo().portal}/api/migration${query}`);
    expect([400, 404], query).toContain(api.status());
  }
  await context.close();
  await plain.close();
});
