import { exportJWK, generateKeyPair } from "jose";
import { beforeEach, expect, test, vi } from "vitest";
import { type IdentityProviderOptions, startIdentityProvider } from "@/demo/identity/shaped-provider";
import { identitySchema } from "@/lib/catalogue/identity";
import { catalogueStore } from "@/lib/catalogue/store";
import { PORTAL_URL, SignInBrowser, stopsAfterTest, worldOfFile } from "@/testing/sign-in-world";
import type { SignInSettings } from "./settings";

// What providers do that the recipes don't show. What each should lead to was written down before it was
// tried.

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

const world = worldOfFile();
const stops = stopsAfterTest();
let browser: SignInBrowser;
beforeEach(() => {
  browser = new SignInBrowser(world);
});

const CLAIM_NAMES = ["groups", "tenant", "roles", "_claim_names", "_claim_sources", "hasgroups"];

type Shape = IdentityProviderOptions & { person: Record<string, unknown>; rule?: object };

async function define(rule: object = { claim: "groups", prefix: "own-" }): Promise<void> {
  const map = identitySchema.parse({ claims: [rule] });
  await world.sql.query(
    "INSERT INTO identity_definition (id, document) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET document = $1",
    [JSON.stringify(map)],
  );
  catalogueStore.clearAppliedCache();
}

/** Where a sign-in leads: "in photos", or the address of a page. */
async function outcomeOf({ person, rule, ...options }: Shape, own: Partial<SignInSettings> = {}) {
  await define(rule);
  const provider = await startIdentityProvider(PORTAL_URL, {
    claims: { openid: ["sub", ...CLAIM_NAMES] },
    ...options,
  });
  stops.push(provider.stop);
  provider.person = { sub: "pia", ...person };
  const response = await browser.signInAs("whoever", { ...provider.settings(world.settings), ...own });
  const access = await browser.see();
  if (access.kind === "granted") return `in ${access.scope.tenantId}`;
  return access.kind === "refused" ? access.signIn?.fault : response.headers.get("location");
}

const discovery = (change: Record<string, unknown>) => (path: string, body: Record<string, unknown>) =>
  path.startsWith("/.well-known/openid") ? { ...body, ...change } : body;

const PIA = { groups: ["own-photos"] };

test("ADFS: one group is a text, and the subject is base64", async () => {
  const sub = "aGVsbG8+d29ybGQ/Zm9v/bar=";
  expect(await outcomeOf({ person: { sub, groups: "own-photos" } })).toBe("in photos");
});

test("Entra ID: the published keys name no algorithm and no use, and some are of a kind that isn't known", async () => {
  const keys = (path: string, body: Record<string, unknown>) => {
    if (path !== "/jwks") return body;
    const bare = (body.keys as Record<string, unknown>[]).map(({ alg: _, use: __, ...key }) => key);
    return { keys: [{ kty: "AKP", alg: "ML-DSA-44", kid: "later", pub: "AAAA" }, ...bare] };
  };
  expect(await outcomeOf({ person: PIA, rewrite: keys })).toBe("in photos");
});

test("Entra ID: too many groups are said to be elsewhere, whatever userinfo answers", async () => {
  const overage = {
    _claim_names: { groups: "src1" },
    _claim_sources: { src1: { endpoint: "https://graph.example/v1.0/users/pia/getMemberObjects" } },
  };
  expect(await outcomeOf({ person: overage })).toBe("claim-elsewhere");
  browser = new SignInBrowser(world);
  expect(await outcomeOf({ person: { hasgroups: true } })).toBe("claim-elsewhere");
  browser = new SignInBrowser(world);
  const aboutOthers = (path: string, body: Record<string, unknown>) =>
    path === "/me" ? { ...body, sub: "another-kind-of-id" } : body;
  expect(await outcomeOf({ person: overage, rewrite: aboutOthers })).toBe("claim-elsewhere");
});

