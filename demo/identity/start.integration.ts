import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort } from "@/server/free-port";
import { DEMO_PASSWORD } from "./accounts";
import { type Identity, startIdentity } from "./start";

const portalUrl = "http://127.0.0.1:9";
const client = { clientId: "watchpost", clientSecret: "a-secret-of-this-test" };
let dataDir: string;
let identity: Identity;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "watchpost-identity-"));
  identity = await startIdentity({ port: await freePort(), portalUrl, ...client, dataDir, walks: true });
});
afterEach(() => fetch(`${identity.issuer}/walks/clock?skewSeconds=0`, { method: "POST" }));
afterAll(async () => {
  await identity.stop();
  await rm(dataDir, { recursive: true });
});

/** A browser in small: it keeps cookies and follows redirects by hand. */
function browser() {
  const cookies = new Map<string, string>();
  return async (url: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get("location");
    return { response, location: location && new URL(location, url).href };
  };
}

function authorizationUrl(verifier: string | null): string {
  const url = new URL("/auth", identity.issuer);
  const asked = {
    client_id: client.clientId,
    response_type: "code",
    scope: "openid email profile",
    redirect_uri: `${portalUrl}/api/auth/callback/oidc`,
    state: "s",
    nonce: "n",
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  if (verifier) {
    url.searchParams.set("code_challenge", createHash("sha256").update(verifier).digest("base64url"));
    url.searchParams.set("code_challenge_method", "S256");
  }
  return url.href;
}

async function signIn(email: string, password = DEMO_PASSWORD) {
  const visit = browser();
  const verifier = randomBytes(32).toString("base64url");
  const start = await visit(authorizationUrl(verifier));
  const form = await visit(String(start.location), {
    method: "POST",
    body: new URLSearchParams({ email, password }),
  });
  if (!form.location) return { visit, form: form.response, idToken: "", claims: {} as JWTPayload };
  const back = await visit(form.location);
  const code = new URL(String(back.location)).searchParams.get("code") ?? "";
  const answer = await fetch(`${identity.issuer}/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64")}`,
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: `${portalUrl}/api/auth/callback/oidc`,
    }),
  });
  const { id_token: idToken } = (await answer.json()) as { id_token: string };
  const keys = createRemoteJWKSet(new URL("/jwks", identity.issuer));
  const { payload } = await jwtVerify(idToken, keys, {
    issuer: identity.issuer,
    audience: client.clientId,
    clockTolerance: 10_000,
  });
  return { visit, form: form.response, idToken, claims: payload };
}

test("an owner's ID token carries one tenant, and no consent is asked for", async () => {
  const { claims } = await signIn("owner@photos.example");
  expect(claims).toMatchObject({ sub: "owner@photos.example", tenant: "photos", nonce: "n" });
});

test("an owner of two capabilities carries both in one claim", async () => {
  expect((await signIn("both@example.org")).claims.tenant).toEqual(["photos", "tickets"]);
});

test("an account without a tenant gets a token without the claim", async () => {
  expect((await signIn("nobody@example.org")).claims).not.toHaveProperty("tenant");
});

test("a wrong password is answered with the form again, and the address is escaped in it", async () => {
  const wrong = await signIn(`"><script>alert(1)</script>`, "wrong");
  expect(wrong.form.status).toBe(401);
  const page = await wrong.form.text();
  expect(page).toContain("No account has this address and this password.");
  expect(page).not.toContain("<script>alert");
});

test("a request without PKCE is refused", async () => {
  const { location } = await browser()(authorizationUrl(null));
  expect(new URL(String(location)).searchParams.get("error")).toBe("invalid_request");
});

test("sign-out with the token as its hint ends the session and leads back to the portal", async () => {
  const { visit, idToken } = await signIn("owner@photos.example");
  const url = new URL("/session/end", identity.issuer);
  url.searchParams.set("id_token_hint", idToken);
  url.searchParams.set("post_logout_redirect_uri", `${portalUrl}/signed-out`);
  const page = await (await visit(url.href)).response.text();
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const done = await visit(`${identity.issuer}/session/end/confirm`, {
    method: "POST",
    body: new URLSearchParams({ xsrf, logout: "yes" }),
  });
  expect(done.location).toBe(`${portalUrl}/signed-out`);
  // Signed out: the next sign-in shows the form instead of coming straight back.
  const again = await visit(authorizationUrl(randomBytes(32).toString("base64url")));
  expect(again.location).toContain("/interaction/");
});

test("a restart keeps the signing key, so that older tokens stay good", async () => {
  const { idToken } = await signIn("owner@photos.example");
  const port = Number(new URL(identity.issuer).port);
  await identity.stop();
  identity = await startIdentity({ port, portalUrl, ...client, dataDir, walks: true });
  await expect(
    jwtVerify(idToken, createRemoteJWKSet(new URL("/jwks", identity.issuer))),
  ).resolves.toBeTruthy();
});

test("a clock that was put ahead moves the times in the token", async () => {
  await fetch(`${identity.issuer}/walks/clock?skewSeconds=3600`, { method: "POST" });
  const { claims } = await signIn("owner@photos.example");
  expect(claims.iat).toBeGreaterThan(Date.now() / 1000 + 3500);
});

test("a request under a foreign host name is refused", async () => {
  const { request } = await import("node:http");
  const status = await new Promise((resolve) => {
    request(`${identity.issuer}/jwks`, { headers: { host: "evil.example" } }, (answer) =>
      resolve(answer.statusCode),
    ).end();
  });
  expect(status).toBe(421);
});
