import { test as base, expect, type Page } from "@playwright/test";
import { signIn, signOutInBrowser } from "./harness";
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

/** The portal has these cookies and no other, each for this host alone, by https alone, and for no script. */
async function expectBound(page: Page, names: string[]): Promise<void> {
  const cookies = (await cookiesOf(page)).sort((a, b) => a.name.localeCompare(b.name));
  expect(cookies.map(({ name }) => name)).toEqual(names.map((name) => `__Host-watchpost.${name}`));
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

  await signIn(page, "owner@photos.example", place());
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

test("a session in several cookies survives a refresh, ends at the provider too, and leaves nothing to the next owner", async ({
  page,
}) => {
  await signIn(page, "grouped@example.org", place());
  await expect(page.getByRole("banner")).toContainText("Photo Library");
  await expectBound(page, ["session.0", "session.1"]);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Healthy");
  await signOutInBrowser(page, secure.url);
  expect(await cookiesOf(page)).toEqual([]);
  await page.goBack();
  await expect(page.getByText("Photo Library")).toHaveCount(0);

  // The provider asks for a password again: it has forgotten the owner before.
  await signIn(page, "owner@tickets.example", place());
  await expect(page.getByRole("banner")).toContainText("Ticket Desk");
  await expectBound(page, ["session"]);
  expect(await page.content()).not.toContain("Photo Library");
});

test("whose token is too long for a cookie confirms the sign-out at the provider", async ({ page }) => {
  await signIn(page, "crowded@example.org", place());
  await expectBound(page, ["session"]);
  await page.locator("summary").filter({ hasText: "Account" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL((url) => url.origin === secure.issuer);
  expect(await cookiesOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${secure.url}/signed-out`);
});
