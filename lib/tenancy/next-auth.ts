import { AsyncLocalStorage } from "node:async_hooks";
import type { NextApiRequest, NextApiResponse } from "next";
import type { NextRequest } from "next/server";
import NextAuth, { type AuthOptions } from "next-auth";
import { z } from "zod";

/**
 * What next-auth answered: `error` is the first one that it reported while it worked, whatever it redirected
 * to.
 */
export type NextAuthAnswer = {
  redirect: string | null;
  setCookies: string[];
  error: unknown;
};

/** The one provider's name in next-auth's paths: /api/auth/signin/oidc and /api/auth/callback/oidc. */
export const PROVIDER_ID = "oidc";

// next-auth's logger is one for the whole process; this distinguishes the requests.
const reported = new AsyncLocalStorage<{ error: unknown }>();

const logger: AuthOptions["logger"] = {
  error(_code, metadata) {
    const call = reported.getStore();
    if (!call || call.error) return;
    call.error = metadata instanceof Error ? metadata : metadata.error;
  },
  warn() {},
  debug() {},
};

/** Lets next-auth's route handler take the provider's answer: the request in flight, with its cookies. */
export async function askForSession(options: AuthOptions, request: NextRequest): Promise<NextAuthAnswer> {
  const context = { params: Promise.resolve({ nextauth: ["callback", PROVIDER_ID] }) };
  const watch: { error: unknown } = { error: null };
  const response: Response = await reported.run(watch, () =>
    NextAuth(request, context, { ...options, logger }),
  );
  const { headers } = response;
  return { redirect: headers.get("location"), setCookies: headers.getSetCookie(), error: watch.error };
}

/**
 * Asks next-auth where the provider is, and for the cookies of a sign-in that begins.
 *
 * By its handler for API routes, twice: for a token against forged forms, and with it for the sign-in. Its
 * route handler takes the token's cookie from the request in flight only, and the form of this site has none:
 * proxy.ts has shown that it is ours.
 */
export async function askForSignIn(options: AuthOptions, callbackUrl: string): Promise<NextAuthAnswer> {
  const csrf = await callApi(options, { action: "csrf", method: "GET", cookies: {}, body: {} });
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(csrf.body);
  const cookie = options.cookies?.csrfToken?.name ?? "";
  return callApi(options, {
    action: "signin",
    method: "POST",
    cookies: { [cookie]: cookieValue(csrf.setCookies, cookie) },
    body: { csrfToken, callbackUrl },
  });
}

/** The value of a cookie in Set-Cookie lines. */
function cookieValue(lines: readonly string[], name: string): string {
  const line = lines.find((candidate) => candidate.startsWith(`${name}=`)) ?? "";
  return decodeURIComponent(line.slice(name.length + 1).split(";", 1)[0] ?? "");
}

type Call = {
  action: "csrf" | "signin";
  method: "GET" | "POST";
  cookies: Record<string, string>;
  body: Record<string, string>;
};

async function callApi(options: AuthOptions, call: Call): Promise<NextAuthAnswer & { body: unknown }> {
  const request = {
    method: call.method,
    query: { nextauth: call.action === "csrf" ? ["csrf"] : [call.action, PROVIDER_ID] },
    cookies: call.cookies,
    headers: {},
    body: call.body,
  };
  const headers = new Map<string, string | string[]>();
  let body: unknown = null;
  const response = {
    status: () => response,
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader: (name: string, value: string | string[]) => {
      headers.set(name.toLowerCase(), value);
      return response;
    },
    json: (value: unknown) => {
      body = value;
    },
    send: (value: unknown) => {
      body = value;
    },
    end: () => {},
  };

  const watch: { error: unknown } = { error: null };
  await reported.run(watch, () =>
    // Only the members above are read of a request and a response by next-auth's handler.
    NextAuth(request as unknown as NextApiRequest, response as unknown as NextApiResponse, {
      ...options,
      logger,
    }),
  );
  const location = headers.get("location");
  const setCookies = headers.get("set-cookie");
  return {
    redirect: typeof location === "string" ? location : null,
    setCookies: Array.isArray(setCookies) ? setCookies : [],
    error: watch.error,
    body,
  };
}
