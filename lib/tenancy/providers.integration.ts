import { exportJWK, generateKeyPair } from "jose";
import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from "@/demo/identity/shaped-provider";
import type { ClientKey } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import { PORTAL_URL, SignInBrowser, stopsAfterTest, worldOfFile } from "@/testing/sign-in-world";
import type { SignInSettings } from "./settings";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

const world = worldOfFile();
const stops = stopsAfterTest();
let browser: SignInBrowser;
beforeEach(() => {
  browser = new SignInBrowser(world);
});

const TENANT = { openid: ["sub", "tenant"] };
const PIA = { sub: "pia", tenant: "photos", email: "pia@photos.example", email_verified: true };

async function providerWith(options: IdentityProviderOptions = {}): Promise<IdentityProvider> {
  const provider = await startIdentityProvider(PORTAL_URL, { claims: TENANT, ...options });
  stops.push(provider.stop);
  provider.person = PIA;
  return provider;
}

/** Where the browser is after a sign-in; "in photos" once it sees that tenant. */
async function outcomeOf(provider: IdentityProvider, own: Partial<SignInSettings> = {}): Promise<string> {
  const using = { ...provider.settings(world.settings), ...own };
  const { goesTo } = await browser.begin(using);
  if (!goesTo.startsWith(provider.issuer)) return goesTo;
  const response = await browser.signInAs("whoever", using);
  const access = await browser.see();
  return access.kind === "granted" ? `in ${access.scope.tenantId}` : `${response.headers.get("location")}`;
}

describe("an id token is taken when it is signed with", () => {
  const asymmetric = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
  ];
  test.each(asymmetric)("%s, where discovery lists it", async (alg) => {
    expect(await outcomeOf(await providerWith({ algorithms: [alg] }))).toBe("in photos");
  });

  test("any one of several that discovery lists", async () => {
    expect(await outcomeOf(await providerWith({ algorithms: ["ES256", "RS256", "PS512"] }))).toBe(
      "in photos",
    );
  });

  test("the client's secret, only if that was chosen", async () => {
    const provider = await providerWith({ algorithms: ["HS256", "RS256"] });
    expect(await outcomeOf(provider)).toBe("/sign-in?error=algorithm-refused");
    expect(await outcomeOf(provider, { algorithms: ["HS256"] })).toBe("in photos");
  });

  test("keys that are newer than the portal's first sign-in", async () => {
    const provider = await providerWith();
    expect(await outcomeOf(provider)).toBe("in photos");
    await provider.rotateKeys();
    expect(await outcomeOf(provider)).toBe("in photos");
  });

  test("what the operator's list allows, and by nothing else", async () => {
    const provider = await providerWith({ algorithms: ["ES256", "RS256"] });
    expect(await outcomeOf(provider, { algorithms: ["ES256"] })).toBe("in photos");
    browser = new SignInBrowser(world);
    const warned = vi.spyOn(log, "warn");
    expect(await outcomeOf(provider, { algorithms: ["RS256"] })).toBe("/sign-in?error=algorithm-refused");
    const cause = 'The id token is signed with "ES256"; accepted are RS256.';
    expect(warned).toHaveBeenCalledWith(expect.objectContaining({ cause }), expect.any(String));
    warned.mockRestore();
  });
});

describe("a claim that only userinfo has", () => {
  test("is read there", async () => {
    const provider = await providerWith({ claimsAtUserinfo: true, claims: { profile: ["name", "tenant"] } });
    expect(await outcomeOf(provider)).toBe("in photos");
    expect(await browser.see()).toMatchObject({ owner: { label: "pia@photos.example" } });
  });

  test("isn't taken from an answer about somebody else", async () => {
    const provider = await providerWith({
      claimsAtUserinfo: true,
      claims: { profile: ["name", "tenant"] },
      rewrite: (path, body) => (path === "/me" ? { ...body, sub: "somebody-else" } : body),
    });
    expect(await outcomeOf(provider)).toBe("/sign-in?error=userinfo-refused");
  });

  test("is asked for by the scopes that are set", async () => {
    const provider = await providerWith({ claims: { capabilities: ["tenant"] } });
    expect(await outcomeOf(provider)).toBe("/");
    browser = new SignInBrowser(world);
    expect(await outcomeOf(provider, { scopes: "openid capabilities" })).toBe("in photos");
  });
});

describe("userinfo that fails", () => {
  const silent = (path: string, body: Record<string, unknown>) =>
    path.startsWith("/.well-known/openid") ? { ...body, userinfo_endpoint: "http://127.0.0.1:9/me" } : body;
  const broken = {
    findAccount: (ctx: { path: string }, sub: string) => {
      if (ctx.path === "/me") throw new Error("The directory is down.");
      return { accountId: sub, claims: () => ({ sub }) };
    },
  };

  test.each<[string, IdentityProviderOptions]>([
    ["can't be reached", { rewrite: silent }],
    ["answers 500", { configuration: broken }],
  ])("and %s is named where only it may say what somebody owns", async (_what, options) => {
    const claims = { profile: ["name", "tenant"] };
    const atUserinfo = await providerWith({ claimsAtUserinfo: true, claims, ...options });
    expect(await outcomeOf(atUserinfo)).toBe("/sign-in?error=issuer-unreachable");
    expect(await browser.see()).toEqual({ kind: "signed-out" });
  });

  test("is named where an owner is listed by the address that only it has", async () => {
    await world.sql.query("UPDATE tenant SET owners = $1 WHERE id = 'photos'", [
      JSON.stringify([{ email: PIA.email }]),
    ]);
    try {
      const provider = await providerWith({
        claims: { openid: ["sub", "tenant"], email: [] },
        rewrite: silent,
      });
      provider.person = { ...PIA, tenant: [] };
      expect(await outcomeOf(provider)).toBe("/sign-in?error=issuer-unreachable");
      const { rows } = await world.sql.query("SELECT result FROM sign_in ORDER BY at DESC LIMIT 1");
      expect(rows).toEqual([{ result: "issuer-unreachable" }]);
    } finally {
      await world.sql.query("UPDATE tenant SET owners = '[]' WHERE id = 'photos'");
    }
  });

  test("keeps nobody out whose id token names a capability", async () => {
    expect(await outcomeOf(await providerWith({ claims: { ...TENANT, email: [] }, rewrite: silent }))).toBe(
      "in photos",
    );
  });
});

