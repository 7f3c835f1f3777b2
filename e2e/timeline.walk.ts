import { expect, type Page, test } from "@playwright/test";
import { chartsDrawn, demo, expectAccessible, IN_TURN, postToRepository, signIn } from "./harness";

// One demo has one repository: these walks change it, so they go one after the other.
test.describe.configure({ mode: "serial" });

test.afterAll(() => postToRepository("answers", { mode: "good" }));

/** Loads the page anew until it shows what the worker has read meanwhile. */
async function reloadUntil(page: Page, check: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.reload();
    await check();
  }).toPass(IN_TURN);
}

const notice = (page: Page, number: number) => page.locator(`[data-notice="${number}"]`);

test("an owner finds what the operator asks of them: what, by when, why, how, and where they stand", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  const link = page.getByRole("link", { name: /^Notices \(\d+\)/ });
  await reloadUntil(page, () => expect(link).toHaveText("Notices (1) →", { timeout: 1_000 }));
  await link.click();
  await expect(page.getByRole("heading", { level: 1, name: "Notices" })).toBeVisible();
  const update = notice(page, 41);
  await expect(update).toContainText(/1[56] days left/); // midnight may have passed since the demo's start
  await expect(update).toContainText("You have not moved yet.");
  await expect(update.locator("strong")).toHaveText("no security fixes");
  await expect(update.getByRole("link", { name: /postgresql\.org/ })).toHaveAttribute("rel", /noopener/);
  const change = notice(page, 44);
  await expect(change).toContainText("You have moved.");
  await expect(change).toContainText("Of 3 capabilities, 1 has moved and 2 have not, says the operator.");
  await expect(change).toContainText("Some of the issue’s words are left out here");
  expect((await page.content()).toLowerCase()).not.toMatch(/ticket desk|tickets/);
  await expectAccessible(page);
  await page.getByRole("link", { name: /^Issue #41/ }).click();
  await expect(page).toHaveURL(`${demo().repository}/issues/41`);
});

test("a deadline that has passed is said to be overdue, on the page and on the way to it", async ({
  page,
}) => {
  await signIn(page, "owner@tickets.example");
  await reloadUntil(page, () => expect(page.getByText("1 overdue")).toBeVisible({ timeout: 1_000 }));
  await page.goto(`${demo().portal}/notices`);
  await expect(notice(page, 44)).toContainText(/overdue (by|since)/);
  await expect(notice(page, 44)).toContainText("You have not moved yet.");
  await expect(notice(page, 44)).toContainText("Ticket Desk shows how it is done.");
});

test("what an issue says runs nothing, and asks nobody's server for anything", async ({ page }) => {
  const { number } = await postToRepository("issues", {
    title: "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">",
    body: [
      "### What\n\n<script>document.title='taken'</script>",
      "<img src=https://tracker.example/p.png onerror=\"document.title='taken'\">",
      "![p](https://tracker.example/p.png)",
      "[click](javascript:document.title='taken')",
      "<svg onload=\"document.title='taken'\"></svg> plain words",
    ].join("\n\n"),
    labels: ["platform update required", "tenant:weather"],
  });
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1")) elsewhere.push(request.url());
  });
  await signIn(page, "owner@weather.example");
  await page.goto(`${demo().portal}/notices`);
  await reloadUntil(page, () => expect(notice(page, number)).toContainText("click", { timeout: 1_000 }));
  await expect(notice(page, number)).toContainText("<script>");
  await expect(notice(page, number).locator("script, img, svg")).toHaveCount(0);
  await expect(page).toHaveTitle(/Notices/);
  await page.goto(`${demo().portal}/timeline?kind=notice`);
  await expect(page.getByRole("main")).toContainText("<script>");
  await expect(page).toHaveTitle(/Timeline/);
  expect(elsewhere).toEqual([]);
  await postToRepository(`issues/${number}`, { state: "closed" });
});

