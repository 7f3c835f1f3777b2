import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { NextRequest } from "next/server";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { DEMO_PASSWORD } from "@/demo/identity/accounts";
import { type Identity, startIdentity } from "@/demo/identity/start";
import { freshDatabase, type TestDatabase } from "@/e2e/services/postgres";
import { CookieJar, signInAtProvider } from "@/e2e/services/sign-in-walk";
import { accessOf } from "./session";
import { type SignInSettings, signInSettings } from "./settings";
import { beginSignIn, finishSignIn } from "./sign-in";
import { createSignInLimiter } from "./sign-in-limit";
import { signOut } from "./sign-out";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

const PORTAL = "http://127.0.0.1:3999";
const CLIENT = { clientId: "watchpost", clientSecret: "dGhlIHBvcnRhbCdzIG93biBzZWNyZXQ" };

let database: TestDatabase;
let sql: Client;
let identity: Identity;
let dataDir: string;
let settings: SignInSettings;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "watchpost-identity-"));
  database = await freshDatabase();
  identity = await startIdentity({ port: 0, portalUrl: PORTAL, ...CLIENT, dataDir, walks: true });
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    PROMETHEUS_URL: "http://127.0.0.1:9",
    OIDC_ISSUER: identity.issuer,
    OIDC_CLIENT_ID: CLIENT.clientId,
    OIDC_CLIENT_SECRET: CLIENT.clientSecret,
    NEXTAUTH_URL: PORTAL,
    NEXTAUTH_SECRET: "cJ0mOa3pQy7Rk5Wv1Zt9Xe4Ub6Nd8Hf2",
  });
  settings = signInSettings();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query(
    `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
     SELECT id, id, id || '@example.org', 'Europe/Berlin', state::tenant_state, '{}'
     FROM (VALUES ('photos', 'live'), ('tickets', 'live'), ('library', 'onboarding'), ('archive', 'ended')) AS t (id, state)`,
  );
});