test("an address that only userinfo has isn't verified by the id token's flag", async () => {
  await world.sql.query("UPDATE tenant SET owners = $1 WHERE id = 'photos'", [
    JSON.stringify([{ email: "eve@photos.example" }]),
  ]);
  try {
    const provider = await providerWith({
      claims: { openid: ["sub", "tenant", "email_verified"], email: [] },
      rewrite: (path, body) => (path === "/me" ? { sub: body.sub, email: "eve@photos.example" } : body),
    });
    provider.person = { ...PIA, tenant: [] };
    await outcomeOf(provider);
    expect(await browser.see()).toMatchObject({ kind: "refused", signIn: { fault: "email-unverified" } });
  } finally {
    await world.sql.query("UPDATE tenant SET owners = '[]' WHERE id = 'photos'");
  }
});

describe("the portal authenticates", () => {
  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "by %s, as discovery offers it",
    async (method) => {
      const provider = await providerWith({
        client: { token_endpoint_auth_method: method },
        configuration: { clientAuthMethods: [method] },
      });
      expect(await outcomeOf(provider)).toBe("in photos");
    },
  );

  test.each(["ES256", "RS256", "EdDSA"])("by private_key_jwt with %s", async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const key = { alg, kid: "portal-1", use: "sig" };
    const provider = await providerWith({
      client: {
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: alg as never,
        jwks: { keys: [{ ...(await exportJWK(publicKey)), ...key } as never] },
      },
      configuration: { clientAuthMethods: ["private_key_jwt"] },
    });
    const clientKey = { ...(await exportJWK(privateKey)), ...key } as ClientKey;
    expect(await outcomeOf(provider, { clientKey, clientSecret: null })).toBe("in photos");
  });

  test("not at all as a public client, whose code is bound by PKCE", async () => {
    const provider = await providerWith({
      client: { token_endpoint_auth_method: "none", client_secret: undefined },
      configuration: { clientAuthMethods: ["none"] },
    });
    expect(await outcomeOf(provider, { clientAuth: "none" })).toBe("in photos");
  });
});

describe("a provider's own name", () => {
  test.each(["/", "/application/o/watchpost/", "/realms/house"])("may end as %s does", async (path) => {
    expect(await outcomeOf(await providerWith({ path }))).toBe("in photos");
  });

  test("must be in its answer where it says that it is, and be its own", async () => {
    const provider = await providerWith();
    const using = provider.settings(world.settings);
    const finish = async (change: (answer: URL) => void) => {
      browser = new SignInBrowser(world);
      const { goesTo } = await browser.begin(using);
      const answer = new URL(await browser.answerOf(goesTo));
      expect(answer.searchParams.get("iss")).toBe(provider.issuer);
      change(answer);
      return (await browser.finish(answer.href, using)).headers.get("location");
    };
    expect(await finish((answer) => answer.searchParams.delete("iss"))).toBe(
      "/sign-in?error=issuer-mismatch",
    );
    expect(await finish((answer) => answer.searchParams.set("iss", "https://evil.example"))).toBe(
      "/sign-in?error=issuer-mismatch",
    );
    expect(await finish(() => {})).toBe("/");
  });
});

describe("a provider with which nobody can sign in", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "signs with nothing",
      { id_token_signing_alg_values_supported: ["none", "HS256"] },
      "none, HS256; accepted are",
    ],
    [
      "knows other ways to authenticate",
      { token_endpoint_auth_methods_supported: ["tls_client_auth"] },
      "tls_client_auth",
    ],
    ["has no code flow", { response_types_supported: ["id_token"] }, "authorization code flow"],
    [
      "names every organisation's",
      { issuer: "https://login.example/{tenantid}/v2.0" },
      "with its id in place of the braces",
    ],
  ])(
    "that %s is refused before anybody is sent there, with the reason in the log",
    async (_what, change, reason) => {
      const provider = await providerWith({
        rewrite: (path, body) => (path.startsWith("/.well-known/openid") ? { ...body, ...change } : body),
      });
      const warned = vi.spyOn(log, "warn");
      expect(await outcomeOf(provider)).toBe("/sign-in?error=provider-unusable");
      const cause = expect.stringContaining(reason);
      expect(warned).toHaveBeenCalledWith(expect.objectContaining({ cause }), expect.any(String));
      warned.mockRestore();
    },
  );
});

test.each(["a\u0000b", "\u0001", "x".repeat(256)])(
  "a subject that can't be stored is named, not the database: %j",
  async (sub) => {
    const provider = await providerWith();
    provider.person = { ...PIA, sub };
    expect(await outcomeOf(provider)).toBe("/sign-in?error=subject-refused");
  },
);
