import { test as base, expect, type Page } from "@playwright/test";
import { answerProvider, signIn, signOutInBrowser } from "./harness";
import { watchConduct } from "./page-conduct";
import { type SecurePortal, startSecurePortal } from "./secure-portal";

// As an installation is served: TLS ends before the portal, whose address begins with https. The certificate signs itself.
const test = base.extend({ ignoreHTTPSErrors: true });
let secure: SecurePortal;
const place = () => ({ portal: secure.url, issuer: secure.issuer });

test.beforeAll(async () => {
  secure = await startSecurePortal();
});
test.afterAll(() => secure.stop());

const cookiesOf = (page: Page) => page.context().cookies(secure.url);

/** The name of a time zone, which permits nothing: the one cookie that a script may write. */
const ZONE = "__Host-clock-zone";

/** The portal has these cookies and no other but the zone's, each for this host alone, by https alone, and for no script. */
async function expectBound(page: Page, names: string[]): Promise<void> {
  const all = (await cookiesOf(page)).sort((a, b) => a.name.localeCompare(b.name));
  for (const { value, secure: isSecure } of all.filter(({ name }) => name === ZONE))
    expect([decodeURIComponent(value), isSecure]).toEqual(["Europe/Berlin", true]);
  const cookies = all.filter(({ name }) => name !== ZONE);
  // A tab's sign-in has its cookies under a name of its own, too.
  const plain = new Set(cookies.map(({ name }) => name.replace(/\.f[0-9a-z]+$/, "")));
  expect([...plain].sort()).toEqual(names.map((name) => `__Host-watchpost.${name}`));
  for (const cookie of cookies)
    expect(cookie).toMatchObject({
      domain: "localhost",
      path: "/",
      secure: true,
      httpOnly: true,
      sameSite: "Lax",
    });
  expect(await page.evaluate(() => document.cookie)).not.toContain("watchpost");
}

test("by https every cookie is bound to the host, from the first step of a sign-in to its end, and sign-out leaves none", async ({
  page,
}) => {
  const conduct = await watchConduct(page);
  const first = await page.goto(secure.url);
  expect(first?.headers()["strict-transport-security"]).toMatch(/^max-age=\d{8,}$/);
  expect(first?.headers()["content-security-policy"]).toContain("upgrade-insecure-requests");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.origin === secure.issuer);
  await expectBound(page, ["nonce", "pkce", "return-to", "state"]);

  await answerProvider(page, "owner@photos.example", secure.url);
  await expect(page.getByRole("banner")).toContainText("Photo Library");
  await expectBound(page, ["session"]);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Healthy");
  expect([...conduct.origins].sort()).toEqual([secure.issuer, secure.url].sort());
  expect(await conduct.violations()).toEqual([]);
  expect(conduct.complaints).toEqual([]);

  await signOutInBrowser(page, secure.url);
  expect(await cookiesOf(page)).toEqual([]);
});

/** Signs out where the provider asks whether it should: it isn't sent a token that is too long for the session's cookie. */
async function signOutWithConfirmation(page: Page): Promise<void> {
  await page.locator("summary").filter({ hasText: "Account" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL((url) => url.origin === secure.issuer);
  expect(await cookiesOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${secure.url}/signed-out`);
}

for (const [token, account] of [
  ["of several kilobytes", "grouped@example.org"],
  ["longer than any cookie", "crowded@example.org"],
] as const) {
  test(`a session whose token is ${token} is one cookie, survives a refresh, ends at the provider too, and leaves nothing to the next owner`, async ({
    page,
  }) => {
    await signIn(page, account, place());
    await expectBound(page, ["session"]);
    await page.reload();
    await expectBound(page, ["session"]);
    await signOutWithConfirmation(page);
    await page.goBack();
    await expect(page.getByText("Photo Library")).toHaveCount(0);

    // The provider asks for a password again: it has forgotten the owner before.
    await signIn(page, "owner@tickets.example", place());
    await expect(page.getByRole("banner")).toContainText("Ticket Desk");
    await expectBound(page, ["session"]);
    expect(await page.content()).not.toContain("Photo Library");
  });
}
