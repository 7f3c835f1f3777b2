import { type Environment, environment } from "@/lib/infra/env";

/** What sign-in needs to know of this installation. */
export type SignInSettings = {
  /** The provider, without a slash at the end. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  tenantClaim: string;
  /** This portal's origin, without a slash at the end. */
  portalOrigin: string;
  https: boolean;
  secret: string;
};

/** The settings of sign-in out of a parsed environment, this process's own unless another is given. */
export function signInSettings(from: Environment = environment()): SignInSettings {
  const portal = new URL(from.NEXTAUTH_URL);
  return {
    issuer: from.OIDC_ISSUER.replace(/\/$/, ""),
    clientId: from.OIDC_CLIENT_ID,
    clientSecret: from.OIDC_CLIENT_SECRET,
    tenantClaim: from.OIDC_TENANT_CLAIM,
    portalOrigin: portal.origin,
    https: portal.protocol === "https:",
    secret: from.NEXTAUTH_SECRET,
  };
}