test("a platform incident is shown while it is open, marked on every chart, and shown as closed after it", async ({
  page,
}) => {
  const { number } = await postToRepository("issues", {
    title: "Ingress answers with errors",
    body: "### What\n\nSome requests fail.",
    labels: ["platform incident", "component:ingress"],
    ageSeconds: 600,
  });
  await signIn(page, "owner@photos.example");
  await reloadUntil(page, () =>
    expect(page.getByText(`The operator’s open issue #${number}`)).toBeVisible({ timeout: 1_000 }),
  );
  await page.goto(`${demo().portal}/?range=1h`);
  await chartsDrawn(page);
  const charts = page.locator("[data-chart]");
  const markers = page.locator('[data-chart] [data-marker="notice"]');
  await expect(markers).toHaveCount(await charts.count());
  await page.screenshot({ path: "e2e/results/timeline-health.png", fullPage: true });

  // Pointing at it on one chart marks it on all of them, and says what it is.
  await charts.first().scrollIntoViewIfNeeded();
  const box = await markers.first().boundingBox();
  if (!box) throw new Error("The marker has no place.");
  await page.mouse.move(box.x + box.width / 2 + 2, box.y + box.height / 2);
  await expect(page.locator('[data-pointed][data-marker="notice"]')).toHaveCount(await charts.count());
  await expect(page.locator("[data-pointed-words]").first()).toContainText("Ingress answers with errors");
  await page.screenshot({ path: "e2e/results/timeline-pointed.png" });
  await page.mouse.move(0, 0);
  await expect(page.locator("[data-pointed]")).toHaveCount(0);
  await expectAccessible(page);

  await page.goto(`${demo().portal}/timeline`);
  await expect(page.locator('[data-lasting="notice"]').first()).toContainText("Ingress answers with errors");
  await postToRepository(`issues/${number}`, { state: "closed" });
  // The page asks by itself.
  await expect(page.getByText(`Operator closed #${number}: Ingress answers with errors`)).toBeVisible(
    IN_TURN,
  );
  await expect(page.locator('[data-lasting="notice"]', { hasText: "Ingress" })).toHaveCount(0);
});

test("the timeline keeps now apart from the last day, and shows one kind by its address and the keyboard", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  await page.getByRole("link", { name: "Timeline", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Timeline" })).toBeVisible();
  for (const name of ["Now", "Last 24 hours", "Previous 6 days"])
    await expect(page.getByRole("region", { name })).toBeVisible();
  await expect(page.locator('[data-event="deployment"]').first()).toBeVisible();
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page);
  await page.screenshot({ path: "e2e/results/timeline-dark.png", fullPage: true });
  await page.emulateMedia({ colorScheme: "light" });
  await page.screenshot({ path: "e2e/results/timeline-light.png", fullPage: true });

  const filter = page.getByRole("navigation", { name: "Kinds of events" });
  const counted = Number(
    (await filter.getByRole("link", { name: /^deployments/i }).textContent())?.match(/\d+/)?.[0],
  );
  expect(counted).toBeGreaterThan(0);
  await filter.getByRole("link", { name: /^deployments/i }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${demo().portal}/timeline?kind=deployment`);
  await expect(filter.getByRole("link", { name: /^deployments/i })).toHaveAttribute("aria-current", "true");
  await expect(page.locator("[data-event]").first()).toBeVisible();
  await expect(page.locator("[data-event]")).toHaveCount(counted);
  await expect(page.locator('[data-event]:not([data-event="deployment"])')).toHaveCount(0);

  for (const query of ["?kind=uptime", "?kind=alert&kind=notice", "?tenant=tickets"]) {
    const response = await page.goto(`${demo().portal}/timeline${query}`);
    expect(response?.status(), query).toBe(404);
  }
  expect((await page.request.get(`${demo().portal}/api/timeline?kind=alert`)).status()).toBe(400);
});

test("on a phone the timeline and the notices fit, and both work without scripts", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: "light" });
  const page = await context.newPage();
  await signIn(page, "owner@photos.example");
  for (const path of ["timeline", "notices"]) {
    await page.goto(`${demo().portal}/${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    expect(scroll, path).toBeLessThanOrEqual(client);
    await expectAccessible(page);
    await page.screenshot({ path: `e2e/results/${path}-phone.png`, fullPage: true });
  }
  const plain = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  const still = await plain.newPage();
  await still.goto(`${demo().portal}/timeline?kind=deployment`);
  await expect(still.locator('[data-event="deployment"]').first()).toBeVisible();
  await still.goto(`${demo().portal}/notices`);
  await expect(notice(still, 41)).toBeVisible();
  await context.close();
  await plain.close();
});

test("while the operator's repository can't be read, the last known list stands with its age and the reason", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  await page.goto(`${demo().portal}/notices`);
  await expect(notice(page, 41)).toBeVisible();
  await postToRepository("answers", { mode: "unauthorised" });
  const words = "did not accept the portal's token";
  await reloadUntil(page, () => expect(page.getByText(words)).toBeVisible({ timeout: 1_000 }));
  await expect(notice(page, 41)).toBeVisible();
  await expectAccessible(page);
  await page.screenshot({ path: "e2e/results/notices-stale.png", fullPage: true });
  await page.goto(`${demo().portal}/timeline`);
  await expect(page.getByText(`The operator’s notices may be old: `)).toContainText(words);
  await page.goto(demo().portal);
  await expect(page.getByText("as last known")).toBeVisible();
  await postToRepository("answers", { mode: "good" });
  await reloadUntil(page, () => expect(page.getByText("as last known")).toHaveCount(0, { timeout: 1_000 }));
});
