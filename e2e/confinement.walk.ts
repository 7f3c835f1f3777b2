import { expect, type Page, test } from "@playwright/test";
import { decode } from "next-auth/jwt";
import { answerOf, cookieHeader, everyDoor, expectNoTrace, NAMES, tracesOf } from "./doors";
import { chartsDrawn, demo, inDatabase, setTabHidden, signIn, signOutInBrowser } from "./harness";

test.describe.configure({ mode: "parallel" });

for (const [me, other] of [
  ["tickets", "photos"],
  ["photos", "tickets"],
] as const) {
  test(`no page and no route shows the owner of ${me} a trace of ${other}, whatever is asked`, async ({
    page,
    context,
  }) => {
    await signIn(page, `owner@${me}.example`);
    const cookie = await cookieHeader(context);
    const traces = await tracesOf(other, me);
    const doors = everyDoor();
    expect(doors.map((door) => door.path)).toEqual(expect.arrayContaining(["", "/api/health", "/sign-in"]));
    const queries = [`?tenant=${other}`, `?range=1h&tenant=${other}`, `?id=${other}&label=tenant`];
    const headers = {
      "x-tenant": other,
      "x-scope-orgid": other,
      "x-forwarded-user": `owner@${other}.example`,
    };
    for (const door of doors) {
      const where = `${me} asks for ${door.path || "/"}`;
      expectNoTrace(await answerOf(cookie, "GET", door.path, headers), [...traces, other], where);
      expectNoTrace(await answerOf(cookie, "GET", `${door.path}?range=6h`), [...traces, other], where);
      // As the router in the browser asks for a page.
      const byRouter = await answerOf(cookie, "GET", door.path, { ...headers, rsc: "1" });
      expectNoTrace(byRouter, [...traces, other], `${where} by the router`);
      // The page may repeat the address that it was asked by; it may know nothing more.
      for (const query of queries) {
        const answer = await answerOf(`${cookie}; tenant=${other}`, "GET", `${door.path}${query}`, headers);
        expectNoTrace(answer, traces, `${where}${query}`);
      }
      for (const method of door.methods.filter((one) => one !== "GET" && door.path !== "/sign-out")) {
        const form = { "content-type": "application/x-www-form-urlencoded" };
        expectNoTrace(
          await answerOf(cookie, method, door.path, form),
          [...traces, other],
          `${where} by ${method}`,
        );
      }
    }
    // What is looked for is what would be found: the owner's own answers are full of it.
    const own = `${await answerOf(cookie, "GET", "/api/health")} ${await answerOf(cookie, "GET", "")}`;
    const found = (await tracesOf(me, other)).filter((trace) => own.includes(trace));
    expect(found.length).toBeGreaterThan(2);
  });

  test(`an address that names ${other} leaves the owner of ${me} where they are`, async ({ page }) => {
    await signIn(page, `owner@${me}.example`);
    for (const address of [`/?tenant=${other}`, `/signals/latency?tenant=${other}&range=1h`]) {
      await page.goto(`${demo().portal}${address}`);
      await chartsDrawn(page);
      await expect(page.getByRole("banner")).toContainText(NAMES[me] ?? "");
      expect(await page.title()).not.toContain(NAMES[other]);
      expect(await page.getByRole("main").innerHTML()).not.toContain(NAMES[other]);
    }
    await page.goto(`${demo().portal}/${other}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page");
    await page.goto(`${demo().portal}/signals/${other}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such signal");
  });
}

/** Whatever a browser keeps of a site beside its cookies. */
async function keptBy(page: Page): Promise<string> {
  return page.evaluate(async () =>
    JSON.stringify({
      local: { ...window.localStorage },
      session: { ...window.sessionStorage },
      caches: await caches.keys(),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      workers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    }),
  );
}

/** Everything of a page that led somewhere else, maybe, and is still on its way there. */
async function textOf(page: Page): Promise<string> {
  for (;;) {
    await page.waitForLoadState("networkidle");
    const text = await Promise.all([page.title(), page.content()]).catch((error: Error) => {
      if (/navigati|context was destroyed/i.test(error.message)) return null;
      throw error;
    });
    if (text) return text.join(" ");
  }
}

/** Comes back to a tab, which then asks anew. It may have asked by itself already, and have left. */
async function lookAgain(page: Page): Promise<void> {
  await setTabHidden(page, false).catch((error: Error) => {
    if (!error.message.includes("navigation")) throw error;
  });
}

test("after one owner signed out, the next in the same browser finds nothing of them: not by going back, not in storage, not in an open tab", async ({
  page,
  context,
}) => {
  await signIn(page, "owner@photos.example");
  await chartsDrawn(page);
  await page.goto(`${demo().portal}/signals/latency?range=7d`);
  await chartsDrawn(page);
  const left = await context.newPage();
  await left.goto(demo().portal);
  await chartsDrawn(left);

  await signOutInBrowser(page);
  const kept = await keptBy(page);
  expect(JSON.parse(kept)).toEqual({ local: {}, session: {}, caches: [], databases: [], workers: [] });
  for (const { name, value } of await context.cookies(demo().portal))
    expect(`${name}=${value}`).not.toMatch(/photos|watchpost/i);
  const traces = ["Photo Library", "owner@photos.example", "1.4.2"];
  for (let back = 0; back < 3; back += 1) {
    await page.goBack();
    // Some of the pages gone back to lead on at once; what is looked at is where that ends.
    expectNoTrace(await textOf(page), traces, "after going back");
  }

  await signIn(page, "owner@tickets.example");
  await chartsDrawn(page);
  for (let back = 0; back < 4; back += 1) {
    await page.goBack();
    expectNoTrace(await textOf(page), traces, "the next owner goes back");
  }
  // The tab that the first owner left open asks again, and must let go of what it showed.
  await lookAgain(left);
  await expect(async () => expectNoTrace(await textOf(left), traces, "the tab left open")).toPass();
});

test("an open page whose session ended leaves at once, and shows no more of what it showed", async ({
  page,
  context,
}) => {
  await signIn(page, "owner@photos.example");
  await chartsDrawn(page);
  await context.clearCookies();
  await lookAgain(page);
  await expect(page).toHaveURL(`${demo().portal}/sign-in`);
  expectNoTrace(await page.content(), ["Photo Library", "owner@photos.example"], "after the session ended");
});

test("a session of an account with two capabilities belongs to the first that was chosen", async ({
  page,
  context,
}) => {
  await signIn(page, "both@example.org");
  const cookie = await cookieHeader(context);
  const choose = (tenant: string) =>
    fetch(`${demo().portal}/choose/confirm`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, origin: demo().portal, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ tenant }),
    });
  expect(await answerOf(cookie, "GET", "/api/health")).toMatch(/^403/);
  await choose("weather");
  expect(await answerOf(cookie, "GET", "/api/health")).toMatch(/^403/);
  await choose("tickets");
  await choose("photos");
  const health = await answerOf(cookie, "GET", "/api/health");
  expect(health).toContain("Ticket Desk");
  expectNoTrace(health, [...(await tracesOf("photos", "tickets")), "photos"], "after the second choice");
  await page.goto(`${demo().portal}/choose`);
  await expect(page.getByRole("banner")).toContainText("Ticket Desk");
});

