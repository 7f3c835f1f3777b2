import { type BrowserContext, expect, type Page, type Request } from "@playwright/test";
import { chartsDrawn, demo, signedInAs, signIn } from "./harness";
import { watchConduct } from "./page-conduct";

const test = signedInAs("owner@photos.example");
test.describe.configure({ mode: "parallel" });

/** The navigation's entries, each with the address, the title and the heading that it leads to. null: how the capability stands. */
const ENTRIES = [
  { name: "Alerts", path: "/alerts", title: "Alerts · Photo Library · Watchpost", heading: "Alerts" },
  {
    name: "Thresholds",
    path: "/thresholds",
    title: "Thresholds · Photo Library · Watchpost",
    heading: "Thresholds",
  },
  { name: "Timeline", path: "/timeline", title: "Timeline · Photo Library · Watchpost", heading: "Timeline" },
  {
    name: "Migration",
    path: "/migration",
    title: "Migration · Photo Library · Watchpost",
    heading: "Migration",
  },
  {
    name: "Notices",
    path: "/notices",
    title: "Notices · Photo Library · Watchpost",
    heading: "Notices",
  },
  {
    name: "Export",
    path: "/leaving",
    title: "Export · Photo Library · Watchpost",
    heading: "Export",
  },
  { name: "Health", path: "/", title: "Photo Library · Watchpost", heading: null },
];
const TRACES = ["Photo Library", "owner@photos.example", "1.4.2"];

const entry = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true });
const heading = (page: Page) => page.getByRole("heading", { level: 1 });
/** On the health page alone, whatever the capability's state. */
const overall = (page: Page) => page.locator("[data-overall]");

async function expectPage(
  page: Page,
  { path, title, heading: words }: (typeof ENTRIES)[number],
): Promise<void> {
  await expect(page).toHaveURL(demo().portal + path);
  await expect(page).toHaveTitle(title);
  if (words === null) await expect(overall(page)).toBeVisible();
  else await expect(heading(page)).toHaveText(words);
}

/** What the router asks for a page, as opposed to a document. */
const asksForPage = (request: Request) => request.headers().rsc !== undefined;

/** Marks the document, and shows later whether it is still the same one. */
async function markDocument(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  return () => page.evaluate(() => "sameDocument" in window);
}

/** Holds back every answer to the router until it is let go. */
async function holdPages(page: Page): Promise<() => Promise<void>> {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(
    () => true,
    async (route) => {
      if (asksForPage(route.request())) await held;
      await route.continue();
    },
  );
  return async () => {
    letGo();
    await page.unrouteAll({ behavior: "wait" });
  };
}

/** Lets no poll through, so that a page finds out by the next navigation alone who is signed in. */
const silencePolls = (page: Page) => page.route("**/api/**", () => {});

async function openHealth(page: Page): Promise<void> {
  await page.goto(demo().portal);
  await chartsDrawn(page);
}

test("every entry of the navigation opens its page in the same document, asked for at the click and not before", async ({
  page,
}) => {
  const conduct = await watchConduct(page);
  await openHealth(page);
  const sameDocument = await markDocument(page);
  const asked: Request[] = [];
  page.on("request", (request) => {
    if (asksForPage(request)) asked.push(request);
  });
  for (const there of ENTRIES) {
    const { name, title } = there;
    await entry(page, name).hover();
    await entry(page, name).click();
    await expectPage(page, there);
    // The title, or the heading where the title comes a moment later.
    const words = there.heading ?? ".+";
    await expect(page.locator("next-route-announcer")).toHaveText(new RegExp(`^(${words}|${title})$`));
    await expect(page.getByRole("navigation", { name: "Pages" }).locator("[aria-current]")).toHaveText(name);
    await expect(page.getByRole("main")).toBeFocused();
    expect(await sameDocument(), name).toBe(true);
  }
  await chartsDrawn(page);
  expect(asked.map((request) => new URL(request.url()).pathname)).toEqual(ENTRIES.map(({ path }) => path));
  for (const request of asked) {
    const headers = (await request.response())?.headers() ?? {};
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  }
  await conduct.settled();
  expect(await conduct.shifts()).toEqual([]);
  expect(await conduct.violations()).toEqual([]);
  expect(conduct.complaints).toEqual([]);
});

