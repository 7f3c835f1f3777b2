import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, test, vi } from "vitest";
import { type IdentityProviderOptions, startIdentityProvider } from "@/demo/identity/shaped-provider";
import { close, listen } from "@/demo/pages/listen";
import { log } from "@/lib/infra/log";
import { PORTAL_URL, SignInBrowser, stopsAfterTest, worldOfFile } from "@/testing/sign-in-world";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

const world = worldOfFile();
const stops = stopsAfterTest();

const CLAIMS_AT_USERINFO = { claimsAtUserinfo: true, claims: { profile: ["name", "tenant"] } };

/** Where a sign-in leads, and the cause in the log of one that fails. */
async function outcomeOf(options: IdentityProviderOptions) {
  const provider = await startIdentityProvider(PORTAL_URL, { ...CLAIMS_AT_USERINFO, ...options });
  stops.push(provider.stop);
  provider.person = { sub: "pia", tenant: "photos", email: "pia@photos.example", email_verified: true };
  const browser = new SignInBrowser(world);
  const warned = vi.spyOn(log, "warn");
  const response = await browser.signInAs("whoever", provider.settings(world.settings));
  const causes = warned.mock.calls.map(([line]) => (line as { cause?: string }).cause);
  warned.mockRestore();
  const access = await browser.see();
  const place = access.kind === "granted" ? access.scope.tenantId : response.headers.get("location");
  return { place, cause: causes.find((cause) => cause?.startsWith("Userinfo")) };
}

const signedBy = (alg: string): IdentityProviderOptions => ({
  algorithms: ["RS256", "ES256"],
  client: { userinfo_signed_response_alg: alg as never },
  configuration: {
    features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
    enabledJWA: {
      idTokenSigningAlgValues: ["RS256", "ES256"],
      userinfoSigningAlgValues: ["RS256", "ES256"],
    } as never,
  },
});

test.each(["RS256", "ES256"])("userinfo that is signed with %s is verified and read", async (alg) => {
  expect(await outcomeOf(signedBy(alg))).toEqual({ place: "photos", cause: undefined });
});

/** A userinfo of the test's own, in place of the provider's. */
async function answering(type: string, body: () => Promise<string> | string, status = 200) {
  const server = createServer(async (_request, response) => {
    response.writeHead(status, { "content-type": type }).end(await body());
  });
  const port = await listen(server, 0, "The userinfo of this test");
  stops.push(() => close(server));
  const rewrite = (path: string, document: Record<string, unknown>) =>
    path.startsWith("/.well-known/openid")
      ? { ...document, userinfo_endpoint: `http://127.0.0.1:${port}/me` }
      : document;
  return { rewrite };
}

const stranger = await generateKeyPair("RS256");
const sign = (claims: Record<string, unknown>, key: CryptoKey = stranger.privateKey) =>
  new SignJWT({ sub: "pia", tenant: "photos", ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .sign(key);

test("userinfo that a stranger signed is refused, and the log says which check failed", async () => {
  const { place, cause } = await outcomeOf(await answering("application/jwt", () => sign({})));
  expect(place).toBe("/sign-in?error=userinfo-refused");
  expect(cause).toBe("Userinfo failed: its signed answer failed a check: ERR_JWKS_NO_MATCHING_KEY.");
});

test.each<[string, Record<string, unknown>]>([
  ["for another client", { aud: "other" }],
  ["of another issuer", { iss: "https://evil.example" }],
])("userinfo that the provider signed %s is refused", async (_what, claims) => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "k1" };
  const { rewrite } = await answering("application/jwt", () => sign(claims, privateKey));
  const { place, cause } = await outcomeOf({
    rewrite,
    configuration: { jwks: { keys: [key] as never[] } },
  });
  expect(place).toBe("/sign-in?error=userinfo-refused");
  expect(cause).toBe("Userinfo failed: its answer is another issuer's, or for another client.");
});

test.each([
  ["application/jwt", "a.b.c.d.e", 200, "userinfo-refused", "its answer is encrypted, which isn't read here"],
  ["text/html", "<p>Sign in</p>", 200, "userinfo-refused", "its answer is no JSON object"],
  ["application/json", "[]", 200, "userinfo-refused", "its answer is no JSON object"],
  ["application/json", "{}", 200, "userinfo-refused", "it is about another subject"],
  ["application/json", "{}", 401, "userinfo-refused", "it answered 401"],
  ["application/json", "{}", 503, "issuer-unreachable", "it answered 503"],
  ["application/json", "{}", 429, "issuer-unreachable", "it answered 429"],
])("userinfo of %s with %j and status %d is %s, with the reason", async (type, body, status, code, why) => {
  const { place, cause } = await outcomeOf(await answering(type, () => body, status));
  expect(place).toBe(`/sign-in?error=${code}`);
  expect(cause).toBe(`Userinfo failed: ${why}.`);
});
