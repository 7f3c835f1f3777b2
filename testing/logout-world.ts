import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { NextRequest } from "next/server";
import { beforeEach, expect } from "vitest";
import { type IdentityProviderOptions, startIdentityProvider } from "@/demo/identity/shaped-provider";
import { takeLogout } from "@/lib/tenancy/back-channel";
import type { SignInSettings } from "@/lib/tenancy/settings";
import { PORTAL_URL, SignInBrowser, type SignInWorld, stopsAfterTest, worldOfFile } from "./sign-in-world";

export const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

let senders = 0;

/** As a provider's server sends it; each from an address of its own, unless one is given. */
export function sendLogout(
  token: string,
  settings: SignInSettings,
  own: { body?: string; type?: string; from?: string } = {},
) {
  senders += 1;
  const headers = {
    "content-type": own.type ?? "application/x-www-form-urlencoded",
    "x-forwarded-for": own.from ?? `198.51.100.${senders}`,
  };
  const body = own.body ?? new URLSearchParams({ logout_token: token }).toString();
  const url = `${PORTAL_URL}/api/auth/backchannel-logout`;
  return takeLogout(new NextRequest(url, { method: "POST", headers, body }), settings);
}

/** The world of a file's tests of logout. A test begins without a session, and its providers are stopped. */
export function logoutWorldOfFile() {
  const world = worldOfFile();
  const stops = stopsAfterTest();
  beforeEach(() => world.sql.query("DELETE FROM session"));
  const signingProvider = async (options: Parameters<typeof startSigningProvider>[1] = {}) => {
    const started = await startSigningProvider(world, options);
    stops.push(() => started.provider.stop());
    return started;
  };
  return { world, stops, signingProvider };
}

/** A provider whose keys the test has, so that it can sign what no provider would. It must be stopped. */
export async function startSigningProvider(
  world: SignInWorld,
  { moreKeys = [], ...options }: IdentityProviderOptions & { moreKeys?: JWK[] } = {},
) {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "k1" };
  const provider = await startIdentityProvider(PORTAL_URL, {
    claims: { openid: ["sub", "tenant"] },
    ...options,
    configuration: { jwks: { keys: [key, ...moreKeys] as never[] }, ...options.configuration },
  });
  provider.person = { sub: "pia", tenant: "photos" };
  const settings = provider.settings(world.settings);
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = (): JWTPayload => ({
    iss: provider.issuer,
    aud: "watchpost",
    iat: nowSeconds,
    exp: nowSeconds + 120,
    jti: crypto.randomUUID(),
    events: { [LOGOUT_EVENT]: {} },
    sub: "pia",
  });
  const sign = (
    own: JWTPayload,
    head: { alg?: string; typ?: string; kid?: string } = {},
    by: CryptoKey = privateKey,
  ) =>
    new SignJWT({ ...claims(), ...own })
      .setProtectedHeader({ alg: "RS256", kid: "k1", typ: "logout+jwt", ...head })
      .sign(by);
  return { provider, settings, sign, nowSeconds };
}

/** Somebody who signs in as the provider's present person, and sees their capability. */
export async function signedIn(world: SignInWorld, settings: SignInSettings): Promise<SignInBrowser> {
  const browser = new SignInBrowser(world);
  const { headers } = await browser.signInAs("whoever", settings);
  expect(headers.get("location")).toBe("/");
  expect(await browser.see()).toMatchObject({ kind: "granted" });
  return browser;
}

/** Whether their next request finds no session. */
export const isOut = async (browser: SignInBrowser) => (await browser.see()).kind === "signed-out";
