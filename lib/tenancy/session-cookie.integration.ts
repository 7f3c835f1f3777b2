import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { SignInBrowser, type SignInWorld, startSignInWorld } from "@/testing/sign-in-world";
import { accessOf } from "./session";
import { MAX_SESSION_COOKIE_BYTES } from "./token";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

let world: SignInWorld;
let browser: SignInBrowser;

beforeAll(async () => {
  world = await startSignInWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  browser = new SignInBrowser(world);
});

describe("a session too long for one cookie", () => {
  const chunks = ["watchpost.session.0", "watchpost.session.1"];

  test("goes in chunks, is read from them in any order, and keeps its id token for the provider's sign-out", async () => {
    await browser.signInAs("grouped@example.org");
    expect([...browser.jar.held.keys()]).toEqual(chunks);
    expect(await browser.see()).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
    const turned = await accessOf(browser.jar.sent.toReversed(), world.settings, Date.now());
    expect(turned).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
    expect(await accessOf(browser.jar.sent.slice(0, 1), world.settings, Date.now())).toEqual({
      kind: "signed-out",
    });
    const { html } = await browser.signOut();
    expect(html).toContain("id_token_hint=");
    expect(browser.jar.held.size).toBe(0);
  });

  test("gives way whole to the next owner's shorter one, and that to a longer one again", async () => {
    await browser.signInAs("grouped@example.org");
    const before = browser.jar.sent;
    await browser.signInAs("owner@tickets.example");
    expect([...browser.jar.held.keys()]).toEqual(["watchpost.session"]);
    expect(await browser.see()).toMatchObject({ kind: "granted", scope: { tenantId: "tickets" } });
    expect(await accessOf(before, world.settings, Date.now())).toEqual({ kind: "signed-out" });
    await browser.signInAs("grouped@example.org");
    expect([...browser.jar.held.keys()]).toEqual(chunks);
    expect(await browser.see()).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
  });

  test("fits, with the cookies of the next sign-in, into a header line of 8 kB, as common proxies allow", async () => {
    await browser.begin();
    const ofSignIn = browser.jar.header.length;
    await browser.signInAs("grouped@example.org");
    const ofSession = browser.jar.header.length;
    expect(ofSession).toBeGreaterThan(4_096);
    // The longest session that is sealed, its chunks' names and the prefixes by https with it.
    expect("Cookie: ".length + Math.max(ofSession, MAX_SESSION_COOKIE_BYTES) + 150 + ofSignIn).toBeLessThan(
      8_192,
    );
  });

  test("is kept short where the provider's token is too long: signing out then asks at the provider", async () => {
    await browser.signInAs("crowded@example.org");
    expect([...browser.jar.held.keys()]).toEqual(["watchpost.session"]);
    expect(await browser.see()).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
    const { html } = await browser.signOut();
    expect(html).toContain(`${world.identity.issuer}/session/end?client_id=watchpost`);
    expect(html).not.toContain("id_token_hint=");
  });
});

describe("signing out", () => {
  test("ends the session's row, empties the browser, and goes on to the provider's own sign-out", async () => {
    await browser.signInAs("owner@photos.example");
    const before = browser.jar.sent;
    const { response, html } = await browser.signOut();
    expect(browser.jar.held.size).toBe(0);
    expect(response.headers.getSetCookie().join()).not.toContain("theme");
    expect(response.headers.get("clear-site-data")).toBe('"cache", "storage"');
    expect(html).toContain(
      `${world.identity.issuer}/session/end?client_id=watchpost&amp;post_logout_redirect_uri=`,
    );
    expect(html).toContain("id_token_hint=");
    expect(await accessOf(before, world.settings, Date.now())).toEqual({ kind: "signed-out" });
  });

  test("says so when the provider can't be told", async () => {
    await browser.signInAs("owner@photos.example");
    const { html } = await browser.signOut({ ...world.settings, issuer: "http://127.0.0.1:9" });
    expect(html).toContain("/signed-out?provider=open");
    expect(browser.jar.held.size).toBe(0);
  });

  test("works without a session", async () => {
    expect((await browser.signOut()).html).toContain('url=/signed-out"');
  });
});
