import { randomUUID } from "node:crypto";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { type Answer, ask, OWNERS, signedIn } from "./attacker";
import { cookieHeader } from "./doors";
import { answerProvider, demo, inDatabase, signIn } from "./harness";
import { type RecordedAlert, recordAlert } from "./recorded-alert";

// What somebody tries with a session, an answer of the provider, or an id that isn't theirs.

const PHOTOS = "owner@photos.example";

/** Whether an answer opens a session; one that removes the cookie doesn't. */
const opensSession = ({ text }: Answer) => /^set-cookie\nwatchpost\.session[^=\n]*=[^;\n]/im.test(text);

const sessionOf = async (context: BrowserContext) =>
  (await context.cookies(demo().portal)).filter(({ name }) => name.startsWith("watchpost.session"));

/** Goes to the provider's form. */
async function beginSignIn(page: Page): Promise<void> {
  await page.goto(demo().portal);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL((url) => url.origin === demo().issuer);
}

test("a session that was ended opens nothing", async ({ context }) => {
  const cookie = await signedIn(context, PHOTOS);
  expect((await ask("/api/health", "GET", { cookie })).status).toBe(200);
  const headers = { cookie, origin: demo().portal, "content-length": "0" };
  expect((await ask("/sign-out", "POST", headers)).status).toBeLessThan(400);
  expect((await ask("/api/health", "GET", { cookie })).status).toBe(401);
  expect((await ask("/", "GET", { cookie })).status).toBe(307);
});

test("an answer of the provider opens one session, in its own browser", async ({ page, context }) => {
  const callback = page.waitForRequest((request) => request.url().includes("/api/auth/callback/oidc?"));
  await signIn(page, PHOTOS);
  const taken = await callback;
  const answer = `/api/auth/callback/oidc${new URL(taken.url()).search}`;
  const cookie = await cookieHeader(context);
  // As the browser had them when the answer came: with the cookies of the sign-in that was open then.
  const { cookie: then = "" } = await taken.allHeaders();
  expect(then).toContain("watchpost.state");
  for (const cookies of ["", cookie, then, `${then}; ${cookie}`]) {
    const again = await ask(answer, "GET", cookies ? { cookie: cookies } : {});
    expect(again.status).toBe(303);
    expect(again.text).toMatch(/^location\n\S*\/sign-in\?error=/im);
    expect(opensSession(again)).toBe(false);
  }
  expect((await ask("/api/health", "GET", { cookie })).status).toBe(200);
});

test("a session that somebody planted beforehand isn't the one that a sign-in opens", async ({ browser }) => {
  const [attacker, victim] = [await browser.newContext(), await browser.newContext()];
  const theirs = await signedIn(attacker, "owner@tickets.example");
  const planted = await sessionOf(attacker);
  expect(planted.length).toBeGreaterThan(0);

  const page = await victim.newPage();
  await beginSignIn(page);
  await victim.addCookies(planted);
  await answerProvider(page, PHOTOS, demo().portal);
  const own = await sessionOf(victim);
  for (const { value } of planted) expect(own.map((cookie) => cookie.value)).not.toContain(value);
  const health = await ask("/api/health", "GET", { cookie: await cookieHeader(victim) });
  expect(health.text).toContain('"id":"photos"');
  // A sign-in ends the session before, so that nobody has it any more.
  expect((await ask("/api/health", "GET", { cookie: theirs })).status).toBe(401);
  await Promise.all([attacker.close(), victim.close()]);
});

test("a cookie that is no session of the portal opens nothing, and a sign-in replaces it", async ({
  page,
  context,
}) => {
  const fixed = { name: "watchpost.session", value: "chosen-by-somebody-else", url: demo().portal };
  await context.addCookies([fixed]);
  await signIn(page, PHOTOS);
  const cookie = await cookieHeader(context);
  expect(cookie).not.toContain(fixed.value);
  expect((await ask("/api/health", "GET", { cookie })).status).toBe(200);
  const planted = { cookie: `${fixed.name}=${fixed.value}` };
  expect((await ask("/api/health", "GET", planted)).status).toBe(401);
});

/** What in an answer could show that something exists: its status, its length, and a page's title. */
function told({ status, text }: Answer): string {
  const body = text.slice(text.indexOf("\n\n") + 2);
  const [, title] = /<title>(.*?)<\/title>/s.exec(body) ?? [];
  // What else a page has depends on when its parts come, too.
  return title === undefined ? `${status}, ${body.length} characters` : `${status}, ${title}`;
}

for (const [me, other] of OWNERS) {
  test(`an alert and a mail of ${other} are to the owner of ${me} like those that don't exist`, async ({
    context,
    browser,
  }) => {
    const cookie = await signedIn(context, `owner@${me}.example`);
    const theirs = await recordAlert(other);
    const nobodys = { alert: randomUUID(), mail: randomUUID() };
    const asked: [method: string, path: (of: RecordedAlert) => string][] = [
      ["GET", ({ alert }) => `/alerts/${alert}`],
      ["GET", ({ alert }) => `/api/alerts/${alert}/series`],
      ["POST", ({ mail }) => `/api/alerts/mails/${mail}/got-it`],
    ];
    const headers = { origin: demo().portal, "content-length": "0" };
    for (const [method, path] of asked) {
      const [found, missed] = [
        await ask(path(theirs), method, { cookie, ...headers }),
        await ask(path(nobodys), method, { cookie, ...headers }),
      ];
      expect(told(found), path(theirs)).toBe(told(missed));
    }
    // Their own owner has both, so that there was something to reveal.
    const owner = await browser.newContext();
    const own = { cookie: await signedIn(owner, `owner@${other}.example`), ...headers };
    expect((await ask(`/alerts/${theirs.alert}`, "GET", own)).status).toBe(200);
    expect(await inDatabase("SELECT got_it_at FROM mail WHERE id = $1", [theirs.mail])).toEqual([
      { got_it_at: null },
    ]);
    expect((await ask(`/api/alerts/mails/${theirs.mail}/got-it`, "POST", own)).status).toBe(200);
    await owner.close();
  });
}
