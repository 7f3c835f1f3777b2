import { expect, type Page } from "@playwright/test";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { chartsDrawn, demo, setTabHidden, signedInAs } from "./harness";
import { watchConduct } from "./page-conduct";

const test = signedInAs("owner@photos.example");
test.describe.configure({ mode: "parallel" });

const openHealth = (page: Page, query = "") => page.goto(`${demo().portal}/${query}`);

/** Presses Tab until the focus is where it should be, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp) {
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    });
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (name.test(await focused())) return;
  }
  throw new Error(`Tab never reached ${name}.`);
}

test("everything is reached by the keyboard: content, ranges, charts, tables, details and the menu", async ({
  page,
}) => {
  await openHealth(page);
  await chartsDrawn(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await tabTo(page, /^Alerting/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Alerting" }).getByRole("term").first()).toBeVisible();

  await tabTo(page, /^24 hours$/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=24h/);
  await chartsDrawn(page);

  await tabTo(page, /^Availability over time$/);
  const slider = page.getByRole("slider", { name: "Availability over time" });
  const newest = await slider.getAttribute("aria-valuetext");
  await page.keyboard.press("PageDown");
  await expect(slider).not.toHaveAttribute("aria-valuetext", newest ?? "");
  await expect(page.locator("[data-crosshair]")).toHaveCount(SIGNAL_IDS.length);
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-crosshair]")).toHaveCount(0);

  await tabTo(page, /^Show as table: Availability$/);
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-chart=availability]").getByRole("table")).toBeVisible();

  await page.getByRole("link", { name: "Watchpost Photo Library" }).focus();
  await tabTo(page, /^Account: /);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeHidden();
});

test("the values are kept current while the tab is seen, and while it is hidden its state is asked for once a minute", async ({
  page,
}) => {
  await page.clock.install();
  await openHealth(page);
  await chartsDrawn(page);
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) asked.push(pathname);
  });
  const poll = page.waitForResponse((response) => response.url().endsWith("/api/health"));
  await page.clock.runFor(16_000);
  await poll;
  await setTabHidden(page, true);
  // What was asked before this has been noted before it.
  const marker = page.waitForRequest((request) => request.url().endsWith("/healthz"));
  await page.evaluate(() => fetch("/healthz").then((response) => response.text()));
  await marker;
  asked.length = 0;
  await page.clock.runFor(10 * 60_000);
  expect(new Set(asked)).toEqual(new Set(["/api/health"]));
  expect(asked.length).toBeLessThanOrEqual(11);
  const back = page.waitForResponse((response) => response.url().endsWith("/api/health"));
  await setTabHidden(page, false);
  await back;
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Healthy");
});

test("times are in the reader's zone with its name, UTC is one click away, and the choice stays", async ({
  page,
}) => {
  await openHealth(page);
  const asOf = page.locator("[data-overall] time");
  await expect(asOf).toHaveText(/^\d\d:\d\d:\d\d (CET|CEST|GMT\+[12])$/);
  await page.getByRole("button", { name: "UTC" }).click();
  await expect(asOf).toHaveText(/^\d\d:\d\d:\d\d UTC$/);
  await page.reload();
  await expect(asOf).toHaveText(/ UTC$/);
  // The first HTML has it already: nothing jumps from one zone to another.
  const firstTimes = async () =>
    [...(await (await page.request.get(demo().portal)).text()).matchAll(/<time[^>]*>([^<]*)</g)].map(
      ([, text]) => text ?? "",
    );
  expect((await firstTimes())[0]).toMatch(/ UTC$/);
  await page.getByRole("button", { name: "UTC" }).click();
  await expect(asOf).not.toHaveText(/ UTC$/);
  expect((await firstTimes())[0]).toMatch(/ (CET|CEST)$/);
});

test("a reader elsewhere can have times in the capability's zone, and keeps them through a reload", async ({
  browser,
  signedIn,
}) => {
  const context = await browser.newContext({ storageState: signedIn, timezoneId: "America/New_York" });
  const page = await context.newPage();
  await openHealth(page);
  const asOf = page.locator("[data-overall] time").first();
  await expect(asOf).toHaveText(/ (EST|EDT)$/);
  const capabilitys = page.getByRole("button", { name: /^(CET|CEST)$/ });
  await capabilitys.click();
  await expect(asOf).toHaveText(/ (CET|CEST)$/);
  await page.reload();
  await expect(asOf).toHaveText(/ (CET|CEST)$/);
  await expect(capabilitys).toHaveAttribute("aria-pressed", "true");
  await capabilitys.click();
  await expect(asOf).toHaveText(/ (EST|EDT)$/);
  await context.close();
});

test("the icon that a browser asks for by itself is there", async ({ page }) => {
  const icon = await page.request.get(`${demo().portal}/favicon.ico`);
  expect(icon.status()).toBe(200);
  expect(icon.headers()["content-type"]).toBe("image/svg+xml");
});

/** Every page that an owner can open, and what shows that it is whole. */
const PAGES: Record<string, (page: Page) => Promise<void>> = {
  "/": async (page) => {
    await chartsDrawn(page);
    await expect(page.locator("[data-bars] [role=img]")).toHaveCount(3);
  },
  "/signals/latency?range=24h": chartsDrawn,
  "/migration": chartsDrawn,
  "/alerts": (page) => expect(page.getByRole("button", { name: "Send a test alert" })).toBeEnabled(),
  "/leaving": (page) => expect(page.getByRole("button", { name: "Check the file" })).toBeEnabled(),
  "/thresholds": (page) => expect(page.locator("[data-preview]")).toContainText(/this would/),
};