test("an offboarded capability is out with the next request, on an open page as well", async ({
  page,
  context,
}) => {
  await inDatabase("UPDATE tenant SET state = 'live' WHERE id = $1", ["market"]);
  await signIn(page, "owner@market.example");
  await expect(page.getByRole("banner")).toContainText("Night Market");
  const cookie = await cookieHeader(context);
  expect(await answerOf(cookie, "GET", "/api/health")).toMatch(/^200/);
  await inDatabase("UPDATE tenant SET state = 'ended' WHERE id = $1", ["market"]);
  expect(await answerOf(cookie, "GET", "/api/health")).toMatch(/^403/);
  expect(await answerOf(cookie, "GET", "/api/signals/latency/series?range=1h")).toMatch(/^403/);
  await lookAgain(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your capability has left the platform");
  expectNoTrace(await page.content(), ["Night Market"], "after offboarding");
});

test("a cookie that is forged, damaged, of another secret or of an expired session opens nothing", async ({
  page,
  context,
}) => {
  await signIn(page, "owner@photos.example");
  const session = (await context.cookies(demo().portal)).find(({ name }) => name === "watchpost.session");
  const value = session?.value ?? "";
  const plain = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = {
    sid: "00000000-0000-4000-8000-000000000000",
    sub: "x",
    label: "x",
    candidates: ["photos"],
  };
  const middle = Math.floor(value.length / 2);
  const forgeries = {
    damaged: `${value.slice(0, middle)}${value[middle] === "A" ? "B" : "A"}${value.slice(middle + 1)}`,
    "cut short": value.slice(0, -8),
    unsigned: `${plain({ alg: "none", typ: "JWT" })}.${plain(claims)}.`,
    plain: plain(claims),
    empty: "",
  };
  expect(await answerOf(`watchpost.session=${value}`, "GET", "/api/health")).toMatch(/^200/);
  for (const [kind, forged] of Object.entries(forgeries)) {
    const cookie = `watchpost.session=${forged}`;
    expect(await answerOf(cookie, "GET", "/api/health"), kind).toMatch(/^401/);
    expect(await answerOf(cookie, "GET", ""), kind).toMatch(/^307\n(.*\n)*location: \/sign-in/);
  }
  const secret = demo().portalEnvironment.NEXTAUTH_SECRET ?? "";
  const token = await decode({ token: value, secret });
  await inDatabase("UPDATE session SET expires_at = now() - interval '1 s' WHERE id = $1", [token?.sid]);
  expect(await answerOf(`watchpost.session=${value}`, "GET", "/api/health")).toMatch(/^401/);
});
