import { encode } from "next-auth/jwt";
import { signInCookies } from "@/lib/tenancy/cookies";
import { tenancyStore } from "@/lib/tenancy/store";
import { SESSION_SECONDS } from "@/lib/tenancy/token";

/** About as long as a provider's id token, which the cookie carries for sign-out. */
const ID_TOKEN = "x".repeat(700);

/**
 * Opens a session of a tenant's owner in this process's database, by the portal's own store, and seals it as sign-in does: the portal
 * can't tell it from others.
 * @returns the request's Cookie header
 */
export async function openOwnerSession(tenantId: string, secret: string): Promise<string> {
  const subject = `owner@${tenantId}.example`;
  const nowMs = Date.now();
  const sid = await tenancyStore.startSession(
    {
      issuer: "http://127.0.0.1:9",
      subject,
      expiresAtMs: nowMs + SESSION_SECONDS * 1000,
      candidates: [tenantId],
    },
    nowMs,
  );
  const token = { sid, sub: subject, label: subject, candidates: [tenantId], idToken: ID_TOKEN };
  const value = await encode({ token, secret, maxAge: SESSION_SECONDS });
  return `${signInCookies(false).sessionToken.name}=${value}`;
}
