import { z } from "zod";
import type { ClientAuth } from "@/lib/infra/env";
import type { SignInSettings } from "./settings";

const endpoint = z.url({ protocol: /^https?$/ });

/**
 * OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2; RFC 9207, section 3. What isn't read here is
 * left out.
 */
const documentSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: endpoint.optional(),
  response_types_supported: z.array(z.string()).optional(),
  response_modes_supported: z.array(z.string()).optional(),
  grant_types_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  userinfo_signing_alg_values_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});
type Document = z.infer<typeof documentSchema>;

/** The provider as this portal uses it. */
export type Provider = {
  metadata: Pick<
    Document,
    | "issuer"
    | "authorization_endpoint"
    | "token_endpoint"
    | "jwks_uri"
    | "userinfo_endpoint"
    | "authorization_response_iss_parameter_supported"
  >;
  /** An id token may be signed with each of these, and with no other. */
  algorithms: [string, ...string[]];
  /** Those of a userinfo that is signed. */
  userinfoAlgorithms: string[];
  clientAuth: ClientAuth;
};

export type ProviderResult =
  | { ok: true; provider: Provider }
  | {
      ok: false;
      code: "issuer-unreachable" | "issuer-mismatch" | "provider-unusable";
      /** A sentence for the operator. It names no secret. */
      reason: string;
    };

/**
 * RFC 7518 and RFC 8037: a verifier needs no secret. "none" signs nothing, and HS* is signed with the
 * client's secret.
 */
const ASYMMETRIC = /^((RS|PS|ES)(256|384|512)|EdDSA)$/;

class Unusable extends Error {}

/**
 * What of a discovery document this portal works with.
 * @returns the provider, or the one reason why no sign-in can succeed with it
 */
export function providerOf(document: unknown, settings: SignInSettings): ProviderResult {
  const parsed = documentSchema.safeParse(withoutNulls(document));
  if (!parsed.success) {
    const keys = [...new Set(parsed.error.issues.map((issue) => issue.path.join(".") || "the document"))];
    const reason = `The discovery document of OIDC_ISSUER is incomplete or wrong in: ${keys.join(", ")}.`;
    return { ok: false, code: "issuer-unreachable", reason };
  }
  const said = parsed.data;
  const mismatch = issuerProblem(said.issuer, settings.issuer);
  if (mismatch) return { ok: false, ...mismatch };
  try {
    refuseUnusable(said, settings);
    const clientAuth = clientAuthFor(said, settings);
    const algorithms = algorithmsFor(said, settings);
    const listed = said.userinfo_signing_alg_values_supported ?? algorithms;
    const userinfoAlgorithms = listed.filter((alg) => isAccepted(alg, settings));
    return {
      ok: true,
      provider: { metadata: metadataOf(said), algorithms, userinfoAlgorithms, clientAuth },
    };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { ok: false, code: "provider-unusable", reason: error.message };
  }
}

/** Some servers write null for what they don't have (RFC 8259 has no other word for it). */
function withoutNulls(document: unknown): unknown {
  if (typeof document !== "object" || document === null) return document;
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}

function issuerProblem(named: string, issuer: string) {
  if (/[{}]/.test(named)) {
    const reason =
      "OIDC_ISSUER signs in accounts of every organisation: its issuer has a placeholder in braces. " +
      "Set OIDC_ISSUER to the issuer of your own organisation, with its id in place of the braces.";
    return { code: "provider-unusable" as const, reason };
  }
  if (named.replace(/\/$/, "") === issuer) return null;
  return {
    code: "issuer-mismatch" as const,
    reason: `OIDC_ISSUER is ${issuer}, but it calls itself ${named}.`,
  };
}

function refuseUnusable(said: Document, settings: SignInSettings): void {
  const lacks = (list: string[] | undefined, wanted: string) => list !== undefined && !list.includes(wanted);
  if (lacks(said.response_types_supported, "code") || lacks(said.grant_types_supported, "authorization_code"))
    throw new Unusable("The provider doesn't offer the authorization code flow (response type code).");
  if (lacks(said.response_modes_supported, "query"))
    throw new Unusable("The provider doesn't offer the response mode query.");
  if (settings.clientAuth === "none" && lacks(said.code_challenge_methods_supported, "S256"))
    throw new Unusable("The provider doesn't offer PKCE with S256, which a client without a secret needs.");
  const { issuer, authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = said;
  const endpoints = [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint ?? issuer];
  if (issuer.startsWith("https:") && endpoints.some((url) => !url.startsWith("https:")))
    throw new Unusable("The provider is served by https, but an endpoint that it names isn't.");
}

const isAccepted = (alg: string, { algorithms: chosen }: SignInSettings): boolean =>
  chosen?.includes(alg) ?? ASYMMETRIC.test(alg);

function algorithmsFor(said: Document, settings: SignInSettings): [string, ...string[]] {
  const { algorithms: chosen } = settings;
  // OpenID Connect Core 1.0, section 15.1: RS256 is what every provider has.
  const listed = said.id_token_signing_alg_values_supported ?? ["RS256"];
  const [first, ...more] = listed.filter((alg) => isAccepted(alg, settings));
  if (first) return [first, ...more];
  const accepted = chosen
    ? `OIDC_SIGNING_ALGORITHMS allows ${chosen.join(", ")}`
    : "accepted are RS, PS and ES with 256, 384 and 512, and EdDSA";
  throw new Unusable(`The provider signs id tokens with ${listed.join(", ") || "nothing"}; ${accepted}.`);
}

/** What is configured, where discovery doesn't exclude it; else the first that is offered and can be done. */
function clientAuthFor(said: Document, settings: SignInSettings): ClientAuth {
  const { clientAuth, clientKey, clientSecret } = settings;
  // A client without authentication is often not listed, since it uses no method.
  if (clientAuth === "none") return "none";
  const offered = said.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const possible: ClientAuth[] = clientAuth ? [clientAuth] : [];
  if (!clientAuth && clientKey) possible.push("private_key_jwt");
  if (!clientAuth && clientSecret) possible.push("client_secret_basic", "client_secret_post");
  const method = possible.find((each) => offered.includes(each));
  if (method) return method;
  throw new Unusable(
    `The provider's token endpoint takes ${offered.join(", ") || "no authentication"}; this portal is set to ${possible.join(", ") || "none"}.`,
  );
}

const metadataOf = (said: Document): Provider["metadata"] => ({
  issuer: said.issuer,
  authorization_endpoint: said.authorization_endpoint,
  token_endpoint: said.token_endpoint,
  jwks_uri: said.jwks_uri,
  userinfo_endpoint: said.userinfo_endpoint,
  authorization_response_iss_parameter_supported: said.authorization_response_iss_parameter_supported,
});
