import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startIdentityProvider } from "@/demo/identity/shaped-provider";
import { CLOSED_POLICY, FIXED_HEADERS } from "@/lib/doorway/fixed-headers";
import { STRICT_TRANSPORT } from "@/lib/doorway/headers";
import { PORTAL_URL, SignInBrowser, worldOfFile } from "@/testing/sign-in-world";
import { accessOf } from "./session";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

const world = worldOfFile();
let browser: SignInBrowser;
beforeEach(() => {
  browser = new SignInBrowser(world);
});

/** What an answer's head takes of a proxy's buffer, with what the door, the proxy and Node add to it. */
function headBytes(response: Response): number {
  const own = [...response.headers].map(([name, value]) => [name, value] as const);
  const added = Object.entries({
    ...FIXED_HEADERS,
    "Content-Security-Policy": CLOSED_POLICY,
    "Strict-Transport-Security": STRICT_TRANSPORT,
    Vary: "rsc, next-router-state-tree, next-router-prefetch, next-router-segment-prefetch",
    Date: new Date().toUTCString(),
    Connection: "keep-alive",
    "Keep-Alive": "timeout=5",
    "Transfer-Encoding": "chunked",
  });
  const lines = [...own, ...added].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.byteLength(`HTTP/1.1 303 See Other\r\n${lines.join("")}\r\n`);
}

/** nginx's default for proxy_buffer_size. */
const PROXY_BUFFER_BYTES = 4_096;

describe("an answer that sets cookies fits into the buffer of a common proxy", () => {
  const page = `/alerts?${"a=/&".repeat(126)}`;
  const ids = Array.from({ length: 60 }, (_, index) => `t${index}-`.padEnd(60, "x"));

  beforeAll(async () => {
    await world.sql.query(
      `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
       SELECT id, id, 'a@example.org', 'UTC', 'live', '{}' FROM unnest($1::text[]) AS id`,
      [ids],
    );
  });

  test.each([
    ["one capability", "photos", "/"],
    ["many capabilities with long names, and a long page", ids, page],
    ["groups by the hundred beside it", "photos", page],
  ])("with %s, and several tabs that sign in", async (_what, tenant, returnTo) => {
    const provider = await startIdentityProvider(PORTAL_URL, {
      claims: { openid: ["sub", "tenant", "groups"] },
    });
    try {
      const using = { ...provider.settings(world.settings), https: true };
      const groups = tenant === "photos" ? ids : [];
      provider.person = { sub: "s".repeat(255), name: "字".repeat(200), tenant, groups };
      vi.stubEnv("NEXTAUTH_URL", "https://portal.example");
      let goesTo = "";
      for (let tab = 0; tab < 6; tab += 1) {
        const begun = await browser.begin({ ...using, portalOrigin: "https://portal.example" }, returnTo);
        expect(headBytes(begun.response)).toBeLessThan(PROXY_BUFFER_BYTES);
        ({ goesTo } = begun);
      }
      vi.unstubAllEnvs();
      expect(goesTo).toContain(provider.issuer);
      browser = new SignInBrowser(world);
      const plain = { ...using, https: false };
      for (let tab = 0; tab < 6; tab += 1) {
        const begun = await browser.begin(plain, returnTo);
        expect(headBytes(begun.response)).toBeLessThan(PROXY_BUFFER_BYTES);
        ({ goesTo } = begun);
      }
      const response = await browser.finish(await browser.answerOf(goesTo), plain);
      expect(headBytes(response)).toBeLessThan(PROXY_BUFFER_BYTES);
      expect(response.headers.get("location")).toBe(returnTo);
      expect([...browser.jar.held.keys()].filter((name) => name.startsWith("watchpost.session"))).toEqual([
        "watchpost.session",
      ]);
      expect((await browser.see()).kind).toBe(tenant === "photos" ? "granted" : "choose");
      expect(browser.jar.header.length).toBeLessThan(8_000);
    } finally {
      vi.unstubAllEnvs();
      await provider.stop();
    }
  });

  test("signing out asks at the provider where the id token is too long to be kept", async () => {
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

  test("says so when the provider can't be informed", async () => {
    await browser.signInAs("owner@photos.example");
    const { html } = await browser.signOut({ ...world.settings, issuer: "http://127.0.0.1:9" });
    expect(html).toContain("/signed-out?provider=open");
    expect(browser.jar.held.size).toBe(0);
  });

  test("works without a session", async () => {
    expect((await browser.signOut()).html).toContain('url=/signed-out"');
  });
});