test("links inside the pages stay in the document, a filter keeps the focus, and a fragment is found", async ({
  page,
}) => {
  await openHealth(page);
  const sameDocument = await markDocument(page);
  await page.getByRole("link", { name: "Latency", exact: true }).first().click();
  await expect(page).toHaveURL(`${demo().portal}/signals/latency`);
  await expect(entry(page, "Health")).toHaveAttribute("aria-current", "page");
  await chartsDrawn(page);
  await page.getByRole("link", { name: "Change the threshold of p95" }).click();
  await expect(page.locator("[data-line='latency/p95']")).toBeVisible();
  await page.getByRole("link", { name: "How to choose" }).click();
  await expect(page).toHaveURL(`${demo().portal}/signals/latency`);
  await page.getByRole("link", { name: "All signals" }).click();
  await expect(overall(page)).toBeVisible();

  await page.getByRole("link", { name: "Timeline", exact: true }).last().click();
  const filter = page.getByRole("navigation", { name: "Kinds of events" });
  await filter.getByRole("link", { name: /^Deployment/i }).click();
  await expect(page).toHaveURL(`${demo().portal}/timeline?kind=deployment`);
  await expect(filter.getByRole("link", { name: /^Deployment/i })).toBeFocused();
  await expect(filter.getByRole("link", { name: /^Deployment/i })).toHaveAttribute("aria-current", "true");

  await entry(page, "Health").click();
  // While all of the alerting works, the link stands among its details; else it is seen at once.
  await page.getByRole("region", { name: "Alerting" }).locator("summary").click();
  await page.getByRole("link", { name: "Send a test alert" }).click();
  await expect(page.locator("#test:target")).toBeInViewport();
  await page.goBack();
  await expect(overall(page)).toBeVisible();
  expect(await sameDocument()).toBe(true);
});

test("while a page is on its way the one before stays, and a bar says so without moving anything", async ({
  page,
}) => {
  const conduct = await watchConduct(page);
  await openHealth(page);
  const letGo = await holdPages(page);
  await entry(page, "Export").click();
  await expect(page.getByRole("progressbar", { name: "Loading the page" })).toBeVisible();
  await expect(overall(page)).toBeVisible();
  expect(await conduct.shifts()).toEqual([]);
  await letGo();
  await expect(heading(page)).toHaveText("Export");
  await expect(page.getByRole("progressbar", { name: "Loading the page" })).toHaveCount(0);
});

test("the way back shows no page as it was, but the page as it is now, at the place where it was left", async ({
  page,
}) => {
  await openHealth(page);
  const sameDocument = await markDocument(page);
  const link = page.getByRole("link", { name: "Timeline", exact: true }).last();
  await link.scrollIntoViewIfNeeded();
  const left = await page.evaluate(() => window.scrollY);
  expect(left).toBeGreaterThan(100);
  await link.click();
  await expect(heading(page)).toHaveText("Timeline");
  await expect(heading(page)).toBeInViewport();

  // Nothing but the server's new answer may bring the page back.
  await silencePolls(page);
  let asked = 0;
  page.on("request", (request) => {
    if (asksForPage(request)) asked += 1;
  });
  const letGo = await holdPages(page);
  await page.goBack();
  await expect(entry(page, "Health")).toHaveAttribute("aria-current", "page");
  await expect(page.getByRole("progressbar", { name: "Loading the page" })).toBeVisible();
  await expect(heading(page)).toHaveCount(0);
  await expect(overall(page)).toHaveCount(0);
  await letGo();
  await expect(overall(page)).toBeVisible();
  expect(asked).toBe(1);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(left);
  expect(await sameDocument()).toBe(true);

  await page.goForward();
  await expect(heading(page)).toHaveText("Timeline");
  expect(await sameDocument()).toBe(true);
});

test("a document that the browser had kept whole is asked for anew", async ({ page }) => {
  await page.goto(`${demo().portal}/timeline`);
  // It shows once the page's script is at work, which listens for the event from then on.
  await expect(page.getByRole("button", { name: "UTC" })).toBeVisible();
  await silencePolls(page);
  const anew = page.waitForRequest(asksForPage);
  const letGo = await holdPages(page);
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await anew;
  await expect(heading(page)).toHaveCount(0);
  await letGo();
  await expect(heading(page)).toHaveText("Timeline");
});

