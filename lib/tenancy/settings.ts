import { breadthOf } from "@/lib/catalogue/identity";
import { type ClientAuth, type ClientKey, type Environment, environment } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";

/** What sign-in needs to know of this installation. */
export type SignInSettings = {
  /** The provider, without a slash at the end. */
  issuer: string;
  clientId: string;
  /** null: the client authenticates by its key, or not at all. */
  clientSecret: string | null;
  /** How the client authenticates at the token endpoint; null: as discovery offers. */
  clientAuth: ClientAuth | null;
  /** The client's private key for private_key_jwt, as a JWK. */
  clientKey: ClientKey | null;
  /** Asked for, with spaces between. */
  scopes: string;
  /** The algorithms that an id token may be signed with; null: the asymmetric ones that discovery lists. */
  algorithms: readonly string[] | null;
  tenantClaim: string;
  /** This portal's origin, without a slash at the end. */
  portalOrigin: string;
  https: boolean;
  secret: string;
};

/**
 * Says in the log that OIDC_TENANT_CLAIM opens more than it seems to. It counts where there is no
 * identity.yaml.
 */
export function warnOfBroadClaim({ tenantClaim }: SignInSettings = signInSettings()): void {
  const breadth = breadthOf({ claim: tenantClaim, keys: false });
  if (breadth) log.warn({ event: "claim-broad" }, `OIDC_TENANT_CLAIM: ${breadth} See docs/sign-in.md.`);
}

/** The settings of sign-in out of a parsed environment, this process's own unless another is given. */
export function signInSettings(from: Environment = environment()): SignInSettings {
  const portal = new URL(from.NEXTAUTH_URL);
  return {
    issuer: from.OIDC_ISSUER.replace(/\/$/, ""),
    clientId: from.OIDC_CLIENT_ID,
    clientSecret: from.OIDC_CLIENT_SECRET ?? null,
    clientAuth: from.OIDC_CLIENT_AUTH ?? null,
    clientKey: from.OIDC_CLIENT_KEY ?? null,
    scopes: from.OIDC_SCOPES,
    algorithms: from.OIDC_SIGNING_ALGORITHMS ?? null,
    tenantClaim: from.OIDC_TENANT_CLAIM,
    portalOrigin: portal.origin,
    https: portal.protocol === "https:",
    secret: from.NEXTAUTH_SECRET,
  };
}
