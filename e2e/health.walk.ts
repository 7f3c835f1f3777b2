import { expect, type Page } from "@playwright/test";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { RANGE_IDS, type RangeId } from "@/lib/evaluation/ranges";
import { signalCard as card, chartsDrawn, demo, expectAccessible, signedInAs } from "./harness";

const test = signedInAs("owner@photos.example");
test.describe.configure({ mode: "parallel" });

const RANGE_WORDS: Record<RangeId, string> = {
  "1h": "1 hour",
  "6h": "6 hours",
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
};

const openHealth = (page: Page, query = "") => page.goto(`${demo().portal}/${query}`);

async function expectVerdictAndValues(page: Page) {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Healthy");
  await expect(page.locator("[data-overall]")).toContainText("within your thresholds");
  for (const signal of SIGNAL_IDS) {
    await expect(card(page, signal)).toContainText(/\d/);
    await expect(card(page, signal)).toContainText(/alert\s+[<>≤≥]/);
    await expect(card(page, signal)).toContainText(/\d+\s(s|min) ago/);
    await expect(card(page, signal).getByRole("img")).toHaveAccessibleName(/.+/);
    await expect(card(page, signal)).toContainText("OK");
  }
}

test("the page answers in words, and shows each signal's value, threshold, last hour and age", async ({
  page,
}) => {
  await openHealth(page);
  await expectVerdictAndValues(page);
  await expect(card(page, "availability")).toContainText(/100\s%/);
  await expect(card(page, "latency")).toContainText(/p95\s*\d+\sms/);
  await expect(card(page, "saturation")).toContainText(/CPU|Memory|Storage/i);
});

test("without JavaScript the overall state, the values and what happened are all there", async ({
  browser,
  signedIn,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: signedIn });
  const page = await context.newPage();
  await openHealth(page);
  await expectVerdictAndValues(page);
  // A table stands where each chart and each row of bars is drawn with JavaScript, in every range.
  const tables = page.locator("[data-table]");
  await expect(tables).toHaveCount(SIGNAL_IDS.length + 3);
  for (const table of await tables.all())
    await expect.poll(() => table.getByRole("row").count()).toBeGreaterThan(10);
  await expect(page.locator("[data-table=latency]")).toContainText(/\d+(\.\d+)?\s(ms|s)/);
  await page.getByRole("link", { name: "7 days" }).click();
  await expect(page.locator("[data-table=latency]")).toHaveAccessibleName("Latency, last 7 days");
  // Nothing is on its way, so nothing looks as if it were.
  for (const skeleton of await page.locator(".skeleton").all()) await expect(skeleton).toBeHidden();
  await expect(page.getByRole("region", { name: "Recently" })).toContainText("Deployed 1.4.2");
  // The server writes the worst parts: nothing loads them afterwards.
  await page.goto(`${demo().portal}/signals/saturation`);
  await expect(page.locator("[data-breakdown=memory]").getByRole("row").nth(1)).toContainText(
    /container .+%/,
  );
  await context.close();
});

/** Which of nine points inside the focused element's box can't be seen because something lies over it. */
const coveredPoints = (page: Page) =>
  page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return 0;
    const box = focused.getBoundingClientRect();
    const shares = [0.1, 0.5, 0.9];
    const points = shares.flatMap((x) =>
      shares.map((y) => [box.left + box.width * x, box.top + box.height * y]),
    );
    const covers = (top: Element | null) => top !== null && !focused.contains(top) && !top.contains(focused);
    return points.filter(([x = 0, y = 0]) => covers(document.elementFromPoint(x, y))).length;
  });

test("nothing covers what takes the focus, and each chart has its axis below it", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await openHealth(page);
  await chartsDrawn(page);
  const seen = new Set<string>();
  for (let presses = 0; presses < 70; presses += 1) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => document.activeElement?.textContent?.slice(0, 40) ?? "");
    expect(await coveredPoints(page), name).toBe(0);
    seen.add(name);
  }
  expect(seen.size).toBeGreaterThan(20);
  for (const chart of await page.locator("[data-chart]").all()) {
    const axis = await chart.locator("[data-time-axis]").boundingBox();
    const slider = await chart.getByRole("slider").boundingBox();
    expect(axis?.y ?? 0).toBeGreaterThanOrEqual((slider?.y ?? 0) + (slider?.height ?? 0) - 1);
  }
});