test("the skip link leads to the content, and the way back from there still works", async ({ page }) => {
  await page.goto(`${demo().portal}/leaving`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await entry(page, "Notices").click();
  await expect(heading(page)).toHaveText("Notices");
  await page.goBack();
  await expect(heading(page)).toHaveText("Export");
});

/** Another tab of the same browser. */
const tabBeside = (context: BrowserContext) => context.newPage();

test.describe("a session that changed in another tab", () => {
  // Signed in afresh: ending a session must not end that of the other tests.
  test.use({ storageState: { cookies: [], origins: [] } });

  test("ended: the next click leads to sign-in, and no page of before comes back", async ({
    page,
    context,
  }) => {
    await signIn(page, "owner@photos.example");
    await chartsDrawn(page);
    await entry(page, "Thresholds").click();
    await expect(heading(page)).toHaveText("Thresholds");
    const sameDocument = await markDocument(page);
    await silencePolls(page);
    const beside = await tabBeside(context);
    await beside.goto(demo().portal);
    await beside.locator("summary").filter({ hasText: "Account" }).click();
    await beside.getByRole("button", { name: "Sign out" }).click();
    await beside.waitForURL(`${demo().portal}/signed-out`);

    // The address is new before the document is.
    const loaded = page.waitForEvent("domcontentloaded");
    await entry(page, "Timeline").click();
    await loaded;
    await expect(page).toHaveURL(`${demo().portal}/sign-in?callbackUrl=%2Ftimeline`);
    expect(await sameDocument()).toBe(false);
    for (let back = 0; back < 2; back += 1) {
      const shown = `${await page.title()} ${await page.content()}`;
      for (const trace of TRACES) expect(shown).not.toContain(trace);
      await page.goBack();
      await expect(page).toHaveURL(/\/sign-in/);
    }
  });

  test("ended: the way back inside the document leads to sign-in as well", async ({ page }) => {
    await signIn(page, "owner@photos.example");
    await chartsDrawn(page);
    await entry(page, "Export").click();
    await expect(heading(page)).toHaveText("Export");
    await silencePolls(page);
    await page.context().clearCookies();
    const loaded = page.waitForEvent("domcontentloaded");
    await page.goBack();
    await loaded;
    await expect(page).toHaveURL(`${demo().portal}/sign-in`);
    const shown = `${await page.title()} ${await page.content()}`;
    for (const trace of TRACES) expect(shown).not.toContain(trace);
  });

  test("of another capability: its page never stands in the former one's frame", async ({
    page,
    context,
    browser,
  }) => {
    await signIn(page, "owner@photos.example");
    await chartsDrawn(page);
    const sameDocument = await markDocument(page);
    await silencePolls(page);
    await page.evaluate(() => {
      const mixed: string[] = [];
      Object.assign(window, { mixed });
      new MutationObserver(() => {
        const frame = document.querySelector("header")?.textContent ?? "";
        const main = document.querySelector("main")?.textContent ?? "";
        if (frame.includes("Photo Library") && main.includes("owner@tickets.example")) mixed.push(main);
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    const other = await browser.newPage();
    await signIn(other, "owner@tickets.example");
    await context.clearCookies();
    await context.addCookies(await other.context().cookies(demo().portal));
    await other.close();
    const mixed = () => page.evaluate(() => (window as unknown as { mixed?: string[] }).mixed ?? []);
    const loaded = page.waitForEvent("domcontentloaded");
    await entry(page, "Alerts").click();
    expect(await mixed().catch(() => [])).toEqual([]);
    await loaded;
    await expect(page.getByRole("banner")).toContainText("Ticket Desk");
    await expect(page).toHaveURL(`${demo().portal}/alerts`);
    await expect(heading(page)).toHaveText("Alerts");
    expect(await sameDocument()).toBe(false);
  });
});

test("whoever asks as the router does, without a session, is told nothing", async () => {
  const { portal } = demo();
  const headers = { rsc: "1" };
  for (const { path } of ENTRIES) {
    const answer = await fetch(portal + path, { headers, redirect: "manual" });
    const text = await answer.text();
    for (const trace of TRACES) expect(text, path).not.toContain(trace);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("every link is a plain one", async ({ page }) => {
    await page.goto(demo().portal);
    for (const there of ENTRIES) {
      await entry(page, there.name).click();
      // A page with charts leads on to the same with tables.
      await expectPage(page, there.path === "/" ? { ...there, path: "/?tables=1" } : there);
    }
    await page.getByRole("link", { name: "Latency", exact: true }).first().click();
    await expect(page).toHaveURL(`${demo().portal}/signals/latency?tables=1`);
    await page.getByRole("link", { name: "Change the threshold of p95" }).click();
    await expect(page).toHaveURL(`${demo().portal}/thresholds?line=latency/p95`);
    await page.goBack();
    await expect(page).toHaveURL(`${demo().portal}/signals/latency?tables=1`);
    await page.getByRole("link", { name: "All signals" }).click();
    await expect(overall(page)).toBeVisible();
  });
});
