import { afterEach, expect, test, vi } from "vitest";
import type { Provider } from "./provider-facts";
import type { SignInSettings } from "./settings";

// It needs no service, but modules of its own for each test: one process asks about one provider.
const settings: SignInSettings = {
  issuer: "https://id.example",
  clientId: "watchpost",
  clientSecret: "s",
  clientAuth: null,
  clientKey: null,
  scopes: "openid",
  algorithms: null,
  tenantClaim: "tenant",
  portalOrigin: "https://portal.example",
  https: true,
  secret: "x",
};
const sound = {
  issuer: "https://id.example/",
  authorization_endpoint: "https://id.example/auth",
  token_endpoint: "https://id.example/token",
  jwks_uri: "https://id.example/keys",
  id_token_signing_alg_values_supported: ["ES256"],
};

async function faultWith(document: unknown): Promise<string | null> {
  vi.resetModules();
  vi.stubGlobal("fetch", async () => Response.json(document));
  const { providerFault } = await import("./provider-health");
  return providerFault(settings);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a provider that offers something that works has no fault", async () => {
  expect(await faultWith(sound)).toBeNull();
});

test.each<[Partial<Record<keyof Provider["metadata"] | string, unknown>>, RegExp]>([
  [{ id_token_signing_alg_values_supported: ["none"] }, /signs id tokens with none; accepted are/],
  [{ issuer: "https://login.example/{tenantid}/v2.0" }, /every organisation/],
  [{ issuer: "https://other.example" }, /calls itself otherwise/],
  [{ jwks_uri: undefined }, /can't be read/],
  [{ token_endpoint: "http://id.example/token" }, /an endpoint that it names isn't/],
])("one of which nothing works is named without its host: %j", async (change, sentence) => {
  const fault = await faultWith({ ...sound, ...change });
  expect(fault).toMatch(sentence);
  expect(fault).not.toMatch(/example/);
});

test("a provider that doesn't answer is asked once, however often a probe comes", async () => {
  vi.resetModules();
  const fetched = vi.fn(async () => Promise.reject(new TypeError("fetch failed")));
  vi.stubGlobal("fetch", fetched);
  const { providerFault } = await import("./provider-health");
  const faults = await Promise.all([providerFault(settings), providerFault(settings)]);
  faults.push(await providerFault(settings));
  expect(new Set(faults)).toEqual(new Set([expect.stringContaining("can't be read")]));
  expect(fetched).toHaveBeenCalledTimes(1);
});