test("in the system's own colours the bars are drawn, and one entry of the navigation is marked", async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await openHealth(page);
  await expect(page.locator("[data-bars] [role=img]")).toHaveCount(3);
  const inks = await page
    .locator("[data-bar]")
    .evaluateAll((bars) => [...new Set(bars.map((bar) => getComputedStyle(bar).forcedColorAdjust))]);
  expect(inks).toEqual(["none"]);
  const marked = await page
    .getByRole("navigation", { name: "Pages" })
    .getByRole("link")
    .evaluateAll((links) =>
      links.filter((link) => getComputedStyle(link).outlineStyle !== "none").map((link) => link.textContent),
    );
  expect(marked).toEqual(["Health"]);
  await expectAccessible(page);
  await page.emulateMedia({ forcedColors: "none", contrast: "more" });
  await expectAccessible(page);
});

test("paper says when and from where it was printed, and has no charts that are cut off", async ({
  page,
}) => {
  await openHealth(page);
  await chartsDrawn(page);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await expect(page.locator("[data-printed]")).toHaveText(
    new RegExp(`^Printed at \\d+ \\w+ \\d\\d:\\d\\d \\S+ \\(\\d{4}-.*Z\\), .* from ${demo().portal}/$`),
  );
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeHidden();
  // Without the legend nobody could tell the lines apart.
  await expect(page.locator("[data-chart=latency] [data-legend]")).toHaveCount(3);
  await expect(page.locator("[data-chart=latency] [data-legend] button").first()).toBeVisible();
  // The drawing is as wide as its place on paper, which is narrower than A4 and Letter.
  for (const chart of await page.locator("[data-chart]").all()) {
    await expect(chart.locator(".recharts-surface")).toHaveAttribute("width", "600");
    expect((await chart.getByRole("slider").boundingBox())?.width).toBe(600);
  }
});

test("what runs now is shown: version, replicas, rollout and the last deployment", async ({ page }) => {
  await openHealth(page);
  const runs = page.getByRole("region", { name: "What runs now" });
  await expect(runs).toContainText(/Version\s*1\.4\.2/);
  await expect(runs).toContainText("2 of 2 ready");
  await expect(runs).toContainText(/Rollout\s*none/);
  await expect(runs).toContainText(/Last deployment\s*1\.4\.2, .* ago/);
  await expect(runs.getByRole("link", { name: "Open Photo Library" })).toHaveAttribute(
    "href",
    /^http:\/\/127\.0\.0\.1:\d+/,
  );
});

test("each range draws every chart, has an address, and the back button returns to the one before", async ({
  page,
}) => {
  await openHealth(page);
  const tabs = page.getByRole("navigation", { name: "Range of the charts" });
  await expect(tabs.locator("[aria-current]")).toHaveAccessibleName("6 hours");
  for (const range of RANGE_IDS) {
    await tabs.getByRole("link", { name: RANGE_WORDS[range], exact: true }).click();
    await expect(page).toHaveURL(`${demo().portal}/?range=${range}`);
    await expect(tabs.locator("[aria-current]")).toHaveAccessibleName(RANGE_WORDS[range]);
    await expect(page.locator("[data-chart]")).toHaveCount(SIGNAL_IDS.length);
    await chartsDrawn(page);
    for (const chart of await page.locator("[data-chart]").all())
      await expect(chart).toHaveAccessibleName(new RegExp(`, last ${RANGE_WORDS[range]}$`));
  }
  await page.goBack();
  await expect(tabs.locator("[aria-current]")).toHaveAccessibleName("7 days");
  await chartsDrawn(page);
  await page.reload();
  await expect(tabs.locator("[aria-current]")).toHaveAccessibleName("7 days");
});

