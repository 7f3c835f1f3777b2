import { expect, test } from "vitest";
import { providerOf } from "./provider-facts";
import type { SignInSettings } from "./settings";

const SETTINGS: SignInSettings = {
  issuer: "https://login.example",
  clientId: "watchpost",
  clientSecret: "secret",
  clientAuth: null,
  clientKey: null,
  scopes: "openid",
  algorithms: null,
  tenantClaim: "tenant",
  portalOrigin: "https://portal.example",
  https: true,
  secret: "a secret of this test that is long enough",
};

const DOCUMENT = {
  issuer: "https://login.example",
  authorization_endpoint: "https://login.example/auth",
  token_endpoint: "https://login.example/token",
  jwks_uri: "https://login.example/keys",
};

const OPTIONAL = [
  "userinfo_endpoint",
  "response_types_supported",
  "response_modes_supported",
  "grant_types_supported",
  "id_token_signing_alg_values_supported",
  "userinfo_signing_alg_values_supported",
  "token_endpoint_auth_methods_supported",
  "code_challenge_methods_supported",
  "authorization_response_iss_parameter_supported",
];

test("null in a discovery document is as good as nothing", () => {
  const plain = providerOf(DOCUMENT, SETTINGS);
  expect(plain).toMatchObject({ ok: true });
  const nulls = Object.fromEntries(OPTIONAL.map((name) => [name, null]));
  expect(providerOf({ ...DOCUMENT, ...nulls }, SETTINGS)).toEqual(plain);
});

test.each([null, [], "text", {}, { ...DOCUMENT, token_endpoint: null }])(
  "a document without what is needed is refused: %j",
  (document) => {
    expect(providerOf(document, SETTINGS)).toMatchObject({ ok: false, code: "issuer-unreachable" });
  },
);

test("a signed userinfo may have the algorithms that are listed for it, as far as they are accepted", () => {
  const algorithmsOf = (listed: string[] | undefined, own: Partial<SignInSettings> = {}) => {
    const document = { ...DOCUMENT, userinfo_signing_alg_values_supported: listed };
    const found = providerOf(document, { ...SETTINGS, ...own });
    return found.ok ? found.provider.userinfoAlgorithms : found.reason;
  };
  expect(algorithmsOf(undefined)).toEqual(["RS256"]);
  expect(algorithmsOf(["none", "HS256", "ES256"])).toEqual(["ES256"]);
  expect(algorithmsOf(["ES256", "RS256"], { algorithms: ["RS256"] })).toEqual(["RS256"]);
});