/** A font that comes late isn't used, and by the machine's own, which is wider, a readout may take a line more. */
const fontsInCache = (page: Page) =>
  page.evaluate(async () => {
    await Promise.allSettled([...document.fonts].map((font) => font.load()));
  });

const VIEWPORTS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

for (const [name, viewport] of Object.entries(VIEWPORTS)) {
  for (const [path, whole] of Object.entries(PAGES)) {
    test(`on a ${name} ${path} loads without a move, a foreign request, a missing file or a complaint`, async ({
      page,
    }) => {
      await page.setViewportSize(viewport);
      const conduct = await watchConduct(page);
      await page.goto(demo().portal + path);
      await whole(page);
      await conduct.settled();
      expect(await conduct.shifts()).toEqual([]);
      expect(await conduct.violations()).toEqual([]);
      expect(conduct.complaints).toEqual([]);
      expect([...conduct.origins]).toEqual([demo().portal]);
      expect(await conduct.sidewaysPx(), "pixels to scroll sideways").toBeLessThanOrEqual(0);
    });
  }

  test(`on a ${name} an age that grows by a digit moves nothing`, async ({ page }) => {
    await page.setViewportSize(viewport);
    const conduct = await watchConduct(page);
    await page.goto(`${demo().portal}/signals/latency`);
    await chartsDrawn(page);
    await expect(page.getByText(/^\d\s+s ago/)).toBeVisible();
    await expect(page.getByText(/^\d\d\s+s ago/)).toBeVisible();
    await conduct.settled();
    expect(await conduct.shifts()).toEqual([]);
  });

  test(`on a ${name} charts that are slow to come have placeholders of their size, and a poll moves nothing`, async ({
    page,
  }) => {
    await page.setViewportSize(viewport);
    await page.goto(demo().portal);
    await fontsInCache(page);
    const conduct = await watchConduct(page);
    let letThrough = () => {};
    const held = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route("**/api/signals/*/series*", async (route) => {
      await held;
      await route.continue();
    });
    await openHealth(page);
    const placeholders = page.locator(".skeleton");
    await expect(placeholders).toHaveCount(SIGNAL_IDS.length + 3);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Healthy");
    const heights = () =>
      page.locator("[data-chart], [data-bars]").evaluateAll((all) => all.map((one) => one.clientHeight));
    const before = await heights();
    letThrough();
    await chartsDrawn(page);
    await expect(placeholders).toHaveCount(0);
    expect(await heights()).toEqual(before);
    const poll = page.waitForResponse((response) => response.url().endsWith("/api/health"));
    await setTabHidden(page, false);
    await poll;
    await conduct.settled();
    expect(await conduct.shifts()).toEqual([]);
    expect(conduct.complaints).toEqual([]);
  });
}