test("pointing at one chart points at the same instant on all of them, and letting go lets go of all", async ({
  page,
}) => {
  await openHealth(page, "?range=24h");
  await chartsDrawn(page);
  const crosshairs = page.locator("[data-crosshair]");
  await expect(crosshairs).toHaveCount(0);
  const slider = page.getByRole("slider", { name: "Latency over time" });
  await slider.hover();
  await expect(crosshairs).toHaveCount(SIGNAL_IDS.length);
  const instants = await page
    .getByRole("slider")
    .evaluateAll((all) => all.map((one) => one.getAttribute("aria-valuetext")?.split(": ")[0]));
  expect(new Set(instants).size).toBe(1);
  const lefts = await crosshairs.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
  for (const left of lefts) expect(Math.abs(left - (lefts[0] ?? 0))).toBeLessThan(1);
  await page.getByRole("heading", { level: 1 }).hover();
  await expect(crosshairs).toHaveCount(0);
});

test("legend, card and the chart's last point are one number, in every range", async ({ page }) => {
  await openHealth(page);
  for (const range of RANGE_IDS) {
    await page.getByRole("link", { name: RANGE_WORDS[range], exact: true }).click();
    await expect(page).toHaveURL(`${demo().portal}/?range=${range}`);
    await chartsDrawn(page);
    const disagreeing = () =>
      page.evaluate(() => {
        const text = (selector: string) => document.querySelector(selector)?.textContent ?? "";
        const lines = [
          ["availability", "availability"],
          ["latency", "p95"],
          ["error-rate", "error-rate"],
          ["restarts", "restarts"],
        ];
        return lines.filter(([signal, line]) => {
          const legend = text(`[data-chart=${signal}] [data-legend=${line}] .font-medium`);
          const isDrawn = document.querySelector(`[data-chart=${signal}] [data-newest=${line}]`) !== null;
          const card = text(`li[data-signal=${signal}]`);
          return legend === "" || !card.includes(legend) || isDrawn !== /\d/.test(legend);
        });
      });
    await expect.poll(disagreeing).toEqual([]);
  }
});

test("the values of a point stand beside the pointer, and stay when a finger is lifted", async ({
  browser,
  signedIn,
}) => {
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ storageState: signedIn, hasTouch: true, viewport });
  const page = await context.newPage();
  await openHealth(page);
  await chartsDrawn(page);
  const slider = page.getByRole("slider", { name: "Latency over time" });
  const values = page.locator("[data-chart=latency] [data-values]");
  await slider.scrollIntoViewIfNeeded();
  for (const share of [0.25, 0.75]) {
    const box = await slider.boundingBox();
    if (!box) throw new Error("The chart isn't drawn.");
    const x = box.x + box.width * share;
    await page.touchscreen.tap(x, box.y + box.height / 2);
    await expect(values).toContainText(/\d\d:\d\d/);
    await expect(values).toContainText("p95");
    const shown = await values.boundingBox();
    const awayPx = Math.min(
      Math.abs((shown?.x ?? 0) - x),
      Math.abs((shown?.x ?? 0) + (shown?.width ?? 0) - x),
    );
    expect(awayPx).toBeLessThan(24);
    await expect(page.locator("[data-values]")).toHaveCount(SIGNAL_IDS.length);
  }
  await page.getByRole("heading", { name: "Trends" }).tap();
  await expect(values).toHaveCount(0);
  await context.close();
});

test("a line is hidden and shown again by keyboard, and the last one stays", async ({ page }) => {
  await openHealth(page);
  await chartsDrawn(page);
  const chart = page.locator("[data-chart=latency]");
  const lines = chart.locator(".recharts-line-curve");
  const before = await lines.count();
  const p99 = chart.getByRole("button", { name: /^p99/ });
  await p99.focus();
  await page.keyboard.press("Enter");
  await expect(p99).toHaveAttribute("aria-pressed", "false");
  await expect(lines).toHaveCount(before - 1);
  await page.keyboard.press("Space");
  await expect(p99).toHaveAttribute("aria-pressed", "true");
  await expect(lines).toHaveCount(before);
});

