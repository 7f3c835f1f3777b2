import { createHash } from "node:crypto";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { expect, type Page } from "@playwright/test";
import { parse } from "yaml";
import { EVICTION_DAY_MS, evict, instant } from "./eviction";
import { demo, inDatabase, signedInAs } from "./harness";
import { expectGoodLooks, TWO_LOOKS } from "./looking";
import { watchConduct } from "./page-conduct";

declare global {
  interface Window {
    readOn: () => void;
  }
}

// One tenant walks through all phases, so its walks go one after the other.
const test = signedInAs("owner@pottery.example");
test.describe.configure({ mode: "serial" });

const TENANT = "pottery";
const banner = (page: Page) => page.getByRole("region", { name: "Leaving the platform" });

let announced: unknown;
test.beforeAll(async () => {
  [announced] = await inDatabase("SELECT leaving FROM tenant WHERE id = $1", [TENANT]);
});
test.afterAll(async () => {
  const { leaving } = announced as { leaving: object };
  await inDatabase("UPDATE tenant SET leaving = $1 WHERE id = $2", [leaving, TENANT]);
});

test("an announced eviction stands on every page with its exact date, what is left ticks, and the export is at hand", async ({
  page,
}) => {
  const conduct = await watchConduct(page);
  for (const at of ["/", "/alerts", "/timeline"]) {
    await page.goto(demo().portal + at);
    await expect(banner(page)).toContainText(
      /leaves the platform on \w+day \d+ \w+ \d{4}, 00:00:00 (CET|CEST) \(\w+day \d+ \w+ \d{4}, 2[23]:00:00 UTC\)/,
    );
  }
  await banner(page).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: "Export" })).toBeVisible();
  const left = page.locator("[data-countdown]");
  await expect(left).toHaveText(/^1[012] days \d\d:\d\d:\d\d$/);
  const first = await left.textContent();
  await expect(left).not.toHaveText(first ?? "");
  await expect(page.getByRole("listitem").filter({ hasText: "Announced" })).toHaveAttribute(
    "aria-current",
    "step",
  );
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Dates for your calendar (.ics)" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("watchpost-pottery.ics");
  const calendar = await readFile(await download.path(), "utf8");
  expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(2);
  expect(calendar).toMatch(/\r\nDTSTART:\d{8}T2[23]0000Z\r\n/);
  await expect(page.getByRole("link", { name: /Open the export tool/ })).toHaveAttribute("href", /^https:/);
  await expect(page.getByRole("region", { name: "Export your data" })).toContainText("all courses");
  expect(conduct.complaints).toEqual([]);
  expect(await conduct.violations()).toEqual([]);
  await expectGoodLooks(page, "leaving-announced", { looks: TWO_LOOKS });
});

test("past the date the portal says since when it doesn't serve by agreement, and a fault pauses the countdown", async ({
  page,
}) => {
  const now = Date.now();
  await evict(TENANT, now - 10 * EVICTION_DAY_MS);
  await page.goto(demo().portal);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not serving");
  await expect(page.locator("[data-overall]")).toContainText(
    /Not serving since .* by agreement\. Nothing is judged/,
  );
  await expect(page.locator('[data-status="firing"], [data-status="no-data"]')).toHaveCount(0);
  await expect(banner(page)).toContainText(/19 days \d\d:\d\d:\d\d left to export it/);

  await evict(TENANT, now - 10 * EVICTION_DAY_MS, [
    { from: instant(now - EVICTION_DAY_MS), reason: "The export tool is down." },
  ]);
  await page.goto(`${demo().portal}/leaving`);
  await expect(page.locator("[data-phase]")).toHaveAttribute("data-phase", "paused");
  await expect(page.locator("[data-phase]")).toContainText("The export tool is down.");
  const left = page.locator("[data-countdown]");
  await expect(left).toHaveText("21 days 00:00:00");
  await expect(banner(page)).toContainText("The countdown is paused.");
  await expectGoodLooks(page, "leaving-paused", { looks: ["phone-dark"] });
});

test("a downloaded archive is checked in the browser: whole, garbled, cancelled, and nothing is sent", async ({
  page,
}) => {
  // The file is read as far as its second piece, and on from there once the walk lets it.
  await page.addInitScript(() => {
    const read = Blob.prototype.arrayBuffer;
    let pieces = 0;
    const goesOn = new Promise<void>((resolve) => {
      window.readOn = resolve;
    });
    Blob.prototype.arrayBuffer = async function () {
      pieces += 1;
      if (pieces > 1) await goesOn;
      return read.call(this);
    };
  });
  const folder = path.resolve(import.meta.dirname, "results/archive");
  await mkdir(folder, { recursive: true });
  const archive = path.join(folder, "pottery.tar");
  const size = 8 * 1024 * 1024;
  const file = await open(archive, "w");
  await file.truncate(size);
  await file.close();
  const whole = createHash("sha256").update(Buffer.alloc(size)).digest("hex");
  await page.goto(`${demo().portal}/leaving`);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") sent.push(request.url());
  });
  const check = page.getByRole("region", { name: "Check a downloaded archive" });
  await check.getByRole("button", { name: "Check the file" }).click();
  await expect(check.getByRole("status")).toHaveText("Choose the archive that you downloaded.");
  await check.getByLabel("The archive").setInputFiles(archive);
  await check.getByLabel("SHA-256").fill(`${whole}  pottery.tar`);
  await check.getByLabel("Size in bytes").fill("8,388,608");
  await check.getByRole("button", { name: "Check the file" }).click();
  await expect(check.getByRole("progressbar")).toBeVisible();
  await check.getByRole("button", { name: "Cancel" }).click();
  await page.evaluate(() => window.readOn());
  await expect(check.getByRole("status")).toContainText("The check was cancelled.");
  await check.getByRole("button", { name: "Check the file" }).click();
  await expect(check.locator('[data-archive="same"]')).toContainText("The file is complete");
  await check.getByLabel("Size in bytes").fill("8388609");
  await check.getByRole("button", { name: "Check the file" }).click();
  await expect(check.locator('[data-archive="differs"]')).toContainText(
    "but the export reported 8,388,609 bytes",
  );
  await check.getByLabel("SHA-256").fill("");
  await check.getByLabel("Size in bytes").fill("");
  await check.getByRole("button", { name: "Check the file" }).click();
  await expect(check.locator('[data-archive="unproven"]')).toContainText(whole);
  expect(sent).toEqual([]);
  await rm(folder, { recursive: true });
});

test("the thresholds are taken along as JSON and as alerting rules, and as nothing else", async ({
  page,
}) => {
  const ask = (query: string) => page.request.get(`${demo().portal}/api/thresholds/export${query}`);
  const json = await ask("?format=json");
  expect(json.headers()["content-disposition"]).toBe(
    'attachment; filename="watchpost-thresholds-pottery.json"',
  );
  expect(await json.json()).toMatchObject({ tenant: TENANT });
  const rules = parse(await (await ask("?format=prometheus")).text());
  expect(rules.groups[0].name).toBe("watchpost-pottery");
  for (const query of ["", "?format=xml", "?format=json&tenant=photos"])
    expect((await ask(query)).status(), query).toBe(400);
});