test("Zitadel: the id token is for several audiences, with the client as the authorized party", async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "k1" };
  const { decodeJwt, SignJWT } = await import("jose");
  const signedFor =
    (aud: string[], azp?: string) =>
    async (ctx: { path: string; body?: unknown }, next: () => Promise<void>) => {
      await next();
      const body = ctx.body as { id_token?: string } | undefined;
      if (ctx.path !== "/token" || !body?.id_token) return;
      body.id_token = await new SignJWT({ ...decodeJwt(body.id_token), aud, ...(azp && { azp }) })
        .setProtectedHeader({ alg: "RS256", kid: "k1" })
        .sign(privateKey);
    };
  const shape = (middleware: ReturnType<typeof signedFor>): Shape => ({
    person: PIA,
    configuration: { jwks: { keys: [key] as never[] } },
    use: middleware,
  });
  expect(await outcomeOf(shape(signedFor(["2718", "watchpost"], "watchpost")))).toBe("in photos");
  browser = new SignInBrowser(world);
  expect(await outcomeOf(shape(signedFor(["2718", "watchpost"], "another")))).toBe(
    "/sign-in?error=token-refused",
  );
  browser = new SignInBrowser(world);
  expect(await outcomeOf(shape(signedFor(["2718"])))).toBe("/sign-in?error=token-refused");
});

test("Keycloak: the answer has a session_state, too", async () => {
  await define();
  const provider = await startIdentityProvider(PORTAL_URL, { claims: { openid: ["sub", "groups"] } });
  stops.push(provider.stop);
  provider.person = { sub: "pia", ...PIA };
  const settings = provider.settings(world.settings);
  const { goesTo } = await browser.begin(settings);
  await browser.finish(`${await browser.answerOf(goesTo)}&session_state=5b1f-4a.2`, settings);
  expect(await browser.see()).toMatchObject({ kind: "granted" });
});

test("WSO2 and others: discovery has null for what isn't there", async () => {
  const nulls = {
    response_modes_supported: null,
    code_challenge_methods_supported: null,
    userinfo_signing_alg_values_supported: null,
  };
  expect(await outcomeOf({ person: PIA, rewrite: discovery(nulls) })).toBe("in photos");
});

test("Okta: discovery lists several ways to authenticate, and the client is registered for another than the first", async () => {
  const shape: Shape = {
    person: PIA,
    client: { token_endpoint_auth_method: "client_secret_post" },
    configuration: { clientAuthMethods: ["client_secret_basic", "client_secret_post"] },
    // oidc-provider by itself takes a secret in either way.
    use: async (ctx, next) => {
      if (ctx.path !== "/token" || !ctx.headers.authorization) return next();
      ctx.status = 401;
      ctx.body = { error: "invalid_client" };
    },
  };
  expect(await outcomeOf(shape)).toBe("/sign-in?error=client-refused");
  browser = new SignInBrowser(world);
  expect(await outcomeOf(shape, { clientAuth: "client_secret_post" })).toBe("in photos");
});

test("GitLab: groups are numbers, which a mapping names", async () => {
  const rule = { claim: "groups", values: { "4711": "photos" } };
  expect(await outcomeOf({ person: { groups: [12, 4711] }, rule })).toBe("in photos");
});

test("SCIM-like groups are objects, of which one member counts", async () => {
  const rule = { claim: "groups", member: "display", prefix: "own-" };
  const groups = [
    { value: "e9e30dba", display: "own-photos" },
    { value: "e9e30dbb", display: "staff" },
  ];
  expect(await outcomeOf({ person: { groups }, rule })).toBe("in photos");
});

test("Ping: groups are a directory's names", async () => {
  const rule = { claim: "groups", pattern: "CN=own-([a-z0-9-]+),OU=Groups,.*" };
  const groups = ["CN=own-photos,OU=Groups,DC=corp,DC=example", "CN=own-tickets,OU=Old,DC=corp,DC=example"];
  expect(await outcomeOf({ person: { groups }, rule })).toBe("in photos");
});

test("Google Workspace: nobody is let in by the domain of an address that isn't verified", async () => {
  const shape = (verified: boolean): Shape => ({
    person: { email: "pia@photos.example", email_verified: verified, hd: "photos.example" },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
  });
  await world.sql.query("UPDATE tenant SET owners = $1 WHERE id = 'photos'", [
    JSON.stringify([{ email: "pia@photos.example" }]),
  ]);
  try {
    expect(await outcomeOf(shape(false))).toBe("email-unverified");
    browser = new SignInBrowser(world);
    expect(await outcomeOf(shape(true))).toBe("in photos");
  } finally {
    await world.sql.query("UPDATE tenant SET owners = '[]' WHERE id = 'photos'");
  }
});