test("nothing that marks an event lies on another, on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openHealth(page, "?range=7d");
  await chartsDrawn(page);
  const overlapping = await page.locator("[data-chart=restarts]").evaluate((chart) => {
    const boxes = [...chart.querySelectorAll("[data-marker]")].map((sign) => sign.getBoundingClientRect());
    return boxes.flatMap((a, index) =>
      boxes
        .slice(index + 1)
        .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    ).length;
  });
  expect(overlapping).toBe(0);
});

test("deployments are marked on every chart at the same instants, and listed", async ({ page }) => {
  await openHealth(page, "?range=7d");
  await chartsDrawn(page);
  const [first, ...others] = await page
    .locator("[data-chart]")
    .evaluateAll((charts) =>
      charts.map((chart) =>
        [...chart.querySelectorAll<HTMLElement>("[data-marker=deployment]")]
          .map(({ dataset }) => dataset.words)
          .join("\n"),
      ),
    );
  expect(first).toContain("1.4.2");
  expect(others).toEqual(SIGNAL_IDS.slice(1).map(() => first));
  const recently = page.getByRole("region", { name: "Recently" }).getByRole("listitem");
  await expect(recently.filter({ hasText: /Deployed \d|restarted/ }).first()).toBeVisible();
});

test("behind every chart is a table with its values", async ({ page }) => {
  await openHealth(page, "?range=1h");
  await chartsDrawn(page);
  for (const chart of await page.locator("[data-chart]").all()) {
    await chart.getByText("Show as table").click();
    const rows = chart.getByRole("row");
    await expect.poll(() => rows.count()).toBeGreaterThan(50); // drawn once it is opened
    await expect(rows.first().getByRole("columnheader").first()).toContainText("Time");
    await expect(rows.nth(1).getByRole("cell").first()).toContainText(/\d/);
  }
  await expect(page.locator("[data-chart=latency] thead")).toContainText(/p50.*p95.*p99|p95.*p50.*p99/);
});

test("availability is drawn over three ranges, with its formula, what is unknown, and a table each", async ({
  page,
}) => {
  await openHealth(page);
  const panel = page.getByRole("region", { name: "Availability", exact: true });
  await expect(panel).toContainText("Availability = successful probes ÷ probes that arrived.");
  for (const range of ["24h", "7d", "30d"] as const) {
    const row = panel.locator(`[data-bars="${range}"]`);
    await expect(row).toContainText(/\d+(\.\d+)?\s%/);
    await expect(row.getByRole("img")).toHaveAccessibleName(/.+/);
    await row.getByText("Show as table").click();
    await expect.poll(() => row.getByRole("row").count()).toBeGreaterThan(6);
  }
  // A week of history: the rest of the month is unknown, not up.
  await expect(panel.locator('[data-bars="30d"]')).toContainText(/7\d(\.\d+)?\s% unknown/);
});

test("the way to ask for a change is filled in", async ({ page }) => {
  await openHealth(page);
  const href = await page.getByRole("link", { name: /^Modify my capability/ }).getAttribute("href");
  const url = new URL(href ?? "");
  expect(url.pathname).toBe("/example/infra/issues/new");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    template: "modify-my-capability.yml",
    title: "Modify my capability: Photo Library (photos)",
  });
});

for (const signal of SIGNAL_IDS) {
  test(`the page of ${signal} shows its state, its history and how it is measured, and leads back`, async ({
    page,
  }) => {
    await openHealth(page);
    const link = card(page, signal).getByRole("link");
    const title = (await link.textContent()) ?? "";
    await link.click();
    await expect(page).toHaveURL(`${demo().portal}/signals/${signal}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
    await expect(page).toHaveTitle(`${title} · Photo Library · Watchpost`);
    await expect(page.getByRole("region", { name: "Now" }).getByRole("row").nth(1)).toContainText(/\d/);
    for (const heading of [
      "What it is",
      "How it is measured",
      "How to choose a threshold",
      "What to look at first",
    ])
      await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    await chartsDrawn(page);
    await page.getByRole("link", { name: "All signals" }).click();
    await expect(page).toHaveURL(`${demo().portal}/`);
  });
}
