import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { ASKED_PATH } from "@/lib/doorway/asked-path";
import { CLOSED_POLICY } from "@/lib/doorway/fixed-headers";
import { contentSecurityPolicy, STRICT_TRANSPORT } from "@/lib/doorway/headers";
import { refusal } from "@/lib/doorway/refusal";
import { mayWrite } from "@/lib/doorway/write-origin";
import { environment } from "@/lib/infra/env";

/**
 * Every request but static files: refuses a write from elsewhere, and gives each answer its policy and its
 * nonce.
 */
export function proxy(request: NextRequest): Response {
  const portal = new URL(environment().NEXTAUTH_URL);
  const https = portal.protocol === "https:";
  const nonce = randomBytes(16).toString("base64");
  const development = process.env.NODE_ENV === "development";
  // What isn't a page runs nothing; and a short policy leaves the answers of a sign-in room for its cookies.
  const policy = request.nextUrl.pathname.startsWith("/api/auth/")
    ? CLOSED_POLICY
    : contentSecurityPolicy(nonce, { https, development });

  const response = answer(request, portal.origin, policy);
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("Cache-Control", "no-store");
  if (https) response.headers.set("Strict-Transport-Security", STRICT_TRANSPORT);
  return response;
}

function answer(request: NextRequest, portalOrigin: string, policy: string): Response {
  const sender = {
    method: request.method,
    origin: request.headers.get("origin"),
    fetchSite: request.headers.get("sec-fetch-site"),
  };
  // The provider's server sends it, and no page: its signature counts, and no cookie.
  const isLogout = request.method === "POST" && request.nextUrl.pathname === "/api/auth/backchannel-logout";
  const isProviders = isLogout && sender.origin === null && sender.fetchSite === null;
  if (!isProviders && !mayWrite(sender, portalOrigin)) {
    return refusal(403, "bad_origin", `Changes are taken only from the pages of ${portalOrigin}.`);
  }
  // The framework reads the nonce for its own scripts from the request's policy.
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  // A page can't see its own address; sign-in leads back to it. Set always, so that no caller's own value
  // counts.
  headers.set(ASKED_PATH, request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.next({ request: { headers } });
}

export const config = { matcher: ["/((?!_next/static|_next/image|favicon.svg$).*)"] };