afterAll(async () => {
  const { database: pool } = await import("@/lib/db");
  await pool().$disconnect();
  await sql.end();
  await identity.stop();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

let jar: CookieJar;
beforeEach(async () => {
  jar = new CookieJar();
  await skewProvider(0);
});

async function skewProvider(skewSeconds: number): Promise<void> {
  await fetch(`${identity.issuer}/walks/clock?skewSeconds=${skewSeconds}`, { method: "POST" });
}

/** Presses the button of the sign-in page. */
async function begin(using = settings, returnTo = "/"): Promise<{ response: Response; goesTo: string }> {
  const request = new NextRequest(`${PORTAL}/api/auth/signin/oidc`, {
    method: "POST",
    body: new URLSearchParams({ callbackUrl: returnTo }),
    headers: { cookie: jar.header },
  });
  const response = await beginSignIn(request, using, async () => 0);
  jar.take(response);
  const html = await response.clone().text();
  const goesTo = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(html)?.[1] ?? "";
  return { response, goesTo: goesTo.replaceAll("&amp;", "&") };
}

/** Brings the provider's answer to the portal. */
async function finish(answer: string, using = settings): Promise<Response> {
  const response = await finishSignIn(new NextRequest(answer, { headers: { cookie: jar.header } }), using);
  jar.take(response);
  return response;
}

async function signInAs(email: string, using = settings, returnTo = "/"): Promise<Response> {
  const { goesTo } = await begin(using, returnTo);
  return finish(await signInAtProvider(goesTo, PORTAL, { email, password: DEMO_PASSWORD }), using);
}

const location = (response: Response) => response.headers.get("location");
const see = () => accessOf(jar.sent, settings, Date.now());

describe("the start of a sign-in", () => {
  it("asks for a code with PKCE, a state and a nonce, and keeps their other halves from scripts", async () => {
    const { response, goesTo } = await begin();
    const asked = new URL(goesTo).searchParams;
    expect(asked.get("response_type")).toBe("code");
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("state")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("nonce")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("redirect_uri")).toBe(`${PORTAL}/api/auth/callback/oidc`);
    for (const line of response.headers.getSetCookie()) {
      expect(line).toMatch(/HttpOnly/);
      expect(line).toMatch(/SameSite=Lax/);
    }
    for (const half of [asked.get("state"), asked.get("nonce")]) expect(jar.header).not.toContain(half);
  });

  it("by https, sets each cookie for this host alone", async () => {
    vi.stubEnv("NEXTAUTH_URL", "https://portal.example");
    try {
      const { response } = await begin({ ...settings, portalOrigin: "https://portal.example", https: true });
      const lines = response.headers.getSetCookie();
      expect(lines.length).toBeGreaterThanOrEqual(4);
      for (const line of lines) expect(line).toMatch(/^__Host-watchpost\..*Path=\/;.*HttpOnly; Secure/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("waits, and says how long, once too many were started", async () => {
    const limiter = createSignInLimiter({ perAddress: 1, overall: 10 });
    const press = () =>
      beginSignIn(
        new NextRequest(`${PORTAL}/api/auth/signin/oidc`, { method: "POST", body: new URLSearchParams() }),
        settings,
        limiter,
      );
    expect((await press()).status).toBe(200);
    const refused = await press();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.text()).toContain("/sign-in?error=rate-limited");
  });
});

describe("a sign-in", () => {
  it("lands in the owner's own tenant, on the page that was asked for", async () => {
    const response = await signInAs("owner@photos.example", settings, "/signals/latency?range=24h");
    expect(response.status).toBe(303);
    expect(location(response)).toBe("/signals/latency?range=24h");
    expect(await see()).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
    expect([...jar.held.keys()]).toEqual(["watchpost.session"]);
  });

  it("never lands on another site", async () => {
    const response = await signInAs("owner@photos.example", settings, "https://evil.example/");
    expect(location(response)).toBe("/");
  });

  it("lasts twelve hours and not longer", async () => {
    await signInAs("owner@photos.example");
    const { rows } = await sql.query(
      "SELECT expires_at - started_at = interval '12 hours' AS exact FROM session ORDER BY started_at DESC LIMIT 1",
    );
    expect(rows[0].exact).toBe(true);
  });

  it("ends the session that the same browser had before", async () => {
    await signInAs("owner@photos.example");
    const before = jar.sent;
    await signInAs("both@example.org");
    expect(await accessOf(before, settings, Date.now())).toEqual({ kind: "signed-out" });
    expect(await see()).toMatchObject({ kind: "choose" });
  });

  it.each([
    ["nobody@example.org", "no-tenant"],
    ["odd@example.org", "no-tenant"],
    ["stranger@example.org", "unknown-tenant"],
    ["early@example.org", "not-yet-live"],
    ["gone@example.org", "ended"],
  ])("of %s works, and shows no data: %s", async (email, reason) => {
    expect(location(await signInAs(email))).toBe("/");
    expect(await see()).toEqual({ kind: "refused", reason, owner: { label: email } });
  });

  it("with one known tenant among several lands in that one", async () => {
    await signInAs("half@example.org");
    expect(await see()).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
  });

  it.each([
    ["20 s ahead", 20],
    ["so late that its token of one hour expired 20 s ago", -3_620],
  ])("tolerates a provider's clock that is %s", async (_what, skewSeconds) => {
    await skewProvider(skewSeconds);
    await signInAs("owner@photos.example");
    expect(await see()).toMatchObject({ kind: "granted" });
  });

  it("refuses a token that expired long ago by our clock", async () => {
    await skewProvider(-2 * 3_600);
    expect(location(await signInAs("owner@photos.example"))).toBe("/sign-in?error=token-refused");
    expect(await see()).toEqual({ kind: "signed-out" });
  });
});

describe("an answer that isn't the provider's to this browser's question", () => {
  const email = "owner@photos.example";
  const account = { email, password: DEMO_PASSWORD };

  it("is refused with a forged state", async () => {
    const { goesTo } = await begin();
    const answer = new URL(await signInAtProvider(goesTo, PORTAL, account));
    answer.searchParams.set("state", "f".repeat(43));
    expect(location(await finish(answer.href))).toBe("/sign-in?error=state-mismatch");
    expect(await see()).toEqual({ kind: "signed-out" });
  });

  it("is refused in a browser that began no sign-in, or keeps no cookies", async () => {
    const { goesTo } = await begin();
    const answer = await signInAtProvider(goesTo, PORTAL, account);
    jar = new CookieJar();
    expect(location(await finish(answer))).toBe("/sign-in?error=state-mismatch");
  });

  it("is refused with the code of another browser's sign-in", async () => {
    const { goesTo } = await begin();
    const stolen = new URL(await signInAtProvider(goesTo, PORTAL, account)).searchParams.get("code") ?? "";
    jar = new CookieJar();
    const own = await begin();
    const answer = new URL(await signInAtProvider(own.goesTo, PORTAL, account));
    answer.searchParams.set("code", stolen);
    expect(location(await finish(answer.href))).toBe("/sign-in?error=answer-refused");
    expect(await see()).toEqual({ kind: "signed-out" });
  });

  it("is refused a second time", async () => {
    const { goesTo } = await begin();
    const answer = await signInAtProvider(goesTo, PORTAL, account);
    const before = new CookieJar();
    for (const [name, value] of jar.held) before.held.set(name, value);
    await finish(answer);
    jar = before;
    expect(location(await finish(answer))).toBe("/sign-in?error=answer-refused");
  });

  it("is told apart when the owner cancelled", async () => {
    await begin();
    const answer = `${PORTAL}/api/auth/callback/oidc?error=access_denied&state=x`;
    expect(location(await finish(answer))).toBe("/sign-in?error=access-denied");
  });
});

describe("a provider that doesn't play its part", () => {
  it("is named when it can't be reached, and nothing is left in the browser", async () => {
    const { goesTo } = await begin({ ...settings, issuer: "http://127.0.0.1:9" });
    expect(goesTo).toBe("/sign-in?error=issuer-unreachable");
    expect(jar.held.size).toBe(0);
  });

  it.each([
    ["another status", 503, "text/plain", "down"],
    ["a web page", 200, "text/html", "<html>maintenance</html>"],
    ["a document without endpoints", 200, "application/json", "{}"],
  ])("is named when it answers with %s", async (_what, status, type, body) => {
    const server = createServer((_request, response) =>
      response.writeHead(status, { "content-type": type }).end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await begin({ ...settings, issuer })).goesTo).toBe("/sign-in?error=issuer-unreachable");
    } finally {
      server.close();
    }
  });

  it("is named when it refuses our client secret", async () => {
    const response = await signInAs("owner@photos.example", { ...settings, clientSecret: "wrong" });
    expect(location(response)).toBe("/sign-in?error=client-refused");
  });

  it("is refused when it calls itself otherwise than we were told", async () => {
    const issuer = identity.issuer.replace("127.0.0.1", "localhost");
    const response = await signInAs("owner@photos.example", { ...settings, issuer });
    expect(location(response)).toBe("/sign-in?error=token-refused");
  });
});

describe("a database that can't be written", () => {
  it("is named, and nobody is signed in", async () => {
    await sql.query("ALTER TABLE session RENAME TO session_elsewhere");
    try {
      expect(location(await signInAs("owner@photos.example"))).toBe("/sign-in?error=database-unreachable");
      expect(jar.held.has("watchpost.session")).toBe(false);
    } finally {
      await sql.query("ALTER TABLE session_elsewhere RENAME TO session");
    }
  });
});

describe("signing out", () => {
  const press = async (using = settings) => {
    const headers = { cookie: `${jar.header}; theme=dark` };
    const response = await signOut(new NextRequest(`${PORTAL}/sign-out`, { method: "POST", headers }), using);
    jar.take(response);
    return { response, html: await response.clone().text() };
  };

  it("ends the session's row, empties the browser, and goes on to the provider's own sign-out", async () => {
    await signInAs("owner@photos.example");
    const before = jar.sent;
    const { response, html } = await press();
    expect(jar.held.size).toBe(0);
    expect(response.headers.getSetCookie().join()).not.toContain("theme");
    expect(response.headers.get("clear-site-data")).toBe('"cache", "storage"');
    expect(html).toContain(
      `${identity.issuer}/session/end?client_id=watchpost&amp;post_logout_redirect_uri=`,
    );
    expect(html).toContain("id_token_hint=");
    expect(await accessOf(before, settings, Date.now())).toEqual({ kind: "signed-out" });
  });

  it("says so when the provider can't be told", async () => {
    await signInAs("owner@photos.example");
    const { html } = await press({ ...settings, issuer: "http://127.0.0.1:9" });
    expect(html).toContain("/signed-out?provider=open");
    expect(jar.held.size).toBe(0);
  });

  it("works without a session", async () => {
    expect((await press()).html).toContain('url=/signed-out"');
  });
});
